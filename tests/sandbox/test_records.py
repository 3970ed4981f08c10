"""What the tenant wrote down: policies, consent requests, logs, Microsoft's own notices."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.sandbox import Tenant
from tests.sandbox.asking import NOW, Asker, code
from tests.sandbox.schema import example

HEALTH = "admin/serviceAnnouncement"
REQUESTS = "identityGovernance/appConsent/appConsentRequests"


def test_the_user_consent_setting_can_be_read(asker: Asker, tenant: Tenant) -> None:
    tenant.records.user_consent = ()
    told = asker.get("policies/authorizationPolicy").json()
    assert told["defaultUserRolePermissions"]["permissionGrantPoliciesAssigned"] == []
    theirs = example("policies_authorizationPolicy.observed2026.response")
    assert told.keys() == theirs.keys()


def test_the_admin_consent_workflow_is_on_or_off(asker: Asker, tenant: Tenant) -> None:
    assert asker.get("policies/adminConsentRequestPolicy").json()["isEnabled"] is True
    tenant.records.consent_workflow = False
    assert asker.get("policies/adminConsentRequestPolicy").json()["isEnabled"] is False


def test_a_request_for_consent_waits_with_what_it_asks_for(asker: Asker, tenant: Tenant) -> None:
    by = tenant.person("Dana Levi")
    tenant.records.asked_for_consent(tenant.integration, by, NOW, "Calendars.ReadWrite")
    path = f"{REQUESTS}?$filter=userConsentRequests/any(u:u/status eq 'InProgress')"
    (request,) = asker.get(path).json()["value"]
    assert request["pendingScopes"] == [{"displayName": "Calendars.ReadWrite"}]
    (user,) = asker.get(f"{REQUESTS}/{request['id']}/userConsentRequests").json()["value"]
    assert user["createdBy"]["user"]["displayName"] == "Dana Levi"


def test_conditional_access_names_whom_it_concerns(asker: Asker, tenant: Tenant) -> None:
    tenant.records.requires("Require MFA", "mfa", tenant.service_account.id)
    (policy,) = asker.get("identity/conditionalAccess/policies").json()["value"]
    assert policy["conditions"]["users"]["includeUsers"] == [tenant.service_account.id]
    assert policy["grantControls"]["builtInControls"] == ["mfa"]


def test_a_failed_sign_in_names_the_code_and_the_policy(asker: Asker, tenant: Tenant) -> None:
    account, app = tenant.service_account, tenant.integration
    tenant.records.signed_in(account, app, NOW - timedelta(days=2))
    tenant.records.signed_in(account, app, NOW, error=53003, policy="Require MFA")
    path = f"auditLogs/signIns?$filter=userId eq '{account.id}' and status/errorCode ne 0"
    (failed,) = asker.get(path).json()["value"]
    assert failed["status"]["errorCode"] == 53003
    assert failed["appliedConditionalAccessPolicies"][0]["displayName"] == "Require MFA"
    recent = asker.get("auditLogs/signIns?$filter=createdDateTime ge 2026-11-22T00:00:00Z")
    assert [row["id"] for row in recent.json()["value"]] == [failed["id"]]


def test_sign_ins_of_apps_are_told_by_beta_alone(asker: Asker, tenant: Tenant) -> None:
    tenant.records.app_signed_in(tenant.app, NOW, error=7000222, reason="expired")
    assert asker.get("auditLogs/signIns").json()["value"] == []
    path = "auditLogs/signIns?$filter=signInEventTypes/any(t: t eq 'servicePrincipal')"
    (row,) = asker.get(path, "beta").json()["value"]
    assert row["servicePrincipalId"] == tenant.app.service_principal_id


def test_without_premium_nobody_reads_sign_ins(asker: Asker, tenant: Tenant) -> None:
    tenant.records.premium = False
    answer = asker.get("auditLogs/signIns")
    theirs = example("error_403_Authentication_RequestFromNonPremiumTenantOrB2CTenant.response")
    assert answer.status_code == 403
    assert answer.json()["error"]["message"] == theirs["error"]["message"]
    assert code(answer) == theirs["error"]["code"]


def test_the_last_sign_in_of_an_account_needs_one_more_permission(
    asker: Asker, tenant: Tenant
) -> None:
    account = tenant.service_account
    tenant.records.signed_in(account, tenant.integration, NOW, error=50126)
    path = f"users/{account.address}?$select=id,signInActivity"
    told = asker.get(path).json()["signInActivity"]
    assert told["lastSignInDateTime"] == "2026-11-23T10:00:00Z"
    assert told["lastSuccessfulSignInDateTime"] is None
    tenant.revoke("AuditLog.Read.All")
    asker.renew()
    assert code(asker.get(path)) == "Authentication_MSGraphPermissionMissing"


def test_the_directory_remembers_who_consented(asker: Asker, tenant: Tenant) -> None:
    admin = tenant.person("Ana Costa")
    tenant.records.audited(
        "Consent to application", NOW, admin, tenant.app, ConsentContext_IsAdminConsent="True"
    )
    path = "auditLogs/directoryAudits?$filter=activityDisplayName eq 'Consent to application'"
    (audit,) = asker.get(path).json()["value"]
    assert audit["initiatedBy"]["user"]["userPrincipalName"] == admin.address
    (changed,) = audit["targetResources"][0]["modifiedProperties"]
    assert changed["displayName"] == "ConsentContext.IsAdminConsent"
    assert changed["newValue"] == '"True"'


def test_a_degraded_service_says_so_until_it_is_resolved(asker: Asker, tenant: Tenant) -> None:
    path = f"{HEALTH}/healthOverviews/Exchange%20Online"
    assert asker.get(path).json()["status"] == "serviceOperational"
    tenant.records.announced("Exchange Online", "Calendars are slow to load", NOW)
    assert asker.get(path).json()["status"] == "serviceDegradation"
    told = asker.get(f"{HEALTH}/healthOverviews?$expand=issues").json()["value"]
    assert told[0]["issues"][0]["title"] == "Calendars are slow to load"
    open_ones = asker.get(
        f"{HEALTH}/issues?$filter=service eq 'Exchange Online' and isResolved eq false"
    ).json()["value"]
    assert len(open_ones) == 1


def test_the_message_center_can_be_read(asker: Asker, tenant: Tenant) -> None:
    tenant.grant("ServiceMessage.Read.All")
    tenant.records.posted("EWS will be turned off in your tenant", NOW)
    (post,) = asker.get(f"{HEALTH}/messages").json()["value"]
    assert post["services"] == ["Exchange Online"]
    assert post["actionRequiredByDateTime"] == "2026-11-30T10:00:00Z"


def test_a_deleted_account_is_only_in_the_bin(asker: Asker, tenant: Tenant) -> None:
    tenant.service_account.delete(NOW - timedelta(days=3))
    assert asker.get("users/svc-rooms@contoso.example").status_code == 404
    (gone,) = asker.get("directory/deletedItems/microsoft.graph.user").json()["value"]
    assert gone["deletedDateTime"] == "2026-11-20T10:00:00Z"
    tenant.service_account.mend()
    assert asker.get("users/svc-rooms@contoso.example").status_code == 200


def test_domains_say_how_long_a_password_lasts(asker: Asker) -> None:
    (domain,) = asker.get("domains").json()["value"]
    assert domain["passwordValidityPeriodInDays"] == 2147483647


def test_licences_of_the_tenant_are_counted(asker: Asker) -> None:
    (sku,) = asker.get("subscribedSkus").json()["value"]
    assert (sku["skuPartNumber"], sku["consumedUnits"]) == ("ENTERPRISEPACK", 2)


@pytest.mark.parametrize(
    ("permission", "path"),
    [
        ("Policy.Read.All", "policies/authorizationPolicy"),
        ("Policy.Read.All", "policies/adminConsentRequestPolicy"),
        ("Policy.Read.All", "identity/conditionalAccess/policies"),
        ("Policy.Read.PermissionGrant", "policies/permissionGrantPolicies"),
        ("ConsentRequest.Read.All", REQUESTS),
        ("AuditLog.Read.All", "auditLogs/signIns"),
        ("ServiceHealth.Read.All", f"{HEALTH}/issues"),
        ("ServiceMessage.Read.All", f"{HEALTH}/messages"),
    ],
)
def test_each_record_needs_its_own_permission(
    asker: Asker, tenant: Tenant, permission: str, path: str
) -> None:
    tenant.grant(permission)
    asker.renew()
    assert asker.get(path).status_code == 200
    tenant.revoke(permission)
    asker.renew()
    assert code(asker.get(path)) == "Authorization_RequestDenied"
