"""Being told to wait."""

from __future__ import annotations

from adapters.sandbox.effect import Throttles, Wait
from adapters.sandbox.fault import Group, fault

_GROUP = Group.THROTTLING


FAULTS = (
    fault(
        _GROUP,
        "throttled-room",
        "One room's mailbox answers 429 with Retry-After; the others are well.",
        Throttles(every=False),
    ),
    fault(
        _GROUP,
        "throttled",
        "Every call is answered 429 with Retry-After.",
        Throttles(),
    ),
    fault(
        _GROUP,
        "retry-after-date",
        "Every call is answered 429 with Retry-After as a date.",
        Throttles(Wait.DATE),
    ),
    fault(
        _GROUP,
        "retry-after-hour",
        "Every call is answered 429 with a Retry-After of one hour.",
        Throttles(Wait.HOUR),
    ),
    fault(
        _GROUP,
        "retry-after-zero",
        "Every call is answered 429 with a Retry-After of zero.",
        Throttles(Wait.ZERO),
    ),
)
