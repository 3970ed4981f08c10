"""The access check's write probe: only where a room is named for it, and that room is listed."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.finding import Finding, Ok, Remedy, Result, Severity, Unknown
from bot.ports import FRESH, Services
from bot.tenancy import Probe, Reach, Watched
from handlers import access_remedy as remedy
from handlers.access_seen import Seen, attempt
from handlers.details import age
from handlers.parts import Part, broken
from handlers.powershell import powershell
from handlers.whose import bots, is_own

ROLE = "Application Calendars.ReadWrite"
DAILY = timedelta(days=1)


def write_probe(
    services: Services, views: Sequence[Seen], rooms: Sequence[str], now: datetime
) -> tuple[Part, ...]:
    """Nothing is written where none is named, or where the directory lists no such room.

    A person's question writes; a round does once a day, as far back as this process remembers:
    the first one after a restart writes again.
    """
    room, watched = services.watched.write_probe_room, services.watched
    own = next((one for one in views if one.subject.own), None)
    if not room or own is None:
        return ()
    if room.lower() not in {address.lower() for address in rooms}:
        why = f"ROOMOPS_WRITE_PROBE_ROOM: I know no room {room}, so I wrote nothing."
        return (Part("write probe", _untold(why, watched)),)
    found = attempt(lambda: services.exchange.write_probe(room, DAILY))
    if isinstance(found, Unknown):
        told: Result = _untold(f"I wrote nothing in {room}: {found.why}", watched)
    else:
        told = judge(found, watched, own, now)
    return (Part("write probe", told, tells=("access/write/",)),)


def judge(probe: Probe, watched: Watched, own: Seen, now: datetime) -> Result:
    """What came of it; pure.  Only as the integration's own app does the bot need to write."""
    room = probe.mailbox
    match probe.reach:
        case Reach.READ:
            return Ok("", probe.evidence, (f"I may write in {room}: proved {_when(probe, now)}.",))
        case Reach.DENIED | Reach.POLICY if is_own(watched):
            return broken([_cannot(probe, watched, own)])
        case Reach.DENIED | Reach.POLICY:
            note = f"I may not write in {room}. I need not: another app serves the rooms."
            return Ok("", probe.evidence, (note,))
        case _:
            return _untold(f"Whether I may write in {room} cannot be told: {probe.words}", watched)


def _when(probe: Probe, now: datetime) -> str:
    """A round may be told what was proved earlier in the day."""
    ago = now - max((proof.at for proof in probe.evidence), default=now)
    return "just now" if ago <= FRESH else f"{age(ago)} ago; a round writes once a day"


def _untold(why: str, watched: Watched) -> Result:
    """Of no weight where the bot need not write: a mere note."""
    return Unknown(why) if is_own(watched) else Ok("", notes=(why,))


def _cannot(probe: Probe, watched: Watched, own: Seen) -> Finding:
    room = probe.mailbox
    scope, made = remedy.scope_over_rooms(own.scopes)
    given = (
        f"New-ManagementRoleAssignment -App {powershell(own.identity)} -Role {powershell(ROLE)} "
        f"-CustomResourceScope {powershell(scope)}"
    )
    return Finding(
        f"access/write/{room.lower()}",
        room,
        f"End Event Early cannot write: I was refused when I wrote in {room}.",
        Severity.WARNING,
        "A meeting that ends early keeps its room booked.",
        Remedy(
            f"Give the bot's app the Exchange role {ROLE} over rooms only.",
            "\n".join([*made, given]),
            wait=remedy.WAIT,
        ),
        probe.evidence,
        bots(watched),
        (room,),
    )
