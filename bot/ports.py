"""What the bot needs from the outside, in its own words.

Every port raises `Trouble` (errors.py) when the outside says no, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.people import Invocation
from bot.reply import Outcome, Reply
from bot.rooms import Catalogue, Room, RoomState

Clock = Callable[[], datetime]  # aware UTC
Dispatch = Callable[[Invocation], Reply]


class Rooms(Protocol):
    """The rooms of Microsoft 365 and their calendars."""

    def catalogue(self) -> Catalogue:
        """Every room known, from memory where it can; Trouble only if none was ever read."""
        ...

    def availability(
        self, rooms: Sequence[Room], start: datetime, end: datetime
    ) -> tuple[RoomState, ...]:
        """One state a room, in the order asked; a room that fails says so itself.

        The window is at most 42 days; entries reach beyond it where they start before
        or end after it.  Answers may come from memory: `read_at` says how old each is.
        """
        ...


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the audit: who, where, what and whether they might."""

    invocation: str  # platform and the platform's own id of the act; unique
    at: datetime
    user: str
    channel: str
    text: str
    command: str  # "" when no command was understood
    allowed: bool


class Audit(Protocol):
    """The book in which every command and denial stands before it runs."""

    def begin(self, entry: Entry) -> int | None:
        """Write the line; its number, or None if this invocation was begun before."""
        ...

    def end(self, number: int, outcome: Outcome, duration: timedelta) -> None: ...


class Groups(Protocol):
    """Who is in a user group of a chat platform."""

    def members(self, group: str) -> frozenset[str]:
        """User ids; from memory for minutes.  Trouble when it cannot be read."""
        ...


class Chat(Protocol):
    """A chat platform, to speak first.  Listening is the adapter's own business."""

    def post(self, channel: str, reply: Reply, thread: str = "") -> str:
        """Say it, under `thread` if given; the message's id."""
        ...

    def edit(self, channel: str, message: str, reply: Reply) -> None: ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler may reach, and so everything a test must supply."""

    rooms: Rooms
    timezone: str  # IANA: ROOMOPS_TIMEZONE
    show_subjects: bool = False
