"""Each state that the doctor can meet: what of all that can be asked differs, and that it mends."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from email.utils import parsedate_to_datetime
from random import Random

import pytest

from adapters.sandbox import FAULTS, Group, Limits, Sandbox, Tenant, empty, healthy
from adapters.sandbox.faults import EVERY
from adapters.sandbox.permission import WANTED
from tests.sandbox.asking import NOW, Asker, Clock
from tests.sandbox.schema import faults as strangers
from tests.sandbox.snapshot import snapshot
from tests.sandbox.states import CALENDARS, STATES, Told, delegates, first, granted


@pytest.fixture(scope="module")
def contoso() -> Iterator[Asker]:
    tenant = healthy(NOW)
    tenant.grant("ServiceMessage.Read.All")
    tenant.limits = Limits(directory=(), health=())  # hundreds of snapshots within seconds
    with Sandbox(tenant, clock=Clock()) as sandbox:
        asker = Asker(sandbox)
        yield asker
        asker.http.close()


@pytest.fixture(scope="module")
def before(contoso: Asker) -> Told:
    return snapshot(contoso)


@pytest.fixture
def tenant(contoso: Asker) -> Iterator[Tenant]:
    yield contoso.sandbox.tenant
    contoso.sandbox.tenant.mend()


@pytest.mark.parametrize("name", STATES)
def test_a_state_changes_what_its_sentence_says_and_nothing_else(
    contoso: Asker, before: Told, tenant: Tenant, name: str
) -> None:
    different, look, expected = STATES[name]
    tenant.break_(name)
    now = snapshot(contoso)
    assert {question for question in now if now[question] != before[question]} == different
    assert look(now) == expected
    tenant.mend(name)
    assert snapshot(contoso) == before


def test_a_healthy_tenant_refuses_the_canary_and_has_no_vendors_registration(before: Told) -> None:
    assert {name for name, (code, _) in before.items() if code != 200} == {
        "canary",
        "vendor registration",
    }


def test_microsofts_clocks_can_be_ahead_of_ours(contoso: Asker, tenant: Tenant) -> None:
    def skews() -> set[timedelta]:
        answers = (contoso.sign_in(), contoso.get("organization"))
        return {parsedate_to_datetime(each.headers["Date"]) - NOW for each in answers}

    assert skews() == {timedelta()}
    tenant.break_("clock-skew")
    assert skews() == {timedelta(minutes=10)}
    tenant.mend()
    assert skews() == {timedelta()}


@pytest.mark.parametrize("permission", WANTED)
def test_each_permission_of_the_bot_can_be_taken_alone(
    contoso: Asker, before: Told, tenant: Tenant, permission: str
) -> None:
    tenant.break_(f"no-permission-{permission}")
    contoso.renew()
    without = granted("own permissions")(before) - {permission}  # type: ignore[operator]
    if permission == "Application.Read.All":  # Directory.Read.All opens the same doors
        assert contoso.get("applications").status_code == 200
    assert granted("own permissions")(snapshot(contoso)) == without
    tenant.mend()
    assert snapshot(contoso) == before


def test_the_calendars_role_of_the_bot_can_be_taken_alone(
    contoso: Asker, before: Told, tenant: Tenant
) -> None:
    tenant.break_("no-permission-Calendars.Read")
    now = snapshot(contoso)
    assert {name for name in now if now[name] != before[name]} == CALENDARS | {"exchange roles"}


def test_states_add_up_and_the_order_of_mending_does_not_matter(
    contoso: Asker, before: Told, tenant: Tenant
) -> None:
    chance = Random(7)
    for _ in range(3):
        order = [*STATES]
        chance.shuffle(order)
        for name in order:
            tenant.break_(name)
        snapshot(contoso)
        chance.shuffle(order)
        last = order.pop()
        for name in order:
            tenant.mend(name)
        assert tenant.faults() == (last,)
        now = snapshot(contoso)
        assert {name for name in now if now[name] != before[name]} == STATES[last][0]
        tenant.mend()
        assert snapshot(contoso) == before


def test_what_is_done_to_the_tenant_while_it_is_broken_stays(
    contoso: Asker, tenant: Tenant
) -> None:
    path = "users/fado@contoso.example/calendarView"
    window = "startDateTime=2027-03-01T00:00:00Z&endDateTime=2027-03-02T00:00:00Z"
    tenant.break_("room-double-booked")
    start = NOW.replace(year=2027, month=3, day=1)
    tenant.room("Fado").busy(start, start + timedelta(hours=1), "Kept")
    tenant.mend()
    assert [row["subject"] for row in contoso.get(f"{path}?{window}").json()["value"]] == ["Kept"]


def test_a_state_is_aimed_at_the_room_that_is_named(contoso: Asker, tenant: Tenant) -> None:
    tenant.break_("delegate-left", room="Alfama")
    told = snapshot(contoso)
    assert delegates("other sharing")(told) == ["Gus Former", "My Organization"]
    assert delegates("sharing")(told) == ["My Organization"]


def test_a_state_that_is_broken_later_is_of_that_time(tenant: Tenant, contoso: Asker) -> None:
    clock = Clock(NOW + timedelta(days=1))
    tenant.clock, own = clock, tenant.clock
    tenant.break_("account-deleted")
    tenant.clock = own
    assert first("deleted users", "deletedDateTime")(snapshot(contoso)) == "2026-11-22T10:00:00Z"


SCHEMAS = {
    "integration-deleted": ("deleted apps", "/servicePrincipals"),
    "account-deleted": ("deleted users", "/users"),
    "account-blocked-by-policy": ("sign-ins", "/auditLogs/signIns"),
    "integration-consent-revoked": ("audits", "/auditLogs/directoryAudits"),
    "own-certificate-expired-beside": ("registration", "/applications(appId='{appId}')"),
    "integration-disabled-by-microsoft": ("principal", "/servicePrincipals(appId='{appId}')"),
    "room-unanswered": ("calendar", "/users/{user-id}/calendarView"),
    "delegate-left": ("sharing", "/users/{user-id}/calendar/calendarPermissions"),
    "account-plan-pending": ("licences", "/users/{user-id}/licenseDetails"),
    "ews-grant": ("delegated", "/oauth2PermissionGrants"),
    "consent-pending-request": (
        "requests", "/identityGovernance/appConsent/appConsentRequests",
    ),
    "microsoft-incident": ("issues", "/admin/serviceAnnouncement/issues"),
    "ews-notice": ("messages", "/admin/serviceAnnouncement/messages"),
}  # fmt: skip


@pytest.mark.parametrize("name", SCHEMAS)
def test_a_broken_tenant_still_keeps_to_microsofts_schemas(
    contoso: Asker, tenant: Tenant, name: str
) -> None:
    question, schema = SCHEMAS[name]
    tenant.break_(name)
    assert strangers(schema, snapshot(contoso)[question][1]) == []


def test_exchange_scopes_of_a_broken_tenant_keep_to_the_schema_of_beta(
    contoso: Asker, tenant: Tenant
) -> None:
    tenant.break_("scope-own-filter")
    tenant.break_("impersonation-leftover")
    told = snapshot(contoso)
    for question, path in (
        ("exchange roles", "roleAssignments"),
        ("exchange scopes", "customAppScopes"),
        ("exchange definitions", "roleDefinitions"),
    ):
        body = told[question][1]
        assert strangers(f"/roleManagement/exchange/{path}", body, version="beta") == []


def test_every_name_is_given_once_and_every_state_has_its_test() -> None:
    names = [fault.name for fault in EVERY]
    assert len(names) == len(set(names)) == len(FAULTS)
    described = {fault.name for fault in EVERY if fault.group in set(Group)}
    assert described == set(names)
    ours = {Group.INTEGRATION, Group.CONSENT, Group.ACCOUNT, Group.SCOPE}
    assert {name for name, fault in FAULTS.items() if fault.group in ours} <= STATES.keys()
    permissions = {f"no-permission-{name}" for name in (*WANTED, "Calendars.Read")}
    assert {n for n, f in FAULTS.items() if f.group is Group.PERMISSIONS} == permissions


def test_every_state_can_be_broken_where_there_is_nothing_but_the_account() -> None:
    tenant = empty()
    for name in FAULTS:
        tenant.break_(name)
    tenant.mend()
    assert tenant.rooms == ()
    assert len(tenant.mailboxes) == 2
