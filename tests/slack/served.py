"""Our side of Slack, served: a loop in a thread, an HTTP server with its routes, and a client."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Self

import requests
from aiohttp import web

from adapters.edge import Edge
from adapters.slack import Slack
from bot.people import Invocation
from bot.reply import Reply, say
from tests.fake_slack import FakeSlack, Request


class Clock:
    """Stands still until it is moved."""

    def __init__(self, now: datetime = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)) -> None:
        self.now = now

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **much: float) -> None:
        self.now += timedelta(**much)


def echo(invocation: Invocation) -> Reply:
    return say(f"{invocation.user.name}: {invocation.text}")


class Served:
    """`with Served(fake, clock) as bot:` is a started adapter; `invocations` is what it heard."""

    def __init__(
        self,
        fake: FakeSlack,
        clock: Clock,
        dispatch: Callable[[Invocation], Reply] = echo,
        *,
        bot_token: str | None = None,
        app_token: str | None = None,
        ca_bundle: Path | None = None,
        api_url: str | None = None,
        workers: int = 4,
        patience: float = 12,
    ) -> None:
        self.fake, self._clock, self._dispatch = fake, clock, dispatch
        self._bot_token = bot_token or fake.bot_token
        self._app_token, self._ca_bundle, self._workers = app_token, ca_bundle, workers
        self._api_url, self._patience = api_url or fake.api_url, patience
        self.invocations: list[Invocation] = []
        self.stopping = threading.Event()
        self.naps: list[float] = []  # for how long it would have slept
        self.http = requests.Session()
        self.http.trust_env = False
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="bot-loop", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        try:
            self.run(self._start())
        except BaseException:
            self._end()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()
        self.run(self._stop())
        self._end()

    def run(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(20)

    def _end(self) -> None:
        self.run(_settled())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _start(self) -> None:
        self._edge = Edge(self._workers)
        self.slack = Slack(
            bot_token=self._bot_token,
            signing_secret=self.fake.signing_secret,
            app_token=self._app_token,
            api_url=self._api_url,
            ca_bundle=self._ca_bundle,
            edge=self._edge,
            clock=self._clock,
            sleep=self._nap,
            jitter=lambda: 0.5,
            patience=self._patience,
        )
        await self.slack.start(self._heard)
        app = web.Application()
        app.add_routes(self.slack.routes())
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}/slack/events"

    async def _stop(self) -> None:
        await self._runner.cleanup()
        self.stopping.set()
        await self.slack.stop()
        self._edge.close()

    async def _nap(self, seconds: float) -> None:
        self.naps.append(seconds)
        await asyncio.sleep(0)

    def _heard(self, invocation: Invocation) -> Reply:
        self.invocations.append(invocation)
        return self._dispatch(invocation)

    def post(self, request: Request, **headers: str) -> requests.Response:
        body = request.body.encode("utf-8", "surrogateescape")
        return self.http.post(self.url, body, headers={**request.headers, **headers}, timeout=20)


async def _settled() -> None:
    """What the HTTP server left behind ends, and transports that are closing may close."""
    left = asyncio.all_tasks() - {asyncio.current_task()}
    for task in left:
        task.cancel()
    await asyncio.gather(*left, return_exceptions=True)
    for _ in range(10):
        await asyncio.sleep(0)
