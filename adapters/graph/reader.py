"""Reads the tenant: one question or several in one request, all pages, and evidence beside each.

The same asker is told the same from memory; a refusal is asked about anew, since the token may be
new by then.  What is no object where Graph promises one makes the whole answer worthless.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import islice

from adapters.graph import evidence
from adapters.graph.batch import Batch
from adapters.graph.question import Json, Question
from adapters.graph.refusal import Answer, Garbled
from adapters.graph.timing import PATIENCE, Timing
from adapters.graph.wire import Wire
from bot.errors import Missing, Trouble
from bot.finding import Evidence

_SENSELESS = "Microsoft Graph's answer makes no sense"


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer that is an object; of a list it is the first page."""

    question: Question
    body: Json = field(repr=False)
    evidence: Evidence

    def saying(self, *words: str) -> Evidence:
        """The evidence with what matters of the answer."""
        return replace(self.evidence, answered=", ".join((self.evidence.answered, *words)))


class Reader:
    """Shared by all threads of the process."""

    def __init__(self, wire: Wire, batch: Batch, timing: Timing) -> None:
        self._wire, self._batch, self._timing = wire, batch, timing

    def one(self, question: Question) -> Heard:
        """The answer; Trouble otherwise."""
        return sure(self._told(question) or self._asked(question))

    def together(self, *questions: Question) -> tuple[Heard | Trouble, ...]:
        """All in one request, in the order asked; Trouble is raised only where all of it failed."""
        known: dict[Question, Heard | Trouble] = {}
        known.update((one, told) for one in questions if (told := self._told(one)))
        asked = [one for one in dict.fromkeys(questions) if one not in known]
        answers = self._batch.hear(asked, self._patience())
        for question, answer in zip(asked, answers, strict=True):
            known[question] = self._learnt(question, answer)
        return tuple(known[question] for question in questions)

    def rows(self, heard: Heard, most: int | None = None) -> list[Json]:
        """The objects of a list over all its pages, at most so many; Garbled where one is none."""
        return list(islice(self._rows(heard), most))

    def evidence(self, question: Question, heard: Heard | Trouble) -> Evidence:
        if isinstance(heard, Heard):
            return heard.evidence
        return evidence.of_trouble(question, heard, self._timing.clock())

    def _rows(self, heard: Heard) -> Iterator[Json]:
        for row in self._wire.rest(heard.question, heard.body, self._patience()):
            if not isinstance(row, dict):
                raise garbled(heard)
            yield row

    def _asked(self, question: Question) -> Heard | Trouble:
        try:
            return self._learnt(question, self._wire.hear(question, self._patience()))
        except Missing as missing:
            return self._learnt(question, missing)

    def _told(self, question: Question) -> Heard | Missing | None:
        """What this asker knows already."""
        told = self._timing.recall(question)
        return told if isinstance(told, Heard | Missing) else None

    def _learnt(self, question: Question, answer: Answer | Trouble) -> Heard | Trouble:
        heard = answer if isinstance(answer, Trouble) else _heard(question, answer)
        if isinstance(heard, Heard | Missing):
            self._timing.keep(question, heard)
        return heard

    def _patience(self) -> float:
        return self._timing.until(PATIENCE)


def sure(heard: Heard | Trouble) -> Heard:
    """The answer; raises what came instead."""
    if isinstance(heard, Trouble):
        raise heard
    return heard


def garbled(heard: Heard) -> Garbled:
    """What to raise where an answer does not say what it must."""
    seen = heard.evidence
    return Garbled(_SENSELESS, request_id=seen.request_id, at=seen.at)


def _heard(question: Question, answer: Answer) -> Heard:
    return Heard(question, answer.body, evidence.of_answer(question, answer))
