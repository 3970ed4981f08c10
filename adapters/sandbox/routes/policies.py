"""Policies: who may consent to what, which requests wait, and Conditional Access.

https://learn.microsoft.com/graph/api/authorizationpolicy-get
"""

from __future__ import annotations

from adapters.sandbox.call import Call, Json
from adapters.sandbox.odata import collection, entity
from adapters.sandbox.permission import (
    READ_CONDITIONS,
    READ_CONSENT_REQUESTS,
    READ_GRANT_POLICIES,
    READ_POLICIES,
)
from adapters.sandbox.refusal import no_such_object
from adapters.sandbox.route import Route, Service

_PAGE, _MOST = 100, 999


def _authorization(call: Call) -> Json:
    rendered: Json = {
        "id": "authorizationPolicy",
        "allowInvitesFrom": "everyone",
        "allowedToSignUpEmailBasedSubscriptions": True,
        "allowedToUseSSPR": True,
        "allowEmailVerifiedUsersToJoinOrganization": False,
        "allowUserConsentForRiskyApps": None,
        "blockMsolPowerShell": False,
        "displayName": "Authorization Policy",
        "description": "Used to manage authorization related settings across the company.",
        "guestUserRoleId": "10dae51f-b6af-4016-8d66-8c2a99b929b3",
        "defaultUserRolePermissions": {
            "allowedToCreateApps": True,
            "allowedToCreateSecurityGroups": True,
            "allowedToReadOtherUsers": True,
            "permissionGrantPoliciesAssigned": list(call.tenant.records.user_consent),
        },
    }
    return entity(call, rendered, "policies/authorizationPolicy/$entity")


def _admin_consent(call: Call) -> Json:
    rendered: Json = {
        "isEnabled": call.tenant.records.consent_workflow,
        "notifyReviewers": False,
        "remindersEnabled": False,
        "requestDurationInDays": 30,
        "version": 0,
        "reviewers": [],
    }
    return entity(call, rendered, "policies/adminConsentRequestPolicy/$entity")


def _grant_policies(call: Call) -> Json:
    """None of the tenant's own; Microsoft's are known by name."""
    return collection(call, (), dict, "policies/permissionGrantPolicies", page=_PAGE, most=_MOST)


def _consent_requests(call: Call) -> Json:
    return collection(
        call,
        call.tenant.records.consent_requests,
        dict,
        "identityGovernance/appConsent/appConsentRequests",
        page=_PAGE,
        most=_MOST,
    )


def _user_requests(call: Call) -> Json:
    key = call.keys["request"]
    held = [each for each in call.tenant.records.consent_requests if each["id"] == key]
    if not held:
        raise no_such_object(key)
    what = f"identityGovernance/appConsent/appConsentRequests('{key}')/userConsentRequests"
    return collection(call, held[0]["userConsentRequests"], dict, what, page=_PAGE, most=_MOST)


def _conditional_access(call: Call) -> Json:
    rows = call.tenant.records.conditional_access
    return collection(call, rows, dict, "conditionalAccess/policies", page=_PAGE, most=_MOST)


_REQUESTS = "identityGovernance/appConsent/appConsentRequests"

ROUTES = tuple(
    Route("GET", path, Service.DIRECTORY, needs, answer)
    for path, needs, answer in (
        ("policies/authorizationPolicy", READ_POLICIES, _authorization),
        ("policies/adminConsentRequestPolicy", READ_POLICIES, _admin_consent),
        ("policies/permissionGrantPolicies", READ_GRANT_POLICIES, _grant_policies),
        ("identity/conditionalAccess/policies", READ_CONDITIONS, _conditional_access),
        (_REQUESTS, READ_CONSENT_REQUESTS, _consent_requests),
        (f"{_REQUESTS}/{{request}}/userConsentRequests", READ_CONSENT_REQUESTS, _user_requests),
    )
)
