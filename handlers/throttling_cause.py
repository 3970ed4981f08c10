"""Since when Microsoft refuses, and why: our own pressure, a mailbox, a service, or a storm.  Pure.

Outlook counts for each app and mailbox, so that one mailbox over its limit says nothing of the
others; many at once that are far below their limits are not our doing.
https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from bot.book import Spell
from bot.throttling import Standing, Step, Tally
from handlers.pressed import MINUTE, Pressed, refusals, total

CALM = timedelta(minutes=10)  # without a refusal: then it is over
WINDOW = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A number, and why it is that one: Microsoft documents limits, not what is normal below."""

    value: float
    because: str


REFUSED = Threshold(5, "in five minutes: single ones are normal and asked again; five repeat")
LONG = Threshold(60, "seconds: a person waits 20 s at most, so from here on answers are missing")
MANY = Threshold(10, "mailboxes at a time: no longer a matter of single rooms")
AWAY = Threshold(0.2, "of all: one in five fails, so asking again no longer catches up with it")
MOST = Threshold(0.5, "of all, wherever they go: no single mailbox or service explains it")
TIGHT = Threshold(0.1, "of a limit: below a tenth one more round reaches it")
TIGHT_FOR = 3  # minutes in a row: one round may come near a limit for a moment
ONE = Threshold(0.8, "of all refusals in so few mailboxes: the others are well")


class Kind(StrEnum):
    CALM = "calm"
    OWN = "own"
    MAILBOX = "mailbox"
    SERVICE = "service"
    STORM = "storm"  # many mailboxes at once, far below every limit
    AWAY = "away"  # Graph does not answer, or with 503
    STRAY = "stray"


@dataclass(frozen=True, slots=True)
class Cause:
    """`names` are the mailboxes' addresses, or the service's; () where it is everything."""

    kind: Kind
    names: tuple[str, ...] = ()


def unrest(minutes: Sequence[Spell], standing: Standing, now: datetime) -> datetime | None:
    """Since when it is more than a stray refusal, until CALM has lasted; None where it is not."""
    began: datetime | None = None
    last = now - timedelta(days=366)
    for number, one in enumerate(minutes):
        if began and one.at - last >= CALM:
            began = None
        if not refusals(one.sum):
            continue
        assert one.sum is not None
        wait = timedelta(seconds=min(one.sum.retry_after, 86_400))
        last = max(last, one.at + max(MINUTE, wait))
        recent = minutes[max(0, number + 1 - WINDOW // MINUTE) : number + 1]
        if began is None and _is_much(recent, one.sum):
            began = next(each.at for each in recent if refusals(each.sum))
    if began is None and any(one.left.total_seconds() >= LONG.value for one in standing.cooling):
        return standing.since if standing.since.year > 1 else now
    still = bool(standing.cooling) or now - last < CALM
    return began if still else None


def _is_much(recent: Sequence[Spell], last: Tally) -> bool:
    return refusals(total(recent)) >= REFUSED.value or last.retry_after >= LONG.value


def is_tight(minutes: Sequence[Spell], now: datetime) -> bool:
    """Whether little was left of a limit for several minutes, within CALM."""
    run = 0
    for one in minutes:
        run = run + 1 if one.headroom is not None and one.headroom < TIGHT.value else 0
        if run >= TIGHT_FOR and now - one.at < CALM:
            return True
    return False


def cause(it: Pressed, since: datetime, mailboxes: Sequence[Tally]) -> Cause:
    """Of what was refused since then; `mailboxes` are their sums, the worst first."""
    period = [one for one in it.minutes if one.at + MINUTE > since]
    whole, cooling = total(period), it.standing.cooling
    refused = [one for one in mailboxes if refusals(one)]
    names = tuple(
        dict.fromkeys([c.mailbox for c in cooling if c.mailbox] + [one.name for one in refused])
    )
    services = tuple(c.budget for c in cooling if not c.mailbox)
    inside = sum(map(refusals, refused)) >= ONE.value * refusals(whole)
    lowest = min((one.headroom for one in period if one.headroom is not None), default=1.0)
    # What the calm after it, or before, would hide among many requests.
    paused = any((one.step or Step.NORMAL) >= Step.PAUSED for one in period)
    rules = (
        (not refusals(whole) and not cooling, Cause(Kind.CALM)),
        (it.standing.is_down or _is_away(whole), Cause(Kind.AWAY)),
        (paused and whole.unavailable > whole.throttled, Cause(Kind.AWAY)),
        (lowest < TIGHT.value, Cause(Kind.OWN, names)),
        (_GRAPH in services, Cause(Kind.STORM)),
        (len(names) >= MANY.value, Cause(Kind.STORM, names)),
        (bool(names) and inside, Cause(Kind.MAILBOX, names)),
        (paused or _is_most(whole), Cause(Kind.STORM)),
        (bool(services), Cause(Kind.SERVICE, services)),
        (any(c.mailbox for c in cooling), Cause(Kind.MAILBOX, names)),
    )
    return next((found for holds, found in rules if holds), Cause(Kind.STRAY, names))


_GRAPH = "graph"


def _is_most(whole: Tally) -> bool:
    """Also between two cool-downs, when nothing is left alone for a moment."""
    refused = refusals(whole)
    return refused >= REFUSED.value and refused >= MOST.value * whole.requests


def _is_away(whole: Tally) -> bool:
    """Microsoft's answer is that it is not there."""
    away = whole.unavailable
    much = away >= REFUSED.value and away >= AWAY.value * whole.requests
    return much and away > whole.throttled
