"""Speaking first in Slack: said once, and found again by its mark.

The law: what Slack may have taken is not said again here.  An answer can be lost when the message
hangs there already, so whoever posts looks with `find` before saying it again.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.answer import LAYOUT
from adapters.slack.api import ask
from adapters.slack.home import Home
from adapters.slack.limits import Json
from bot.errors import Forbidden, Missing, Trouble, Unreachable

log = structlog.get_logger(__name__)

# Slack shall neither unfurl nor format nor look for links in the top-level text.
INERT: Json = {"unfurl_links": False, "unfurl_media": False, "mrkdwn": False, "parse": "none"}
EVENT = "roomops_alert"
# Slack recommends at most 200 messages a page (docs.slack.dev/apis/web-api/pagination).
PAGE, PAGES = 200, 5
# What keeps us from looking and is no reason not to speak: chat:write.public posts from outside.
_BLIND = frozenset({"missing_scope", "not_in_channel"})
_GONE = frozenset({"message_not_found", "thread_not_found"})
Call = Callable[..., Awaitable[AsyncSlackResponse]]


class Voice:
    """Lives on the loop.  `once` repeats nothing that may have been taken; `client` may."""

    def __init__(
        self, once: AsyncWebClient, client: AsyncWebClient, home: Home, patience: float
    ) -> None:
        self._once, self._client, self._home, self._patience = once, client, home, patience
        self._told: set[str] = set()  # why we could not look, each logged once

    async def post(self, channel: str, shown: Json, thread: str, mark: str) -> str:
        """The message's `ts`."""
        place: Json = {"channel": channel, **INERT, **_marked(mark)}
        if thread:
            place["thread_ts"] = thread
        answer = await self._say(self._once.chat_postMessage, place, shown)
        if not answer.get("ts"):
            raise Unreachable("Slack's answer makes no sense")
        return str(answer["ts"])

    async def edit(self, channel: str, message: str, shown: Json, mark: str) -> None:
        """Without a mark the message keeps the one it has."""
        place: Json = {"channel": channel, "ts": message, "parse": "none", **_marked(mark)}
        await self._say(self._client.chat_update, place, shown)

    async def _say(self, call: Call, place: Json, shown: Json) -> Mapping[str, Any]:
        try:
            return await ask(call(**place, **shown), self._patience)
        except Trouble as trouble:
            if trouble.code not in LAYOUT:
                raise
            log.error("slack.layout_refused", error=trouble.code)
        return await ask(call(**place, text=shown["text"], blocks=[]), self._patience)

    async def find(self, channel: str, mark: str, thread: str) -> str | None:
        """The newest of the channel's last thousand messages that is ours and bears the mark.

        conversations.history leaves the payload out unless all metadata is asked for
        (python-slack-sdk#1501), shows no replies, and wants a history scope and membership.
        """
        try:
            async for message in self._messages(channel, thread):
                if self._is_ours(message) and _mark(message) == mark:
                    return str(message.get("ts", ""))
        except Forbidden as wrong:
            if wrong.code not in _BLIND:
                raise
            self._tell(channel, wrong)
            return None
        except Missing as wrong:
            if wrong.code not in _GONE:
                raise
        return ""

    async def _messages(self, channel: str, thread: str) -> AsyncIterator[Mapping[str, Any]]:
        """Newest first in a channel; in a thread from its beginning."""
        asked: Json = {"channel": channel, "limit": PAGE, "include_all_metadata": True}
        call: Call = self._client.conversations_history
        if thread:
            call, asked["ts"] = self._client.conversations_replies, thread
        for _ in range(PAGES):
            page = await ask(call(**asked), self._patience)
            for message in _list(page.get("messages")):
                yield message
            more = page.get("response_metadata")
            asked["cursor"] = more.get("next_cursor") if isinstance(more, dict) else ""
            if not asked["cursor"]:
                return

    def _is_ours(self, message: Mapping[str, Any]) -> bool:
        ours = {"bot_id": self._home.bot, "user": self._home.user}
        return any(value and message.get(key) == value for key, value in ours.items())

    def _tell(self, channel: str, wrong: Forbidden) -> None:
        if wrong.code not in self._told:
            self._told.add(wrong.code)
            log.warning("slack.cannot_look", channel=channel, code=wrong.code, fix=wrong.hint)


def _marked(mark: str) -> Json:
    """docs.slack.dev/messaging/message-metadata: seen by apps alone."""
    payload = {"event_type": EVENT, "event_payload": {"mark": mark}}
    return {"metadata": payload} if mark else {}


def _mark(message: Mapping[str, Any]) -> str | None:
    match message.get("metadata"):
        case {"event_type": str(kind), "event_payload": {"mark": str(mark)}} if kind == EVENT:
            return mark
        case _:
            return None


def _list(messages: object) -> list[Mapping[str, Any]]:
    if not isinstance(messages, list):
        raise Unreachable("Slack's answer makes no sense")
    return [message for message in messages if isinstance(message, dict)]
