"""The one translation of Graph's refusals: status and error body to a domain error.

No text of an answer gets into an error: only its code, its request id and its time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from adapters.graph.question import GRAPH, PLACES, Json, Question
from adapters.graph.waiting import retry_after
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable


class SignInRefused(Forbidden):
    """The app or its token is refused: no other question would fare better."""


class Blocked(Forbidden):
    """A legacy application access policy of Exchange (RAOP) keeps the app out."""


class TooSlow(Unreachable):
    """No answer in time; a smaller question may get one."""


class GatewayTimedOut(TooSlow):
    """The same, said by Graph's gateway (504); asking again may do."""


class Broken(Unreachable):
    """Graph failed over this very question (500)."""


class Garbled(Unreachable):
    """An answer that is not what Graph promises."""


class Unavailable(Unreachable):
    """Graph, or the way to it, is down for the moment."""


class Slowed(Throttled):
    """A 429; `everywhere` where it is not about one mailbox."""

    everywhere = False

    def later(self, seconds: float) -> Slowed:
        """The same, when so many seconds are left of the wait."""
        left = timedelta(seconds=seconds)
        made = Slowed(str(self), left, code=self.code, request_id=self.request_id, at=self.at)
        made.everywhere = self.everywhere
        return made


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back over HTTP, or as one item of a batch; `body` is JSON or None."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: Any = field(repr=False)
    at: datetime

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def request_id(self) -> str:
        inner = _inner(self.error)
        said = self.headers.get("request-id") or inner.get("request-id")
        return said if isinstance(said, str) and _ID.fullmatch(said) else ""

    @property
    def error(self) -> Json:
        error = self.body.get("error") if isinstance(self.body, dict) else None
        return error if isinstance(error, dict) else {}

    @property
    def code(self) -> str:
        return plain_code(self.error.get("code"))

    @property
    def dated(self) -> datetime:
        """When Graph says that it refused, else when we heard."""
        said = _inner(self.error).get("date")
        try:
            date = datetime.fromisoformat(said) if isinstance(said, str) else self.at
        except ValueError:
            return self.at
        return date if date.tzinfo else date.replace(tzinfo=UTC)


_ID = re.compile(r"[\w-]{1,64}", re.ASCII)
_CODE = re.compile(r"[\w .:-]{1,80}", re.ASCII)


def plain_code(said: object) -> str:
    """An error code as Graph writes it; "" for anything that is none."""
    text = str(said) if isinstance(said, str | int) else ""
    return text if _CODE.fullmatch(text) else ""


def _inner(error: Json) -> Json:
    inner = error.get("innerError", error.get("innererror"))  # both spellings occur
    return inner if isinstance(inner, dict) else {}


def refused(question: Question, answer: Answer) -> Trouble:
    """What to raise for an answer that is neither a 2xx nor a 429."""
    kind, what, hint = _kind(question, answer)
    made = kind(what, hint, code=answer.code, request_id=answer.request_id, at=answer.dated)
    if isinstance(made, Forbidden) and hint == question.need:
        made.permission = question.permission
    return made


def _kind(question: Question, answer: Answer) -> tuple[type[Trouble], str, str]:
    match answer.status:
        case 401:
            return _not_signed_in(question, answer)
        case 403:
            return _forbidden(question, answer)
        case 404:
            return Missing, f"Graph found nothing where it was asked to {question.wish}", ""
        case status if status >= 500 or status == 408:
            return (*_DOWN.get(status, (Broken, f"Microsoft Graph failed ({status})")), _LATER)
        case status:
            name = answer.code or str(status)
            return Trouble, f"Microsoft Graph refused to {question.wish} ({name})", ""


def _not_signed_in(question: Question, answer: Answer) -> tuple[type[Trouble], str, str]:
    if answer.code == "NoPermissionsInAccessToken":
        return SignInRefused, "The bot's app has no permission in this tenant", question.need
    return SignInRefused, "Microsoft Graph does not accept the bot's sign-in", _SIGN_IN


def _forbidden(question: Question, answer: Answer) -> tuple[type[Trouble], str, str]:
    # “Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy …”
    # https://learn.microsoft.com/graph/auth-limit-mailbox-access
    if "access to odata is disabled" in _message(answer):
        return (
            Blocked,
            f"A policy in Exchange keeps the bot out: it may not {question.wish}",
            _POLICY,
        )
    if answer.code == _NOT_PREMIUM:
        return Forbidden, f"The bot may not {question.wish}: {_LICENCE}", _BUY
    return Forbidden, f"The bot may not {question.wish}", question.need


# https://learn.microsoft.com/graph/api/signin-list
_NOT_PREMIUM = "Authentication_RequestFromNonPremiumTenantOrB2CTenant"
_LICENCE = "the tenant has no Microsoft Entra ID P1 or P2 licence"
_BUY = "No permission helps; the sign-in log in the Entra admin center may still show some."
_TIMED_OUT = (GatewayTimedOut, "Microsoft Graph did not answer in time")
_AWAY = (Unavailable, "Microsoft Graph is down for the moment")
_DOWN: dict[int, tuple[type[Trouble], str]] = {
    408: _TIMED_OUT,
    502: _AWAY,
    503: _AWAY,
    504: _TIMED_OUT,
    509: _AWAY,
}


def slowed(question: Question, answer: Answer, seconds: float) -> Slowed:
    """What to raise for a 429; `seconds` is how long to leave it alone."""
    text = f"Microsoft asks the bot to wait before it may {question.wish}"
    wait = timedelta(seconds=seconds)
    made = Slowed(text, wait, code=answer.code, request_id=answer.request_id, at=answer.dated)
    # "Application is over its MailboxConcurrency limit." is about one mailbox; a 429 that names
    # none may be about the app or the tenant, so all of Outlook is left alone.
    # The directory, its logs and service health have limits of their own, and say so.
    if not question.budgets[0].startswith(_OUTLOOK):
        return made
    made.everywhere = "mailbox" not in _message(answer) and answer.code != "ApplicationThrottled"
    return made


def wanted_wait(answer: Answer) -> float | None:
    """The seconds of its Retry-After, if it has one."""
    return retry_after(answer.headers, answer.at)


def _message(answer: Answer) -> str:
    said = answer.error.get("message")
    return said.lower() if isinstance(said, str) else ""


_OUTLOOK = ("mailbox:", PLACES, GRAPH)
_LATER = "Try again in a few minutes."
_POLICY = "An Exchange administrator sees it with Get-ApplicationAccessPolicy."
_SIGN_IN = "Check ROOMOPS_CLOUD and ROOMOPS_TENANT_ID; the bot asks for a new token by itself."
