"""The check of the access mode: by which way each app gets into mailboxes, in both words."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.check import Check
from bot.finding import Evidence, Finding, Ok, Owner, Remedy, Result, Severity, Unknown
from bot.ports import Services
from bot.tenancy import Delegate, Reach
from handlers import access_remedy as remedy
from handlers.access_mode import (
    EWS_DELEGATED,
    NOT_APPLICABLE,
    OLD_ROLE,
    Access,
    Mode,
    access_of,
    and_list,
    describe,
)
from handlers.access_seen import (
    NOTHING,
    Probed,
    Seen,
    attempt,
    cause_of,
    once,
    room_addresses,
    rooms_probed,
    see_all,
)
from handlers.canary import canary_answer
from handlers.parts import Part, broken, merge
from handlers.powershell import powershell
from handlers.retirement import retirement
from handlers.whose import integrations
from handlers.write_probe import write_probe

CALENDARS = 5  # whose delegates are looked for at a time


def look(services: Services, now: datetime) -> Result:
    rooms = room_addresses(services)
    known = () if isinstance(rooms, Unknown) else rooms
    found = attempt(lambda: probe(services, known))
    views = see_all(services, NOTHING if isinstance(found, Unknown) else found)
    parts = [
        Part(seen.name, judge(seen, access_of(seen), known, now), tells=_tells(seen))
        for seen in views
    ]
    parts += account_part(services) if parts else ()
    parts += write_probe(services, views, known, now) if parts else ()
    return once(merge(parts)) if parts else Unknown("No app is set.", "ROOMOPS_CLIENT_ID")


def _tells(seen: Seen) -> tuple[str, ...]:
    kinds = ("none", "ews", "delegate", "leftover")
    return tuple(f"access/{kind}/{seen.subject.app_id}" for kind in kinds)


def account_part(services: Services) -> tuple[Part, ...]:
    """The old role was mostly the service account's; what is not told the apps' parts say."""
    address = services.watched.service_account
    untold = (Part("", Ok("", unseen=("access/leftover/account",))),)
    account = attempt(lambda: services.directory.account(address)) if address else None
    if isinstance(account, Unknown):
        return untold
    if account is None or account.deleted_at:
        return ()
    known = account
    roles = attempt(lambda: services.exchange.assignments(known))
    if isinstance(roles, Unknown):
        return untold
    if OLD_ROLE not in {one.role for one in roles}:
        return ()
    owner = integrations(services.watched)
    found = _leftover("account", address, address, owner, account.evidence)
    return (Part("service account", broken([found])),)


def probe(services: Services, rooms: Sequence[str]) -> Probed:
    """Ask rooms and the canary; a calendar shared with the service account is named."""
    answers, canary = rooms_probed(services, rooms), canary_answer(services)
    reached = [one.mailbox for one in answers if one.reach is Reach.READ]
    surveys = services.exchange.survey(reached, CALENDARS) if reached else ()
    account = services.watched.service_account.lower()
    shared = (d for s in surveys for d in s.delegates or () if d.address.lower() == account)
    return Probed(answers, canary, tuple(shared))


def judge(seen: Seen, access: Access, rooms: Sequence[str], now: datetime) -> Result:
    """What one app's access means; pure."""
    summary = f"{describe(access, seen)}."
    notes = _notes(seen, access)
    findings = _findings(seen, access, rooms, now)
    if findings:
        said = () if summary in findings[0].summary else (summary,)
        return broken(findings, (*said, *notes))
    if access.mode is Mode.UNKNOWN:
        return _unknown(seen, summary, notes)
    return _untold(seen, access, summary, notes) or Ok(summary, seen.evidence, notes)


def _findings(seen: Seen, access: Access, rooms: Sequence[str], now: datetime) -> list[Finding]:
    found = []
    if access.mode is Mode.NONE:
        found.append(_none(seen, access, rooms))
    if access.mode is Mode.DELEGATE:
        found.append(_delegate(seen, access, rooms))
    if access.ews or EWS_DELEGATED in access.delegated:
        found.append(_ews(seen, access, rooms, now))
    if access.leftovers:
        app_id, identity = seen.subject.app_id, seen.identity
        found.append(_leftover(app_id, seen.name, identity, seen.subject.owner, seen.evidence))
    return found


def _untold(seen: Seen, access: Access, summary: str, notes: tuple[str, ...]) -> Unknown | None:
    """Where a way in is known but a second one was not looked for: told, never ok."""
    if access.mode is Mode.PROVED or (access.roles is not None and access.consented is not None):
        return None
    return _unknown(seen, "", (summary, *notes))


