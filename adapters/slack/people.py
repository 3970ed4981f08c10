"""Who a Slack user is to us: a member, a guest, or somebody from elsewhere; and their zone."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import ask
from adapters.slack.home import Home
from adapters.slack.remember import Remembered
from bot.errors import Trouble
from bot.people import Standing, User
from bot.ports import Clock
from bot.text import clean

log = structlog.get_logger(__name__)

KEPT = timedelta(hours=1)
KEPT_UNKNOWN = timedelta(seconds=30)


class People:
    """Asks Slack about each person once an hour (users.info, scope users:read)."""

    def __init__(self, client: AsyncWebClient, home: Home, clock: Clock) -> None:
        self._client, self._home = client, home
        self._known = Remembered(self._ask, _keep, clock)

    async def __call__(self, user: str) -> User:
        """Never raises: whom Slack does not tell us about has an unknown standing."""
        return await self._known(user)

    async def _ask(self, user: str) -> User:
        try:
            answer = await ask(self._client.users_info(user=user))
        except Trouble as trouble:
            log.warning("slack.user_unknown", user=user, why=str(trouble), code=trouble.code)
            return User("slack", user, standing=Standing.UNKNOWN)
        profile = answer.get("user")
        return described(user, profile if isinstance(profile, dict) else {}, self._home)


def _keep(user: User) -> timedelta:
    return KEPT_UNKNOWN if user.standing is Standing.UNKNOWN else KEPT


def described(user: str, profile: Mapping[str, Any], home: Home) -> User:
    """A user object (docs.slack.dev/reference/objects/user-object) in our words."""
    return User("slack", user, _name(profile), standing(profile, home), _zone(profile.get("tz")))


def standing(profile: Mapping[str, Any], home: Home) -> Standing:
    """`is_stranger` is false for people of other workspaces who share a channel with us."""
    team = profile.get("team_id")
    if not isinstance(team, str) or profile.get("deleted"):
        return Standing.UNKNOWN
    if profile.get("is_stranger") or not (team == home.team or _same_enterprise(profile, home)):
        return Standing.EXTERNAL
    if profile.get("is_restricted") or profile.get("is_ultra_restricted"):
        return Standing.GUEST
    return Standing.MEMBER


def _same_enterprise(profile: Mapping[str, Any], home: Home) -> bool:
    theirs = profile.get("enterprise_user")
    enterprise = theirs.get("enterprise_id") if isinstance(theirs, dict) else None
    return bool(home.enterprise) and enterprise == home.enterprise


def _name(profile: Mapping[str, Any]) -> str:
    shown = profile.get("profile")
    more = shown if isinstance(shown, dict) else {}
    names = (more.get("display_name"), more.get("real_name"), profile.get("name"))
    return next((clean(name) for name in names if isinstance(name, str) and clean(name)), "")


def _zone(name: object) -> str | None:
    try:
        return ZoneInfo(name).key if isinstance(name, str) and name else None
    except (KeyError, ValueError, OSError):
        return None
