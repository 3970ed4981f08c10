"""The bot looks at itself: are its checks still looked at, and do its messages arrive?

Both are checks like any other, so what they find becomes an alert, told wherever one still can.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from bot.book import Book, Round, Waiting
from bot.check import Check
from bot.finding import Broken, Finding, Ok, Remedy, Result, Severity
from bot.ports import Services

OFTEN = timedelta(seconds=30)
_SILENT = timedelta(minutes=2)  # after which a message that waits is worth an alert elsewhere
_ROUNDS_MISSED = 3
_MANY = 3  # checks that are overdue together
_AHEAD = timedelta(minutes=1)  # by which clocks may differ; later than that is no proof of a look


def delivery(book: Book) -> Check:
    """Whether what there is to say arrives in every channel."""

    def look(_: Services, now: datetime) -> Result:
        waiting = [w for w in book.outbox.backlog(now) if w.why and now - w.since >= _SILENT]
        if not waiting:
            return Ok("What I have to say arrives.")
        return Broken(tuple(_unheard(one) for one in waiting))

    return Check("delivery", "Delivery", "whether alerts arrive in their channels", look, OFTEN)


def rounds(book: Book, every: dict[str, timedelta], started: datetime) -> Check:
    """Whether every check is still looked at by some replica; `every` is each one's cadence."""

    def look(_: Services, now: datetime) -> Result:
        known = {one.check: one for one in book.rounds.all()}
        late = [
            name
            for name, length in every.items()
            if _is_late(known.get(name), length, started, now)
        ]
        if len(late) >= _MANY:  # they have one reason, such as a database that was away
            return Broken((_all_overdue(late, known),))
        if late:
            return Broken(tuple(_overdue(name, known.get(name)) for name in late))
        return Ok(f"All {len(every)} checks are looked at in time.")

    return Check("rounds", "Rounds", "whether every check is looked at in time", look, OFTEN)


def is_late(last: Round | None, every: timedelta, now: datetime) -> bool:
    """Whether it has missed several rounds; one that was never looked at has.

    So has one whose last look lies ahead: the clock was set back, and since then nobody looked.
    """
    if last is None or last.finished_at is None:
        return True
    return not -_AHEAD <= now - last.finished_at <= _allowed(every)


def _is_late(last: Round | None, every: timedelta, started: datetime, now: datetime) -> bool:
    return now - started > _allowed(every) and is_late(last, every, now)


def _allowed(every: timedelta) -> timedelta:
    return _ROUNDS_MISSED * every + timedelta(minutes=1)


def _overdue(name: str, last: Round | None) -> Finding:
    seen = last.finished_at if last else None
    since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "since I was started"
    return Finding(
        f"rounds/overdue/{name}",
        name,
        f"The check {name} has not been looked at {since}.",
        Severity.WARNING,
        "If that breaks now, nobody hears of it from me.",
        Remedy("Look at my log for this check; if it stands still, start me anew."),
    )


def _all_overdue(names: Sequence[str], known: Mapping[str, Round]) -> Finding:
    ends = [known[name].finished_at for name in names if name in known]
    oldest = min((end for end in ends if end), default=None)
    since = f"since {oldest:%Y-%m-%d %H:%M} UTC" if oldest else "since I was started"
    return Finding(
        "rounds/overdue",
        "checks",
        f"{len(names)} checks have not been looked at in time, the first {since}.",
        Severity.WARNING,
        f"What breaks there now, nobody hears of from me: {', '.join(names)}.",
        Remedy("Look at my log for what they wait for; if it stands still, start me anew."),
    )


def _unheard(one: Waiting, most: int = 300) -> Finding:
    many = "message waits" if one.tasks == 1 else "messages wait"
    return Finding(
        f"delivery/{one.channel}",
        str(one.channel),
        f"Not all that I say arrives in {one.channel} since {one.since:%Y-%m-%d %H:%M} UTC.",
        Severity.WARNING,
        f"{one.tasks} {many} for it. {one.why[:most]}",
        Remedy("Mend what it says; I try again by myself and tell it all then.", wait="15 minutes"),
    )
