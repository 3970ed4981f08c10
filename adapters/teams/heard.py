"""From an activity to the line that one person typed or pressed.  Pure."""

from __future__ import annotations

import hashlib
import html
import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from botbuilder.schema import Activity

from adapters.teams.references import root
from adapters.teams.repairs import is_targeted
from bot.people import Channel, Invocation, Standing, User

_MENTION = re.compile(r"<at\b[^>]*>(.*?)</at>", re.IGNORECASE | re.DOTALL)


def invocation(activity: Activity, standing: Standing, at: datetime) -> Invocation:
    sender = activity.from_property
    user = User(
        "teams", sender.aad_object_id or sender.id, sender.name or "", standing, timezone(activity)
    )
    channel = Channel("teams", root(activity.conversation.id))
    return Invocation(user, channel, line(activity), at, act(activity))


def line(activity: Activity) -> str:
    """What a pressed button stands for, else what was typed, without mentions of the bot."""
    pressed = data(activity).get("command_line")
    return pressed if isinstance(pressed, str) else typed(activity)


def data(activity: Activity) -> dict[str, Any]:
    """What a card's button carries: the value of Action.Submit, the action's of Action.Execute."""
    value = _dict(activity.value)
    return _dict(_dict(value.get("action")).get("data")) if activity.type == "invoke" else value


def typed(activity: Activity) -> str:
    """Teams writes text as HTML does, with mentions as tags."""
    bot = {activity.recipient.name or "", *_names(activity)}

    def name(mention: re.Match[str]) -> str:
        return " " if html.unescape(mention[1]).strip() in bot else mention[1]

    # Unescaped last: a typed &lt;at&gt; is text.
    return " ".join(html.unescape(_MENTION.sub(name, activity.text or "")).split())


def _names(activity: Activity) -> Iterator[str]:
    """As what the bot is mentioned: its name in this team may be another one."""
    for entity in _entities(activity):
        more = entity.additional_properties
        whom = _dict(more.get("mentioned"))
        if entity.type == "mention" and whom.get("id") == activity.recipient.id:
            tagged = _MENTION.search(str(more.get("text") or ""))
            yield html.unescape(tagged[1]).strip() if tagged else str(whom.get("name") or "")


def timezone(activity: Activity) -> str | None:
    """The sender's IANA zone, where their client told one that exists."""
    told = [activity.local_timezone]
    told += [e.additional_properties.get("timezone") for e in _entities(activity)]
    return next((zone for zone in told if isinstance(zone, str) and _exists(zone)), None)


def _exists(zone: str) -> bool:
    try:
        return bool(ZoneInfo(zone).key)
    except (LookupError, ValueError, OSError):
        return False


def act(activity: Activity) -> str:
    """The same for a redelivery, different for everything else.

    Ids of messages count milliseconds within their conversation, so the conversation is part of
    it.  An invoke may come without an id: then the card, the button, the person and the time are.
    """
    if activity.id:
        return f"{activity.id}@{activity.conversation.id}"
    parts = [activity.reply_to_id, activity.from_property.id, str(activity.timestamp),
             activity.conversation.id, activity.text, activity.value]  # fmt: skip
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def is_alone(activity: Activity) -> bool:
    """Whether the answer is for the sender alone: the line came so, or from such a card."""
    return is_targeted(activity) or data(activity).get("targeted") is True


def _entities(activity: Activity) -> list[Any]:
    return [entity for entity in activity.entities or () if entity is not None]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
