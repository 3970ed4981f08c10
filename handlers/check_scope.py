"""The check of the scope: how wide each app's access is, proved by probes where that can be."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.check import Check
from bot.finding import Broken, Evidence, Finding, Ok, Remedy, Result, Severity, Unknown
from bot.ports import Services
from bot.tenancy import Reach
from bot.wording import plural
from handlers import access_remedy as remedy
from handlers.access_mode import Access, Mode, access_of, and_list, held
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
    with_members,
)
from handlers.canary import canary
from handlers.parts import Part, merge
from handlers.room_listing import stale
from handlers.scope_verdict import Ground, Scope, Width, scope_of
from handlers.scope_words import missing, say


def look(services: Services, now: datetime) -> Result:
    rooms = room_addresses(services)
    known = () if isinstance(rooms, Unknown) else rooms
    found = attempt(lambda: probe(services, known))
    probed = NOTHING if isinstance(found, Unknown) else found
    parts = [Part("probes", one) for one in (rooms, found) if isinstance(one, Unknown)]
    if not isinstance(rooms, Unknown) and (old := stale(services.rooms.catalogue(), now)):
        parts.append(Part("rooms", old))
    for one in see_all(services, probed):
        seen = with_members(services, one, len(known))
        told = judge(seen, access_of(seen), known)
        if isinstance(rooms, Unknown) and isinstance(told, Unknown) and not told.cause:
            told = replace(told, cause=rooms.cause)  # without rooms there was nothing to ask
        parts.append(Part(seen.name, told, tells=_tells(seen.subject.app_id)))
    return once(merge(parts)) if parts else Unknown("No app is set.", "ROOMOPS_CLIENT_ID")


def _tells(app_id: str) -> tuple[str, ...]:
    return tuple(f"scope/{kind}/{app_id}" for kind in ("none", "missing", "wide"))


def probe(services: Services, rooms: Sequence[str]) -> Probed:
    """Ask rooms and the canary."""
    return Probed(rooms_probed(services, rooms), canary(services))


def judge(seen: Seen, access: Access, rooms: Sequence[str]) -> Result:
    """One app's scope; pure.  `rooms` are all that the catalogue has."""
    scope = scope_of(seen, access, rooms)
    notes = _notes(seen, scope, rooms)
    findings = tuple(_findings(seen, access, scope, rooms))
    if findings:
        return Broken(findings, notes)
    summary = f"{say(seen, access, scope)}."
    if scope.width is Width.CANNOT_TELL:
        return _unknown(seen, access, scope, summary, notes)
    return Ok(summary, seen.evidence, notes)


def _findings(seen: Seen, access: Access, scope: Scope, rooms: Sequence[str]) -> list[Finding]:
    found = []
    if scope.width is Width.NONE:
        found.append(_none(seen, access, scope, rooms))
    elif scope.missing:
        found.append(_missing(seen, access, scope))
    if scope.width is Width.TOO_WIDE:
        found.append(_wide(seen, access, scope, rooms))
    return found


def _none(seen: Seen, access: Access, scope: Scope, rooms: Sequence[str]) -> Finding:
    covered = access.covers_rooms and not access.policy
    test = Remedy(
        "Test three rooms: in scope means wait for the cache; otherwise compare the ObjectId in "
        f"Exchange with the enterprise app's, {seen.identity}.",
        f"{remedy.proof(seen, rooms)}\n{remedy.pointer_shown(seen)}",
        wait=remedy.WAIT,
    )
    grant = held(access.roles or ()) or and_list(sorted(access.consented or ()))
    granted = f", although {grant} is granted" if covered else ""
    return Finding(
        f"scope/none/{seen.subject.app_id}",
        seen.name,
        f"{say(seen, access, scope)}{granted}.",
        Severity.CRITICAL,
        _consequence(seen),
        test if covered or access.roles is None else remedy.rooms_only(seen, access, rooms),
        _proof(seen, scope.missing),
        seen.subject.owner,
    )


