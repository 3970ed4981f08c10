"""What a person typed or pressed, out of what Slack sends about it.

Slash commands: docs.slack.dev/interactivity/implementing-slash-commands;
buttons: docs.slack.dev/reference/interaction-payloads/block_actions-payload.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

from adapters.slack.inert import unescaped


@dataclass(frozen=True, slots=True)
class Heard:
    """One line, by whom and where, and the address at which it is to be answered."""

    user: str
    channel: str
    text: str  # as typed, without the slash: "rooms free 2pm"
    id: str  # the same for every delivery of the same act
    answer_to: str  # response_url: a secret
    thread: str = ""


def typed(body: Mapping[str, Any]) -> Heard | None:
    """A slash command; None when it is not one that can be answered."""
    match body:
        case {
            "command": str(command),
            "user_id": str(user),
            "channel_id": str(channel),
            "response_url": str(url),
        }:
            line = f"{command.removeprefix('/')} {unescaped(_text(body.get('text')))}"
            act = _text(body.get("trigger_id")) or _id(url)
            return Heard(user, channel, line.strip(), act, url)
        case _:
            return None


def pressed(body: Mapping[str, Any]) -> Heard | None:
    """A press on one of our buttons: its value is the line."""
    match body:
        case {
            "user": {"id": str(user)},
            "channel": {"id": str(channel)},
            "response_url": str(url),
            "actions": [{"value": str(line), **action}, *_],
        }:
            act = _text(body.get("trigger_id")) or _id(url, user, _text(action.get("action_ts")))
            return Heard(user, channel, unescaped(line), act, url, _thread(body))
        case _:
            return None


def _thread(body: Mapping[str, Any]) -> str:
    match body:
        case {"container": {"thread_ts": str(thread)}} | {"message": {"thread_ts": str(thread)}}:
            return thread
        case _:
            return ""


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _id(*parts: str) -> str:
    """For the rare act without a trigger: its response_url is its own."""
    return sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:32]
