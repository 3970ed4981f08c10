"""What was told where: the other half of an alert, kept apart from what is true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.people import Channel


class Reason(StrEnum):
    """Why the bot speaks; there is no bare yes."""

    OPENED = "opened"
    WORSE = "worse"
    UNFOLDED = "unfolded"
    REMINDER = "reminder"
    UNSILENCED = "unsilenced"  # the silence is over and it still burns
    ACKNOWLEDGED = "acknowledged"
    REOPENED = "reopened"
    CHANGED = "changed"  # worth an edit, not worth waking anybody
    RESOLVED = "resolved"


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What stands in one channel about one topic; `message` "" while none is known to stand.

    A topic is "alert/7", "silence/3" or "daily/2026-11-23".
    """

    topic: str
    channel: Channel
    mark: str = ""  # what our message is recognised by, written down before it is posted
    message: str = ""  # the platform's id of the live message
    version: int = 0  # of the alert when it was last told
    status: str = ""
    severity: int = 0
    rooms: int = 0  # how many it told of, so that more is worse
    shown: str = ""  # digest of what the live message shows: the same is not sent again
    event: int = 0  # the history up to here stands in the thread
    reminders: int = 0
    spoken_at: datetime | None = None  # when it last woke anybody
    quiet_since: datetime | None = None  # a silence hides it since then


@dataclass(frozen=True, slots=True)
class Task:
    """Something in the outbox that is due: look at the topic, and speak if there is a reason.

    `fence` grows with each claim; who holds an older one may no longer write.
    """

    topic: str
    channel: Channel
    due_at: datetime
    attempts: int
    fence: int
