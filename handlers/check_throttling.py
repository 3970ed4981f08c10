"""Throttling: whether Microsoft refuses what the bot asks, more than is normal, and why.

One link beside the chain: it asks nothing of Graph, it reads the ledger.  What it finds ends when
ten minutes have passed without a refusal, and nothing cools down.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.book import Book
from bot.check import Check
from bot.finding import Broken, Evidence, Finding, Ok, Remedy, Result, Severity
from bot.ports import Services
from bot.selfcheck import OFTEN
from bot.throttling import By, Step
from bot.wording import few
from handlers.details import age
from handlers.pressed import MINUTE, Pressed, pressed, top, total
from handlers.roomed import names_of
from handlers.throttling_cause import CALM, LONG, Cause, Kind, cause, is_tight, unrest
from handlers.throttling_words import HEALTH as HEALTH_PAGE
from handlers.throttling_words import PAGE, Names, advice, because, budget, clock, counts, share
from handlers.whose import bots

NAME = "throttling"
BACK = timedelta(hours=3)  # far enough for a Retry-After of an hour, and the calm after it
MAILBOXES = 50
_FINGERPRINTS = {Kind.MAILBOX: "mailbox", Kind.STORM: "storm", Kind.AWAY: "storm"}


def throttling(book: Book) -> Check:
    """Over the ledger of that book."""

    def look(services: Services, now: datetime) -> Result:
        it = pressed(book.ledger, services.pressure, now, BACK)
        since = unrest(it.minutes, it.standing, now)
        findings = [_tight(it, services)] if is_tight(it.minutes, now) else []
        if since is not None:
            mailboxes = top(book.ledger, services.pressure, By.MAILBOX, since, now, MAILBOXES)
            why = cause(it, since, mailboxes)
            if why.kind is not Kind.OWN or not findings:
                findings.insert(0, _refused(it, since, why, services))
        if findings:
            return Broken(tuple(findings))
        return Ok(f"Microsoft does not throttle me: {_lately(it)}.")

    return Check(
        NAME,
        "Throttling",
        "whether Microsoft refuses what I ask more than is normal, and why",
        look,
        OFTEN,
        ("reach",),
    )


def _lately(it: Pressed) -> str:
    return f"{counts(total(it.last(CALM)))} in the last {age(CALM)}"


def _refused(it: Pressed, since: datetime, why: Cause, services: Services) -> Finding:
    names = names_of(services)
    whole = total([one for one in it.minutes if one.at + MINUTE > since])
    first = _first(it, why, names)
    much = f"Since {clock(since, it.now)}: {counts(whole)}."
    reason = because(why, it, whole, names, services.watched)
    rooms = why.names if why.kind in (Kind.MAILBOX, Kind.STORM) else ()
    return Finding(
        f"{NAME}/{_FINGERPRINTS.get(why.kind, 'own')}",
        "the bot's requests to Graph",
        f"{first} {much} {reason}",
        Severity.WARNING,
        _consequence(it),
        Remedy(advice(why.kind), link=_page(why.kind)),
        _evidence(it, since),
        bots(services.watched),
        rooms=rooms,
        settled=True,
    )


def _first(it: Pressed, why: Cause, names: Names) -> str:
    """The cause, in the first sentence."""
    until = _until(it)
    match why.kind:
        case Kind.MAILBOX:
            called = [names.get(one.lower(), one) for one in why.names]
            return f"Microsoft throttles me in {_count(called)}{until}: {few(called, 3)}."
        case Kind.STORM:
            where = "in many mailboxes at once" if why.names else "everywhere"
            return f"Microsoft throttles me {where}{until}."
        case Kind.AWAY:
            return f"Microsoft Graph answers that it is not available{until}."
        case Kind.SERVICE:
            which = " and ".join(budget(one, names) for one in why.names)
            return f"Microsoft throttles me at {which}{until}."
        case Kind.OWN:
            return f"Microsoft throttles me for asking too much{until}."
        case Kind.CALM | Kind.STRAY:
            return f"Microsoft refuses more of my requests than is normal{until}."


def _count(called: list[str]) -> str:
    return "one mailbox" if len(called) == 1 else f"{len(called)} mailboxes"


def _until(it: Pressed) -> str:
    """Only where it is long: then it is worth knowing, and stands still."""
    longest = max((one.left for one in it.standing.cooling), default=timedelta())
    if longest.total_seconds() < LONG.value:
        return ""
    end = it.now + longest + MINUTE - timedelta(microseconds=1)  # rounded up
    return f", and asks me to wait until {clock(end, it.now)}"


def _consequence(it: Pressed) -> str:
    match it.standing.step:
        case Step.NORMAL:
            return "Rooms concerned may be missing from answers for a while; all else runs."
        case Step.SLOW:
            return "Scheduled checks run slowly, so what breaks now is told later."
        case Step.PAUSED:
            return "Scheduled checks pause, and answers may come from memory, with their age."
        case Step.RATIONED:
            return "Only what need not be left alone is asked; other commands are told to wait."


def _evidence(it: Pressed, since: datetime) -> tuple[Evidence, ...]:
    refused = [one for one in it.minutes if one.at + MINUTE > since and one.sum]
    told = [one for one in refused if one.sum and (one.sum.throttled or one.sum.unavailable)]
    return tuple(
        Evidence("all requests of that minute", counts(one.sum), one.at)
        for one in told[-3:]
        if one.sum
    )


def _page(kind: Kind) -> str:
    return HEALTH_PAGE if kind in (Kind.STORM, Kind.AWAY) else PAGE


def _tight(it: Pressed, services: Services) -> Finding:
    lowest = min((one.headroom for one in it.last(CALM) if one.headroom is not None), default=0.0)
    where = it.standing.tightest
    which = f" The tightest now is {budget(where, names_of(services))}." if where else ""
    return Finding(
        f"{NAME}/headroom",
        "the bot's requests to Graph",
        f"My own questions come near a limit of Microsoft's: {share(lowest)} of it was left at "
        f"the least in the last {age(CALM)}.{which}",
        Severity.WARNING,
        "Scheduled checks wait, so that people's commands need not; Microsoft refuses nothing yet.",
        Remedy(advice(Kind.OWN), link=PAGE),
        owner=bots(services.watched),
        settled=True,
    )
