"""Where we are: whom Slack says our token belongs to (auth.test), and our path on the server."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import ask_all
from bot.errors import Forbidden

log = structlog.get_logger(__name__)

PATH = "/slack/events"
SCOPES = {
    "channels:history": "finds its own alerts again after a lost answer, in public channels",
    "chat:write": "posts alerts and keeps them up to date",
    "chat:write.public": "also in public channels that it was not invited to",
    "commands": "hears slash commands",
    "groups:history": "finds its own alerts again after a lost answer, in private channels",
    "usergroups:read": "knows who is in a user group that may operate it",
    "users:read": "knows guests from members, and everybody's time zone",
}
_TAKES = "It takes the Bot User OAuth Token of the installed app, xoxb-…."


@dataclass(frozen=True, slots=True)
class Home:
    """The workspace that installed us, its enterprise if it is part of one, and ourselves."""

    team: str
    enterprise: str = ""
    bot: str = ""
    user: str = ""


async def find_home(client: AsyncWebClient) -> Home:
    """Forbidden, naming SLACK_BOT_TOKEN, when the token is not that of a bot."""
    try:
        answer, headers = await ask_all(client.auth_test())
    except Forbidden as wrong:
        what = "Slack does not accept SLACK_BOT_TOKEN"
        raise Forbidden(what, _TAKES, code=wrong.code, request_id=wrong.request_id) from None
    if not answer.get("bot_id"):
        raise Forbidden("SLACK_BOT_TOKEN is not the token of a bot", _TAKES)
    _warn(headers)
    return _home(answer)


def _home(answer: Mapping[str, Any]) -> Home:
    keys = ("team_id", "enterprise_id", "bot_id", "user_id")
    return Home(*(str(answer.get(key) or "") for key in keys))


def _warn(headers: Mapping[str, str]) -> None:
    given = {name.lower(): value for name, value in headers.items()}.get("x-oauth-scopes")
    if given is None:
        return
    granted = {scope.strip() for scope in given.split(",")}
    if missing := sorted(set(SCOPES) - granted):
        log.warning("slack.scopes_missing", missing=missing)
