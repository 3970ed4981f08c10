"""What a fault does, as data: whoever answers asks the tenant which effects of its kind are on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from adapters.sandbox.mailbox import Health


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


@dataclass(frozen=True, slots=True)
class Throttles:
    """429 for one room's mailbox, or with `every` for the whole app."""

    wait: Wait = Wait.SECONDS
    every: bool = True


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


Effect = (
    LosesPermissions
    | SignInFails
    | SignInDown
    | SignInSlow
    | MailboxIs
    | Throttles
    | Refuses
    | Slow
    | Wire
    | Lie
)
