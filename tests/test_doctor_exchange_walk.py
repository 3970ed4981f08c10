"""Walks over a tenant: access, scope, rooms and End Event Early, broken one by one and mended."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest

from adapters.graph import connect
from adapters.sandbox import Sandbox, Tenant, empty
from adapters.sandbox.seed import big
from bot.diagnosis import Diagnosis
from bot.examine import examine
from bot.finding import Broken, Ok, Unknown
from bot.load import load
from bot.wiring import services_of
from handlers import check_access, check_endearly, check_rooms, check_scope
from tests.walking import MONDAY

MINE = [c.CHECK for c in (check_access, check_scope, check_rooms, check_endearly)]
NAMES = {check.name for check in MINE}
LINKS = [
    replace(check, depends_on=tuple(name for name in check.depends_on if name in NAMES))
    for check in MINE
]
OWN = {"ROOMOPS_INTEGRATION_APP_ID": ""}


def offices() -> Tenant:
    """Six described rooms in one site, all in one list, and somebody to hold meetings."""
    tenant = empty()
    tenant.grant("MailboxSettings.Read")
    tenant.person("Ana Costa")
    tenant.person("Gus Former", left=True)
    names = ("Fado", "Alfama", "Belém", "Tejo", "Rossio", "Graça")
    for name in names:
        tenant.room(name, city="Lisbon", building="Baixa", floor=1, capacity=8)
    tenant.room_list("Lisbon rooms", *names)
    return tenant


@contextmanager
def doctor(tenant: Tenant, **more: str) -> Iterator[Diagnosis]:
    """A bot that was started just now, so that nothing is told from memory."""
    with Sandbox(tenant, clock=lambda: MONDAY) as sandbox:
        given = {name: value for name, value in {**sandbox.settings(), **more}.items() if value}
        settings, _ = load(given)
        graph = connect(settings, lambda: MONDAY)
        try:
            yield examine(LINKS, services_of(settings, graph), lambda: MONDAY)
        finally:
            graph.close()


def looked_at(tenant: Tenant, **more: str) -> dict[str, object]:
    with doctor(tenant, **more) as diagnosis:
        return {v.examined.check.name: v.examined.result for v in diagnosis.verdicts}


def first_root(diagnosis: Diagnosis) -> str:
    [root] = diagnosis.roots
    assert isinstance(root.result, Broken)
    return root.result.findings[0].fingerprint


def test_a_tenant_as_recommended_is_ok_in_all_four_links():
    for name, result in looked_at(offices()).items():
        assert isinstance(result, Ok), (name, result)


ROOTS = {
    "scope-lost": "scope/none/",
    "own-scope-lost": "scope/none/",
    "scope-some-rooms-missing": "scope/missing/",
    "scope-too-wide": "scope/wide/",
    "scope-everyone": "scope/wide/",
    "no-access": "access/none/",
    "legacy-policy-blocks": "scope/none/",
    "impersonation-leftover": "access/leftover/",
    "ews-grant": "access/ews/",
    "delegate-mode": "access/delegate/",
    "calendars-permission-lost": "access/none/",
    "room-dark": "rooms/denied",
    "rooms-dark": "scope/none/",
    "on-premises-room": "rooms/on-premises",
    "room-vanished": "rooms/unknown-address",
    "room-mailbox-gone": "rooms/on-premises",
    "room-wrong-mailbox-type": "rooms/denied",
    "room-wrong-zone": "rooms/zone",
    "room-double-booked": "rooms/overlap",
    "room-unanswered": "rooms/unanswered",
    "room-not-in-lists": "rooms/not-in-lists",
    "room-undescribed": "rooms/undescribed",
    "delegate-left": "rooms/left",
    "room-hidden": "rooms/hidden",
}


@pytest.mark.parametrize("fault", ROOTS)
def test_each_fault_is_the_one_root(fault):
    tenant = offices()
    tenant.break_(fault)
    with doctor(tenant) as broken:
        assert first_root(broken).startswith(ROOTS[fault])


def test_what_was_mended_is_ok_again():
    tenant = offices()
    for fault in ROOTS:
        tenant.break_(fault)
    with doctor(tenant) as broken:
        assert broken.exit_code == 1
    tenant.mend()
    with doctor(tenant) as mended:
        assert mended.exit_code == 0


def test_rooms_that_are_denied_are_folded_under_the_scope():
    tenant = offices()
    tenant.break_("rooms-dark")
    with doctor(tenant) as diagnosis:
        folded = {v.examined.check.name: v.because_of for v in diagnosis.verdicts}
    assert folded["rooms"] == "scope"
    assert folded["scope"] == ""


def test_a_scope_that_nobody_here_can_evaluate_cannot_be_told():
    tenant = offices()
    tenant.break_("scope-own-filter")
    seen = looked_at(tenant)
    assert isinstance(seen["access"], Ok)
    assert isinstance(seen["scope"], Unknown)
    assert "Test-ServicePrincipalAuthorization" in seen["scope"].command


def test_a_throttled_room_is_unknown_and_not_broken():
    tenant = offices()
    tenant.retry_after = 3600  # longer than anybody waits
    tenant.break_("throttled-room")
    seen = looked_at(tenant)
    assert isinstance(seen["rooms"], Unknown)
    assert isinstance(seen["scope"], Ok)


@pytest.mark.parametrize(
    ("permission", "blind"),
    [
        ("RoleManagement.Read.Exchange", {"access", "scope", "endearly"}),
        ("Application.Read.All", set()),  # Directory.Read.All reads it too
        ("MailboxSettings.Read", {"rooms"}),
        ("Place.Read.All", {"scope", "rooms"}),
    ],
)
def test_a_permission_of_the_bot_that_is_missing_blinds_those_that_need_it(permission, blind):
    tenant = offices()
    tenant.revoke(permission)
    if permission == "RoleManagement.Read.Exchange":
        tenant.revoke("Directory.Read.All")
        tenant.grant("DelegatedPermissionGrant.ReadWrite.All")
    seen = looked_at(tenant)
    unknown = {name for name, result in seen.items() if isinstance(result, Unknown)}
    assert unknown == blind
    for name in blind:
        assert permission in repr(seen[name])


def consented(tenant: Tenant) -> None:
    tenant.unscope()
    tenant.grant("Calendars.Read")


def both(tenant: Tenant) -> None:
    tenant.grant("Calendars.Read")


def neither(tenant: Tenant) -> None:
    tenant.unscope()


def some_rooms(tenant: Tenant) -> None:
    tenant.unscope()
    tenant.scope("Calendars.Read", "Fado", "Alfama")


@pytest.mark.parametrize(
    ("change", "access", "scope"),
    [
        (lambda tenant: None, "by RBAC for Applications", "reaches rooms only"),
        (consented, "by tenant-wide consent", "the canary clara.canary@contoso.example answered"),
        (both, "impersonation twice", "the scope narrows nothing"),
        (neither, "no impersonation", "reaches no room"),
        (some_rooms, "by RBAC for Applications", "does not reach 4 rooms of 6 asked"),
    ],
)
def test_the_bots_own_app_is_proved_by_probes_in_every_union(change, access, scope):
    tenant = offices()
    change(tenant)
    seen = looked_at(tenant, **OWN)
    assert access in repr(seen["access"])
    assert scope in repr(seen["scope"])


def test_roles_that_may_not_be_read_are_still_proved_for_the_own_app():
    tenant = offices()
    tenant.revoke("RoleManagement.Read.Exchange", "Directory.Read.All")
    tenant.grant("DelegatedPermissionGrant.ReadWrite.All")
    seen = looked_at(tenant, **OWN)
    assert isinstance(seen["access"], Ok)
    assert isinstance(seen["scope"], Ok)
    assert isinstance(seen["endearly"], Unknown)


def test_without_a_canary_width_is_said_to_be_unproved():
    seen = looked_at(offices(), ROOMOPS_CANARY_MAILBOX="")
    assert "not proved" in repr(seen["scope"])


def test_a_canary_that_is_no_account_proves_nothing():
    seen = looked_at(offices(), **OWN, ROOMOPS_CANARY_MAILBOX="nobody@contoso.example")
    assert "canary is refused" not in repr(seen)
    assert "is not proved" in repr(seen["scope"])
    assert "nobody@contoso.example is the name or address of no account here" in repr(seen["scope"])


def test_a_canary_that_is_a_room_is_a_setting_at_fault_and_no_width():
    seen = looked_at(offices(), **OWN, ROOMOPS_CANARY_MAILBOX="fado@contoso.example")
    assert isinstance(seen["scope"], Ok)
    assert "fado@contoso.example is a room of the catalogue" in repr(seen["scope"])


def test_a_thousand_rooms_take_few_requests():
    tenant = big(MONDAY, 1000)
    with Sandbox(tenant, clock=lambda: MONDAY) as sandbox:
        settings, _ = load(sandbox.settings())
        graph = connect(settings, lambda: MONDAY)
        services = services_of(settings, graph)
        services.rooms.catalogue()
        sandbox.referee.reset()
        examine(LINKS, services, lambda: MONDAY)
        assert sum(not call.batched for call in sandbox.referee.calls) <= 80
        assert sandbox.referee.provoked == 0
        graph.close()


def test_impersonation_answers_in_short_with_the_rest_on_a_button(tenant, clock, store, talk):
    tenant.grant("MailboxSettings.Read")
    tenant.room("Fado", city="Lisbon", capacity=8)
    said = talk("roomops impersonation", channel="COPS")
    assert "RBAC for Applications" in said
    assert "rooms only" in said
    assert "refused me, as it should" in said
    assert "not applicable since 2025" in said
    assert "End Event Early" in said
    assert "impersonation details" in said
    assert "Rooms: read: 1" in talk("roomops impersonation details", channel="COPS")


def test_impersonation_of_one_mailbox_says_whether_that_is_as_it_should_be(tenant, talk):
    tenant.grant("MailboxSettings.Read")
    tenant.room("Fado", city="Lisbon", capacity=8)
    room = talk("roomops impersonation Fado", channel="COPS")
    person = talk(f"roomops impersonation {tenant.canary.address}", channel="COPS")
    assert "fado@contoso.example is a room, and I reach it." in room
    assert "Mailbox type: room" in room
    assert "refuses me, as recommended" in person
    assert "-Resource $_" in person
    tenant.grant("Calendars.Read")
    tenant.epoch += 1
    wide = talk(f"roomops impersonation {tenant.canary.address}", channel="COPS")
    assert "wider than recommended" in wide


def test_impersonation_answers_though_rooms_may_not_be_listed(tenant, talk):
    tenant.revoke("Place.Read.All")
    said = talk("roomops impersonation", channel="COPS")
    assert "RBAC for Applications" in said
    assert "Place.Read.All" in said


def test_impersonation_of_nobody_is_a_question_back(tenant, talk):
    tenant.room("Fado", city="Lisbon", capacity=8)
    assert "I know no room called “Nowhere”" in talk(
        "roomops impersonation Nowhere", channel="COPS"
    )
