"""The bot in Teams behind real HTTP: a channel that signs, an authority, and a dispatcher."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests
from aiohttp import web

from adapters.edge import Edge
from adapters.teams.references import Memory
from adapters.teams.teams import Teams
from bot.people import Invocation
from bot.reply import Reply, say
from tests.fake_channel import APP_ID, ISSUER, TENANT, FakeChannel, Json, Served
from tests.teams.authority import SECRET, Authority


class Clock:
    """The real time, until a test moves it on: tokens are checked against the real one."""

    def __init__(self) -> None:
        self.moved = timedelta()

    def __call__(self) -> datetime:
        return datetime.now(UTC) + self.moved

    def forward(self, **length: float) -> None:
        self.moved += timedelta(**length)


class RunningBot(Served):
    """The bot's side: an aiohttp server that carries the routes of Teams alone."""

    def __init__(self, channel: FakeChannel, clock: Clock, **settings: Any) -> None:
        super().__init__()
        self.channel, self.clock, self.settings = channel, clock, settings
        self.notebook = Memory()
        self.heard: list[Invocation] = []
        self.reply: Callable[[Invocation], Reply] = lambda invocation: say("I heard you.")
        self.slept: list[float] = []

    async def made(self) -> web.Application:
        app = web.Application()
        self.edge = Edge(4)
        self.teams = Teams(
            **self.settings,
            edge=self.edge,
            clock=self.clock,
            references=self.notebook,
            sleep=self._sleep,
            jitter=lambda: 0.0,
        )
        await self.teams.start(self._dispatch)
        app.add_routes(self.teams.routes())
        app.router.add_get("/alive", self._alive)
        app.on_cleanup.append(self._down)
        return app

    async def _alive(self, _: web.Request) -> web.Response:
        return web.Response(text="yes")

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)

    async def _down(self, _: web.Application) -> None:
        await self.teams.stop()
        self.edge.close()

    def _dispatch(self, invocation: Invocation) -> Reply:
        self.heard.append(invocation)
        return self.reply(invocation)

    def hears(self, activity: Json, token: str | None = "") -> requests.Response:
        """The channel posts the activity; "" is a good token, None is no header at all."""
        headers = {} if token is None else {"Authorization": token or self.channel.token()}
        return requests.post(f"{self.url}/api/messages", json=activity, headers=headers, timeout=20)

    def says(self, text: str, **more: Any) -> str:
        """One line in, the words of the card out."""
        before = len(self.channel.calls)
        assert self.hears(self.channel.activity(text, **more)).status_code == 200
        (call,) = self.channel.calls[before:]
        return call.words


@pytest.fixture(autouse=True)
def _own_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    """No proxy and no authorities but those that a test names."""
    for name in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE", "SSL_CERT_FILE", "SSL_CERT_DIR"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(scope="session")
def _channel() -> Iterator[FakeChannel]:
    with FakeChannel() as running:
        yield running


@pytest.fixture
def channel(_channel: FakeChannel) -> FakeChannel:
    """As new; its server alone is that of the test before."""
    _channel.forget()
    return _channel


@pytest.fixture(scope="session")
def _authority(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Authority]:
    with Authority(tmp_path_factory.mktemp("authority")) as running:
        yield running


@pytest.fixture
def authority(_authority: Authority) -> Authority:
    _authority.forget()
    return _authority


@pytest.fixture
def settings(channel: FakeChannel, authority: Authority) -> dict[str, Any]:
    """Everything that the bot is told about the outside."""
    return {
        "app_id": APP_ID,
        "app_password": SECRET,
        "tenant_id": TENANT,
        "login_url": authority.url,
        "ca_bundle": authority.bundle,
        "openid_url": channel.metadata_url,
        "issuer": ISSUER,
        "development": False,
    }


@pytest.fixture
def bot(channel: FakeChannel, clock: Clock, settings: dict[str, Any]) -> Iterator[RunningBot]:
    with RunningBot(channel, clock, **settings) as running:
        yield running
