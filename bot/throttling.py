"""How hard Microsoft 365 may be asked right now, and what asking cost, as plain values.

The ladder: each step says what still runs.  It goes up at once and down when calm has lasted.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

_MAILBOX = "mailbox:"
DOWN = "Microsoft Graph does not answer"  # why a standing is what it is, where nothing comes back


class Step(IntEnum):
    """What still runs, from everything to the least."""

    NORMAL = 0
    SLOW = 1
    PAUSED = 2
    RATIONED = 3

    @property
    def words(self) -> str:
        return _WORDS[self]


_WORDS = {
    Step.NORMAL: "everything runs",
    Step.SLOW: "scheduled checks run slowly",
    Step.PAUSED: "scheduled checks pause, and answers may come from memory with their age",
    Step.RATIONED: "only what Microsoft does not ask to leave alone is asked; the rest has to wait",
}


@dataclass(frozen=True, slots=True)
class Cooling:
    """Something that Microsoft asked to leave alone, for how much longer, and in whose words."""

    budget: str  # "mailbox:ADDRESS", or a service: "graph", "places", "directory", "logs", "health"
    left: timedelta
    why: str  # a sentence without its full stop

    @property
    def mailbox(self) -> str:
        """Its address; "" for a service."""
        return self.budget.removeprefix(_MAILBOX) if self.budget.startswith(_MAILBOX) else ""


@dataclass(frozen=True, slots=True)
class Standing:
    """`headroom` is the share of the tightest limit that is left, from 0 to 1."""

    step: Step
    since: datetime
    why: str  # a sentence without its full stop; "" at NORMAL
    cooling: tuple[Cooling, ...]  # the longest first
    headroom: float
    tightest: str = ""  # the budget with so little headroom

    @property
    def is_down(self) -> bool:
        """Whether Graph does not answer at all, which is no throttling."""
        return self.why == DOWN


class By(StrEnum):
    """What a tally is of."""

    ALL = "all"
    OPERATION = "operation"
    MAILBOX = "mailbox"  # only where throttled, or among the most asked
    ASKER = "asker"


@dataclass(frozen=True, slots=True)
class Tally:
    """What happened in one minute; requests in a batch count singly."""

    by: By
    name: str  # "" for ALL
    requests: int = 0
    throttled: int = 0  # answered 429
    unavailable: int = 0  # answered 502, 503, 504 or 509, or not at all
    waits: int = 0  # requests that our own limits held back
    waited: float = 0.0  # seconds, of all of those together
    retry_after: float = 0.0  # seconds, the longest that was asked for

    def __add__(self, other: Tally) -> Tally:
        return replace(
            self,
            requests=self.requests + other.requests,
            throttled=self.throttled + other.throttled,
            unavailable=self.unavailable + other.unavailable,
            waits=self.waits + other.waits,
            waited=self.waited + other.waited,
            retry_after=max(self.retry_after, other.retry_after),
        )


@dataclass(frozen=True, slots=True)
class Bucket:
    """One minute.  The same minute may come twice, where a clock was set back: add them up."""

    minute: datetime  # aware UTC, when it began
    tallies: tuple[Tally, ...]
