"""botbuilder as it comes, and our repaired adapter, behind the same server with the same bot."""

from __future__ import annotations

import gc
import warnings
from abc import ABC, abstractmethod
from collections.abc import Awaitable, Callable
from types import SimpleNamespace
from typing import Any

import requests
from aiohttp import web
from botbuilder.core import ActivityHandler, InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter, ConfigurationBotFrameworkAuthentication
from botbuilder.schema import Activity, ActivityTypes
from botframework.connector.auth import (
    AppCredentials,
    AuthenticationConfiguration,
    PasswordServiceClientCredentialFactory,
    ServiceClientCredentialsFactory,
)
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor

from adapters.teams.authentication import Anybody, ChannelOnly
from adapters.teams.connector import Connector
from adapters.teams.credentials import Credentials
from adapters.teams.http import Session, async_session, trust
from adapters.teams.keys import PublishedKeys
from adapters.teams.repairs import RepairedAdapter
from tests.fake_channel import APP_ID, ISSUER, TENANT, FakeChannel, Json, Served
from tests.teams.authority import SECRET, Authority
from tests.teams.conftest import Clock


class Echo(ActivityHandler):  # type: ignore[misc]  # botbuilder has no types
    """Says what it hears, and answers every invoke with a dict, as cards want it."""

    def __init__(self) -> None:
        self.turns = 0

    async def on_turn(self, context: TurnContext) -> None:
        self.turns += 1
        if context.activity.type == ActivityTypes.invoke:
            answer = InvokeResponse(status=200, body={"statusCode": 200})
            await context.send_activity(Activity(type="invokeResponse", value=answer))
        elif context.activity.text == "fail":
            raise LookupError("a bug of the bot")
        else:
            await context.send_activity(f"echo {context.activity.text}")


class Answers(Served, ABC):
    """Either adapter: `hears` posts an activity to it."""

    def __init__(self, channel: FakeChannel) -> None:
        super().__init__()
        self.channel, self.echo = channel, Echo()

    @abstractmethod
    async def adapter(self, app: web.Application) -> CloudAdapter:
        """The adapter that is asked."""

    async def made(self) -> web.Application:
        app = web.Application()
        adapter = await self.adapter(app)

        async def messages(request: web.Request) -> web.Response:
            response: web.Response = await adapter.process(request, self.echo)
            return response

        async def alive(_: web.Request) -> web.Response:
            return web.Response(text="yes")

        app.router.add_post("/api/messages", messages)
        app.router.add_get("/alive", alive)
        return app

    def hears(self, activity: Json, token: str | None = "") -> requests.Response:
        headers = {} if token is None else {"Authorization": token or self.channel.token()}
        return requests.post(f"{self.url}/api/messages", json=activity, headers=headers, timeout=20)


class _Known(AppCredentials):  # type: ignore[misc]  # as above
    def get_access_token(self, force_refresh: bool = False) -> str:
        return "a token"


class _KnownFactory(PasswordServiceClientCredentialFactory):  # type: ignore[misc]  # as above
    """The stock factory with a token at hand, for defects that are not about tokens."""

    async def create_credentials(
        self, app_id: str, oauth_scope: str, login_endpoint: str, validate_authority: bool
    ) -> Any:
        return _Known(app_id, TENANT, oauth_scope)


OnError = Callable[[TurnContext, Exception], Awaitable[None]]


class Stock(Answers):
    """CloudAdapter 4.17.1, configured for this channel as its documentation says."""

    def __init__(
        self,
        channel: FakeChannel,
        *,
        app_id: str = APP_ID,
        factory: ServiceClientCredentialsFactory | None = None,
        issuers: list[str] | None = None,
        on_turn_error: OnError | None = None,
        login_url: str = "https://login.test.invalid/tenant",
    ) -> None:
        super().__init__(channel)
        self._app_id, self._on_error = app_id, on_turn_error
        self._factory = factory or _KnownFactory(app_id, SECRET, TENANT)
        self._configuration = AuthenticationConfiguration(valid_token_issuers=issuers or [])
        self._login_url = login_url

    async def adapter(self, app: web.Application) -> CloudAdapter:
        JwtTokenExtractor.metadataCache.pop(self.channel.metadata_url, None)  # as a new process
        told = SimpleNamespace(
            APP_ID=self._app_id,
            APP_PASSWORD=SECRET,
            APP_TYPE="SingleTenant",
            APP_TENANTID=TENANT,
            TO_BOT_FROM_CHANNEL_TOKEN_ISSUER=ISSUER,
            TO_BOT_FROM_CHANNEL_OPENID_METADATA_URL=self.channel.metadata_url,
            TO_BOT_FROM_EMULATOR_OPENID_METADATA_URL=self.channel.metadata_url,
            TO_CHANNEL_FROM_BOT_LOGIN_URL=self._login_url,
            TO_CHANNEL_FROM_BOT_OAUTH_SCOPE="https://api.botframework.com",
            OAUTH_URL=self.channel.url,
            CALLER_ID=None,
            VALIDATE_AUTHORITY=False,
        )
        adapter = CloudAdapter(
            ConfigurationBotFrameworkAuthentication(
                told, credentials_factory=self._factory, auth_configuration=self._configuration
            )
        )
        adapter.on_turn_error = self._on_error
        return adapter

    def __exit__(self, *reason: object) -> None:
        super().__exit__(*reason)
        with warnings.catch_warnings():  # it leaves a socket open for every answer
            warnings.simplefilter("ignore", ResourceWarning)
            gc.collect()


class Repaired(Answers):
    """Ours, with the same bot."""

    def __init__(
        self, channel: FakeChannel, clock: Clock, authority: Authority | None = None
    ) -> None:
        super().__init__(channel)
        self._clock, self._authority = clock, authority
        self.slept: list[float] = []
        self.anonymous = False

    async def adapter(self, app: web.Application) -> CloudAdapter:
        context = trust(self._authority.bundle if self._authority else None)
        http = async_session(context)

        async def close(_: web.Application) -> None:
            await http.close()

        app.on_cleanup.append(close)
        connector = Connector(http, self._token(context), self._sleep, lambda: 0.0)
        if self.anonymous:
            return RepairedAdapter(Anybody(connector), connector)
        keys = PublishedKeys(self.channel.metadata_url, http, self._clock)
        return RepairedAdapter(ChannelOnly(connector, APP_ID, ISSUER, keys), connector)

    def _token(self, context: Any) -> Callable[[], Awaitable[str]]:
        if self._authority is None:
            return _known
        tenant, scope = f"{self._authority.url}/{TENANT}", "https://api.botframework.com"
        return Credentials(
            APP_ID, SECRET, tenant, scope, Session(context, self._authority.bundle)
        ).token

    async def _sleep(self, seconds: float) -> None:
        self.slept.append(seconds)


async def _known() -> str:
    return "a token"
