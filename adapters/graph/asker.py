"""Who asks, as every thread that works for them sees it.  One reading of the context."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass

from bot.asking import Asker, Urgency

ENDLESS = float("inf")


@dataclass(frozen=True, slots=True)
class Working:
    """The asker, and the monotonic time when their patience ends."""

    name: str = "other"
    urgency: Urgency = Urgency.PERSON
    until: float = ENDLESS


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
    )
    token = _working.set(mine)
    try:
        yield
    finally:
        _working.reset(token)
