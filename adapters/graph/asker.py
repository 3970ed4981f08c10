"""Who asks, as every thread that works for them sees it.  One reading of the context."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field

from bot.asking import Asker, Urgency
from bot.ports import FRESH

ENDLESS = float("inf")


class Memo:
    """What one asker was told, so that they need not ask it twice; it ends with the asking.

    Shared by the threads that work for them: at worst two of them ask the same at a time.
    """

    def __init__(self) -> None:
        self._told: dict[Hashable, tuple[object, float]] = {}

    def recall(self, key: Hashable, now: float) -> object | None:
        """What was told within FRESH; `now` is monotonic."""
        told, at = self._told.get(key, (None, -ENDLESS))
        return told if now - at < FRESH.total_seconds() else None

    def keep(self, key: Hashable, told: object, now: float) -> None:
        self._told[key] = (told, now)


@dataclass(frozen=True, slots=True)
class Working:
    """The asker, and the monotonic time when their patience ends.

    Nobody remembers for who is nobody: what they ask is asked.
    """

    name: str = "other"
    urgency: Urgency = Urgency.PERSON
    until: float = ENDLESS
    memo: Memo | None = field(default=None, compare=False)


_NOBODY = Working()
_working: ContextVar[Working] = ContextVar("roomops_asker", default=_NOBODY)


def working() -> Working:
    return _working.get()


@contextmanager
def on_behalf_of(asker: Asker, now: float) -> Iterator[None]:
    """Everything asked inside, in this thread and in those given its context, is theirs."""
    outer = working()
    ends = now + asker.patience.total_seconds() if asker.patience else ENDLESS
    first = outer is _NOBODY
    mine = Working(
        asker.name if first else outer.name,
        asker.urgency if first else outer.urgency,
        min(ends, outer.until),
        outer.memo or Memo(),
    )
    token = _working.set(mine)
    try:
        yield
    finally:
        _working.reset(token)


def priority() -> dict[str, str]:
    """The header that tells Microsoft whom to slow down first: rounds.

    https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
    """
    return _LOW if working().urgency is Urgency.ROUND else {}


_LOW = {"x-ms-throttle-priority": "Low"}
