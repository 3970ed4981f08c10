"""What the bot needs from the outside, in its own words.

Every port raises `Trouble` (errors.py) when the outside says no, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Protocol

from bot.activity import Seen
from bot.asking import Asking, unasked
from bot.finding import Evidence
from bot.people import Invocation
from bot.reply import Outcome, Reply
from bot.rooms import Catalogue, Room, RoomState
from bot.tenancy import (
    Account,
    App,
    Assignment,
    Calendars,
    ConsentChange,
    ConsentPolicy,
    Grants,
    Plan,
    Probe,
    Reached,
    Role,
    SignIn,
    Strays,
    Survey,
    Watched,
)
from bot.throttling import Bucket, Standing, Step

Clock = Callable[[], datetime]  # aware UTC
Dispatch = Callable[[Invocation], Reply]


FRESH = timedelta(seconds=30)  # how old an answer may be without asking anew


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
        or end after it.  Answers may come from memory, `read_at` says how old each is: at
        most FRESH while the outside answers, older only because it does not.
        """
        ...


class Directory(Protocol):
    """Entra, as the doctor asks of it.  A Forbidden names the missing permission."""

    def reach(self) -> Reached:
        """That Entra and Graph answer at all, without a token; Unreachable otherwise."""
        ...

    def sign_in(self) -> tuple[Evidence, ...]:
        """Get the bot a new token; Forbidden with the reason in words when refused."""
        ...

    def own_roles(self) -> frozenset[str]:
        """The application permissions to Graph in a new token of the bot's: known even where
        nothing may be read.  What Exchange's own roles give does not stand there."""
        ...

    def app(self, app_id: str) -> App | None:
        """The enterprise app, a soft-deleted one included; None where there is none."""
        ...

    def grants(self, app: App) -> Grants: ...

    def consent_changes(self, app: App, since: datetime) -> tuple[ConsentChange, ...]:
        """Permissions given and taken, newest first."""
        ...

    def consent_policy(self) -> ConsentPolicy: ...

    def account(self, address: str) -> Account | None:
        """The user, a soft-deleted one included; None where there is none."""
        ...

    def accounts(self, addresses: Sequence[str]) -> tuple[Account | None, ...]:
        """The same for many at a time, in the order asked."""
        ...

    def plans(self, account: Account) -> tuple[Plan, ...]: ...
    def roles(self, account: Account) -> tuple[Role, ...]: ...

    def sign_ins(self, account: Account, since: datetime) -> tuple[SignIn, ...]:
        """Newest first; Forbidden too where the tenant has no premium licence."""
        ...


class Exchange(Protocol):
    """Mailboxes and Exchange's own roles, as the doctor asks of them."""

    def assignments(self, holder: App | Account) -> tuple[Assignment, ...]:
        """Its RBAC-for-Applications roles; Forbidden where they may not be read."""
        ...

    def probe(self, mailboxes: Sequence[str]) -> tuple[Probe, ...]:
        """Whether the bot can read each calendar, in the order asked; never raises for one."""
        ...

    def sample(self, rooms: Sequence[str], most: int) -> tuple[Probe, ...]:
        """The same for so many of them, others each time, so that all come round; and for those
        that refused when they were asked last, within a day."""
        ...

    def survey(self, rooms: Sequence[str], deep: int) -> tuple[Survey, ...]:
        """Every room's reach, in the order asked; delegates and mailbox of `deep` of them,
        others each time, so that all come round, and of the rest as last seen within a day."""
        ...

    def calendars(
        self,
        rooms: Sequence[Room],
        start: datetime,
        end: datetime,
        most: int,
        odd: Callable[[RoomState], bool],
    ) -> Calendars:
        """At most so many rooms' calendars, others each time, so that all come round; what was
        odd last time comes first, and is told as last seen where it cannot be."""
        ...

    def strays(self, listed: Sequence[str], most: int) -> Strays:
        """Rooms' mailboxes beside those listed; `most` mailboxes are asked at a time."""
        ...

    def write_probe(self, room: str, fresh: timedelta) -> Probe:
        """Write one event a year from now and delete it; READ means that both were done.

        Nothing is written twice.  A round is told the last one while it is younger than `fresh`,
        as far back as this process remembers.  Trouble only where nothing was sent.
        """
        ...


class Activity(Protocol):
    """What Microsoft wrote down of the requests to Graph of any app in the tenant."""

    @property
    def workspace(self) -> str:
        """The id of the workspace that keeps it; "" where none is named."""
        ...

    def seen(self, app_id: str) -> Seen | None:
        """One app's last 24 hours, from memory for minutes; None where no workspace is named.

        Forbidden where the bot's app has no role on the workspace, Missing where there is no
        such workspace.
        """
        ...


@dataclass(frozen=True, slots=True)
class Untold:
    """Where no log is named: nothing is known of anybody's requests but our own."""

    workspace: str = ""

    def seen(self, app_id: str) -> Seen | None:  # noqa: ARG002  whoever's it is
        return None


class Pressure(Protocol):
    """How hard Microsoft 365 may be asked by this process right now."""

    def standing(self) -> Standing: ...

    def recent(self) -> tuple[Bucket, ...]:
        """The minutes that are not in the book yet; the one that runs comes last."""
        ...


@dataclass(frozen=True, slots=True)
class Unpressed:
    """Where nobody asks anything."""

    def standing(self) -> Standing:
        return Standing(Step.NORMAL, _EVER, "", (), 1.0)

    def recent(self) -> tuple[Bucket, ...]:
        return ()


_EVER = datetime.min.replace(tzinfo=UTC)


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
    """A chat platform, to speak first.  Listening is the adapter's own business.

    Throttled and Unreachable pass; Forbidden (token revoked, not a member) and Missing (channel
    or message gone, bot not installed there) stay until somebody acts.
    """

    def post(self, channel: str, reply: Reply, thread: str = "", mark: str = "") -> str:
        """Say it, under `thread` if given; the message's id.  `mark` makes it recognisable."""
        ...

    def edit(self, channel: str, message: str, reply: Reply, mark: str = "") -> None:
        """Missing where the message is gone or can be changed no more."""
        ...

    def find(self, channel: str, mark: str, thread: str = "") -> str | None:
        """The id of our own message with that mark, "" where it certainly is not there;
        None where this platform does not let us look."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """Everything a handler may reach, and so everything a test must supply."""

    rooms: Rooms
    directory: Directory
    exchange: Exchange
    watched: Watched
    timezone: str  # IANA: ROOMOPS_TIMEZONE
    show_subjects: bool = False
    asking: Asking = unasked
    activity: Activity = Untold()
    pressure: Pressure = Unpressed()
