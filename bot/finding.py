"""What a check saw: all well, what is broken with proof and the fix, or why it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Flag, IntEnum, auto


class Owner(Flag):
    """Whose access is broken.  One's symptom is never laid to the other's cause."""

    BOT = auto()
    INTEGRATION = auto()
    BOTH = BOT | INTEGRATION  # everybody's: Microsoft is out of reach, or they share one app


class Severity(IntEnum):
    INFO = 1
    WARNING = 2
    CRITICAL = 3


@dataclass(frozen=True, slots=True)
class Evidence:
    """What was asked, what came back, when, and the outside's own id of that answer."""

    asked: str  # "GET /servicePrincipals(appId='…')", never a token or a body
    answered: str  # "200, accountEnabled=false", "403 Authorization_RequestDenied"
    at: datetime
    request_id: str = ""


@dataclass(frozen=True, slots=True)
class Remedy:
    """One act: a sentence, and a command or a link with the real ids filled in."""

    words: str
    command: str = ""  # PowerShell, one line a statement
    link: str = ""
    wait: str = ""  # how long it may take to show: "30 minutes to 2 hours"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is wrong now.  Equal fingerprints are the same problem.

    Numbers that move live in `summary` and `evidence`, never in the fingerprint.
    """

    fingerprint: str  # "consent/missing/Calendars.Read"
    subject: str  # what it is about: an app, an account, a room
    summary: str  # the first sentence: what broke, since when, how much
    severity: Severity
    consequence: str  # in a user's words: "rooms stop syncing"
    remedy: Remedy
    evidence: tuple[Evidence, ...] = ()
    owner: Owner = Owner.BOTH
    rooms: tuple[str, ...] = ()  # addresses of the rooms that it is about, where it is about rooms


@dataclass(frozen=True, slots=True)
class Ok:
    summary: str
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()  # well, but worth saying


@dataclass(frozen=True, slots=True)
class Broken:
    """At least one finding, the worst first.

    At a `dead_end` nobody answers at all: what depends on it need not be asked.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    dead_end: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing may be concluded, least of all that it is well."""

    why: str  # a sentence
    would_tell: str = ""  # what would let us tell: a permission, a setting, a cmdlet
    command: str = ""  # the cmdlet that shows it
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    cause: str = ""  # the check that explains it when broken, be it below this one: "credential"


Result = Ok | Broken | Unknown
