"""All that the sandbox says keeps to Microsoft's published schemas, error bodies included."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest

from adapters.sandbox import Sandbox, seeded
from tests.sandbox.asking import NOW, Asker, Clock
from tests.sandbox.schema import error_faults, faults

ROOM = "users/spree@contoso.example"
GRAPH = "00000003-0000-0000-c000-000000000000"
CONSENT, HEALTH = "identityGovernance/appConsent", "admin/serviceAnnouncement"
WINDOW = "startDateTime=2026-11-20&endDateTime=2026-12-01&$top=500"


@pytest.fixture(scope="module")
def contoso() -> Iterator[Asker]:
    tenant = seeded(NOW)
    tenant.grant("ServiceMessage.Read.All", "Policy.Read.PermissionGrant")
    ana = tenant.person("Ana Costa")
    tenant.records.asked_for_consent(tenant.integration, ana, NOW, "Calendars.ReadWrite")
    tenant.records.announced("Exchange Online", "Calendars are slow to load", NOW)
    tenant.records.posted("EWS will be turned off in your tenant", NOW)
    with Sandbox(tenant, clock=Clock()) as sandbox:
        sandbox.certificate()
        asker = Asker(sandbox)
        yield asker
        asker.http.close()


@pytest.mark.parametrize(
    ("path", "schema"),
    [
        ("places/microsoft.graph.room", "/places/graph.room"),
        ("places/microsoft.graph.roomlist?$count=true", "/places/graph.roomList"),
        ("places/microsoft.graph.building", "/places/graph.building"),
        ("places/microsoft.graph.floor", "/places/graph.floor"),
        (
            "places/tokyo.rooms@contoso.example/microsoft.graph.roomlist/rooms?$top=2",
            "/places/{place-id}/graph.roomList/rooms",
        ),
        ("places/sakura@contoso.example", "/places/{place-id}"),
        ("places/lisbon.rooms@contoso.example", "/places/{place-id}"),
        ("users", "/users"),
        ("users?$select=id,accountEnabled,assignedLicenses,passwordPolicies", "/users"),
        ("users/svc-rooms@contoso.example", "/users/{user-id}"),
        ("users/svc-rooms@contoso.example/licenseDetails", "/users/{user-id}/licenseDetails"),
        (f"{ROOM}/calendar", "/users/{user-id}/calendar"),
        (f"{ROOM}/calendarView?{WINDOW}", "/users/{user-id}/calendarView"),
        (
            f"{ROOM}/calendar/calendarView?{WINDOW}&$select=subject",
            "/users/{user-id}/calendar/calendarView",
        ),
        (
            f"{ROOM}/calendar/calendarPermissions",
            "/users/{user-id}/calendar/calendarPermissions",
        ),
        (f"{ROOM}/mailboxSettings", "/users/{user-id}/mailboxSettings"),
        ("users/tempelhof@contoso.example/mailboxSettings", "/users/{user-id}/mailboxSettings"),
        ("users/kreuzberg@contoso.example/mailboxSettings", "/users/{user-id}/mailboxSettings"),
        ("organization", "/organization"),
        ("domains", "/domains"),
        ("subscribedSkus", "/subscribedSkus"),
        ("servicePrincipals", "/servicePrincipals"),
        (f"servicePrincipals(appId='{GRAPH}')", "/servicePrincipals(appId='{appId}')"),
        (
            f"servicePrincipals(appId='{GRAPH}')/appRoleAssignedTo",
            "/servicePrincipals/{servicePrincipal-id}/appRoleAssignedTo",
        ),
        ("applications", "/applications"),
        ("oauth2PermissionGrants", "/oauth2PermissionGrants"),
        (
            "roleManagement/directory/roleAssignments?$expand=roleDefinition",
            "/roleManagement/directory/roleAssignments",
        ),
        ("roleManagement/directory/roleDefinitions", "/roleManagement/directory/roleDefinitions"),
        (
            "users/ana.costa@contoso.example/transitiveMemberOf",
            "/users/{user-id}/transitiveMemberOf",
        ),
        ("policies/authorizationPolicy", "/policies/authorizationPolicy"),
        ("policies/adminConsentRequestPolicy", "/policies/adminConsentRequestPolicy"),
        ("policies/permissionGrantPolicies", "/policies/permissionGrantPolicies"),
        ("identity/conditionalAccess/policies", "/identity/conditionalAccess/policies"),
        (f"{CONSENT}/appConsentRequests", f"/{CONSENT}/appConsentRequests"),
        ("auditLogs/signIns", "/auditLogs/signIns"),
        ("auditLogs/directoryAudits", "/auditLogs/directoryAudits"),
        (f"{HEALTH}/healthOverviews?$expand=issues", f"/{HEALTH}/healthOverviews"),
        (f"{HEALTH}/issues", f"/{HEALTH}/issues"),
        (f"{HEALTH}/messages", f"/{HEALTH}/messages"),
    ],
)
def test_an_answer_keeps_to_its_schema(contoso: Asker, path: str, schema: str) -> None:
    answer = contoso.get(path)
    assert answer.status_code == 200
    assert faults(schema, answer.json()) == []


@pytest.mark.parametrize(
    "path",
    [
        "auditLogs/signIns",
        "roleManagement/exchange/roleAssignments",
        "roleManagement/exchange/roleDefinitions",
        "roleManagement/exchange/customAppScopes",
    ],
)
def test_what_beta_alone_tells_keeps_to_its_schema(contoso: Asker, path: str) -> None:
    answer = contoso.get(path, "beta")
    assert answer.json()["value"]
    assert faults(f"/{path}", answer.json(), version="beta") == []


def test_schedules_of_all_forty_rooms_keep_to_the_schema(contoso: Asker) -> None:
    rooms = [room.address for room in contoso.sandbox.tenant.rooms]
    for chunk in (rooms[:20], rooms[20:]):
        body = contoso.schedule(chunk, NOW - timedelta(days=10), hours=24 * 20).json()
        for each in body["value"]:
            if "error" in each:  # Exchange says null there, the schema says a list
                assert each.pop("scheduleItems") is None
        schema = "/users/{user-id}/calendar/getSchedule"
        assert faults(schema, body, method="post") == []


@pytest.mark.parametrize(
    "path",
    [
        "nothing",
        "users/nobody@contoso.example",
        "users/clara.canary@contoso.example/calendar",
        "users/tejo@contoso.example/calendar",
        "places/nowhere",
        "places/microsoft.graph.room?$top=x",
        f"{ROOM}/calendarView",
    ],
)
def test_an_error_keeps_to_the_schema_of_errors(contoso: Asker, path: str) -> None:
    answer = contoso.get(path)
    assert answer.status_code >= 400
    assert error_faults(answer.json()) == []
