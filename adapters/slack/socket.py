"""Socket Mode: Slack's requests over a connection that we open.

docs.slack.dev/apis/events-api/using-socket-mode.  An address that Slack hands out opens one
connection and soon expires; the SDK's client tries the same one for ever when the first try
fails (see also python-slack-sdk#1446, #1922), so the loop is ours.  The law: where Slack
warns us, the new connection is open before the old one is let go.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

import aiohttp
import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.answer import Jitter, Sleep
from adapters.slack.api import ask
from adapters.slack.limits import Json
from adapters.slack.proxies import Proxies
from bot.errors import Throttled, Trouble, Unreachable

log = structlog.get_logger(__name__)

HEARTBEAT = 20.0  # seconds between pings; a connection without pong is given up
FAREWELL = aiohttp.ClientWSTimeout(ws_close=2)  # seconds that Slack has to say goodbye
LONGEST_PAUSE = 60.0
Hear = Callable[[Json], Awaitable[object]]
Connection = aiohttp.ClientWebSocketResponse


class Socket:
    """Keeps a connection to Slack until it is stopped; each request is heard, then acknowledged."""

    def __init__(
        self,
        client: AsyncWebClient,
        session: aiohttp.ClientSession,
        proxies: Proxies,
        app_token: str,
        hear: Hear,
        sleep: Sleep,
        jitter: Jitter,
    ) -> None:
        self._client, self._session, self._proxies = client, session, proxies
        self._token = app_token
        self._hear, self._sleep, self._jitter = hear, sleep, jitter
        self._tasks: set[asyncio.Task[None]] = set()
        self._open_ones = 0

    @property
    def connected(self) -> bool:
        return self._open_ones > 0

    async def start(self) -> None:
        """Open the first connection; Trouble when Slack does not let us."""
        self._spawn(self._keep(await self._open()))

    async def stop(self) -> None:
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    def _spawn(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (wrong := task.exception()):
            log.error("slack.socket_crashed", exc_info=wrong)

    async def _open(self) -> Connection:
        answer = await ask(self._client.apps_connections_open(app_token=self._token))
        url = str(answer.get("url"))
        try:
            return await self._session.ws_connect(
                url, heartbeat=HEARTBEAT, timeout=FAREWELL, proxy=self._proxies(url)
            )
        except (TimeoutError, aiohttp.ClientError, OSError, ValueError) as wrong:
            # Without its text: that quotes the address, which is a secret.
            raise Unreachable("Slack's socket did not open", code=type(wrong).__name__) from None

    async def _keep(self, connection: Connection) -> None:
        while not await self._serve(connection):
            log.warning("slack.connection_lost")
            await self._sleep(self._jitter())  # not all at once, and not without a breath
            connection = await self._reopen()

    async def _serve(self, connection: Connection) -> bool:
        """Until it ends: whether another connection has taken over by then."""
        log.info("slack.connected")
        self._open_ones += 1
        try:
            async with connection:
                return await self._read(connection)
        finally:
            self._open_ones -= 1

    async def _read(self, connection: Connection) -> bool:
        replaced = False
        async for message in connection:
            envelope = _envelope(message)
            if envelope.get("type") == "disconnect" and not replaced:
                replaced = True
                log.info("slack.reconnecting", reason=envelope.get("reason"))
                self._spawn(self._take_over())
            elif "envelope_id" in envelope:
                self._spawn(self._take(connection, envelope))
        return replaced

    async def _take_over(self) -> None:
        await self._keep(await self._reopen())

    async def _reopen(self) -> Connection:
        tries = 0
        while True:
            try:
                return await self._open()
            except Trouble as trouble:
                pause = self._pause(tries, trouble)
                log.warning("slack.not_connected", why=str(trouble), code=trouble.code, pause=pause)
            await self._sleep(pause)
            tries += 1

    def _pause(self, tries: int, trouble: Trouble) -> float:
        if isinstance(trouble, Throttled):
            return trouble.retry_after.total_seconds() + self._jitter()
        return min(LONGEST_PAUSE, 2.0 ** min(tries, 10)) * (0.5 + self._jitter() / 2)

    async def _take(self, connection: Connection, envelope: Json) -> None:
        payload = envelope.get("payload")
        await self._hear(payload if isinstance(payload, dict) else {})
        try:
            await connection.send_json({"envelope_id": envelope["envelope_id"]})
        except (aiohttp.ClientError, OSError):
            # Slack delivers it again on another connection, and the door knows it by its id.
            log.warning("slack.ack_lost")


def _envelope(message: aiohttp.WSMessage) -> Json:
    if message.type is not aiohttp.WSMsgType.TEXT:
        return {}
    try:
        envelope = json.loads(message.data)
    except ValueError:
        return {}
    return envelope if isinstance(envelope, dict) else {}
