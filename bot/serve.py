"""`roomops run`: Slack, Teams and the web server around one bot, from start to a clean stop."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Sequence
from typing import Protocol

from aiohttp.web import RouteDef

from adapters.edge import Edge
from adapters.metrics import Metrics
from adapters.web import Web
from bot.errors import Trouble
from bot.ports import Dispatch, Groups
from bot.settings import Settings
from bot.version import VERSION
from bot.wiring import Bot, assemble


class Platform(Protocol):
    """A chat platform as this module sees it."""

    async def start(self, dispatch: Dispatch) -> None: ...
    async def stop(self) -> None: ...
    def routes(self) -> list[RouteDef]: ...


async def serve(settings: Settings, announce: Callable[[str], None]) -> None:
    """Run until a signal; Trouble when it cannot start."""
    edge = Edge()
    groups: dict[str, Groups] = {}
    bot = await edge.aside(assemble, settings, groups)
    started: list[Platform] = []
    web: Web | None = None
    try:
        metrics = Metrics(VERSION)
        platforms = _platforms(settings, edge, bot, groups)
        dispatch = metrics.counted(bot.dispatch, time.monotonic)
        for platform in platforms:
            started.append(platform)
            await platform.start(dispatch)
        routes = [route for platform in platforms for route in platform.routes()]
        web = Web(routes, lambda: edge.aside(not_ready, bot, platforms), metrics.page)
        await web.start(settings.host, settings.port)
        bot.graph.warm()
        announce(f"listening on {web.url}")
        await _signal()
    finally:
        await _stop(web, started)
        edge.close()
        bot.close()


def _platforms(
    settings: Settings, edge: Edge, bot: Bot, groups: dict[str, Groups]
) -> list[Platform]:
    """Those that the settings switch on; their libraries are loaded only then."""
    made: list[Platform] = []
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
        made.append(slack)
    if settings.teams_app_id or settings.teams_development:
        from adapters.graph.clouds import endpoints
        from adapters.teams.teams import Teams

        made.append(
            Teams(
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
        )
    return made


def _reveal(secret: object) -> str | None:
    from pydantic import SecretStr

    return secret.get_secret_value() if isinstance(secret, SecretStr) else None


def not_ready(bot: Bot, platforms: Sequence[Platform]) -> list[str]:
    """What keeps the bot from answering, a sentence each; empty when it can."""
    reasons = [
        f"{type(platform).__name__} is not connected."
        for platform in platforms
        if not getattr(platform, "connected", True)
    ]
    for part in (bot.store.ready, bot.graph.probe):
        try:
            part()
        except Trouble as trouble:
            reasons.append(trouble.sentence)
    return reasons


async def _signal() -> None:
    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    await stop.wait()


async def _stop(web: Web | None, started: Sequence[Platform]) -> None:
    """Stop listening first, then let the platforms finish what they have taken."""
    if web is not None:
        await web.stop()
    for platform in started:
        await platform.stop()
