"""Which mailboxes the integration's app reaches, and by which of the ways there are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adapters.sandbox.app import App, Delegation
from adapters.sandbox.effect import (
    ChangesApp,
    ChangesAssignments,
    ChangesRecords,
    ChangesRoom,
    PolicyBlocks,
)
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.mailbox import Delegate
from adapters.sandbox.records import Records
from adapters.sandbox.room import RoomBook
from adapters.sandbox.scene import Scene
from adapters.sandbox.scope import IMPERSONATION, Assignment, Reach

_GROUP = Group.SCOPE
_WIDE = "Calendars.ReadWrite"
_FULL = "full_access_as_app"

Held = tuple[Assignment, ...]


def _only_account(held: Held, scene: Scene) -> Held:
    there = frozenset({scene.account.address.lower()})
    return tuple(replace(each, reach=Reach.LISTED, addresses=there) for each in held)


def _most_rooms(held: Held, scene: Scene) -> Held:
    """All but the one aimed at and two others; of a handful of rooms at most half are left out."""
    first = sorted(scene.rooms, key=lambda room: room is not scene.room)
    left_out = first[: max(1, min(3, len(first) // 2))]
    listed = frozenset(room.address.lower() for room in scene.rooms if room not in left_out)
    return _instead(held, lambda each: replace(each, reach=Reach.LISTED, addresses=listed))


def _own_filter(held: Held, _: Scene) -> Held:
    return _instead(held, lambda each: replace(each, filter="CustomAttribute7 -eq 'Bookable'"))


def _everyone(held: Held, _: Scene) -> Held:
    return _instead(held, lambda each: replace(each, reach=Reach.EVERYONE))


def _instead(held: Held, change: Callable[[Assignment], Assignment]) -> Held:
    """Those over rooms changed, the others as they are."""
    return tuple(change(each) if each.reach is Reach.ROOMS else each for each in held)


def _not_over_rooms(held: Held, _: Scene) -> Held:
    return tuple(each for each in held if each.reach is not Reach.ROOMS)


def _impersonation(held: Held, scene: Scene) -> Held:
    app = Assignment(scene.integration.service_principal_id, IMPERSONATION, Reach.EVERYONE)
    user = Assignment(scene.account.id, IMPERSONATION, Reach.EVERYONE, of_user=True)
    return (*held, app, user)


def _consented(app: App, _: Scene) -> App:
    return replace(app, consented=app.consented | {_WIDE})


def _consent_noted(records: Records, scene: Scene) -> None:
    records.gave(_WIDE, scene.integration, scene.at, scene.administrator)


def _without_calendars(app: App, _: Scene) -> App:
    kept = frozenset(name for name in app.consented if not name.startswith("Calendars."))
    return replace(app, consented=kept)


def _ews(app: App, _: Scene) -> App:
    delegated = [*app.delegated, Delegation("EWS.AccessAsUser.All", exchange=True)]
    return replace(app, ews=app.ews | {_FULL}, delegated=delegated)


def _as_delegate(app: App, scene: Scene) -> App:
    signed_in = Delegation("Calendars.ReadWrite.Shared", scene.account.id)
    return replace(_without_calendars(app, scene), delegated=[*app.delegated, signed_in])


def _account_delegate(room: RoomBook, scene: Scene) -> RoomBook:
    who = Delegate(scene.account.name, scene.account.address)
    return replace(room, delegates=(*room.delegates, who))


FAULTS = (
    fault(
        _GROUP,
        "scope-lost",
        "The integration's Exchange roles are still assigned and reach no room any more, only "
        "the service account.",
        ChangesAssignments(_only_account),
    ),
    fault(
        _GROUP,
        "own-scope-lost",
        "The bot's own Exchange roles are still assigned and reach no room any more, only the "
        "service account.",
        ChangesAssignments(_only_account, own=True),
    ),
    fault(
        _GROUP,
        "scope-some-rooms-missing",
        "The integration's Exchange roles reach a list of rooms, and up to three are not on it.",
        ChangesAssignments(_most_rooms),
    ),
    fault(
        _GROUP,
        "scope-own-filter",
        "The integration's management scope has a filter of the tenant's own, which nobody "
        "outside Exchange can evaluate.",
        ChangesAssignments(_own_filter),
    ),
    fault(
        _GROUP,
        "scope-too-wide",
        "Beside its Exchange roles over rooms the integration's app was consented to "
        "Calendars.ReadWrite: it reaches everybody.",
        ChangesApp(_consented),
        ChangesRecords(_consent_noted),
    ),
    fault(
        _GROUP,
        "consent-only",
        "The integration's app has no Exchange role: it was consented to Calendars.ReadWrite, and "
        "reaches everybody.",
        ChangesAssignments(lambda _, __: ()),
        ChangesApp(_consented),
        ChangesRecords(_consent_noted),
    ),
    fault(
        _GROUP,
        "scope-everyone",
        "The integration's Exchange roles reach every mailbox of the organization.",
        ChangesAssignments(_everyone),
    ),
    fault(
        _GROUP,
        "no-access",
        "The integration's app has no way to any calendar: no Exchange role, no consent.",
        ChangesAssignments(lambda _, __: ()),
        ChangesApp(_without_calendars),
    ),
    fault(
        _GROUP,
        "legacy-policy-blocks",
        "The bot reads calendars by consent instead of an Exchange role, and a legacy "
        "Application Access Policy keeps it from all but the service account (RAOP).",
        ChangesAssignments(_not_over_rooms, own=True),
        ChangesApp(lambda app, _: replace(app, consented=app.consented | {"Calendars.Read"}), True),
        PolicyBlocks(),
    ),
    fault(
        _GROUP,
        "impersonation-leftover",
        "The old ApplicationImpersonation role, without effect since 2025, is still assigned to "
        "the service account and to the integration's app.",
        ChangesAssignments(_impersonation),
    ),
    fault(
        _GROUP,
        "ews-grant",
        "The integration's app still holds EWS: full_access_as_app, and EWS.AccessAsUser.All "
        "delegated.",
        ChangesApp(_ews),
    ),
    fault(
        _GROUP,
        "delegate-mode",
        "The integration has no Exchange role: it signs in as the service account, which is "
        "delegate on every room's calendar.",
        ChangesAssignments(lambda _, __: ()),
        ChangesApp(_as_delegate),
        ChangesRoom(_account_delegate, every=True),
    ),
)