def _unknown(seen: Seen, first: str, notes: tuple[str, ...]) -> Unknown:
    blind = [part for part in (seen.grants, seen.assignments) if isinstance(part, Unknown)]
    reads = any(probe.reach is Reach.READ for probe in seen.rooms)
    whys = [part.why for part in blind]
    if not blind and reads:
        whys = ["Rooms answer although nothing that I know is granted, as they may for 2 hours."]
    would = dict.fromkeys(part.would_tell for part in blind if part.would_tell)
    said = dict.fromkeys(word for word in (first, *whys) if word)
    commands = f"{remedy.roles_shown(seen)}\n{remedy.proof(seen, [p.mailbox for p in seen.rooms])}"
    return Unknown(
        " ".join(said), ", ".join(would), commands, seen.evidence, notes, cause_of(blind)
    )


def _none(seen: Seen, access: Access, rooms: Sequence[str]) -> Finding:
    return Finding(
        f"access/none/{seen.subject.app_id}",
        seen.name,
        f"{describe(access, seen)}.",
        Severity.CRITICAL,
        "I can show no room's calendar."
        if seen.subject.own
        else "Rooms do not sync: bookings and panels drift apart.",
        remedy.rooms_only(seen, access, rooms),
        seen.evidence,
        seen.subject.owner,
    )


def _ews(seen: Seen, access: Access, rooms: Sequence[str], now: datetime) -> Finding:
    ends = retirement("EWS").ends
    over = ends is not None and now.date() >= ends
    until = "; until then the grant opens people's mailboxes" if access.ews_everywhere else ""
    return Finding(
        f"access/ews/{seen.subject.app_id}",
        seen.name,
        f"{seen.name} holds {_over_ews(access)}. Microsoft "
        f"{'switched' if over else 'switches'} EWS off for everybody on {ends}.",
        Severity.CRITICAL if over and access.mode is Mode.EWS else Severity.WARNING,
        f"What still goes over EWS stops that day{until}.",
        remedy.rooms_only(seen, access, rooms),
        seen.evidence,
        seen.subject.owner,
    )


def _over_ews(access: Access) -> str:
    """What it holds for EWS, and as whom or over which mailboxes that works."""
    if not access.ews:
        return f"{EWS_DELEGATED} for EWS, where it acts as one signed-in user"
    over = "every mailbox" if access.ews_everywhere else "the mailboxes of its scope"
    return f"{and_list(access.ews)} for EWS, over {over}"


def _delegate(seen: Seen, access: Access, rooms: Sequence[str]) -> Finding:
    shared = _calendars(seen.delegated)
    return Finding(
        f"access/delegate/{seen.subject.app_id}",
        seen.name,
        f"{describe(access, seen)}.{shared}",
        Severity.WARNING,
        "Every call counts on one account, so many rooms mean errors and late bookings.",
        remedy.rooms_only(seen, access, rooms),
        seen.evidence,
        seen.subject.owner,
    )


def _leftover(
    key: str, name: str, identity: str, owner: Owner, evidence: tuple[Evidence, ...]
) -> Finding:
    shown = f"Get-ManagementRoleAssignment -RoleAssignee {powershell(identity)} -Role {OLD_ROLE}"
    return Finding(
        f"access/leftover/{key}",
        name,
        f"{name} is still assigned {OLD_ROLE}, which has no effect. It is not applicable since "
        "2025.",
        Severity.INFO,
        "Nothing stops working; the leftover misleads whoever reviews access.",
        Remedy("Remove the leftover.", f"{shown} | Remove-ManagementRoleAssignment"),
        evidence,
        owner,
    )


def _calendars(shared: Sequence[Delegate]) -> str:
    named = ", ".join(f"{one.room} ({one.role})" for one in shared[:3])
    return f" Found on calendars: {named}." if named else ""


def _notes(seen: Seen, access: Access) -> tuple[str, ...]:
    notes = [f"{NOT_APPLICABLE}."]
    if access.mode is Mode.POLICY:
        notes.append(
            "Application Access Policies are superseded by RBAC for Applications; this one still "
            f"works. It shows with {remedy.policies_shown(seen)}"
        )
    if access.mode is Mode.CONSENT and not seen.subject.own:
        notes.append(
            f"Whether a legacy Application Access Policy narrows {seen.name}'s consent shows only "
            f"with {remedy.policies_shown(seen)}"
        )
    if access.mode is Mode.PROVED and isinstance(seen.assignments, Unknown):
        would = seen.assignments.would_tell or "RoleManagement.Read.Exchange"
        notes.append(
            f"Proved by probes. The roles themselves show with {would} or "
            f"{remedy.roles_shown(seen)}"
        )
    if not seen.subject.own:
        notes.append(f"Read from the grants of {seen.name}: I cannot act as it to prove it.")
    return tuple(notes)


CHECK = Check(
    "access",
    "Access",
    "by which way apps get into mailboxes: impersonation by role or consent, EWS, delegates",
    look,
    depends_on=("consent",),
    permissions=("Application.Read.All", "Directory.Read.All", "RoleManagement.Read.Exchange"),
)
