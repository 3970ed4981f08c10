"""On whose behalf Microsoft 365 is asked, and how long they will wait: a person or a round."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from datetime import timedelta
from enum import IntEnum


class Urgency(IntEnum):
    """Who goes first where a limit makes them wait."""

    PERSON = 0  # somebody looks at the screen
    ROUND = 1  # a scheduled check, a directory kept warm


@dataclass(frozen=True, slots=True)
class Asker:
    """`name` is a command's or a check's, for the ledger; never a person's."""

    name: str
    urgency: Urgency = Urgency.PERSON
    patience: timedelta | None = None  # for all its questions together; None: each its own


# Everything asked inside belongs to this asker.  Inside another one the outer one stays, but the
# shorter patience holds.
Asking = Callable[[Asker], AbstractContextManager[None]]


def unasked(_: Asker) -> AbstractContextManager[None]:
    """Where nobody keeps book of who asks."""
    return nullcontext()
