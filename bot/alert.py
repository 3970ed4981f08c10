"""An alert: the remembered life of a finding, and what may become of it.  Nouns only.

    (nothing) --bad--> PENDING --bad N times--> OPEN --acknowledged--> ACKNOWLEDGED
                          |                      ^ |                      |      |
                          |good                  | +------good M times----+      |
                          v                      +--worse, or undone-------------+
                     (forgotten)                       --> RESOLVED

A silence is no state of an alert: it is a rule about speaking (silence.py).  Nor is folding: a
symptom stays what it is and names its cause.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.finding import Finding


class Status(StrEnum):
    PENDING = "pending"  # seen, but not often enough to speak of
    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class Kind(StrEnum):
    """What happened to an alert; each is a line of its history."""

    OPENED = "opened"
    WORSE = "worse"  # severer, or of more rooms than when it was acknowledged
    BETTER = "better"
    CHANGED = "changed"  # another summary or another list of rooms, neither worse nor better
    FOLDED = "folded"  # a cause above it was found
    UNFOLDED = "unfolded"  # its cause is over, and it is not
    FLAPPING = "flapping"
    STEADY = "steady"
    ACKNOWLEDGED = "acknowledged"
    REOPENED = "reopened"  # the acknowledgement ended: worse, or taken back
    SILENCED = "silenced"
    UNSILENCED = "unsilenced"
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True)
class Event:
    """One line of an alert's history: what, when, by whom and in which words."""

    kind: Kind
    at: datetime
    by: str = ""  # "slack:U1 Olivia"; "" for the bot itself
    words: str = ""  # a sentence or a note; data, never markup


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """`number` and `version` are the store's: 0 until it has written them."""

    check: str
    finding: Finding
    status: Status
    opened_at: datetime  # when it was first seen
    changed_at: datetime
    number: int = 0
    version: int = 0
    bad: int = 1  # rounds in a row that saw it
    good: int = 0  # rounds in a row that did not; it is over after enough of them
    flaps: tuple[datetime, ...] = ()  # when it came back before it was over; the newest last
    because_of: str = ""  # the fingerprint of the cause that it is folded under
    symptoms: tuple[str, ...] = ()  # a line for each link that fails because of it
    impact: str = ""  # "40 rooms, 12 meetings until 14:00 UTC"; "" where nothing was asked
    sites: tuple[str, ...] = ()  # where its rooms are
    acknowledged_by: str = ""
    acknowledged_at: datetime | None = None
    acknowledged_rooms: int | None = None  # how many it had then, so that growth is seen
    note: str = ""
    resolved_at: datetime | None = None

    @property
    def fingerprint(self) -> str:
        return self.finding.fingerprint

    @property
    def is_over(self) -> bool:
        return self.status is Status.RESOLVED

    @property
    def stands(self) -> bool:
        """Worth speaking of: neither pending nor over."""
        return self.status in (Status.OPEN, Status.ACKNOWLEDGED)

    @property
    def is_blindness(self) -> bool:
        return self.fingerprint == blindness(self.check)


@dataclass(frozen=True, slots=True)
class Change:
    """From what was read to what should stand; `before` is None for a new alert.

    `after` None forgets a pending alert that nobody ever heard of.
    """

    before: Alert | None
    after: Alert | None
    events: tuple[Event, ...] = ()


def blindness(check: str) -> str:
    """The fingerprint of a check that cannot tell."""
    return f"{check}/unknown"


def name_of(by: str) -> str:
    """The name in "slack:U1 Olivia", or all of it where there is none."""
    return by.partition(" ")[2] or by