def _missing(seen: Seen, access: Access, scope: Scope) -> Finding:
    return Finding(
        f"scope/missing/{seen.subject.app_id}",
        seen.name,
        f"{missing(seen, scope)}.",
        Severity.CRITICAL,
        _consequence(seen),
        _extended(seen, access, scope),
        _proof(seen, scope.missing),
        seen.subject.owner,
        scope.missing,
    )


def _extended(seen: Seen, access: Access, scope: Scope) -> Remedy:
    """What is assigned is looked at first where it was not told."""
    if access.roles is not None:
        return remedy.rooms_only(seen, access, scope.missing)
    return Remedy(
        f"See what {seen.name} is assigned, and over whom: its scope leaves these rooms out.",
        f"{remedy.roles_shown(seen)}\n{remedy.proof(seen, scope.missing)}",
        wait=remedy.WAIT,
    )


def _wide(seen: Seen, access: Access, scope: Scope, rooms: Sequence[str]) -> Finding:
    first, _, how = say(seen, access, scope).partition(": ")
    return Finding(
        f"scope/wide/{seen.subject.app_id}",
        seen.name,
        f"{first}. {how}." if how else f"{first}.",
        Severity.WARNING,
        "Nothing stops working; who holds the app's secret can open people's calendars too.",
        remedy.rooms_only(seen, access, rooms),
        seen.evidence,
        seen.subject.owner,
    )


def _consequence(seen: Seen) -> str:
    if seen.subject.own:
        return "Rooms out of reach are neither free nor busy to me."
    return "Rooms out of reach stop syncing."


def _proof(seen: Seen, mailboxes: Sequence[str]) -> tuple[Evidence, ...]:
    refused = [probe for probe in seen.rooms if probe.mailbox in mailboxes]
    return tuple(e for probe in refused[:3] for e in probe.evidence) or seen.evidence


def _unknown(
    seen: Seen, access: Access, scope: Scope, summary: str, notes: tuple[str, ...]
) -> Unknown:
    blind = [part for part in (seen.grants, seen.assignments) if isinstance(part, Unknown)]
    would = [part.would_tell for part in blind if part.would_tell]
    if scope.ground is Ground.NO_CANARY and not seen.canary_address:
        would.append("ROOMOPS_CANARY_MAILBOX")
    why = " ".join(dict.fromkeys((summary, *(part.why for part in blind))))
    shared = access.mode is Mode.DELEGATE
    command = [remedy.shared(seen) if shared else remedy.proof(seen, _in_and_out(seen))]
    if access.policy or access.consented:
        command.append(remedy.policies_shown(seen))
    told = ", ".join(dict.fromkeys(would))
    cause = f"access/delegate/{seen.subject.app_id}" if shared else cause_of(blind)
    return Unknown(why, told, "\n".join(command), seen.evidence, notes, cause)


def _in_and_out(seen: Seen) -> tuple[str, ...]:
    """A room or two, and the mailbox that must stay out."""
    rooms = tuple(probe.mailbox for probe in seen.rooms[:2])
    return (*rooms, seen.canary_address) if seen.canary_address else rooms


def _notes(seen: Seen, scope: Scope, rooms: Sequence[str]) -> tuple[str, ...]:
    notes = []
    if not seen.canary_address:
        notes.append(
            "That people's mailboxes are out of reach is not proved: ROOMOPS_CANARY_MAILBOX is "
            "not set."
        )
    elif seen.canary and seen.canary.reach is Reach.OTHER:
        notes.append(f"That people's mailboxes are out of reach is not proved: {seen.canary.words}")
    if scope.refused:
        notes.append(
            f"{plural(len(scope.refused), 'room')} that the scope covers refused me: see Rooms."
        )
    if seen.subject.own and 0 < len(seen.rooms) < len(rooms):
        notes.append(f"Asked {len(seen.rooms)} of {len(rooms):,} rooms, others at each turn.")
    return tuple(notes)


CHECK = Check(
    "scope",
    "Scope",
    "how wide that access is: rooms only, some missing, or people's mailboxes too",
    look,
    depends_on=("access",),
    permissions=("Application.Read.All", "Directory.Read.All", "RoleManagement.Read.Exchange"),
)
