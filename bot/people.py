"""Who speaks, where, and the one line that they typed or pressed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """How a person belongs to the workspace or tenant, as their platform says."""

    MEMBER = "member"
    GUEST = "guest"
    EXTERNAL = "external"  # another organization: Slack Connect, Teams federation or shared channel
    UNKNOWN = "unknown"  # the platform did not say; treated like EXTERNAL


@dataclass(frozen=True, slots=True)
class User:
    """Somebody on a platform; `id` is Slack's U… or the Entra object id in Teams."""

    platform: str
    id: str
    name: str = ""
    standing: Standing = Standing.MEMBER
    timezone: str | None = None  # IANA name from the chat profile

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class Channel:
    """Somewhere on a platform where one can speak."""

    platform: str
    id: str

    def __str__(self) -> str:
        return f"{self.platform}:{self.id}"


@dataclass(frozen=True, slots=True)
class Invocation:
    """One line that one person typed or pressed.

    `text` is the whole line ("rooms free 2pm"); `arguments` is what the command
    itself has to read ("2pm"), filled in by the dispatcher.  `id` is the
    platform's own id of this act, so that a redelivery can be recognised.
    """

    user: User
    channel: Channel
    text: str
    at: datetime
    id: str
    arguments: str = ""
