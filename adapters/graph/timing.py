"""The world's time as this adapter sees it: what o'clock it is, how long things take, chance."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass

from adapters.graph.asker import working
from bot.ports import Clock

PATIENCE = 20.0  # seconds that a person waits for an answer
LONG_PATIENCE = 120.0  # seconds that background work waits


@dataclass(frozen=True, slots=True)
class Timing:
    """`clock` dates answers; `monotonic` measures waits, so that a clock that jumps harms none."""

    clock: Clock
    monotonic: Callable[[], float]
    sleep: Callable[[float], None]
    random: Callable[[], float]

    def until(self, patience: float) -> float:
        """When so many seconds have passed, or the asker's own patience has."""
        return min(self.monotonic() + patience, working().until)

    def after(self, seconds: float) -> float:
        """So many seconds from now, whoever asks: for what is remembered."""
        return self.monotonic() + seconds

    def left(self, until: float) -> float:
        """Seconds of patience that are left, never negative."""
        return max(0.0, until - self.monotonic())

    def recall(self, key: Hashable) -> object | None:
        """What the asker was told of it just now; None where they must ask."""
        memo = working().memo
        return memo.recall(key, self.monotonic()) if memo else None

    def keep(self, key: Hashable, told: object) -> None:
        """For the asker, as long as they ask."""
        if memo := working().memo:
            memo.keep(key, told, self.monotonic())
