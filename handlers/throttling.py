"""`/roomops throttling`: is Microsoft slowing us down, why, whom does it hurt, what comes next?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.command import Command
from bot.desk import Desk
from bot.errors import Trouble
from bot.finding import Broken, Ok, Unknown
from bot.people import Invocation
from bot.reply import (
    Block,
    Bold,
    Button,
    Buttons,
    Facts,
    Link,
    Note,
    Reply,
    Span,
    Table,
    Text,
    Title,
    Tone,
)
from bot.throttling import By, Step, Tally
from handlers import activity_seen, throttling_words
from handlers.activity_words import drawn as integration_drawn
from handlers.check_throttling import MAILBOXES
from handlers.forecast import LENGTH, Forecast, forecast
from handlers.pressed import DAY, MINUTE, Pressed, pressed, refusals, top, total
from handlers.roomed import names_of
from handlers.telling import remedy, would_tell
from handlers.throttling_cause import CALM, Cause, Kind, cause, unrest
from handlers.throttling_picture import drawn, gaps
from handlers.throttling_words import PAGE, Names
from handlers.whose import integration_of, is_own
from handlers.zones import zone_of

SHOWN = 5
NAMES = 64  # askers, and operations, that are ranked
HOUR = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything that the answer tells; tallies are of the last 24 hours, the worst first."""

    it: Pressed
    names: Names
    since: datetime | None  # of the unrest
    cause: Cause
    whole: Tally  # of the unrest, or of the last ten minutes
    mailboxes: tuple[Tally, ...]
    askers: tuple[Tally, ...]
    lately: tuple[Tally, ...]  # askers of the last hour
    operations: tuple[Tally, ...]
    outlook: Forecast


def throttling(invocation: Invocation, desk: Desk) -> Reply:
    now = invocation.at
    seen = look(desk, now)
    zone = ZoneInfo(zone_of(invocation.user.timezone) or desk.timezone)
    blocks: list[Block] = [_first(seen), _why(seen, desk), Facts(_facts(seen))]
    if seen.since:
        blocks.append(Text((Bold("What to do: "), throttling_words.advice(seen.cause.kind))))
    blocks.append(drawn(seen.it.minutes, now, zone))
    if said := gaps(seen.it.minutes, now, zone):
        blocks.append(Note((said,)))
    blocks += [*_mailboxes(seen), *_talkers(seen)]
    blocks += _integration(desk, now, zone)
    blocks += [
        _small_print(seen),
        Buttons((Button("Status", "status"), Button("Alerts", "alerts"))),
    ]
    return Reply(tuple(blocks), _tone(seen))


def look(desk: Desk, now: datetime) -> Seen:
    ledger, pressure = desk.book.ledger, desk.pressure
    it = pressed(ledger, pressure, now)
    since = unrest(it.minutes, it.standing, now)
    period = since or now - CALM

    def tops(by: By, begin: datetime, most: int) -> tuple[Tally, ...]:
        return top(ledger, pressure, by, begin, now, most)

    names = names_of(desk)
    recent = tops(By.MAILBOX, period, MAILBOXES)
    return Seen(
        it,
        names,
        since,
        cause(it, period, recent),
        total([one for one in it.minutes if one.at + MINUTE > period]),
        tops(By.MAILBOX, now - DAY, SHOWN),
        tops(By.ASKER, now - DAY, NAMES),
        tops(By.ASKER, now - HOUR, NAMES),
        tops(By.OPERATION, now - DAY, NAMES),
        _outlook(desk, it, names, recent),
    )


def _outlook(desk: Desk, it: Pressed, names: Names, mailboxes: Sequence[Tally]) -> Forecast:
    """Of the mailbox that is asked the most, and of the tightest limit."""
    most = max(mailboxes, key=lambda one: one.requests, default=None)
    until = it.minutes[-1].at  # the minute that runs is not whole
    tightest = it.standing.tightest
    tight = throttling_words.budget(tightest, names) if tightest else ""
    if most is None:
        return forecast(it, "", (), tight)
    asked = desk.book.ledger.spells(until - LENGTH * MINUTE, until, MINUTE, By.MAILBOX, most.name)
    return forecast(it, throttling_words.name(most.name, names), asked, tight)


def _first(seen: Seen) -> Text:
    state = throttling_words.state(seen.it.standing, seen.names)
    if seen.since is None:
        return Text((Bold(state),))
    since = throttling_words.clock(seen.since, seen.it.now)
    return Text((Bold(state), f" Refusals since {since}: {throttling_words.counts(seen.whole)}."))


