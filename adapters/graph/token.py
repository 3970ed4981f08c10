"""The bot's access token: one MSAL app a process, made when first needed, asked by one thread.

MSAL remembers refusals itself, for 60 s after an HTTP 400, so that a consent or secret that was
just mended would show a minute late.  That memory is emptied each time; ours lasts some seconds.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from threading import Lock
from typing import Any

import msal
import requests
import structlog
from msal.exceptions import MsalServiceError
from requests.auth import AuthBase

from adapters.graph import claims
from adapters.graph.clouds import Endpoints
from adapters.graph.credential import Credential
from adapters.graph.login import LATER, REPEATED, WHO, Login
from adapters.graph.lost import lost
from adapters.graph.refusal import SignInRefused
from adapters.graph.timing import Timing
from bot.errors import Throttled, Trouble, Unreachable

log = structlog.get_logger(__name__)

# MSAL logs answers that it does not know whole: with DEBUG, and with ERROR what is not JSON.
logging.getLogger("msal").setLevel(logging.WARNING)
logging.getLogger("msal.oauth2cli.oauth2").setLevel(logging.CRITICAL)

_EARLY = 300.0  # seconds before the end of its life in which a token is renewed if it can be
_LAST = 30.0  # ... and in which it is no longer used


@dataclass(frozen=True, slots=True)
class Token:
    """An access token, which never shows itself, and its life in monotonic time."""

    value: str = field(repr=False)
    since: float
    ends: float


@dataclass(frozen=True, slots=True)
class Issued:
    """That a token was issued: how long it lives, when, and Entra's id of that answer."""

    life: timedelta
    at: datetime
    request_id: str


class Bearer(AuthBase):
    """Puts the token on a request, so that it stands in no variable that a traceback may show."""

    def __init__(self, token: Token) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Bearer {self._token.value}"
        return request


class Tokens:
    """Gives the token to whoever asks; all who ask at once share one request."""

    def __init__(
        self,
        endpoints: Endpoints,
        authority: tuple[str, str],
        credential: Callable[[], Credential],
        session: requests.Session,
        timing: Timing,
    ) -> None:
        """`authority` is the tenant and the app's client id."""
        self._endpoints, self._authority, self._credential = endpoints, authority, credential
        self._login = Login(session)
        self._timing = timing
        self._asking = Lock()
        self._held: Token | None = None
        self._refusal: tuple[Trouble, float] | None = None
        self._app: Any = None
        self._purge = False  # MSAL's own token is to be forgotten before the next question
        self._cache: dict[str, Any] = {}  # MSAL's memory of answers
        self._first: Tokens | None = None  # whose MSAL app is used; None: one's own

    def beside(self, scope: str) -> Tokens:
        """The same app's tokens for another audience: one MSAL app, one question at a time.

        What is held and what was refused is each one's own.
        """
        other = copy(self)
        other._endpoints = replace(self._endpoints, scope=scope)
        other._held, other._refusal, other._purge = None, None, False
        other._first = self._first or self
        return other

    def get(self, until: float) -> Token:
        """A token that is good for half a minute at least, or Trouble that says why not."""
        held = self._held
        if held and self._timing.left(held.ends) > _EARLY:
            return held
        if not self._asking.acquire(timeout=self._timing.left(until)):
            raise Unreachable(f"{WHO} did not answer in time", LATER)
        try:
            return self._renewed()
        finally:
            self._asking.release()

    def renew(self, until: float) -> Issued:
        """Get a new one whatever is held; Trouble says why not, and what is held stays."""
        if not self._asking.acquire(timeout=self._timing.left(until)):
            raise Unreachable(f"{WHO} did not answer in time", LATER)
        try:
            if self._refusal and isinstance(self._refusal[0], SignInRefused):
                self._refusal = None  # it may just have been mended
            self._purge = True
            self._held = self._ask()
            life = timedelta(seconds=round(self._held.ends - self._held.since))
            return Issued(life, self._timing.clock(), self._login.request_id)
        finally:
            self._asking.release()

    def roles(self, until: float) -> frozenset[str]:
        """The application permissions in a new token, so that what was just consented shows."""
        self.renew(until)
        return claims.roles(self.get(until).value)

    def drop(self, token: Token, older_than: float = 0.0) -> bool:
        """Forget a token that was refused; False where it is younger than so many seconds."""
        if self._held is token:
            if self._timing.monotonic() - token.since < older_than:
                return False
            self._held = None
            self._purge = True
        return True

    def close(self) -> None:
        self._login.close()

    def _renewed(self) -> Token:
        held = self._held
        if held and self._timing.left(held.ends) > _EARLY:
            return held  # somebody else asked while we waited for the lock
        try:
            self._held = self._ask()
        except (Unreachable, Throttled):
            if held and self._timing.left(held.ends) > _LAST:
                return held  # Entra is away; what we hold is still good
            raise
        return self._held

    def _ask(self) -> Token:
        self._repeat_refusal()
        self._cache.clear()
        try:
            answer = self._acquire()
            if "access_token" not in answer:
                raise self._login.refused(answer, self._timing.clock())
        except Trouble as trouble:
            wait = trouble.retry_after.total_seconds() if isinstance(trouble, Throttled) else 0.0
            self._refusal = trouble, self._timing.after(max(wait, REPEATED))
            log.warning("graph.sign_in_refused", kind=type(trouble).__name__, code=trouble.code)
            raise
        now = self._timing.monotonic()
        return Token(str(answer["access_token"]), now, now + _seconds(answer.get("expires_in")))

    def _repeat_refusal(self) -> None:
        if self._refusal and self._timing.left(self._refusal[1]):
            raise self._refusal[0].with_traceback(None)
        self._refusal = None

    def _acquire(self) -> dict[str, Any]:
        try:
            first = self._first or self
            first._app = first._app or self._made()
            if self._purge:
                self._purge = False
                first._app.remove_tokens_for_client()
            answer = first._app.acquire_token_for_client(scopes=[self._endpoints.scope])
        except requests.RequestException as wrong:
            log.warning("graph.sign_in_unreachable", error=type(wrong).__name__)
            raise lost(wrong, WHO) from None
        except _MSAL_FAILURES as wrong:  # its text may hold the answer's body: not chained
            log.warning("graph.sign_in_failed", error=type(wrong).__name__)
            raise self._login.refused({}, self._timing.clock()) from None
        return answer if isinstance(answer, dict) else {}

    def _made(self) -> Any:
        tenant, client = self._authority
        return msal.ConfidentialClientApplication(
            client,
            client_credential=self._credential(),
            authority=f"{self._endpoints.login}/{tenant}",
            instance_discovery=False,  # it would ask the worldwide cloud, from any cloud
            http_client=self._login,
            http_cache=self._cache,
        )


# What MSAL raises at anything but a token or a proper refusal.
_MSAL_FAILURES = (
    AttributeError,
    KeyError,
    MsalServiceError,
    RuntimeError,
    TypeError,
    ValueError,
)


def _seconds(said: object) -> float:
    try:
        return float(str(said))
    except ValueError:
        return 0.0
