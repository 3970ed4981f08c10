"""What a check saw: all well, what is broken with proof and the fix, or why it cannot tell."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Flag, IntEnum, auto

EVERYTHING = ("",)  # every fingerprint begins so
THROTTLED = "throttling"  # the check that explains why we were told to wait
LACKING = "consent/missing"  # where it is the bot's own, it explains what the bot may not read


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

    fingerprint: str  # "consent/missing/APP-ID"
    subject: str  # what it is about: an app, an account, a room
    summary: str  # the first sentence: what broke, since when, how much
    severity: Severity
    consequence: str  # in a user's words: "rooms stop syncing"
    remedy: Remedy
    evidence: tuple[Evidence, ...] = ()
    owner: Owner = Owner.BOTH
    rooms: tuple[str, ...] = ()  # addresses of the rooms that it is about, where it is about rooms
    first_hand: bool = False  # a fact that was read itself: no symptom of what is broken above
    ahead: bool = False  # still to come: however bad, nothing is its symptom yet
    settled: bool = False  # its check has waited long enough: one round opens it, one ends it


@dataclass(frozen=True, slots=True)
class Ok:
    summary: str
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()  # well, but worth saying
    unseen: tuple[str, ...] = ()  # beginnings of the fingerprints that could not be judged


@dataclass(frozen=True, slots=True)
class Broken:
    """At least one finding, the worst first.

    At a `dead_end` nobody answers at all: what depends on it need not be asked.
    """

    findings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    dead_end: bool = False
    unseen: tuple[str, ...] = ()  # beginnings of the fingerprints that could not be judged


@dataclass(frozen=True, slots=True)
class Unknown:
    """Nothing may be concluded, least of all that it is well."""

    why: str  # a sentence
    would_tell: str = ""  # what would let us tell: a permission, a setting, a cmdlet
    command: str = ""  # the cmdlet that shows it
    evidence: tuple[Evidence, ...] = ()
    notes: tuple[str, ...] = ()
    # What explains it when broken, be it below this one: a check or the beginning of a fingerprint.
    cause: str = ""
    unseen: tuple[str, ...] = EVERYTHING  # ... and what else of its check was judged may end


Result = Ok | Broken | Unknown