def _why(seen: Seen, desk: Desk) -> Text:
    if not any(one.sum and one.sum.requests for one in seen.it.minutes):
        return Text(("I have asked nothing in the last 24 hours, so I can tell nothing more.",))
    words = throttling_words.because(seen.cause, seen.it, seen.whole, seen.names, desk.watched)
    link: tuple[Span, ...] = ()
    if seen.cause.kind in (Kind.AWAY, Kind.STORM):
        link = (" ", Link("Microsoft's service health", throttling_words.HEALTH))
    return Text((Bold("Why: "), words, *link))


def _facts(seen: Seen) -> tuple[tuple[str, Span], ...]:
    it, day = seen.it, total(seen.it.minutes)
    said = throttling_words
    operations = [f"{one.name} {one.requests:,}{_refused(one)}" for one in seen.operations[:SHOWN]]
    return (
        ("How I ask", said.step(it.standing, it.now)),
        ("Who is affected", said.affected(it.standing, seen.lately, seen.names)),
        ("Forecast", said.outlook(seen.outlook)),
        ("Last 24 hours", said.counts(day)),
        ("Waits", said.waits(day)),
        ("Longest Retry-After", said.wait(day.retry_after)),
        ("Asked for", ", ".join(operations) or "nothing"),
    )


def _refused(one: Tally) -> str:
    return f" ({refusals(one):,} refused)" if refusals(one) else ""


def _mailboxes(seen: Seen) -> list[Block]:
    """The most often refused; where none was, nothing is bad."""
    worst = [one for one in seen.mailboxes if refusals(one) or one.waits]
    if not worst:
        return []
    head = ("Worst mailboxes, 24 h", "Requests", "429s", "Waits", "Longest Retry-After")
    rows = tuple(
        (
            throttling_words.name(one.name, seen.names),
            f"{one.requests:,}",
            f"{one.throttled:,}",
            f"{one.waits:,}",
            throttling_words.wait(one.retry_after),
        )
        for one in worst
    )
    return [Table(head, rows, frozenset({1, 2, 3}))]


def _talkers(seen: Seen) -> list[Block]:
    most = sorted(seen.askers, key=lambda one: (-one.requests, one.name))[:SHOWN]
    if not most:
        return []
    rows = tuple(
        (one.name, f"{one.requests:,}", f"{one.throttled:,}", throttling_words.waits(one))
        for one in most
    )
    return [Table(("Top talkers, 24 h", "Requests", "429s", "Waits"), rows, frozenset({1, 2}))]


def _integration(desk: Desk, now: datetime, zone: ZoneInfo) -> list[Block]:
    """The bot's own 429s say nothing of it, unless both are one app."""
    blocks: list[Block] = [Title("The integration")]
    if is_own(desk.watched):
        blocks.append(
            Text(
                (
                    "The bot and the integration share one app registration, and so one budget for "
                    "each mailbox: what is refused to me is refused to it.",
                )
            )
        )
    result = activity_seen.look(desk, now)
    match result:
        case Ok(summary):
            if not is_own(desk.watched) or desk.activity.workspace:
                blocks.append(Text((summary,)))
        case Broken(findings):
            blocks.append(Text((Bold(findings[0].summary), " ", findings[0].consequence)))
            blocks += remedy(findings[0].remedy)
        case Unknown(why):
            blocks += [Text((why,)), *would_tell(result)]
    blocks += [*_its_picture(desk, zone), *(Note((note,)) for note in result.notes)]
    return blocks


def _its_picture(desk: Desk, zone: ZoneInfo) -> list[Block]:
    """From memory: the look just now has read it."""
    try:
        known = desk.activity.seen(integration_of(desk.watched))
    except Trouble:
        return []
    return [integration_drawn(known, zone)] if known and known.until else []


def _small_print(seen: Seen) -> Note:
    who = f" of {seen.it.replicas} replicas together" if seen.it.replicas > 1 else ""
    return Note(
        (
            f"Counted by myself{who}, minute by minute; looked at {seen.it.now:%H:%M:%S} UTC. ",
            Link("Microsoft's limits", PAGE),
        )
    )


def _tone(seen: Seen) -> Tone:
    if seen.it.standing.step >= Step.PAUSED:
        return Tone.BAD
    return Tone.WARN if seen.since or seen.it.standing.step > Step.NORMAL else Tone.GOOD


THROTTLING = Command(
    "throttling",
    "whether Microsoft slows me down: requests, refusals, waits and headroom, and why",
    throttling,
    examples=("throttling",),
)
