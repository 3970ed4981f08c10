"""Secrets and certificates of an app: which have ended, which will soon, which overlap.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.finding import Evidence, Finding, Ok, Remedy, Result, Severity
from bot.tenancy import Credential
from handlers.expiry import said, tier, urgency
from handlers.parts import broken

NEW = "a few minutes"  # until a new credential works everywhere
_UNSEEN = (
    "Something else signs in that its registration does not list, such as a federated credential: "
    "when that ends I cannot tell."
)


@dataclass(frozen=True, slots=True)
class Keyring:
    """An app's credentials with the words that its findings need."""

    check: str  # for fingerprints: "credential", "app"
    owner: str  # "the bot's own app", "Eptura Workplace"
    credentials: Sequence[Credential]
    blade: str  # link to where new ones are made
    then: str  # what to do with a new one
    stops: str  # consequence once none is left
    evidence: tuple[Evidence, ...] = ()
    signs_in: bool = False  # it was just seen to sign in, be it with what is not listed


def judge(ring: Keyring, now: datetime) -> Result:
    """Those that end by their tier; no worse than a warning where another one lasts longer.

    An ended one is critical where nothing is known to sign in any more.
    """
    valid = [one for one in ring.credentials if one.ends > now]
    findings = [
        _finding(ring, one, valid, now)
        for one in ring.credentials
        if tier(one.ends, now) is not None
    ]
    notes = _overlap(ring, valid, now)
    if findings:
        return broken(findings, notes)
    if not ring.credentials:
        return Ok(f"{_capital(ring.owner)} has neither secret nor certificate.", ring.evidence)
    last = min(valid, key=lambda one: one.ends)
    return Ok(f"{_name(ring, last)} {said(last.ends, now)}.", ring.evidence, notes)


def _finding(ring: Keyring, one: Credential, valid: Sequence[Credential], now: datetime) -> Finding:
    others = [other for other in valid if other is not one]
    ended = one.ends <= now
    return Finding(
        f"{ring.check}/expiry/{one.kind}/{one.id}",
        ring.owner,
        f"A {one.kind} of {ring.owner} {said(one.ends, now)}. It is {_id(one)}.",
        _severity(ring, one, valid, now),
        _consequence(ring, others, ended),
        _remedy(ring, others, ended),
        ring.evidence,
        ahead=not ended,
    )


def _severity(
    ring: Keyring, one: Credential, valid: Sequence[Credential], now: datetime
) -> Severity:
    if one.ends <= now:
        return Severity.WARNING if valid or ring.signs_in else Severity.CRITICAL
    last = tier(max(other.ends for other in valid), now)
    relieved = Severity.WARNING if last is None else max(Severity.WARNING, urgency(last))
    return min(_urgency(one, now), relieved)


def _urgency(one: Credential, now: datetime) -> Severity:
    found = tier(one.ends, now)
    return Severity.INFO if found is None else urgency(found)


def _consequence(ring: Keyring, others: Sequence[Credential], ended: bool) -> str:
    if not others and ended and ring.signs_in:
        return _UNSEEN
    if not others:
        return f"{_capital(ring.stops)}." if ended else f"On that day {ring.stops}."
    longest = max(others, key=lambda one: one.ends)
    return (
        f"{_name(ring, longest)} is valid until {longest.ends:%Y-%m-%d}; "
        f"whoever still uses the other one {'is refused' if ended else 'will be refused'}."
    )


def _remedy(ring: Keyring, others: Sequence[Credential], ended: bool) -> Remedy:
    if ended and (others or ring.signs_in):
        return Remedy("Make sure that nobody uses it, then delete it.", link=ring.blade)
    new = "Make sure that the longer one is in use." if others else "Create a new one."
    return Remedy(f"{new} {ring.then}", link=ring.blade, wait=NEW)


def _overlap(ring: Keyring, valid: Sequence[Credential], now: datetime) -> tuple[str, ...]:
    """Which are valid at once, and so until when one can change over without a gap."""
    if len(valid) < 2:
        return ()
    names = ", ".join(f"{_name(ring, one)} {said(one.ends, now)}" for one in valid)
    first = min(one.ends for one in valid)
    return (f"{len(valid)} overlap until {first:%Y-%m-%d}: {names}.",)


def _name(ring: Keyring, one: Credential) -> str:
    return f"The {one.kind} {_id(one)} of {ring.owner}"


def _id(one: Credential) -> str:
    return f"“{one.name}” ({one.id})" if one.name else one.id


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
