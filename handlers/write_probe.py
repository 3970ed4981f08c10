"""The access check's write probe: only where a room is named for it, and that room is listed."""

from __future__ import annotations

from collections.abc import Sequence

from bot.finding import Finding, Ok, Remedy, Result, Severity, Unknown
from bot.ports import Services
from bot.tenancy import Probe, Reach, Watched
from handlers.access_remedy import SCOPE, WAIT
from handlers.access_seen import attempt
from handlers.parts import Part, broken
from handlers.powershell import powershell

ROLE = "Application Calendars.ReadWrite"


def write_probe(services: Services, rooms: Sequence[str]) -> tuple[Part, ...]:
    """Nothing is written where none is named, or where the directory lists no such room."""
    room = services.watched.write_probe_room
    if not room:
        return ()
    if room.lower() not in {address.lower() for address in rooms}:
        why = f"ROOMOPS_WRITE_PROBE_ROOM: I know no room {room}, so I wrote nothing."
        return (Part("write probe", _untold(why, services.watched)),)
    found = attempt(lambda: services.exchange.write_probe(room))
    if isinstance(found, Unknown):
        told: Result = _untold(f"I wrote nothing in {room}: {found.why}", services.watched)
    else:
        told = judge(found, services.watched)
    return (Part("write probe", told),)


def judge(probe: Probe, watched: Watched) -> Result:
    """What came of it; pure.  Only as the integration's own app does the bot need to write."""
    room = probe.mailbox
    match probe.reach:
        case Reach.READ:
            return Ok("", probe.evidence, (f"I may write in {room}: proved just now.",))
        case Reach.DENIED | Reach.POLICY if serves(watched):
            return broken([_cannot(probe, watched)])
        case Reach.DENIED | Reach.POLICY:
            note = f"I may not write in {room}. I need not: another app serves the rooms."
            return Ok("", probe.evidence, (note,))
        case _:
            return _untold(f"Whether I may write in {room} is not proved: {probe.words}", watched)


def serves(watched: Watched) -> bool:
    """Whether the bot's own app is the one that serves the rooms."""
    return watched.integration_app.lower() in ("", watched.own_app.lower())


def _untold(why: str, watched: Watched) -> Result:
    """Of no weight where the bot need not write: a mere note."""
    return Unknown(why) if serves(watched) else Ok("", notes=(why,))


def _cannot(probe: Probe, watched: Watched) -> Finding:
    room = probe.mailbox
    return Finding(
        f"access/write/{room.lower()}",
        room,
        f"End Event Early cannot write: I was refused when I wrote in {room}.",
        Severity.WARNING,
        "A meeting that ends early keeps its room booked.",
        Remedy(
            f"Give the bot's app the Exchange role {ROLE} over rooms only.",
            f"New-ManagementRoleAssignment -App {powershell(watched.own_app)} "
            f"-Role {powershell(ROLE)} -CustomResourceScope {powershell(SCOPE)}",
            wait=WAIT,
        ),
        probe.evidence,
    )
