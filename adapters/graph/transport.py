"""One request and its answer over HTTP, with time limits and without surprises.

Redirects are not followed, answers end at a size and a time, and nothing of a body, a header or a
token is logged.
"""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import requests
import structlog
from urllib3.exceptions import HTTPError

from adapters.graph.asker import priority
from adapters.graph.lost import lost
from adapters.graph.question import V1, Question
from adapters.graph.refusal import Answer, Garbled, TooSlow
from adapters.graph.timing import Timing
from adapters.graph.tls import CONNECT, READ
from adapters.graph.token import Bearer, Token

log = structlog.get_logger(__name__)

_LARGEST = 32 * 1024 * 1024  # bytes of one answer
_PIECE = 256 * 1024


class Transport:
    """Sends through one session, which is safe for many threads."""

    def __init__(
        self,
        root: str,
        session: requests.Session,
        timing: Timing,
        who: str = "Microsoft Graph",
        read: float = READ,
    ) -> None:
        """`read` is how many seconds may pass without a byte."""
        self._root, self._session, self._timing, self._who = root, session, timing, who
        self._read = read

    def send(self, question: Question, token: Token | None, until: float) -> Answer:
        """Whatever Graph answers, refusals too; Unreachable where nothing whole comes back.

        Without a token it is asked as a stranger.
        """
        ours = str(uuid4())
        began = self._timing.monotonic()
        try:
            answer = self._send(question, token, ours, until)
        except (requests.RequestException, HTTPError) as wrong:
            log.info(
                "graph.lost",
                operation=question.operation,
                error=type(wrong).__name__,
                ms=self._ms(began),
                client_request_id=ours,
            )
            raise lost(wrong, self._who) from None
        log.debug(
            "graph.answered",
            operation=question.operation,
            status=answer.status,
            ms=self._ms(began),
            request_id=answer.request_id,
        )
        return answer

    def close(self) -> None:
        self._session.close()

    def next_page(self, link: object, version: str = V1) -> str:
        """The path of a next link; it must lead to Graph itself, or the token would leak."""
        base = f"{self._root}{version}"
        if isinstance(link, str) and link.lower().startswith(f"{base.lower()}/"):
            return link[len(base) :]
        raise Garbled("Microsoft Graph's answer continues somewhere else", "I do not follow it.")

    def _ms(self, began: float) -> int:
        return round((self._timing.monotonic() - began) * 1000)

    def _send(self, question: Question, token: Token | None, ours: str, until: float) -> Answer:
        left = max(1.0, self._timing.left(until))
        with self._session.request(
            question.method,
            f"{self._root}{question.version}{question.path}",
            json=question.body,
            headers=_headers(question, ours),
            auth=Bearer(token) if token else None,
            timeout=(min(CONNECT, left), min(self._read, left)),
            allow_redirects=False,
            stream=True,
        ) as response:
            body = self._whole(response, until)
        at = self._timing.clock()
        return Answer(response.status_code, response.headers, _parsed(body), at)

    def _whole(self, response: requests.Response, until: float) -> bytes:
        """The body, piece by piece, so that a server that drips is not waited for."""
        pieces: list[bytes] = []
        size = 0
        while piece := response.raw.read1(_PIECE, decode_content=True):
            pieces.append(piece)
            size += len(piece)
            if size > _LARGEST:
                raise Garbled(f"{self._who}'s answer has no end")
            if not self._timing.left(until):
                raise TooSlow(f"{self._who} did not end its answer in time")
        return b"".join(pieces)


def _headers(question: Question, ours: str) -> dict[str, str]:
    headers = {"Accept": "application/json", "client-request-id": ours, **priority()}
    return headers | ({"Prefer": question.prefer} if question.prefer else {})


def _parsed(body: bytes) -> Any:
    """What the JSON says; None where it is none."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None
