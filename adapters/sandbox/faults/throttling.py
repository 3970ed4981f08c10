"""Being told to wait."""

from __future__ import annotations

from adapters.sandbox.effect import Aim, NearLimit, Throttles, Wait
from adapters.sandbox.fault import Group, fault

_GROUP = Group.THROTTLING


FAULTS = (
    fault(
        _GROUP,
        "throttled-room",
        "One room's mailbox answers 429 with Retry-After; the others are well.",
        Throttles(aim=Aim.ROOM),
    ),
    fault(
        _GROUP,
        "throttled-room-hour",
        "One room's mailbox answers 429 with a Retry-After of one hour.",
        Throttles(Wait.HOUR, Aim.ROOM),
    ),
    fault(
        _GROUP,
        "throttled-mailboxes",
        "Every mailbox answers 429 with Retry-After, each for itself; the directory is well.",
        Throttles(aim=Aim.MAILBOXES),
    ),
    fault(
        _GROUP,
        "throttled",
        "Every call is answered 429 with Retry-After.",
        Throttles(),
    ),
    fault(
        _GROUP,
        "throttled-quiet",
        "Every call is answered 429, and nobody says when to come back.",
        Throttles(Wait.UNSAID),
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
    fault(
        _GROUP,
        "directory-throttled",
        "The directory answers 429 with Retry-After; mailboxes and logs are well.",
        Throttles(aim=Aim.DIRECTORY),
    ),
    fault(
        _GROUP,
        "logs-throttled",
        "The sign-in and audit logs answer 429 with Retry-After; the rest is well.",
        Throttles(aim=Aim.LOGS),
    ),
    fault(
        _GROUP,
        "directory-busy",
        "The directory answers, and says that nine tenths of its limit are used.",
        NearLimit(0.9),
    ),
)
