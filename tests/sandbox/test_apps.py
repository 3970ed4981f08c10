"""Enterprise apps, registrations and what was consented to."""

from __future__ import annotations

from datetime import timedelta

from adapters.sandbox import Sandbox, Tenant
from adapters.sandbox.app import Delegation, Secret
from adapters.sandbox.permission import APP_ROLES, GRAPH_APP_ID
from tests.sandbox.asking import NOW, Asker, code


def test_an_enterprise_app_is_found_by_app_id_and_by_object_id(
    asker: Asker, tenant: Tenant
) -> None:
    by_app = asker.get(f"servicePrincipals(appId='{tenant.app.client_id}')").json()
    assert by_app["displayName"] == "roomops"
    assert asker.get(f"servicePrincipals/{by_app['id']}").json() == by_app
    listed = asker.get(f"servicePrincipals?$filter=appId eq '{tenant.app.client_id}'").json()
    assert [each["id"] for each in listed["value"]] == [by_app["id"]]


def test_graph_itself_names_the_roles_that_it_offers(asker: Asker) -> None:
    graph = asker.get(f"servicePrincipals(appId='{GRAPH_APP_ID}')").json()
    offered = {role["value"]: role["id"] for role in graph["appRoles"]}
    assert offered == APP_ROLES


def test_what_an_app_was_granted_can_be_read(asker: Asker, tenant: Tenant) -> None:
    key = tenant.app.service_principal_id
    rows = asker.get(f"servicePrincipals/{key}/appRoleAssignments").json()["value"]
    assert {row["appRoleId"] for row in rows} == {APP_ROLES[name] for name in tenant.app.consented}
    assert {row["resourceDisplayName"] for row in rows} == {"Microsoft Graph"}
    graph = asker.get(f"servicePrincipals(appId='{GRAPH_APP_ID}')").json()["id"]
    assert asker.get(f"servicePrincipals/{graph}/appRoleAssignedTo").json()["value"] == rows


def test_lost_consent_shows_among_the_grants_at_once(asker: Asker, tenant: Tenant) -> None:
    path = f"servicePrincipals(appId='{tenant.app.client_id}')/appRoleAssignments"
    tenant.break_("place-permission-lost")
    asker.renew()
    held = {row["appRoleId"] for row in asker.get(path).json()["value"]}
    assert APP_ROLES["Place.Read.All"] not in held
    assert APP_ROLES["User.Read.All"] in held


def test_delegated_permissions_say_for_whom_they_are(asker: Asker, tenant: Tenant) -> None:
    user = tenant.person("Dana Levi")
    tenant.integration.delegated = [
        Delegation("User.Read"),
        Delegation("Calendars.ReadWrite", user.id),
    ]
    key = tenant.integration.service_principal_id
    rows = asker.get(f"oauth2PermissionGrants?$filter=clientId eq '{key}'").json()["value"]
    assert [row["consentType"] for row in rows] == ["AllPrincipals", "Principal"]
    assert rows[1]["principalId"] == user.id
    own = asker.get(f"servicePrincipals/{key}/oauth2PermissionGrants").json()["value"]
    assert own == rows


def test_a_registration_shows_when_its_secrets_and_certificates_end_and_nothing_else(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    tenant.app.secrets.append(Secret("xyz-secret-value", NOW + timedelta(days=7), "spare"))
    sandbox.certificate()
    told = asker.get(f"applications(appId='{tenant.app.client_id}')").json()
    spare = told["passwordCredentials"][1]
    assert spare["endDateTime"] == "2026-11-30T10:00:00Z"
    assert (spare["displayName"], spare["hint"], spare["secretText"]) == ("spare", "xyz", None)
    assert told["keyCredentials"][0]["type"] == "AsymmetricX509Cert"
    assert "xyz-secret-value" not in str(told)


def test_a_vendors_registration_is_not_in_this_tenant(asker: Asker, tenant: Tenant) -> None:
    path = f"(appId='{tenant.integration.client_id}')"
    principal = asker.get(f"servicePrincipals{path}").json()
    assert principal["appOwnerOrganizationId"] != tenant.id
    answer = asker.get(f"applications{path}")
    assert (answer.status_code, code(answer)) == (404, "Request_ResourceNotFound")


def test_a_deleted_app_is_only_in_the_bin(asker: Asker, tenant: Tenant) -> None:
    tenant.integration.deleted = NOW - timedelta(days=2)
    assert asker.get(f"servicePrincipals(appId='{tenant.integration.client_id}')").is_error
    gone = asker.get("directory/deletedItems/microsoft.graph.servicePrincipal").json()["value"]
    assert gone[0]["appId"] == tenant.integration.client_id
    assert gone[0]["deletedDateTime"] == "2026-11-21T10:00:00Z"


def test_a_disabled_app_says_so(asker: Asker, tenant: Tenant) -> None:
    tenant.integration.enabled = False
    told = asker.get(f"servicePrincipals(appId='{tenant.integration.client_id}')").json()
    assert told["accountEnabled"] is False


def test_apps_and_grants_need_their_own_permissions(asker: Asker, tenant: Tenant) -> None:
    tenant.revoke("Directory.Read.All")
    assert asker.get("applications").status_code == 200
    assert code(asker.get("oauth2PermissionGrants")) == "Authorization_RequestDenied"
    tenant.revoke("Application.Read.All")
    asker.renew()
    assert code(asker.get("applications")) == "Authorization_RequestDenied"
