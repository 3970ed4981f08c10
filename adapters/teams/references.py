"""Where the bot may speak first: the conversations that it was added to or spoken to in."""

from __future__ import annotations

import asyncio
import json
from dataclasses import asdict, dataclass, replace
from typing import Protocol

import structlog
from botbuilder.schema import Activity, ChannelAccount, ConversationAccount, ConversationReference

from adapters.edge import Edge
from bot.errors import Missing, Trouble

log = structlog.get_logger(__name__)


class Notebook(Protocol):
    """What an adapter must remember over a restart.  Synchronous; raises Trouble."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...


class Memory:
    """A notebook that forgets at the end of the process."""

    def __init__(self) -> None:
        self._pages: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self._pages.get(key)

    def put(self, key: str, value: str) -> None:
        self._pages[key] = value


@dataclass(frozen=True, slots=True)
class Reference:
    """One conversation, without the thread in it; `kind` is personal, groupChat or channel."""

    service_url: str
    conversation: str
    kind: str
    bot: str
    tenant: str

    def thread(self, root: str) -> ConversationReference:
        """Where to post: under the message `root`, or anew where that is empty."""
        # Only channels have threads; elsewhere an answer stands below by itself.
        under = f";messageid={root}" if root and self.kind == "channel" else ""
        where = ConversationAccount(id=f"{self.conversation}{under}", conversation_type=self.kind)
        where.additional_properties = {"tenantId": self.tenant}
        bot = ChannelAccount(id=self.bot)
        return ConversationReference(
            channel_id="msteams", service_url=self.service_url, bot=bot, conversation=where
        )


def root(conversation: str) -> str:
    """The conversation's id without the thread."""
    return conversation.partition(";messageid=")[0]


def reference(activity: Activity, tenant: str) -> Reference:
    where = root(activity.conversation.id)
    return Reference(activity.service_url, where, kind(activity), activity.recipient.id, tenant)


def kind(activity: Activity) -> str:
    """personal, groupChat or channel."""
    where = activity.conversation
    return str(where.conversation_type or ("groupChat" if where.is_group else "personal"))


class References:
    """Remembered in the notebook; written only when something changed."""

    def __init__(self, notebook: Notebook, edge: Edge) -> None:
        self._notebook, self._edge = notebook, edge
        self._written: dict[str, str] = {}
        self._turn = asyncio.Lock()  # what was heard last must be written last

    async def remember(self, known: Reference, *conversations: str) -> None:
        """It, or in its place these other conversations of the same team."""
        for conversation in conversations or (known.conversation,):
            page = json.dumps(asdict(replace(known, conversation=conversation)))
            await self._write(conversation, page)

    def knows(self, conversation: str) -> bool:
        """As of this process."""
        return bool(self._written.get(conversation))

    async def forget(self, conversation: str) -> None:
        await self._write(conversation, "")

    async def _write(self, conversation: str, page: str) -> None:
        async with self._turn:
            if self._written.get(conversation) == page:
                return
            try:
                await self._edge.call(self._notebook.put, _key(conversation), page)
            except Trouble as trouble:  # tried again with the next activity from there
                log.error("teams.reference_lost", conversation=conversation, why=str(trouble))
            else:
                self._written[conversation] = page

    def find(self, conversation: str) -> Reference:
        """From a worker thread; Missing where the bot was never heard of."""
        page = self._notebook.get(_key(conversation))
        if not page:
            hint = "Add me there, and say help to me once."
            raise Missing(f"Teams never told me about {conversation}", hint)
        return Reference(**json.loads(page))


def _key(conversation: str) -> str:
    return f"teams:{conversation}"
