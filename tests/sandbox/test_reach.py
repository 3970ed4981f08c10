"""What the app may do: the union of consent in Entra and of roles in Exchange."""

from __future__ import annotations

import pytest

from adapters.sandbox import Tenant
from tests.sandbox.asking import Asker, code

FADO = "users/fado@contoso.example/calendar"
ALFAMA = "users/alfama@contoso.example/calendar"
CANARY = "users/clara.canary@contoso.example/calendar"


def statuses(asker: Asker) -> tuple[int, int, int]:
    """One room, another room, and the canary that should stay out of reach."""
    return tuple(asker.get(path).status_code for path in (FADO, ALFAMA, CANARY))  # type: ignore[return-value]


def test_out_of_the_box_rooms_are_in_reach_and_people_are_not(asker: Asker) -> None:
    assert statuses(asker) == (200, 200, 403)


@pytest.mark.parametrize(
    ("consent", "scope", "expected"),
    [
        ((), None, (403, 403, 403)),
        (("Calendars.Read",), None, (200, 200, 200)),
        ((), ("Calendars.Read",), (200, 200, 403)),
        ((), ("Calendars.Read", "Fado"), (200, 403, 403)),
        ((), ("Calendars.ReadWrite", "Alfama"), (403, 200, 403)),
        ((), ("Application Exchange Full Access",), (200, 200, 403)),
        ((), ("MailboxSettings.Read",), (403, 403, 403)),
        (("Calendars.ReadBasic.All",), ("Calendars.Read", "Fado"), (200, 200, 200)),
        (("MailboxSettings.Read",), ("Calendars.Read", "Fado"), (200, 403, 403)),
    ],
)
def test_reach_is_the_union_of_consent_and_exchange_roles(
    asker: Asker,
    tenant: Tenant,
    consent: tuple[str, ...],
    scope: tuple[str, ...] | None,
    expected: tuple[int, int, int],
) -> None:
    tenant.unscope()
    tenant.grant(*consent)
    if scope is not None:
        tenant.scope(*scope)
    assert statuses(asker) == expected


def test_a_scope_may_be_everyone(asker: Asker, tenant: Tenant) -> None:
    tenant.scope("Calendars.Read", everyone=True)
    assert statuses(asker) == (200, 200, 200)


def test_the_scope_of_all_rooms_holds_the_room_that_is_made_tomorrow(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.room("Brand New")
    assert asker.get("users/brand.new@contoso.example/calendar").status_code == 200


def test_one_role_can_be_taken_away_and_the_other_stays(asker: Asker, tenant: Tenant) -> None:
    tenant.unscope("Calendars.Read")
    assert asker.get(FADO).status_code == 403
    assert asker.get("users/fado@contoso.example/mailboxSettings").status_code == 200


def test_a_token_without_roles_is_good_for_what_exchange_assigned(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.revoke(*tenant.app.consented)
    assert statuses(asker) == (200, 200, 403)
    assert asker.get("places/microsoft.graph.room").status_code == 403
    assert asker.get("organization").status_code == 403


def test_a_token_without_roles_where_exchange_assigned_nothing_says_so(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.revoke(*tenant.app.consented)
    tenant.unscope()
    for path in (FADO, "places/microsoft.graph.room"):
        answer = asker.get(path)
        assert (answer.status_code, code(answer)) == (401, "NoPermissionsInAccessToken")


def test_withdrawn_consent_lives_on_in_the_tokens_that_are_out(
    asker: Asker, tenant: Tenant
) -> None:
    asker.renew()
    tenant.revoke("Place.Read.All")
    assert asker.get("places/microsoft.graph.room").status_code == 200
    asker.renew()
    assert asker.get("places/microsoft.graph.room").status_code == 403


def test_consent_given_now_needs_a_new_token(asker: Asker, tenant: Tenant) -> None:
    asker.renew()
    tenant.grant("Calendars.Read")
    assert asker.get(CANARY).status_code == 403
    asker.renew()
    assert asker.get(CANARY).status_code == 200


def test_who_may_not_look_is_not_told_whether_there_is_anything(
    asker: Asker, tenant: Tenant
) -> None:
    path = "users/nobody@contoso.example/calendar"
    assert code(asker.get(path)) == "ErrorAccessDenied"
    tenant.grant("Calendars.Read")
    asker.renew()
    assert code(asker.get(path)) == "ErrorInvalidUser"


def test_a_legacy_policy_narrows_consent_and_not_exchange_roles(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.unscope()
    tenant.grant("Calendars.Read")
    tenant.policy("Fado")
    assert statuses(asker) == (200, 403, 403)
    assert "[RAOP]" in asker.get(ALFAMA).json()["error"]["message"]
    tenant.scope("Calendars.Read", "Alfama")
    assert statuses(asker) == (200, 200, 403)


@pytest.mark.parametrize(
    ("permission", "path"),
    [
        ("Place.Read.All", "places/microsoft.graph.room"),
        ("Place.Read.All", "places/microsoft.graph.roomlist"),
    ],
)
def test_each_route_asks_for_its_own_permission(
    asker: Asker, tenant: Tenant, permission: str, path: str
) -> None:
    tenant.revoke(permission)
    answer = asker.get(path)
    assert (answer.status_code, code(answer)) == (403, "ErrorAccessDenied")


@pytest.mark.parametrize("wrong", ["Calendars.Rea", "Place.Read.All"])
def test_a_role_that_exchange_does_not_have_is_a_mistake_of_the_test(
    tenant: Tenant, wrong: str
) -> None:
    with pytest.raises(ValueError, match="Exchange has no role"):
        tenant.scope(wrong)


def test_a_permission_that_graph_does_not_have_is_a_mistake_of_the_test(tenant: Tenant) -> None:
    with pytest.raises(ValueError, match=r"Rooms\.Read"):
        tenant.grant("Rooms.Read")
