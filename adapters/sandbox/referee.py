"""The referee: remembers every call and blows the whistle on a client that breaks the rules.

Three rules.  No call to a mailbox or service (or, when the whole app is throttled, to Graph at
all) before its Retry-After has passed; no more than four calls at a time to one mailbox; nobody
who is waited for is refused by a limit that calls of low priority have used up.
https://learn.microsoft.com/graph/throttling
"""

from __future__ import annotations

import time
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from email.utils import parsedate_to_datetime
from threading import Lock

_KEPT = 200_000  # calls; a sandbox may run for weeks
_RACE = 0.25  # seconds in which another connection may not yet know of a Retry-After
# ... and in which the same one may not, where the client uses several: one of many threads gives it
# back to their pool before it has read the refusal.  From the first refusal, so hammering shows.
_REUSED = 0.15
_SLACK = 0.02  # seconds by which clocks may differ
_EVERYTHING = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """When a request came in, by the sandbox's clock and by one that never stands still."""

    at: datetime
    monotonic: float
    connection: int  # which TCP connection brought it


@dataclass(frozen=True, slots=True)
class Record:
    """One call; `status` 0 means that no answer was given."""

    method: str
    path: str  # the route's template, as in /users/{user}/calendar/getSchedule
    mailbox: str  # address, "" where the call is nobody's
    status: int
    at: float  # monotonic seconds, when it came in
    batched: bool


@dataclass(frozen=True, slots=True)
class Violation:
    rule: str  # "too early", "too many at once" or "starved"
    mailbox: str  # or a service: "directory", "logs", "health"; "" means all of Graph
    path: str
    seconds: float = 0.0  # how much too early
    heard: float = 0.0  # seconds since the wait was announced
    in_flight: int = 0


@dataclass(frozen=True, slots=True)
class _CoolDown:
    said: Moment
    seconds: float
    first: float  # when a refusal of this spell was said first, by the clock that never stands


class Referee:
    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = Lock()
        self.reset()

    def reset(self) -> None:
        """Forget everything, announced waits included."""
        with self._lock:
            self._calls: deque[Record] = deque(maxlen=_KEPT)
            self._violations: list[Violation] = []
            self._most: Counter[str] = Counter()
            self._cooling: dict[str, _CoolDown] = {}
            self._used: set[int] = set()  # connections
            self._races: list[Violation] = []  # of a connection that another thread took at once
            self._operations = 0
            self._provoked = 0
            self._in_flight = 0

    @property
    def calls(self) -> list[Record]:
        with self._lock:
            return list(self._calls)

    @property
    def operations(self) -> int:
        """Graph operations: the items of a batch count, its envelope does not."""
        return self._operations

    @property
    def violations(self) -> list[Violation]:
        with self._lock:
            alone = len(self._used) == 1  # a client of one connection has read what it was told
            return [*(self._races if alone else ()), *self._violations]

    @property
    def provoked(self) -> int:
        """429s that the client earned at the sandbox's own limits, not those of a fault."""
        return self._provoked

    @property
    def most_in_flight(self) -> int:
        """The most calls at a time that any one mailbox saw."""
        return max(self._most.values(), default=0)

    @property
    def most_by_mailbox(self) -> dict[str, int]:
        with self._lock:
            return dict(self._most)

    @property
    def in_flight(self) -> int:
        """Operations that Graph is at work on right now."""
        return self._in_flight

    def now(self, connection: int = 0) -> Moment:
        return Moment(self._clock(), time.monotonic(), connection)

    # told by the gateway

    def came(self, moment: Moment, mailbox: str, path: str) -> None:
        """A call reached the door; whether it may be there already.

        `mailbox` may be a service, too, or "" where it is only Graph's.
        """
        with self._lock:
            self._used.add(moment.connection)
            for scope in {mailbox, _EVERYTHING}:
                cooling = self._cooling.get(scope)
                if cooling is not None and (early := _too_early(cooling, moment)) > _SLACK:
                    heard = moment.monotonic - cooling.said.monotonic
                    at_once = moment.monotonic - cooling.first < _REUSED
                    kept = self._races if at_once else self._violations
                    kept.append(Violation("too early", scope, path, early, heard))

    def started(self, mailbox: str, path: str, in_flight: int, allowed: int) -> None:
        """Work began on it beside `in_flight - 1` others of the same mailbox."""
        with self._lock:
            self._in_flight += 1
            if not mailbox:
                return
            self._most[mailbox] = max(self._most[mailbox], in_flight)
            if in_flight > allowed:
                self._violations.append(
                    Violation("too many at once", mailbox, path, in_flight=in_flight)
                )

    def ended(self) -> None:
        with self._lock:
            self._in_flight = max(0, self._in_flight - 1)

    def starved(self, mailbox: str, path: str) -> None:
        """Somebody was refused because of calls that nobody waits for."""
        with self._lock:
            self._violations.append(Violation("starved", mailbox, path))

    def answered(self, record: Record, *, operation: bool, provoked: bool = False) -> None:
        with self._lock:
            self._calls.append(record)
            self._operations += operation
            self._provoked += provoked

    def told_to_wait(self, moment: Moment, mailbox: str, retry_after: str) -> None:
        """An answer carried Retry-After; mailbox "" means that it holds for all of Graph."""
        said = self.now(moment.connection)
        with self._lock:
            last = self._cooling.get(mailbox)
            goes_on = last is not None and said.monotonic - last.said.monotonic < last.seconds
            first = last.first if last is not None and goes_on else said.monotonic
            seconds = _seconds(retry_after, said.at)
            self._cooling[mailbox] = _CoolDown(said, seconds, first)


def _seconds(retry_after: str, now: datetime) -> float:
    if retry_after.isdigit():
        return float(retry_after)
    return (parsedate_to_datetime(retry_after) - now).total_seconds()


def _too_early(cooling: _CoolDown, moment: Moment) -> float:
    """How many seconds are missing, 0 if none.

    Time has passed if either clock says so: a test may move its own clock instead of sleeping,
    or sleep under a clock that stands still.  A call that was under way when the wait was
    announced is not early, nor is one over another connection that could not have heard yet.
    """
    real = moment.monotonic - cooling.said.monotonic
    if real < 0 or (moment.connection != cooling.said.connection and real < _RACE):
        return 0.0
    passed = max(real, (moment.at - cooling.said.at).total_seconds())
    return max(0.0, cooling.seconds - passed)
