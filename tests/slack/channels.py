"""The channels of the fake workspace: what hangs in them, and who may read and write there.

It follows the pages of chat.postMessage, chat.update, conversations.history and
conversations.replies on docs.slack.dev: history has no replies and is newest first, a thread
begins with its root; the payload of metadata is left out unless all metadata is asked for.
"""

from __future__ import annotations

import re
from typing import Any

from tests.slack.judge import faults
from tests.wall import Message

Json = dict[str, Any]
_SCOPES = {"C": "channels:history", "G": "groups:history", "D": "im:history"}


class Channels:
    """Messages by (channel, ts).  Every method of Slack's returns Slack's answer."""

    def __init__(self) -> None:
        self.messages: dict[tuple[str, str], Json] = {}
        self.refused: list[str] = []  # why messages were not taken
        self.closed: dict[str, str] = {}  # channel → the error that everything there gets
        self.edits: dict[tuple[str, str], int] = {}

    def wall(self, channel: str) -> list[Message]:
        """What stands there now, oldest first; replies whose root is gone stand by themselves."""
        here = self._here(channel)
        roots = [ts for ts, said in here if said.get("thread_ts") not in dict(here)]
        return [self._standing(channel, ts) for ts in roots]

    def _standing(self, channel: str, ts: str) -> Message:
        said, under = self.messages[channel, ts], self._under(channel, ts)
        mark = said.get("metadata", {}).get("event_payload", {}).get("mark", "")
        return Message(ts, said["text"], tuple(self._standing(channel, t) for t in under), mark)

    def _here(self, channel: str) -> list[tuple[str, Json]]:
        return sorted((ts, said) for (where, ts), said in self.messages.items() if where == channel)

    def _under(self, channel: str, ts: str) -> list[str]:
        return [t for t, said in self._here(channel) if said.get("thread_ts") == ts != t]

    def delete(self, channel: str, ts: str) -> None:
        """As a person does; of a root with replies Slack keeps a tombstone, which is nobody's."""
        del self.messages[channel, ts]

    def post(self, arguments: Json, ts: str, author: Json) -> Json:
        channel, thread = arguments["channel"], arguments.get("thread_ts")
        if error := self.closed.get(channel) or self._wrong(arguments):
            return no(error)
        if thread and (channel, thread) not in self.messages:
            return no("thread_not_found")
        self.messages[channel, ts] = {**arguments, **author}
        return {"ok": True, "channel": channel, "ts": ts, "message": self.messages[channel, ts]}

    def update(self, arguments: Json, author: Json) -> Json:
        place = arguments["channel"], arguments["ts"]
        if error := self.closed.get(place[0]) or self._wrong(arguments):
            return no(error)
        if place not in self.messages:
            return no("message_not_found")
        if self.messages[place].get("user") != author["user"]:
            return no("cant_update_message")
        self.messages[place] = {**self.messages[place], **arguments}
        self.edits[place] = self.edits.get(place, 0) + 1
        return {"ok": True, "channel": place[0], "ts": place[1]}

    def _wrong(self, arguments: Json) -> str:
        if not _is_metadata(arguments.get("metadata", {"event_type": "a", "event_payload": {}})):
            self.refused.append("invalid_metadata_format")
            return "invalid_metadata_format"
        wrong = faults(arguments)
        self.refused += wrong
        return "invalid_blocks" if wrong else ""

    def history(self, arguments: Json, scopes: str) -> Json:
        channel = arguments["channel"]
        here = [(ts, said) for ts, said in self._here(channel) if "thread_ts" not in said]
        return self._read(here[::-1], arguments, scopes, most=999)

    def replies(self, arguments: Json, scopes: str) -> Json:
        channel, root = arguments["channel"], arguments["ts"]
        if (channel, root) not in self.messages and channel not in self.closed:
            return no("thread_not_found")
        here = dict(self._here(channel))
        thread = [(ts, here[ts]) for ts in (root, *self._under(channel, root)) if ts in here]
        return self._read(thread, arguments, scopes, most=1000)

    def _read(self, found: list[tuple[str, Json]], arguments: Json, scopes: str, most: int) -> Json:
        needed = _SCOPES.get(arguments["channel"][:1], "channels:history")
        if needed not in scopes.split(","):
            return {**no("missing_scope"), "needed": needed, "provided": scopes}
        if error := self.closed.get(arguments["channel"]):
            return no(error)
        begin, many = int(arguments.get("cursor") or 0), int(arguments.get("limit") or 100)
        end = begin + min(many, most)
        whole = str(arguments.get("include_all_metadata")).lower() in ("true", "1")
        more = {"response_metadata": {"next_cursor": str(end)}} if end < len(found) else {}
        page = [_shown(ts, said, whole) for ts, said in found[begin:end]]
        return {"ok": True, "messages": page, "has_more": bool(more), **more}


def _shown(ts: str, said: Json, whole: bool) -> Json:
    left_out = ("channel", "parse", "mrkdwn", "unfurl_links", "unfurl_media")
    shown = {"type": "message", "ts": ts}
    shown |= {key: value for key, value in said.items() if key not in left_out}
    if "metadata" in shown and not whole:
        shown["metadata"] = {"event_type": shown["metadata"]["event_type"]}
    return shown


def _is_metadata(metadata: object) -> bool:
    match metadata:
        case {"event_type": str(kind), "event_payload": dict(payload)}:
            flat = all(isinstance(value, str | int | bool) for value in payload.values())
            return bool(re.fullmatch(r"[\w.]+", kind, re.ASCII)) and flat
        case _:
            return False


def no(error: str) -> Json:
    return {"ok": False, "error": error}
