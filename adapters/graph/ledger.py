"""What was asked of Graph, minute by minute, until the database takes it: bounded and cheap.

Each minute is tallied in all, by operation, by asker, and by mailbox where it was throttled or
among the most asked.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from datetime import datetime
from threading import Lock

from bot.ports import Clock
from bot.throttling import Bucket, By, Tally

_KEPT = 180  # minutes, where nobody takes them
_NAMES = 64  # operations, and askers, a minute; more are one
_MAILBOXES = 20  # a minute
_CANDIDATES = 160  # mailboxes that are counted until the minute ends
_REST = "others"

REQUESTS, THROTTLED, UNAVAILABLE, WAITS, WAITED, RETRY_AFTER = range(6)
_Row = list[float]
_AWAY = frozenset({0, 502, 503, 504, 509})  # 0: nothing came back


class Ledger:
    """Safe for threads."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._minute: datetime | None = None
        self._rows: dict[tuple[By, str], _Row] = {}
        self._seen = dict.fromkeys(By, 0)
        self._full: deque[Bucket] = deque(maxlen=_KEPT)

    def answered(
        self, operation: str, mailbox: str, asker: str, status: int, retry_after: float = 0.0
    ) -> None:
        """One request; `mailbox` is its address, "" where there is none."""
        throttled, away = status == 429, status in _AWAY

        def count(row: _Row) -> None:
            row[REQUESTS] += 1
            if throttled or away:
                row[THROTTLED if throttled else UNAVAILABLE] += 1
                row[RETRY_AFTER] = max(row[RETRY_AFTER], retry_after)

        self._write(operation, mailbox, asker, count)

    def waited(self, operation: str, mailbox: str, asker: str, seconds: float) -> None:
        """A request was held back so long by our own limits, whether it was sent then or not."""

        def count(row: _Row) -> None:
            row[WAITS] += 1
            row[WAITED] += seconds

        self._write(operation, mailbox, asker, count)

    def take(self) -> tuple[Bucket, ...]:
        """The minutes that have ended, once; oldest first."""
        with self._lock:
            self._turn()
            taken = tuple(self._full)
            self._full.clear()
            return taken

    def current(self) -> Bucket:
        """The minute that is running."""
        with self._lock:
            self._turn()
            return self._bucket()

    def _write(
        self, operation: str, mailbox: str, asker: str, count: Callable[[_Row], None]
    ) -> None:
        with self._lock:
            self._turn()
            count(self._row(By.ALL, ""))
            count(self._row(By.OPERATION, operation))
            count(self._row(By.ASKER, asker))
            if mailbox:
                count(self._row(By.MAILBOX, mailbox))

    def _row(self, by: By, name: str) -> _Row:
        row = self._rows.get((by, name))
        if row is not None:
            return row
        if by is By.MAILBOX:
            self._make_room()
        elif self._seen[by] >= _NAMES:
            name = _REST
        self._seen[by] += 1
        return self._rows.setdefault((by, name), [0, 0, 0, 0, 0.0, 0.0])

    def _make_room(self) -> None:
        """Those asked least go, so that one that is asked often stays however late it came."""
        if self._seen[By.MAILBOX] < _CANDIDATES:
            return
        for key, _ in self._ranked()[_MAILBOXES:]:
            del self._rows[key]
        self._seen[By.MAILBOX] = _MAILBOXES

    def _ranked(self) -> list[tuple[tuple[By, str], _Row]]:
        mailboxes = [each for each in self._rows.items() if each[0][0] is By.MAILBOX]
        return sorted(mailboxes, key=_importance, reverse=True)

    def _turn(self) -> None:
        """Begin a new minute where the clock says so, forwards or backwards."""
        now = self._clock()
        if self._minute is not None and 0 <= (now - self._minute).total_seconds() < 60:
            return
        if self._minute is not None and self._rows:
            self._full.append(self._bucket())
        self._minute = now.replace(second=0, microsecond=0)
        self._rows = {}
        self._seen = dict.fromkeys(By, 0)

    def _bucket(self) -> Bucket:
        assert self._minute is not None
        kept = [each for each in self._rows.items() if each[0][0] is not By.MAILBOX]
        kept += self._ranked()[:_MAILBOXES]
        return Bucket(self._minute, tuple(_tally(key, row) for key, row in kept))


def _importance(item: tuple[tuple[By, str], _Row]) -> tuple[float, ...]:
    row = item[1]
    return row[THROTTLED] + row[UNAVAILABLE], row[WAITED], row[REQUESTS]


def _tally(key: tuple[By, str], row: _Row) -> Tally:
    requests, throttled, unavailable, waits, waited, retry_after = row
    return Tally(
        *key, int(requests), int(throttled), int(unavailable), int(waits), waited, retry_after
    )
