"""A time that stands still until somebody sleeps or moves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from threading import Lock


class Glass:
    """Sleeping takes no time and moves it forward; clock and monotonic time go together."""

    def __init__(self, start: datetime = datetime(2026, 11, 23, 10, tzinfo=UTC)) -> None:
        self._start, self._passed, self._jumped = start, 0.0, timedelta()
        self._lock = Lock()
        self.slept: list[float] = []

    def now(self) -> datetime:
        return self._start + timedelta(seconds=self._passed) + self._jumped

    def monotonic(self) -> float:
        return 1_000.0 + self._passed

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
            self._passed += seconds

    def forward(self, **by: float) -> None:
        self._passed += timedelta(**by).total_seconds()

    def jump(self, **by: float) -> None:
        """Somebody sets the clock; no time passes."""
        self._jumped += timedelta(**by)
