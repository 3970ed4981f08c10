"""Entra's token endpoint as MSAL sees it, and what its refusals mean."""

from __future__ import annotations

import json
from datetime import datetime, timedelta
from typing import Any

import requests

from adapters.graph.aadsts import meaning, passes
from adapters.graph.refusal import SignInRefused, Unavailable, plain_code
from adapters.graph.waiting import retry_after
from bot.errors import Throttled, Trouble

WHO = "Microsoft's sign-in"
LATER = "Try again in a few minutes."
REPEATED = 5.0  # seconds for which a refusal is repeated without asking


class Login:
    """MSAL's way to the network; keeps the last answer, since MSAL hides its status."""

    def __init__(self, session: requests.Session) -> None:
        self._session = session
        self.last: requests.Response | None = None

    def post(self, url: str, **kwargs: Any) -> requests.Response:
        return self._send("POST", url, **kwargs)

    def get(self, url: str, **kwargs: Any) -> requests.Response:
        return self._send("GET", url, **kwargs)

    @property
    def request_id(self) -> str:
        """Entra's own id of its last answer."""
        said = "" if self.last is None else self.last.headers.get("x-ms-request-id", "")
        return plain_code(said)

    def close(self) -> None:
        self._session.close()

    def refused(self, answer: dict[str, Any], now: datetime) -> Trouble:
        """From what MSAL got, or else from the last answer that came.

        The codes decide: the text's form changed too often.
        """
        said = answer or _json(self.last)
        codes = [code for code in _list(said.get("error_codes")) if isinstance(code, int)]
        code = f"AADSTS{codes[0]}" if codes else plain_code(said.get("error"))
        trace = plain_code(said.get("trace_id"))
        status = 0 if self.last is None else self.last.status_code
        wait = None if self.last is None else retry_after(self.last.headers, now)
        if status == 429 or (wait and status >= 500):
            rest = timedelta(seconds=wait or REPEATED)
            return Throttled(f"{WHO} asks the bot to wait", rest, code=code, request_id=trace)
        if status >= 500 or passes(codes) or not code:
            return Unavailable(f"{WHO} is out of order", LATER, code=code, request_id=trace)
        why, act = meaning(codes)
        text = f"Microsoft does not let the bot sign in: {why}"
        return SignInRefused(text, act, code=code, request_id=trace)

    def _send(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        self.last = None
        self.last = self._session.request(method, url, allow_redirects=False, **kwargs)
        return self.last


def _json(response: requests.Response | None) -> dict[str, Any]:
    try:
        said = {} if response is None else json.loads(response.content)
    except (ValueError, RecursionError):
        return {}
    return said if isinstance(said, dict) else {}


def _list(said: object) -> list[object]:
    return said if isinstance(said, list) else []
