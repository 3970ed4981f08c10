"""How many rounds make an alert and end one, and when it flaps: nobody is woken by a flicker."""

from __future__ import annotations

from datetime import datetime, timedelta

from bot.alert import Alert
from bot.finding import Severity

MEMORY = timedelta(hours=1)  # how long a return counts
RETURN = timedelta(minutes=30)  # back so soon after its end, it is the same trouble
FLAPPING = 3  # returns within MEMORY

SOFT_ROUNDS = 2  # bad ones to open, good ones to end, where one may be chance
FLAPPING_ROUNDS = 5  # good ones to end what flaps
_KEPT = 50  # returns remembered; more than an hour holds at any cadence worth having


def rounds_to_open(alert: Alert) -> int:
    """Blindness was counted before it became a finding."""
    return 1 if _is_hard(alert) else SOFT_ROUNDS


def rounds_to_end(alert: Alert, now: datetime) -> int:
    if is_flapping(alert):
        return FLAPPING_ROUNDS
    came_back_lately = any(now - at < MEMORY for at in alert.flaps)
    return 1 if _is_hard(alert) and not came_back_lately else SOFT_ROUNDS


def _is_hard(alert: Alert) -> bool:
    finding = alert.finding
    return alert.is_blindness or finding.settled or finding.severity is Severity.CRITICAL


def is_flapping(alert: Alert) -> bool:
    """Until `calmed`: the returns that made it flap are kept so long."""
    return len(alert.flaps) >= FLAPPING


def with_return(flaps: tuple[datetime, ...], now: datetime) -> tuple[datetime, ...]:
    """The returns that count, this one included; what flaps goes on flapping."""
    recent = tuple(at for at in flaps if now - at < MEMORY)
    kept = recent if len(flaps) < FLAPPING else max(recent, flaps[-FLAPPING:], key=len)
    return (*kept, now)[-_KEPT:]


def has_calmed(alert: Alert, now: datetime) -> bool:
    """It flapped, and then stayed as it is for as long as a return counts."""
    return is_flapping(alert) and now - alert.flaps[-1] >= MEMORY
