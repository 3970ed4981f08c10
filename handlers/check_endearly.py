"""The check of End Event Early: whether it can work now, for whom not, and what it would cost.

Ending a meeting early changes the organizer's copy: a change of the room's copy alone may be
undone by Exchange.  So it needs Calendars.ReadWrite on the mailboxes of all who organize.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.check import Check
from bot.finding import Ok, Result, Unknown
from bot.ports import Services
from bot.tenancy import Reach
from handlers import access_remedy as remedy
from handlers.access_mode import WRITE_ROLES, Access, Mode, access_of, held
from handlers.access_seen import (
    NOTHING,
    Probed,
    Seen,
    attempt,
    cause_of,
    see,
    single_mailbox,
    subjects,
)
from handlers.canary import canary
from handlers.retirement import retirement

NEEDS = "Calendars.ReadWrite on every organizer's mailbox"
COST = (
    f"It would take {NEEDS}: all mailboxes in scope instead of rooms only, so that whoever holds "
    "the app's secret can change everybody's calendar."
)
NEVER = (
    "Never in reach: organizers from other organizations and mailboxes that are on-premises; I "
    "tried no change to prove it."
)


def look(services: Services, now: datetime) -> Result:  # noqa: ARG001  a check's signature
    subject = next(iter(subjects(services)), None)
    if subject is None:
        return Unknown("No app is set.", "ROOMOPS_CLIENT_ID")
    found = attempt(lambda: Probed(canary=canary(services))) if subject.own else NOTHING
    seen = see(services, subject, NOTHING if isinstance(found, Unknown) else found)
    return judge(seen, access_of(seen))


def judge(seen: Seen, access: Access) -> Result:
    """For the app that serves the rooms; pure.  That it cannot work is no fault but a choice."""
    if doubt := _doubt(seen, access):
        blind = [part for part in (seen.grants, seen.assignments) if isinstance(part, Unknown)]
        delegate = access.mode is Mode.DELEGATE
        mailbox = (seen.canary_address,) if seen.canary_address else ()
        command = remedy.shared(seen) if delegate else remedy.proof(seen, mailbox)
        cause = f"access/delegate/{seen.subject.app_id}" if delegate else cause_of(blind)
        return _unknown(seen, doubt, command, blind, cause)
    return _works(seen, access) if access.writes_everywhere else _cannot(seen, access)


def _doubt(seen: Seen, access: Access) -> str:
    """Why it cannot be told, or ""."""
    shut = seen.canary is not None and seen.canary.reach in (Reach.DENIED, Reach.POLICY)
    if access.writes_everywhere:
        return "It is granted every mailbox, yet the canary is refused." if shut else ""
    if access.mode is Mode.POLICY and access.writes:
        return "A legacy Application Access Policy decides whose mailboxes are in reach."
    if access.mode is Mode.DELEGATE:
        return "It depends on who shares a calendar with the account."
    blind = [part.why for part in (seen.grants, seen.assignments) if isinstance(part, Unknown)]
    if blind:
        return " ".join(dict.fromkeys(blind))
    writing = [role for role in access.roles or () if role.role in WRITE_ROLES]
    if all(role.rooms_only or single_mailbox(role) for role in writing):
        return ""
    return "Only Exchange knows whom its scope holds."


def _works(seen: Seen, access: Access) -> Ok:
    notes = [NEVER]
    if access.consented and not seen.subject.own:
        notes.append(
            "A legacy Application Access Policy could still narrow it: "
            f"{remedy.policies_shown(seen)}"
        )
    by = ""
    if not access.writes_by_graph:
        by = " over EWS only"
        notes.append(f"EWS: {retirement('EWS').now}.")
    summary = f"It can work for {seen.name}{by}, which may change calendars of all mailboxes."
    return Ok(summary, seen.evidence, tuple(notes))


def _cannot(seen: Seen, access: Access) -> Ok:
    """It may write to rooms at most."""
    writing = [role for role in access.roles or () if role.role in WRITE_ROLES]
    if access.writes and writing and not any(role.rooms_only for role in writing):
        summary = (
            f"It cannot work for meetings that people organize: {seen.name} may change "
            f"{held(writing).partition(' over ')[2]} and nothing else."
        )
    elif access.writes:
        as_recommended = ", as recommended" if access.mode is Mode.SCOPED else ""
        summary = (
            f"It cannot work for meetings that people organize, by choice: {seen.name} may "
            f"change rooms only{as_recommended}, and Exchange may undo that from the organizer's "
            "copy. By what is granted it works for meetings that the room itself organizes."
        )
    else:
        summary = f"It cannot work: {seen.name} may change no calendar."
    return Ok(summary, seen.evidence, (COST,))


def _unknown(seen: Seen, why: str, command: str, blind: Sequence[Unknown], cause: str) -> Unknown:
    would = ", ".join(dict.fromkeys(part.would_tell for part in blind if part.would_tell))
    return Unknown(
        f"I cannot tell whether End Event Early works for {seen.name}. {why}".strip(),
        would,
        command,
        seen.evidence,
        (f"It needs {NEEDS}.",),
        cause,
    )


CHECK = Check(
    "endearly",
    "End Event Early",
    "whether meetings can be ended early, for whom not, and what it would cost in scope",
    look,
    depends_on=("scope",),
    permissions=("Application.Read.All", "Directory.Read.All", "RoleManagement.Read.Exchange"),
)
