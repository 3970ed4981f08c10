"""Who is in a Slack user group (usergroups.users.list, scope usergroups:read).

The method is of tier 2, about twenty calls a minute (docs.slack.dev/apis/web-api/rate-limits),
so members are kept for minutes, and a refusal for one.
"""

from __future__ import annotations

from datetime import timedelta

from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.api import ask
from adapters.slack.remember import Remembered
from bot.errors import Trouble, Unreachable
from bot.ports import Clock

KEPT = timedelta(minutes=5)
KEPT_REFUSAL = timedelta(minutes=1)

Members = frozenset[str] | Trouble


class SlackGroups:
    """By group id, S…."""

    def __init__(self, client: AsyncWebClient, clock: Clock) -> None:
        self._client = client
        self._known = Remembered(self._ask, _keep, clock)

    async def __call__(self, group: str) -> Members:
        return await self._known(group)

    async def _ask(self, group: str) -> Members:
        try:
            answer = await ask(self._client.usergroups_users_list(usergroup=group))
        except Trouble as trouble:
            return trouble
        match answer:
            case {"users": list(users)}:
                return frozenset(map(str, users))
            case _:
                return Unreachable("Slack's answer makes no sense")


def _keep(members: Members) -> timedelta:
    return KEPT_REFUSAL if isinstance(members, Trouble) else KEPT
