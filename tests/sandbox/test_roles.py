"""Directory roles of people, and (beta) Exchange roles of apps."""

from __future__ import annotations

from adapters.sandbox import Tenant
from adapters.sandbox.scope import ROLE_IDS
from tests.sandbox.asking import Asker, code

EXCHANGE = "roleManagement/exchange"


def test_the_roles_of_an_account_can_be_read_in_three_ways(asker: Asker, tenant: Tenant) -> None:
    account = tenant.service_account
    account.roles = ("Application Administrator",)
    path = f"roleManagement/directory/roleAssignments?$filter=principalId eq '{account.id}'"
    (row,) = asker.get(f"{path}&$expand=roleDefinition").json()["value"]
    assert row["roleDefinition"]["displayName"] == "Application Administrator"
    for path in ("transitiveMemberOf", "transitiveMemberOf/microsoft.graph.directoryRole"):
        (held,) = asker.get(f"users/{account.id}/{path}").json()["value"]
        assert held["roleTemplateId"] == row["roleDefinitionId"]


def test_nobody_has_roles_that_were_not_given(asker: Asker, tenant: Tenant) -> None:
    path = f"users/{tenant.service_account.id}/memberOf"
    assert asker.get(path).json()["value"] == []


def test_exchange_roles_are_told_by_beta_alone(asker: Asker) -> None:
    assert asker.get(f"{EXCHANGE}/roleAssignments").status_code == 400
    assert asker.get(f"{EXCHANGE}/roleAssignments", "beta").status_code == 200


def test_an_exchange_role_says_whose_it_is_and_how_far_it_reaches(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.unscope()
    tenant.scope("Calendars.Read")
    tenant.scope("MailboxSettings.Read", "Fado", "Alfama")
    tenant.scope("Calendars.ReadWrite", everyone=True)
    holder = f"/ServicePrincipals/{tenant.app.service_principal_id}"
    path = f"{EXCHANGE}/roleAssignments?$filter=principalId eq '{holder}'"
    rows = asker.get(path, "beta").json()["value"]
    scopes = asker.get(f"{EXCHANGE}/customAppScopes", "beta").json()["value"]
    assert scopes[0]["customAttributes"]["RecipientFilter"] == (
        "RecipientTypeDetails -eq 'RoomMailbox'"
    )
    fado, alfama = (tenant.room(name).id for name in ("Fado", "Alfama"))
    told = [(row["roleDefinitionId"], row["directoryScopeId"], row["appScopeId"]) for row in rows]
    listed = ROLE_IDS["Application MailboxSettings.Read"]
    assert told[0] == (ROLE_IDS["Application Calendars.Read"], None, scopes[0]["id"])
    assert set(told[1:3]) == {
        (listed, f"/users/{fado}", None),
        (listed, f"/users/{alfama}", None),
    }
    assert told[3] == (ROLE_IDS["Application Calendars.ReadWrite"], "/", None)


def test_role_definitions_name_the_roles(asker: Asker) -> None:
    rows = asker.get(f"{EXCHANGE}/roleDefinitions", "beta").json()["value"]
    assert {row["displayName"]: row["id"] for row in rows} == ROLE_IDS


def test_another_apps_exchange_roles_give_the_bot_nothing(asker: Asker, tenant: Tenant) -> None:
    tenant.unscope()
    tenant.scope("Calendars.Read", everyone=True, app=tenant.integration)
    assert asker.get("users/fado@contoso.example/calendar").status_code == 403
    rows = asker.get(f"{EXCHANGE}/roleAssignments", "beta").json()["value"]
    assert {row["principalId"] for row in rows} == {
        f"/ServicePrincipals/{tenant.integration.service_principal_id}"
    }


def test_exchange_roles_need_their_own_permission(asker: Asker, tenant: Tenant) -> None:
    tenant.revoke("RoleManagement.Read.Exchange")
    assert asker.get(f"{EXCHANGE}/roleAssignments", "beta").status_code == 200  # Directory.Read.All
    answer = asker.get(f"{EXCHANGE}/customAppScopes", "beta")
    assert (answer.status_code, code(answer)) == (403, "Authorization_RequestDenied")
