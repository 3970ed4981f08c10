"""The conversations behind the fake connector: what hangs in them, by the ids that it gives out.

It follows the Bot Connector's pages: a conversation begun in a channel is a thread whose id names
its first message (`;messageid=`), and a message is changed in its conversation by its own id.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from tests.wall import Message

Json = dict[str, Any]


@dataclass(frozen=True)
class Hung:
    id: str
    root: str  # the message that began the thread; "" in chats and for roots
    words: str


class Conversations:
    """Answers are (status, body)."""

    def __init__(self) -> None:
        self.hung: dict[str, list[Hung]] = {}
        self.closed: dict[str, tuple[int, str]] = {}  # conversation → status and code

    def wall(self, conversation: str) -> list[Message]:
        """What stands there now, oldest first; replies whose root is gone stand by themselves."""
        here = self.hung.get(conversation, [])
        roots = {hung.id for hung in here}
        return [
            Message(hung.id, hung.words, _under(hung.id, here))
            for hung in here
            if hung.root not in roots
        ]

    def delete(self, conversation: str, message: str) -> None:
        """As a person does."""
        self.hung[conversation] = [h for h in self.hung[conversation] if h.id != message]

    def refusal(self, conversation: str) -> tuple[int, str] | None:
        return self.closed.get(_split(conversation)[0])

    def begin(self, body: Json, message: str) -> tuple[int, Json]:
        channel = str(body["channelData"]["channel"]["id"])
        self._hang(channel, Hung(message, "", words(body["activity"])))
        return 201, {"id": f"{channel};messageid={message}", "activityId": message}

    def add(self, conversation: str, body: Json, message: str) -> tuple[int, Json]:
        where, root = _split(conversation)
        self._hang(where, Hung(message, root, words(body)))
        return 201, {"id": message}

    def change(self, conversation: str, message: str, body: Json) -> tuple[int, Json]:
        where, root = _split(conversation)
        for place, hung in enumerate(self.hung.get(where, [])):
            if hung.id == message and root in ("", message, hung.root):
                self.hung[where][place] = replace(hung, words=words(body))
                return 200, {"id": message}
        return 404, {"error": {"code": "ActivityNotFoundInConversation", "message": "no"}}

    def _hang(self, where: str, hung: Hung) -> None:
        self.hung.setdefault(where, []).append(hung)


def _under(root: str, here: list[Hung]) -> tuple[Message, ...]:
    return tuple(Message(hung.id, hung.words) for hung in here if hung.root == root)


def _split(conversation: str) -> tuple[str, str]:
    where, _, root = conversation.partition(";messageid=")
    return where, root


def words(activity: Json) -> str:
    """All words of the card, in order; of a message without a card its text."""
    for attached in activity.get("attachments") or ():
        return "".join(texts(attached["content"]["body"]))
    return str(activity.get("text") or "")


def texts(part: Any) -> list[str]:
    """Every text and button title of a card's body, what stands in fallbacks aside."""
    if isinstance(part, list):
        return [text for each in part for text in texts(each)]
    if not isinstance(part, dict):
        return []
    own = [part[key] for key in ("text", "title") if key in part]
    return own + [t for key, value in part.items() if key != "fallback" for t in texts(value)]
