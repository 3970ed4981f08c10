"""`roomops run`: Slack, Teams and the web server around one bot, from start to a clean stop."""

from __future__ import annotations

import asyncio
import logging
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from os import getpid
from platform import node
from secrets import token_hex
from typing import Protocol

from aiohttp.web import RouteDef

from adapters.edge import Edge
from adapters.metrics import Metrics
from adapters.schedule import Schedule
from adapters.web import Web
from bot.asking import Asker
from bot.duty import Duty, duty
from bot.errors import Trouble
from bot.ports import Chat, Dispatch, Groups
from bot.settings import Settings
from bot.version import VERSION
from bot.wiring import Bot, assemble
from handlers.status import CHANNEL_SETTINGS

log = logging.getLogger(__name__)

PROBE = timedelta(seconds=8)  # less than whoever asks waits for /readyz
REMEMBERED = 5.0  # seconds that an answer of /readyz stands


class Platform(Chat, Protocol):
    """A chat platform as this module sees it."""

    async def start(self, dispatch: Dispatch) -> None: ...
    async def stop(self) -> None: ...
    def routes(self) -> list[RouteDef]: ...


async def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Run until a signal; Trouble when it cannot start."""
    edge = Edge()
    groups: dict[str, Groups] = {}
    bot = await edge.aside(assemble, settings, groups)
    running = Running(Schedule(), [])
    try:
        await edge.aside(bot.store.claim_alone)
        platforms = _platforms(settings, edge, bot, groups)
        running.duty = duty(settings, bot, platforms, holder())
        await running.start(settings, edge, bot, list(platforms.values()))
        assert running.web is not None
        announce(f"listening on {running.web.url}")
        await _signal()
    finally:
        await running.stop(bot)
        edge.close()
        bot.close()


@dataclass(slots=True)
class Running:
    """What has been started, to be stopped in the right order."""

    schedule: Schedule
    platforms: list[Platform]
    web: Web | None = None
    duty: Duty | None = None

    async def start(
        self, settings: Settings, edge: Edge, bot: Bot, platforms: list[Platform]
    ) -> None:
        """Everybody who can ask first, then the rounds."""
        assert self.duty is not None
        metrics = Metrics(VERSION)
        metrics.pressed(bot.desk.pressure.standing)
        self.duty.keeper.listeners.append(metrics.asked)
        dispatch = metrics.counted(bot.dispatch, time.monotonic)
        for platform in platforms:
            self.platforms.append(platform)
            await platform.start(dispatch)
        ready = Readiness(bot, platforms, self.duty)
        routes = [route for platform in platforms for route in platform.routes()]
        self.web = Web(routes, lambda: edge.aside(ready), metrics.page)
        await self.web.start(settings.host, settings.port)
        bot.graph.warm()
        if not self.duty.watch.channels:
            log.warning("alerts.go_nowhere", extra={"fix": f"set {CHANNEL_SETTINGS}"})
        self.duty.fill(self.schedule)
        self.schedule.start()

    async def stop(self, bot: Bot) -> None:
        """Listen and begin no more; let be said what is being said, then commands end; a look
        that is under way is given up, and another replica looks."""
        self.schedule.halt()
        if self.duty is not None:
            self.duty.close()
        if self.web is not None:
            await self.web.stop()
        await self.schedule.drain("speak")
        if self.duty is not None:
            await asyncio.to_thread(self.duty.leave)
        for platform in self.platforms:
            await platform.stop()
        bot.graph.close()
        await self.schedule.drain("look")


def holder() -> str:
    """This replica's name: where it runs, and something that no other start has."""
    return f"{node() or 'somewhere'}-{getpid()}-{token_hex(2)}"


def _platforms(
    settings: Settings, edge: Edge, bot: Bot, groups: dict[str, Groups]
) -> dict[str, Platform]:
    """Those that the settings switch on; their libraries are loaded only then."""
    made: dict[str, Platform] = {}
    if settings.slack_bot_token:
        from adapters.slack import Slack

        slack = Slack(
            bot_token=settings.slack_bot_token.get_secret_value(),
            signing_secret=_reveal(settings.slack_signing_secret),
            app_token=_reveal(settings.slack_app_token),
            api_url=settings.slack_api_url,
            ca_bundle=settings.ca_bundle,
            edge=edge,
            clock=bot.clock,
        )
        groups["slack-group"] = slack
        made["slack"] = slack
    if settings.teams_app_id or settings.teams_development:
        from adapters.graph.clouds import endpoints
        from adapters.teams.teams import Teams

        made["teams"] = Teams(
            app_id=settings.teams_app_id,
            app_password=_reveal(settings.teams_app_password),
            tenant_id=settings.teams_tenant_id,
            login_url=endpoints(settings).login,
            ca_bundle=settings.ca_bundle,
            openid_url=settings.teams_openid_url,
            issuer=settings.teams_issuer,
            development=settings.teams_development,
            references=bot.store,
            edge=edge,
            clock=bot.clock,
        )
    return made


def _reveal(secret: object) -> str | None:
    from pydantic import SecretStr

    return secret.get_secret_value() if isinstance(secret, SecretStr) else None


class Readiness:
    """What keeps the bot from answering, a sentence each; remembered for a few seconds, so that
    whoever asks often costs nothing."""

    def __init__(self, bot: Bot, platforms: Sequence[Platform], duty: Duty) -> None:
        self._bot, self._platforms, self._duty = bot, platforms, duty
        self._begun = time.monotonic()
        self._said: tuple[float, list[str]] = (float("-inf"), [])

    def __call__(self) -> list[str]:
        at, reasons = self._said
        if time.monotonic() - at >= REMEMBERED:
            reasons = [*self._unconnected(), *self._troubles()]
            self._said = time.monotonic(), reasons
        return reasons

    def _unconnected(self) -> list[str]:
        return [
            f"{type(platform).__name__} is not connected."
            for platform in self._platforms
            if not getattr(platform, "connected", True)
        ]

    def _troubles(self) -> list[str]:
        found = []
        for part in (self._bot.store.ready, self._reached, self._looked):
            try:
                part()
            except Trouble as trouble:
                found.append(trouble.sentence)
        return list(dict.fromkeys(found))

    def _reached(self) -> None:
        with self._bot.desk.asking(Asker("readyz", patience=PROBE)):
            self._bot.graph.probe()

    def _looked(self) -> None:
        """Some replica leads each check's rounds."""
        late = self._duty.late()
        if late and time.monotonic() - self._begun > self._duty.grace:
            raise Trouble(f"No replica looks at {', '.join(late)}", "See the log.")


async def _signal() -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()
