"""Whether to speak of an alert in a channel, and why; when to ask again.  Pure.

Nothing is said while a silence covers it or before it opened; while its cause stands, a message
that hangs already is edited at most; and the end of something is told wherever its beginning was,
and nowhere else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alert import Alert, Event, Kind, Status
from bot.finding import Severity
from bot.notification import Reason, Told
from bot.silence import Silence

WAKES = frozenset(
    {
        Reason.OPENED,
        Reason.WORSE,
        Reason.UNFOLDED,
        Reason.UNSILENCED,
        Reason.REOPENED,
        Reason.REMINDER,
    }
)

# Since anybody was last woken: 1 h, 4 h and 12 h after the beginning, then daily.
_GAPS = tuple(timedelta(hours=hours) for hours in (1, 3, 8, 24))
ASK_AGAIN = timedelta(hours=8)  # after an acknowledgement; then daily
_DAILY = _GAPS[-1]


def reason(
    alert: Alert,
    told: Told | None,
    silences: Sequence[Silence],
    history: Sequence[tuple[int, Event]],
    now: datetime,
) -> Reason | None:
    """Why to speak now; None is silence.  `history` is the alert's, oldest first."""
    if alert.status is Status.PENDING or _quiet_until(alert, silences, now):
        return None
    if alert.is_over:
        return _of_the_end(told)
    if alert.because_of:
        return _of_a_symptom(alert, told)
    if told is None or not told.message:
        return Reason.UNSILENCED if told and told.quiet_since else Reason.OPENED
    return _of_news(alert, told, history) or _of_time(alert, told, now)


def due(
    alert: Alert, told: Told | None, silences: Sequence[Silence], now: datetime
) -> datetime | None:
    """When to look again though nothing changes; None: when it changes."""
    if alert.status is Status.PENDING:
        return None
    if until := _quiet_until(alert, silences, now):
        return until if not alert.is_over or _of_the_end(told) else None
    if alert.is_over or alert.because_of or told is None or not told.message:
        return None
    return _reminded_at(alert, told)


def said(told: Told, alert: Alert, why: Reason, event: int, now: datetime) -> Told:
    """What is remembered once it was said; `event` is the number of the last one told.

    The most rooms that were ever told of stay: what comes and goes wakes nobody twice.
    """
    return replace(
        told,
        version=alert.version,
        status=alert.status.value,
        severity=int(alert.finding.severity),
        rooms=max(told.rooms, len(alert.finding.rooms)),
        event=max(told.event, event),
        reminders=told.reminders + (why is Reason.REMINDER),
        spoken_at=now if why in WAKES else told.spoken_at,
        quiet_since=None,
    )


def hushed(told: Told, now: datetime) -> Told:
    """What is remembered where a silence kept it quiet; its end is told once."""
    return told if told.quiet_since else replace(told, quiet_since=now)


def _quiet_until(alert: Alert, silences: Sequence[Silence], now: datetime) -> datetime | None:
    """The end of the last silence that covers it; None where none does."""
    return max((one.until for one in silences if one.covers(alert, now)), default=None)


def _of_a_symptom(alert: Alert, told: Told | None) -> Reason | None:
    """Its cause speaks; a message that hangs already must not go on saying that it stands alone."""
    hangs = told is not None and bool(told.message)
    return Reason.CHANGED if hangs and told and alert.version != told.version else None


def _of_the_end(told: Told | None) -> Reason | None:
    """A mark without a message may be a message whose id was lost: better twice than never."""
    if told is None or not (told.message or told.mark) or told.status == Status.RESOLVED.value:
        return None
    return Reason.RESOLVED


def _of_news(alert: Alert, told: Told, history: Sequence[tuple[int, Event]]) -> Reason | None:
    kinds = {event.kind for number, event in history if number > told.event}
    if told.quiet_since:
        return Reason.UNSILENCED
    if Kind.UNFOLDED in kinds:
        return Reason.UNFOLDED
    if alert.finding.severity > told.severity or len(alert.finding.rooms) > told.rooms:
        return Reason.WORSE
    if alert.status.value != told.status:
        is_ours = alert.status is Status.ACKNOWLEDGED
        return Reason.ACKNOWLEDGED if is_ours else Reason.REOPENED
    if Kind.ACKNOWLEDGED in kinds and alert.status is Status.ACKNOWLEDGED:
        return Reason.ACKNOWLEDGED  # by somebody else, or anew
    return None


def _of_time(alert: Alert, told: Told, now: datetime) -> Reason | None:
    reminded = _reminded_at(alert, told)
    if reminded and reminded <= now:
        return Reason.REMINDER
    return Reason.CHANGED if alert.version != told.version else None


def _reminded_at(alert: Alert, told: Told) -> datetime | None:
    """INFO asks nobody to hurry: it stands in the list and in the daily message."""
    if alert.finding.severity is Severity.INFO:
        return None
    spoken = told.spoken_at or alert.opened_at
    if alert.acknowledged_at is None:
        return spoken + _GAPS[min(told.reminders, len(_GAPS) - 1)]
    asked = alert.acknowledged_at + ASK_AGAIN
    return asked if spoken < asked else spoken + _DAILY
