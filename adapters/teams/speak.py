"""Speaking first in Teams: a new thread in a channel, a message in a chat, and changes to both.

The ids that we give out are enough after a restart: ACTIVITY for a message, ROOT/ACTIVITY for a
reply in a channel's thread.  The law: a POST whose answer was lost is not repeated here; only the
answers are that Microsoft asks to be repeated (retry.py).
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from botbuilder.schema import Activity

from adapters.teams.connector import Connector, Json
from adapters.teams.references import Reference, References, Unmet
from bot.errors import Forbidden, Missing

# Teams may take a message and not tell its id: 202 without a body (MicrosoftDocs/bot-docs#2263).
UNTOLD = "untold"


@dataclass(frozen=True, slots=True)
class Voice:
    """Lives on the loop."""

    connector: Connector
    references: References

    async def post(self, where: Reference | Unmet, said: Activity, thread: str) -> str:
        place = await self._met(where)
        root = "" if thread == UNTOLD else thread.partition("/")[0]
        if place.kind != "channel":
            return await self._say(place, place.conversation, said) or UNTOLD
        if not root:
            return await self._begin(place, said)
        said_id = await self._say(place, place.under(root), said)
        return f"{root}/{said_id}" if said_id else UNTOLD

    async def edit(self, where: Reference | Unmet, message: str, said: Activity) -> None:
        if message == UNTOLD:
            raise Missing("Teams never told me the id of that message", code="no_id")
        place, (root, _, reply) = await self._met(where), message.partition("/")
        await self.connector.edit(
            place.service_url, place.under(root), reply or root, said.serialize()
        )

    async def _say(self, place: Reference, conversation: str, said: Activity) -> str:
        wire: Json = {
            **said.serialize(),
            "channelId": "msteams",
            "serviceUrl": place.service_url,
            "from": {"id": place.bot},
            "conversation": {
                "id": conversation, "conversationType": place.kind, "tenantId": place.tenant,
            },
            "channelData": {"tenant": {"id": place.tenant}},
        }  # fmt: skip
        return await self.connector.say(place.service_url, conversation, wire, once=True)

    async def _begin(self, place: Reference, said: Activity) -> str:
        """learn.microsoft.com/microsoftteams/platform/bots/how-to/conversations/
        send-proactive-messages: a conversation in a channel is a new thread."""
        thread: Json = {
            "isGroup": True,
            "bot": {"id": place.bot},
            "tenantId": place.tenant,
            "channelData": {"channel": {"id": place.conversation}, "tenant": {"id": place.tenant}},
            "activity": said.serialize(),
        }
        told = await self.connector.create(place.service_url, thread)
        _, _, root = str(told.get("id") or "").partition(";messageid=")
        return root or str(told.get("activityId") or "") or UNTOLD

    async def _met(self, where: Reference | Unmet) -> Reference:
        """Where nobody spoke to us yet it may be a channel of a team that we are in."""
        if isinstance(where, Reference):
            return where
        for team in where.teams:
            if where.conversation in await self._channels(team):
                met = replace(team, conversation=where.conversation)
                await self.references.remember(met)
                return met
        raise where.missing()

    async def _channels(self, team: Reference) -> list[str]:
        try:
            return await self.connector.channels(team.service_url, team.team)
        except (Forbidden, Missing):  # we are not in it any more
            return []
