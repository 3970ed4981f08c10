"""The one translation of Azure Monitor's refusals: status and error body to a domain error.

https://learn.microsoft.com/azure/azure-monitor/logs/api/errors
"""

from __future__ import annotations

from datetime import timedelta

from adapters.graph.question import Json, Question
from adapters.graph.refusal import (
    Answer,
    Broken,
    GatewayTimedOut,
    SignInRefused,
    Slowed,
    Unavailable,
    plain_code,
    wanted_wait,
)
from bot.errors import Forbidden, Missing, Trouble

WHO = "Azure Monitor"
NO_SENSE = f"{WHO}'s answer makes no sense"
WAY = "Something on the way to it may answer in its place: a proxy, a captive portal."
ROLE = "Log Analytics Reader"
_PAUSE = 30.0  # seconds, where a 429 does not say: the length of its own window
_LATER = "Try again in a few minutes."
_UNRESOLVED = "SEM0100"
_TOKEN = ("InvalidAuthenticationToken", "InvalidAuthenticationTokenAudience", "InvalidTokenError")


class NoTable(Missing):
    """The workspace has no such table: nothing was ever sent to it."""


def refused(question: Question, answer: Answer) -> Trouble:
    """What to raise for an answer that is not a 2xx."""
    if answer.status == 429:
        return _slowed(answer)
    kind, what, hint = _kind(question, answer)
    code = _innermost(answer.error) or answer.code
    return kind(what, hint, code=code, request_id=request_id(answer), at=answer.at)


def request_id(answer: Answer) -> str:
    """Its own id of the answer, which its support asks for."""
    said = answer.error.get("correlationId") or answer.headers.get("x-ms-request-id")
    return plain_code(said) or answer.request_id


def _kind(question: Question, answer: Answer) -> tuple[type[Trouble], str, str]:
    match answer.status:
        case 401:
            return _STRANGER
        case 403:
            return _STRANGER if answer.code in _TOKEN else _NO_ROLE
        case 404:
            return _NOWHERE
        case 400 if _lacks_table(answer):
            return NoTable, "The workspace has no Graph activity logs", ""
        case status if status >= 500 or status == 408:
            return (*_DOWN.get(status, (Broken, f"{WHO} failed ({status})")), _LATER)
        case status:
            name = _innermost(answer.error) or answer.code or str(status)
            return Trouble, f"{WHO} refused to {question.wish} ({name})", ""


_STRANGER = (SignInRefused, f"{WHO} does not accept the bot's sign-in", "Check ROOMOPS_CLOUD.")
_NO_ROLE = (
    Forbidden,
    "The bot may not read the Graph activity logs",
    f"Give its app the role “{ROLE}” on the workspace.",
)
_NOWHERE = (
    Missing,
    f"{WHO} knows no such workspace",
    "Check ROOMOPS_LOG_ANALYTICS_WORKSPACE and ROOMOPS_CLOUD.",
)
_TIMED_OUT = (GatewayTimedOut, f"{WHO} did not answer in time")
_AWAY = (Unavailable, f"{WHO} is down for the moment")
_DOWN: dict[int, tuple[type[Trouble], str]] = {
    408: _TIMED_OUT,
    502: _AWAY,
    503: _AWAY,
    504: _TIMED_OUT,
    509: _AWAY,
}


def _slowed(answer: Answer) -> Slowed:
    said = wanted_wait(answer)
    wait = timedelta(seconds=_PAUSE if said is None else said)
    text = f"{WHO} asks the bot to wait"
    return Slowed(text, wait, code=answer.code, request_id=request_id(answer), at=answer.at)


def _lacks_table(answer: Answer) -> bool:
    """“'where' operator: Failed to resolve table or column expression named '…'”, and not a
    column, of which there is no table either."""
    inner = _inner(answer.error)
    said = inner.get("message")
    return _innermost(answer.error) == _UNRESOLVED and "table" in str(said)


def _inner(error: Json) -> Json:
    """The deepest of the errors in an error: where the reason stands."""
    while isinstance(deeper := error.get("innererror"), dict):
        error = deeper
    return error


def _innermost(error: Json) -> str:
    return plain_code(_inner(error).get("code"))
