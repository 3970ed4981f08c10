"""What the activity log says of the integration, in sentences and as a picture."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.activity import Calls, Hour, Seen, Worst
from bot.picture import Picture, Series
from bot.text import clean
from bot.wording import plural
from handlers.details import age

# “In most regions … within 30 minutes.  In less common cases … up to 2 hours”:
# https://learn.microsoft.com/graph/microsoft-graph-activity-logs-overview#limitations
USUALLY = timedelta(minutes=30)
LATEST = timedelta(hours=2)
_NAMED = 3  # of the worst
_ONE = 0.6  # share of the 429s that makes one mailbox the matter


def lines(seen: Seen, now: datetime) -> tuple[str, ...]:
    """Everything that matters, a sentence each; how old it is comes first."""
    told = [how_old(seen, now)]
    if seen.whole or seen.last_hour.requests:
        told.append(_over("In the last hour of it", seen.last_hour))
    if seen.day.throttled:
        told += [_over("Over 24 hours", seen.day), *worst(seen)]
    elif seen.last_hour != seen.day:
        told.append(_over("Over 24 hours", seen.day))
    if not seen.whole:
        told.append("Azure Monitor gave a part of it only, so there may be more.")
    return tuple(told)


def how_old(seen: Seen, now: datetime) -> str:
    if seen.until is None:
        return "The Graph activity log has nothing of the last day."
    told = f"The Graph activity log reaches to {age(now - seen.until)} ago"
    return f"{told}; it usually comes within {age(USUALLY)}, at times in {age(LATEST)}."


def refusals(calls: Calls) -> str:
    """“26 of 266 requests (9.8 %)”."""
    return f"{calls.throttled:,} of {plural(calls.requests, 'request')} ({percent(calls.share)})"


def percent(share: float) -> str:
    return f"{share * 100:.1f}".removesuffix(".0") + " %"


def worst(seen: Seen) -> tuple[str, ...]:
    """Where most of a day's 429s are, by mailbox and by operation."""
    found = []
    if seen.mailboxes:
        found.append(f"Most of them: {_listed(seen.mailboxes)}.")
    if seen.operations:
        found.append(f"By operation: {_listed(seen.operations)}.")
    return tuple(found)


def one_mailbox(seen: Seen) -> str:
    """The mailbox that has most of the day's 429s; "" where they are spread."""
    if not seen.mailboxes or not seen.day.throttled:
        return ""
    first = seen.mailboxes[0]
    return first.name if first.calls.throttled >= _ONE * seen.day.throttled else ""


def drawn(seen: Seen, zone: ZoneInfo) -> Picture:
    """Requests and 429s by hour; an hour that the log does not tell of is no zero."""
    hours = seen.hours
    every = Series("requests", tuple(_value(hour, "requests") for hour in hours))
    refused = Series("429s", tuple(_value(hour, "throttled") for hour in hours))
    labels = tuple(f"{hour.at.astimezone(zone):%H:%M}" for hour in hours)
    alt = f"The integration's requests and 429s by hour: {refusals(seen.day)} were throttled."
    return Picture("The integration's requests to Graph", labels, (every, refused), alt)


def _over(when: str, calls: Calls) -> str:
    more = f"; {calls.unavailable:,} found the service unavailable" if calls.unavailable else ""
    if not calls.throttled:
        return f"{when}: {plural(calls.requests, 'request')}, no 429{more}."
    return f"{when}: {refusals(calls)} were answered 429{more}."


def _listed(found: tuple[Worst, ...]) -> str:
    return ", ".join(f"{clean(one.name)} ({one.calls.throttled:,})" for one in found[:_NAMED])


def _value(hour: Hour, name: str) -> float | None:
    return getattr(hour.calls, name) if hour.calls else None
