"""Slack, both ways: lines in from commands and buttons, replies and messages out.

Laws: acknowledge first, work afterwards; a button is a command that somebody typed for you;
an answer never changes a message that others see.
"""

from __future__ import annotations

import asyncio
import random
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import aiohttp
import structlog
from aiohttp import web
from slack_sdk.web.async_client import AsyncWebClient

from adapters.edge import Edge
from adapters.slack.answer import Answers, Jitter, Sleep
from adapters.slack.api import PATIENCE, open_client, open_session
from adapters.slack.bolt import Bolt
from adapters.slack.groups import SlackGroups
from adapters.slack.guard import Guard
from adapters.slack.heard import Heard
from adapters.slack.home import PATH, find_home
from adapters.slack.limits import Json
from adapters.slack.people import People
from adapters.slack.proxies import Proxies
from adapters.slack.render import render
from adapters.slack.socket import Socket
from adapters.slack.speak import INERT, Voice
from bot.errors import Forbidden, Trouble, Unreachable
from bot.people import Channel, Invocation
from bot.ports import Clock, Dispatch
from bot.reply import Reply

log = structlog.get_logger(__name__)

LAST_WORDS = 10.0  # seconds for answers under way when we stop


@dataclass(frozen=True, slots=True)
class _Started:
    """What exists from start to stop."""

    session: aiohttp.ClientSession
    proxies: Proxies
    client: AsyncWebClient
    people: People
    groups: SlackGroups
    answers: Answers
    voice: Voice
    bolt: Bolt
    dispatch: Dispatch


class Slack:
    """Chat and Groups of bot/ports.py, for worker threads; start, stop and routes for the loop."""

    def __init__(
        self,
        *,
        bot_token: str,
        signing_secret: str | None,
        app_token: str | None,
        api_url: str | None,
        ca_bundle: Path | None,
        edge: Edge,
        clock: Clock,
        sleep: Sleep = asyncio.sleep,
        jitter: Jitter = random.random,
        patience: float = PATIENCE,
    ) -> None:
        self._bot_token, self._app_token = bot_token, app_token
        self._api_url, self._ca_bundle = api_url, ca_bundle
        self._edge, self._clock, self._sleep, self._jitter = edge, clock, sleep, jitter
        self._patience = patience
        self._guard = Guard(signing_secret, clock) if signing_secret and not app_token else None
        self._socket: Socket | None = None
        self._state: _Started | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    @property
    def _started(self) -> _Started:
        if self._state is None:
            raise Unreachable("I am not connected to Slack")
        return self._state

    @property
    def connected(self) -> bool:
        """Whether people's lines can reach us, as far as we can tell."""
        return self._state is not None and (self._socket is None or self._socket.connected)

    async def start(self, dispatch: Dispatch) -> None:
        """Trouble, naming the setting, when Slack does not accept a token."""
        session = open_session(self._ca_bundle)
        try:
            self._state = await self._meet(session, dispatch)
            if self._app_token:
                await self._connect(self._state, self._app_token)
        except BaseException:
            self._state = None
            await session.close()
            raise

    async def _meet(self, session: aiohttp.ClientSession, dispatch: Dispatch) -> _Started:
        proxies = Proxies()
        way = partial(
            open_client, session, proxies, self._jitter,
            token=self._bot_token, api_url=self._api_url,
        )  # fmt: skip
        client = way()
        home = await find_home(client)
        log.info("slack.started", team=home.team, socket=bool(self._app_token))
        return _Started(
            session=session,
            proxies=proxies,
            client=client,
            people=People(client, home, self._clock),
            groups=SlackGroups(client, self._clock),
            answers=Answers(session, proxies, self._sleep, self._jitter),
            voice=Voice(way(once=True), client, home, self._patience),
            bolt=Bolt(home, self._hear),
            dispatch=dispatch,
        )

    async def _connect(self, state: _Started, token: str) -> None:
        socket = Socket(
            state.client,
            state.session,
            state.proxies,
            token,
            state.bolt.over_socket,
            self._sleep,
            self._jitter,
        )
        try:
            await socket.start()
        except Forbidden as wrong:
            what = "Slack does not accept SLACK_APP_TOKEN"
            hint = "It takes an app-level token with the scope connections:write, xapp-…."
            raise Forbidden(what, hint, code=wrong.code) from None
        self._socket = socket

    async def stop(self) -> None:
        """Hear nothing more, let answers under way be said, and close."""
        if self._socket is not None:
            await self._socket.stop()
        if self._tasks:
            _, late = await asyncio.wait(self._tasks, timeout=LAST_WORDS)
            for task in late:
                task.cancel()
            await asyncio.gather(*late, return_exceptions=True)
        if self._state is not None:
            await self._state.session.close()
        self._state = self._socket = None

    def routes(self) -> list[web.RouteDef]:
        return [web.post(PATH, self._receive)]

    async def _receive(self, request: web.Request) -> web.Response:
        if self._guard is None:
            raise web.HTTPNotFound(text="Slack speaks to me over Socket Mode, not here\n")
        if self._state is None:
            raise web.HTTPServiceUnavailable(text="I am not connected to Slack\n")
        try:
            body = await self._guard.admit(request)
        except web.HTTPException as refused:
            # A wrong signing secret or clock shows here first.
            log.warning("slack.refused", status=refused.status, why=(refused.text or "").strip())
            raise
        return web.Response() if body is None else await self._state.bolt.over_http(request, body)

    def _hear(self, heard: Heard | None) -> None:
        if heard is None:
            log.warning("slack.not_understood")
            return
        task = asyncio.create_task(self._answer(heard))
        self._tasks.add(task)
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (wrong := task.exception()):
            log.error("slack.answer_crashed", exc_info=wrong)

    async def _answer(self, heard: Heard) -> None:
        state, at = self._started, self._clock()
        user, channel = await state.people(heard.user), Channel("slack", heard.channel)
        invocation = Invocation(user, channel, heard.text, at, heard.id)
        if message := await self._edge.call(_message, state.dispatch, invocation):
            thread = {"thread_ts": heard.thread} if heard.thread else {}
            await state.answers.say(heard.answer_to, {**message, **thread})

    def post(self, channel: str, reply: Reply, thread: str = "", mark: str = "") -> str:
        """The message's `ts`; "" when there is nothing to say."""
        if not reply.blocks:
            return ""
        voice, shown = self._started.voice, render(reply)
        return self._edge.wait(voice.post(channel, shown, thread, mark))

    def edit(self, channel: str, message: str, reply: Reply, mark: str = "") -> None:
        voice, shown = self._started.voice, render(reply)
        self._edge.wait(voice.edit(channel, message, shown, mark))

    def find(self, channel: str, mark: str, thread: str = "") -> str | None:
        """None where a history scope is missing, or we are no member and may post all the same."""
        return self._edge.wait(self._started.voice.find(channel, mark, thread))

    def members(self, group: str) -> frozenset[str]:
        """User ids of a user group, S…."""
        members = self._edge.wait(self._started.groups(group))
        if isinstance(members, Trouble):
            raise members.with_traceback(None)
        return members


def _message(dispatch: Dispatch, invocation: Invocation) -> Json | None:
    """In a worker thread: the reply, as Slack takes it; None when nothing is to be said."""
    reply = dispatch(invocation)
    shown = render(reply)
    if not shown["blocks"]:
        return None
    kind = "ephemeral" if reply.private else "in_channel"
    return {"response_type": kind, "replace_original": False, **INERT, **shown}
