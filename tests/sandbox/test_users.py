"""Users of the directory, their licences, and the organization they are in."""

from __future__ import annotations

from adapters.sandbox import Tenant
from tests.sandbox.asking import Asker, code
from tests.sandbox.schema import example


def test_a_user_comes_with_the_default_properties(asker: Asker, tenant: Tenant) -> None:
    told = asker.get(f"users/{tenant.service_account.address}").json()
    theirs = example("users_id.response")
    assert told.keys() - {"@odata.context"} == theirs.keys()
    assert told["userPrincipalName"] == "svc-rooms@contoso.example"


def test_a_user_is_found_by_id_as_well(asker: Asker, tenant: Tenant) -> None:
    account = tenant.service_account
    assert asker.get(f"users/{account.id}").json()["mail"] == account.address


def test_some_properties_come_only_when_they_are_named(asker: Asker) -> None:
    path = "users/svc-rooms@contoso.example?$select=id,accountEnabled,assignedLicenses"
    told = asker.get(path).json()
    assert told["accountEnabled"] is True
    assert told["assignedLicenses"][0]["skuId"] == "6fd2c87f-b296-42f0-b197-1e91e994b900"
    assert set(told) == {"@odata.context", "id", "accountEnabled", "assignedLicenses"}


def test_a_room_has_an_account_that_nobody_can_sign_in_to(asker: Asker) -> None:
    told = asker.get("users/fado@contoso.example?$select=accountEnabled").json()
    assert told["accountEnabled"] is False


def test_somebody_who_is_not_there_is_404(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").vanish()
    for address in ("nobody@contoso.example", "fado@contoso.example"):
        answer = asker.get(f"users/{address}")
        assert (answer.status_code, code(answer)) == (404, "Request_ResourceNotFound")


def test_users_can_be_counted_filtered_and_ordered(asker: Asker, tenant: Tenant) -> None:
    tenant.person("Zoe Last", left=True)
    everyone = asker.get("users?$count=true&$orderby=displayName desc&$top=2").json()
    assert everyone["@odata.count"] == 6
    assert everyone["value"][0]["displayName"] == "Zoe Last"
    gone = asker.get(
        "users?$filter=accountEnabled eq false and userType eq 'Member'&$select=displayName"
    ).json()
    assert {"displayName": "Zoe Last"} in gone["value"]
    assert {"displayName": "Clara Canary"} not in gone["value"]


def test_licences_name_their_service_plans(asker: Asker) -> None:
    told = asker.get("users/svc-rooms@contoso.example/licenseDetails").json()["value"][0]
    theirs = example("users_id_licenseDetails.synthetic.response")["value"][0]
    assert told | {"id": ""} == theirs | {"id": ""}
    assert asker.get("users/fado@contoso.example/licenseDetails").json()["value"] == []


def test_the_organization_names_its_domain(asker: Asker, tenant: Tenant) -> None:
    told = asker.get("organization").json()["value"][0]
    assert told["id"] == tenant.id
    assert told["verifiedDomains"][0]["name"] == "contoso.example"


def test_the_directory_refuses_in_its_own_words(asker: Asker, tenant: Tenant) -> None:
    tenant.revoke("User.Read.All", "Directory.Read.All")
    answer = asker.get("users/svc-rooms@contoso.example")
    theirs = example("error_403_Authorization_RequestDenied.response")["error"]
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == theirs["message"]
    assert answer.json()["error"]["innerError"].keys() == theirs["innerError"].keys()
