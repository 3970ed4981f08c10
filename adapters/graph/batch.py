"""Reads of the directory, twenty in one request; items that fail for the moment are asked alone.

Not for calendars: Graph lets a batch reach Outlook only four items wide, so questions side by side
are faster.  https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from adapters.graph.asker import priority
from adapters.graph.question import BATCH, GRAPH, Json, Question
from adapters.graph.refusal import Answer, Broken, Garbled, GatewayTimedOut, Slowed, Unavailable
from adapters.graph.timing import Timing
from adapters.graph.wire import Wire
from bot.errors import Trouble

MOST = 20
_LEFT_OUT = "Microsoft Graph's answer left one question out"
_FOR_THE_MOMENT = Broken | GatewayTimedOut | Slowed | Unavailable


class Batch:
    """Sends GETs together; each gets its own answer or its own Trouble."""

    def __init__(self, wire: Wire, timing: Timing) -> None:
        self._wire, self._timing = wire, timing

    def ask(self, questions: Sequence[Question], until: float) -> Iterator[Json | Trouble]:
        """In the order asked.  Trouble is raised only where a whole batch fails."""
        for heard in self.hear(questions, until):
            yield heard if isinstance(heard, Trouble) else heard.body

    def hear(self, questions: Sequence[Question], until: float) -> Iterator[Answer | Trouble]:
        """The same, each with its status, id and time; all of one version of Graph."""
        for first in range(0, len(questions), MOST):
            asked = questions[first : first + MOST]
            for question, judged in zip(asked, self.once(asked, until), strict=True):
                yield self._settled(question, judged, until)

    def once(self, questions: Sequence[Question], until: float) -> list[Answer | Trouble]:
        """Twenty at most, and nothing asked again: what failed for the moment says so."""
        judged: list[Answer | Trouble] = []

        def read(envelope: Answer) -> None:
            answers = self._answers(envelope)
            judged.extend(self._judged(q, answers.get(str(n))) for n, q in enumerate(questions))

        self._wire.hear(_envelope(questions), until, read=read)
        return judged

    def _judged(self, question: Question, answer: Answer | None) -> Answer | Trouble:
        if answer is None:
            return Garbled(_LEFT_OUT)
        try:
            self._wire.judge(question, answer)
        except Trouble as trouble:
            return trouble
        return answer

    def _answers(self, envelope: Answer) -> dict[str, Answer]:
        """What came back, by the item's number; anything unreadable is left out."""
        responses, at = envelope.body.get("responses"), envelope.at
        if not isinstance(responses, list):
            raise Garbled("Microsoft Graph's answer makes no sense", at=at)
        items = [item for item in responses if isinstance(item, dict)]
        return {str(item.get("id")): _answer(item, at) for item in items}

    def _settled(
        self, question: Question, judged: Answer | Trouble, until: float
    ) -> Answer | Trouble:
        left_out = isinstance(judged, Garbled) and str(judged) == _LEFT_OUT
        if not left_out and not isinstance(judged, _FOR_THE_MOMENT):
            return judged
        try:
            return self._wire.hear(question, until)
        except Trouble as trouble:
            return trouble


def _envelope(questions: Sequence[Question]) -> Question:
    low = {"headers": said} if (said := priority()) else {}
    requests = [
        {"id": str(number), "method": "GET", "url": question.path, **low}
        for number, question in enumerate(questions)
    ]
    every = (budget for question in questions for budget in question.budgets if budget != GRAPH)
    wish, need = questions[0].wish, questions[0].need
    return Question(
        BATCH,
        f"/{BATCH}",
        wish,
        need,
        (*every, GRAPH),
        {"requests": requests},
        version=questions[0].version,
    )


def _answer(item: Json, at: datetime) -> Answer:
    status, headers = item.get("status"), item.get("headers")
    named: Mapping[str, Any] = headers if isinstance(headers, dict) else {}
    texts = {str(name): value for name, value in named.items() if isinstance(value, str)}
    body = item.get("body")
    return Answer(
        status if isinstance(status, int) else 502,
        _Headers(texts),
        _decoded(body) if isinstance(body, str) else body,
        at,
    )


class _Headers(dict[str, str]):
    """Names in any case, as in HTTP."""

    def __init__(self, headers: Mapping[str, str]) -> None:
        super().__init__({name.lower(): value for name, value in headers.items()})

    def get(self, name: str, default: Any = None) -> Any:
        return super().get(name.lower(), default)


def _decoded(body: str) -> Any:
    """A body that is not a JSON object comes in base64."""
    try:
        return json.loads(base64.b64decode(body, validate=True))
    except (ValueError, RecursionError):
        return None
