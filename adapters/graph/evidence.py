"""What was asked and what came back, as the doctor shows it: no token, no body, no query."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import unquote

from adapters.graph.question import V1, Question
from adapters.graph.refusal import Answer, SignInRefused, Slowed
from bot.errors import Forbidden, Missing, Trouble
from bot.finding import Evidence
from bot.text import clean

_STATUS: tuple[tuple[type[Trouble], str], ...] = (
    (SignInRefused, "401"),
    (Forbidden, "403"),
    (Missing, "404"),
    (Slowed, "429"),
)


def asked(question: Question) -> str:
    """“GET /servicePrincipals(appId='…')”; the version is named where it is beta."""
    version = "" if question.version == V1 else question.version
    return f"{question.method} {version}{clean(unquote(question.path.partition('?')[0]))}"


def of_answer(question: Question, answer: Answer, *said: str) -> Evidence:
    """`said` is what matters of it: “accountEnabled=false”."""
    answered = ", ".join((str(answer.status), *said))
    return Evidence(asked(question), answered, answer.at, answer.request_id)


def of_trouble(question: Question, trouble: Trouble, now: datetime) -> Evidence:
    status = next((word for kind, word in _STATUS if isinstance(trouble, kind)), "")
    answered = " ".join(filter(None, (status, trouble.code))) or str(trouble)
    return Evidence(asked(question), answered, trouble.at or now, trouble.request_id)
