"""The bot in Teams, both ways: what was heard goes to the dispatcher, posts go to Teams."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from aiohttp import web

from adapters.edge import Edge
from adapters.teams.authentication import (
    ISSUER,
    OPENID_URL,
    Anybody,
    ChannelOnly,
    on_loopback,
    scope,
)
from adapters.teams.connector import Connector
from adapters.teams.credentials import Credentials
from adapters.teams.http import Session, async_session, trust
from adapters.teams.keys import PublishedKeys
from adapters.teams.message import as_message
from adapters.teams.references import Memory, Notebook, References
from adapters.teams.repairs import RepairedAdapter
from adapters.teams.speak import Voice
from adapters.teams.turns import Turns
from bot.errors import Refused, Unreachable
from bot.ports import Clock, Dispatch
from bot.reply import Reply

_DRAIN = 10.0  # seconds that begun answers have at the end


@dataclass(frozen=True, slots=True)
class _Live:
    """What there is between start and stop."""

    adapter: RepairedAdapter
    voice: Voice
    turns: Turns
    stack: AsyncExitStack


class Teams:
    """A single-tenant bot; without `app_id` only for development, reachable from loopback alone.

    `login_url` is scheme and host of the sign-in endpoint; `openid_url` and `issuer` override
    the Bot Framework's own; a post may take `longest_post` seconds, waiting and repeating
    included.  Made on the running loop.
    """

    def __init__(
        self,
        *,
        app_id: str | None,
        app_password: str | None,
        tenant_id: str | None,
        login_url: str,
        ca_bundle: Path | None,
        openid_url: str | None,
        issuer: str | None,
        development: bool,
        edge: Edge,
        clock: Clock,
        references: Notebook | None = None,
        host: str | None = None,
        patience: timedelta = timedelta(seconds=8),
        longest_post: float = 15,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        jitter: Callable[[], float] = random.random,
    ) -> None:
        if app_id:
            if not (app_password and tenant_id):
                raise Refused("The Teams bot needs its app password and its tenant id as well")
        elif not development:
            raise Refused("The Teams bot has no credentials", "Set ROOMOPS_TEAMS_APP_ID.")
        elif host is not None and not on_loopback(host):
            raise Refused(f"Without credentials Teams is answered on loopback only, not on {host}")
        self._app_id, self._password, self._tenant = app_id, app_password or "", tenant_id or ""
        self._login_url, self._ca_bundle = login_url.rstrip("/"), ca_bundle
        self._openid_url, self._issuer = openid_url or OPENID_URL, issuer or ISSUER
        self._edge, self._clock, self._patience = edge, clock, patience
        self._sleep, self._jitter, self._longest = sleep, jitter, longest_post
        self._references = References(references or Memory(), edge)
        self._live: _Live | None = None

    async def start(self, dispatch: Dispatch) -> None:
        """Ready to hear; asks nobody anything yet."""
        context = trust(self._ca_bundle)
        stack = AsyncExitStack()
        http = await stack.enter_async_context(async_session(context))
        token = None
        if self._app_id:
            session = stack.enter_context(Session(context, self._ca_bundle))
            authority = f"{self._login_url}/{self._tenant}"
            token = Credentials(
                self._app_id, self._password, authority, scope(self._issuer), session
            ).token
        connector = Connector(http, token, self._sleep, self._jitter)
        adapter = RepairedAdapter(self._authentication(connector), connector)
        tenant = self._tenant.lower() if self._app_id else None
        turns = Turns(
            dispatch, self._edge, self._clock, connector, self._references, tenant, self._patience
        )
        self._live = _Live(adapter, Voice(connector, self._references), turns, stack)

    def _authentication(self, connector: Connector) -> ChannelOnly | Anybody:
        if not self._app_id:
            return Anybody(connector)
        keys = PublishedKeys(self._openid_url, connector.http, self._clock)
        return ChannelOnly(connector, self._app_id, self._issuer, keys)

    async def stop(self) -> None:
        if self._live is not None:
            live, self._live = self._live, None
            await live.turns.drain(_DRAIN)
            await live.stack.aclose()

    def routes(self) -> list[web.RouteDef]:
        return [web.post("/api/messages", self._messages)]

    async def _messages(self, request: web.Request) -> web.Response:
        if self._live is None:
            raise web.HTTPServiceUnavailable
        return await self._live.adapter.process(request, self._live.turns)

    def post(self, channel: str, reply: Reply, thread: str = "", mark: str = "") -> str:  # noqa: ARG002
        """Say it first, in a channel as a new thread; from a worker thread.

        Where the bot is not installed yet it is Missing, code "not_installed".  Teams has no
        place for a mark.
        """
        if not reply.blocks:
            return ""
        voice, where = self._running().voice, self._references.find(channel)
        return self._edge.wait(voice.post(where, as_message(reply), thread), self._longest)

    def edit(self, channel: str, message: str, reply: Reply, mark: str = "") -> None:  # noqa: ARG002
        """Replace what was said; from a worker thread."""
        voice, where = self._running().voice, self._references.find(channel)
        self._edge.wait(voice.edit(where, message, as_message(reply)), self._longest)

    def find(self, channel: str, mark: str, thread: str = "") -> None:  # noqa: ARG002
        """Bots may not read back what stands in a conversation."""
        return

    def _running(self) -> _Live:
        if self._live is None:
            raise Unreachable("The Teams bot is not running")
        return self._live
