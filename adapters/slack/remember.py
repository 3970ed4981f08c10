"""Asking once and remembering: one question a key in flight, its answer kept for a while."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

from bot.ports import Clock

K = TypeVar("K")
V = TypeVar("V")


class Remembered(Generic[K, V]):
    """Lives on the loop.  `ask` must not raise: what goes wrong is a value, kept for less long."""

    def __init__(
        self,
        ask: Callable[[K], Awaitable[V]],
        keep: Callable[[V], timedelta],
        clock: Clock,
        most: int = 10_000,
    ) -> None:
        self._ask, self._keep, self._clock, self._most = ask, keep, clock, most
        self._known: dict[K, tuple[datetime, V]] = {}
        self._asking: dict[K, asyncio.Task[V]] = {}

    async def __call__(self, key: K) -> V:
        until, value = self._known.get(key, (None, None))
        if until is not None and self._clock() < until:
            return value  # type: ignore[return-value]  # both are None, or neither
        if key not in self._asking:
            self._asking[key] = asyncio.create_task(self._learn(key))
        return await asyncio.shield(self._asking[key])  # one impatient asker is not the others

    async def _learn(self, key: K) -> V:
        try:
            value = await self._ask(key)
        finally:
            del self._asking[key]
        if len(self._known) >= self._most:
            self._known.clear()  # rare, and only costs asking again
        self._known[key] = self._clock() + self._keep(value), value
        return value
