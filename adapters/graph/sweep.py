"""Many questions to many mailboxes: twenty in a request, some requests side by side.

What was throttled or failed for the moment is asked again, together and a few times; where Graph
as a whole does not answer, the rest is not tried.
https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import CancelledError, Executor, Future
from contextvars import copy_context
from dataclasses import dataclass, field
from typing import TypeGuard

from adapters.graph.batch import MOST, Batch
from adapters.graph.question import Question
from adapters.graph.refusal import (
    Answer,
    Broken,
    GatewayTimedOut,
    SignInRefused,
    Slowed,
    TooSlow,
    Unavailable,
)
from adapters.graph.timing import Timing
from adapters.graph.waiting import backoff
from adapters.graph.wire import Wire
from bot.errors import Throttled, Trouble, Unreachable

WIDTH = 8  # requests under way at a time
_ROUNDS = 3

Heard = Answer | Trouble


@dataclass(slots=True)
class _Sheet:
    """The questions, what came of each, and why it was ended early."""

    questions: Sequence[Question]
    until: float
    heard: dict[int, Heard] = field(default_factory=dict)
    over: Trouble | None = None  # Graph as a whole does not answer
    slow: Trouble | None = None  # ... or asks for a rest

    def result(self) -> list[Heard]:
        """In the order asked; raises where nothing at all was answered."""
        if self.over and not self.heard:
            raise self.over
        rest = self.over or self.slow or TooSlow("Microsoft Graph did not answer in time")
        return [self.heard.get(n, rest) for n in range(len(self.questions))]


class Sweep:
    """Shared by all threads of the process."""

    def __init__(self, wire: Wire, batch: Batch, pool: Executor, timing: Timing) -> None:
        self._wire, self._batch, self._pool, self._timing = wire, batch, pool, timing

    def ask(self, questions: Sequence[Question], until: float) -> list[Heard]:
        """One answer or Trouble each, in the order asked.

        Trouble is raised where Graph answered nothing, or does not let the bot in.
        """
        sheet = _Sheet(questions, until)
        todo = list(range(len(questions)))
        for attempt in range(_ROUNDS):
            self._round(sheet, todo)
            todo = [n for n in todo if self._again(sheet, n)]
            if not todo or sheet.over:
                break
            if attempt + 1 < _ROUNDS:
                self._wire.governor.nap(backoff(attempt, self._timing.random()), until)
        return sheet.result()

    def _round(self, sheet: _Sheet, todo: Sequence[int]) -> None:
        sheet.slow = None
        chunks = self._chunks(sheet, todo)
        for first in range(0, len(chunks), WIDTH):
            if sheet.over or sheet.slow:
                return
            side_by_side = chunks[first : first + WIDTH]
            flying = [(chunk, self._send(sheet, chunk)) for chunk in side_by_side]
            for chunk, future in flying:
                self._land(sheet, chunk, future)

    def _chunks(self, sheet: _Sheet, todo: Sequence[int]) -> list[list[int]]:
        """Those whose mailbox must rest stay among themselves, since a request waits for all."""
        rests = {n: self._rest(sheet.questions[n]) for n in todo}
        left = self._timing.left(sheet.until)
        now = [n for n in todo if not rests[n]]
        soon = sorted((n for n in todo if 0 < rests[n] < left), key=rests.__getitem__)
        for n in todo:
            if rests[n] >= left and rests[n]:
                sheet.heard[n] = self._refused(sheet, n)
        return [part[i : i + MOST] for part in (now, soon) for i in range(0, len(part), MOST)]

    def _rest(self, question: Question) -> float:
        return self._wire.governor.cooling(*question.budgets[:-1])

    def _refused(self, sheet: _Sheet, n: int) -> Heard:
        """What the governor says, which has no time to wait and so asks nobody."""
        try:
            return self._wire.hear(sheet.questions[n], sheet.until)
        except Trouble as trouble:
            return trouble

    def _send(self, sheet: _Sheet, chunk: Sequence[int]) -> Future[list[Heard]]:
        questions = [sheet.questions[n] for n in chunk]
        work = copy_context().run
        try:
            return self._pool.submit(work, self._batch.once, questions, sheet.until)
        except RuntimeError:  # the pool takes no more
            raise Unreachable("The bot is closing") from None

    def _land(self, sheet: _Sheet, chunk: Sequence[int], future: Future[list[Heard]]) -> None:
        try:
            heard = future.result()
        except CancelledError:
            raise Unreachable("The bot is closing") from None
        except SignInRefused:
            raise
        except Trouble as trouble:
            self._failed(sheet, chunk, trouble)
            return
        sheet.heard.update(zip(chunk, heard, strict=True))
        sheet.slow = next((each for each in heard if _everywhere(each)), sheet.slow)

    def _failed(self, sheet: _Sheet, chunk: Sequence[int], trouble: Trouble) -> None:
        """A whole request failed, after it was asked several times."""
        match trouble:
            case Slowed() if not trouble.everywhere:
                pass  # one mailbox that must rest held up its neighbours: once more without it
            case Unreachable() | Throttled():
                sheet.over = trouble
            case _:
                sheet.heard.update(dict.fromkeys(chunk, trouble))

    def _again(self, sheet: _Sheet, n: int) -> bool:
        match sheet.heard.get(n):
            case Slowed() as slow:
                return slow.retry_after.total_seconds() < self._timing.left(sheet.until)
            case None | Broken() | GatewayTimedOut() | Unavailable():
                return True
            case _:
                return False


def _everywhere(heard: Heard) -> TypeGuard[Slowed]:
    return isinstance(heard, Slowed) and heard.everywhere
