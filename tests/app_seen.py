"""What could be seen of an app, written as short as a table's row needs it."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.finding import Evidence, Unknown
from bot.tenancy import App, Assignment, Delegate, Grant, Grants, Probe, Reach
from handlers.access_mode import access_of
from handlers.access_seen import Seen, Subject

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
ROOMS = ("fado@contoso.example", "alfama@contoso.example", "belem@contoso.example")
CANARY = "clara@contoso.example"
APP_ID = "3ce93bda-07c7-58f4-bdd9-7a84c95f418f"
OBJECT_ID = "e5655dc3-b519-5047-afc8-8b25aab17edb"
UNTOLD = Unknown("I may not read Exchange's roles.", "RoleManagement.Read.Exchange")
GRAPH, EXCHANGE = "Microsoft Graph", "Office 365 Exchange Online"
WRITE, READ = "Application Calendars.ReadWrite", "Application Calendars.Read"


def over_rooms(role: str = WRITE) -> Assignment:
    return Assignment(role, "Rooms only", "RecipientTypeDetails -eq 'RoomMailbox'", rooms_only=True)


def over_all(role: str = WRITE) -> Assignment:
    return Assignment(role, "Organization", everyone=True)


def over_some(role: str = WRITE) -> Assignment:
    return Assignment(role, "Bookable rooms", "CustomAttribute7 -eq 'Bookable'")


def over_one(number: int, role: str = WRITE) -> Assignment:
    return Assignment(role, f"mailbox 00000000-0000-0000-0000-{number:012}")


def consent(*permissions: str, application: bool = True, resource: str = GRAPH) -> Grants:
    grants = tuple(Grant(name, application, resource) for name in permissions)
    return Grants(grants, (Evidence("GET /appRoleAssignments", "200", NOW, "r-1"),))


def probe(mailbox: str, reach: Reach) -> Probe:
    return Probe(mailbox, reach, "", (Evidence(f"GET /users/{mailbox}/calendar", reach, NOW),))


def answers(*reaches: Reach) -> tuple[Probe, ...]:
    return tuple(probe(room, reach) for room, reach in zip(ROOMS, reaches, strict=False))


ALL_READ = answers(Reach.READ, Reach.READ, Reach.READ)
NO_CONSENT = Grants(())


def seen(
    grants: Grants | Unknown = NO_CONSENT,
    roles: tuple[Assignment, ...] | Unknown = (),
    rooms: tuple[Probe, ...] = (),
    canary: Reach | None = None,
    *,
    own: bool = True,
    watched: str = CANARY,
    members: frozenset[str] | None = None,
    delegated: tuple[Delegate, ...] = (),
) -> Seen:
    """An app; `canary` is what the canary answered, None where none was asked."""
    return Seen(
        Subject(APP_ID, own),
        App(APP_ID, OBJECT_ID, "Room bot", True, None),
        grants,
        roles,
        rooms,
        probe(CANARY, canary) if canary else None,
        watched,
        delegated,
        members,
        "svc-rooms@contoso.example",
        "https://entra.microsoft.com/#view/permissions",
    )


def mode_of(one: Seen) -> str:
    return access_of(one).mode.name
