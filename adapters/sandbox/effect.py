"""What a fault does, as data: whoever answers asks the tenant which effects of its kind are on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from adapters.sandbox.app import App
from adapters.sandbox.mailbox import Health, Mailbox
from adapters.sandbox.records import Records
from adapters.sandbox.room import RoomBook
from adapters.sandbox.scene import Scene
from adapters.sandbox.scope import Assignment


@dataclass(frozen=True, slots=True)
class LosesPermissions:
    """Permissions that start so are gone from the consent; with `exchange`, from RBAC too."""

    prefix: str = ""
    exchange: bool = False


@dataclass(frozen=True, slots=True)
class SignInFails:
    """The token endpoint answers with this AADSTS code."""

    code: int


@dataclass(frozen=True, slots=True)
class SignInDown:
    """The token endpoint answers 503."""


@dataclass(frozen=True, slots=True)
class SignInSlow:
    """The token endpoint takes `tenant.slowness` seconds."""


@dataclass(frozen=True, slots=True)
class MailboxIs:
    """One room, or with `every` all rooms, are in this state."""

    health: Health
    every: bool = False


class Wait(StrEnum):
    """How Retry-After is written, and how long it asks for."""

    SECONDS = "seconds"  # tenant.retry_after
    DATE = "date"  # the same, as an HTTP date
    HOUR = "hour"
    ZERO = "zero"
    UNSAID = "unsaid"  # no Retry-After at all


class Aim(StrEnum):
    """What is throttled."""

    APP = "the whole app"
    ROOM = "one room's mailbox"
    MAILBOXES = "every mailbox, each by itself"
    DIRECTORY = "the directory"
    LOGS = "the logs"


@dataclass(frozen=True, slots=True)
class Throttles:
    """429."""

    wait: Wait = Wait.SECONDS
    aim: Aim = Aim.APP


@dataclass(frozen=True, slots=True)
class NearLimit:
    """The directory says that so much of its limit is used: others of the tenant use it too."""

    used: float


@dataclass(frozen=True, slots=True)
class Refuses:
    """Graph's gateway answers with this status before anything is looked at."""

    status: int
    retry_after: bool = False


@dataclass(frozen=True, slots=True)
class Slow:
    """Each answer takes `tenant.slowness` seconds."""


class Wire(StrEnum):
    """What goes wrong below the words."""

    SILENT = "silent"
    RESET = "reset"
    HTML = "html"
    TRUNCATED = "truncated"
    CUT_OFF = "cut off"
    EMPTY = "empty"


class Lie(StrEnum):
    """Well-formed answers that are not true to their type or to themselves."""

    TYPES = "types"
    ENVELOPE = "envelope"
    SCHEDULE = "schedule"


# What a change is given is the tenant's own or another change's copy: it answers with a copy.


@dataclass(frozen=True, slots=True)
class ChangesApp:
    """The integration's app, or the bot's `own`, is otherwise."""

    change: Callable[[App, Scene], App]
    own: bool = False


@dataclass(frozen=True, slots=True)
class ChangesAccount:
    """The service account is otherwise."""

    change: Callable[[Mailbox, Scene], Mailbox]


@dataclass(frozen=True, slots=True)
class ChangesRoom:
    """One room, or with `every` all rooms, are otherwise."""

    change: Callable[[RoomBook, Scene], RoomBook]
    every: bool = False


@dataclass(frozen=True, slots=True)
class ChangesAssignments:
    """The Exchange roles of the integration's app, or of the bot's `own`, are others."""

    change: Callable[[tuple[Assignment, ...], Scene], tuple[Assignment, ...]]
    own: bool = False


@dataclass(frozen=True, slots=True)
class ChangesRecords:
    """Something was written down, or is set otherwise; `change` writes into a copy."""

    change: Callable[[Records, Scene], None]


@dataclass(frozen=True, slots=True)
class PolicyBlocks:
    """A legacy policy keeps consent from every mailbox but the service account's."""


@dataclass(frozen=True, slots=True)
class LeavesLists:
    """One room is in no room list."""


@dataclass(frozen=True, slots=True)
class SkewsClock:
    """Microsoft's clocks are that far ahead of ours."""

    by: timedelta


Change = ChangesApp | ChangesAccount | ChangesRoom | ChangesAssignments | ChangesRecords
Effect = (
    Change
    | PolicyBlocks
    | LeavesLists
    | SkewsClock
    | LosesPermissions
    | SignInFails
    | SignInDown
    | SignInSlow
    | MailboxIs
    | Throttles
    | NearLimit
    | Refuses
    | Slow
    | Wire
    | Lie
)
