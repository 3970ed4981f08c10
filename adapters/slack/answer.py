"""Answers through a response_url: five uses within thirty minutes, and some may be lost.

docs.slack.dev/interactivity/handling-user-interaction#message_responses.  The address is
a secret of the person who asked, so it stands in no log and no error.
"""

from __future__ import annotations

import json
import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import aiohttp
import structlog

from adapters.slack.limits import Json
from adapters.slack.proxies import Proxies

log = structlog.get_logger(__name__)

HEADERS = {"Content-Type": "application/json; charset=utf-8"}
USES = 5
WINDOW = 29 * 60.0  # seconds of the thirty minutes that we wait at most, all waits together
Sleep = Callable[[float], Awaitable[None]]
Jitter = Callable[[], float]  # from 0 to 1

# What Slack says when it likes our layout less than we do; it is said again without one.
LAYOUT = frozenset({"invalid_blocks", "invalid_blocks_format", "msg_blocks_too_long",
                     "msg_too_long", "invalid_attachments", "block_mismatch"})  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Said:
    status: int  # 0: no answer
    error: str = ""
    retry_after: float | None = None

    @property
    def ok(self) -> bool:
        return self.status == 200 and not self.error

    @property
    def again(self) -> bool:
        return self.status in (0, 429) or self.status >= 500


class Answers:
    """Says messages where they were asked for, again where Slack was too busy."""

    def __init__(
        self, session: aiohttp.ClientSession, proxies: Proxies, sleep: Sleep, jitter: Jitter
    ) -> None:
        self._session, self._proxies = session, proxies
        self._sleep, self._jitter = sleep, jitter

    async def say(self, url: str, message: Json) -> bool:
        """Whether Slack took it.  A lost answer may be said twice; that beats never."""
        waited = 0.0
        for use in range(USES):
            said = await self._post(url, message)
            if said.ok:
                return True
            if said.error in LAYOUT and "blocks" in message:
                log.error("slack.layout_refused", error=said.error)
                message = {key: value for key, value in message.items() if key != "blocks"}
                continue
            pause = self._pause(use, said)
            waited += pause
            if not said.again or use == USES - 1 or waited > WINDOW:
                log.error("slack.answer_lost", status=said.status, error=said.error, uses=use + 1)
                return False
            await self._sleep(pause)
        return False

    def _pause(self, use: int, said: _Said) -> float:
        if said.retry_after is not None:
            return said.retry_after + self._jitter()
        return float(2**use) * (0.5 + self._jitter() / 2)

    async def _post(self, url: str, message: Json) -> _Said:
        call = self._session.post(
            url,
            data=json.dumps(message).encode(),
            headers=HEADERS,
            allow_redirects=False,
            proxy=self._proxies(url),
        )
        try:
            async with call as response:
                body = (await response.content.read(1000)).decode("utf-8", "replace")
                return _Said(response.status, _error(body), _retry_after(response))
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError):
            return _Said(0)


def _error(body: str) -> str:
    """Slack's error code, whether it says it in JSON or bare; "" for "ok" and for prose."""
    if found := re.search(r'"error"\s*:\s*"([a-z_]+)"', body):
        return found[1]
    return body if re.fullmatch(r"[a-z]+(_[a-z]+)+", body) else ""


def _retry_after(response: aiohttp.ClientResponse) -> float | None:
    text = response.headers.get("Retry-After", "")
    return float(text) if text.isdecimal() and response.status != 200 else None
