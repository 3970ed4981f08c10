"""Everything that the doctor can ask of the tenant, asked at once, so that two moments compare."""

from __future__ import annotations

from typing import Any

from adapters.sandbox import Sandbox
from tests.sandbox.asking import Asker

Json = dict[str, Any]
ROOM, OTHER = "users/fado@contoso.example", "users/alfama@contoso.example"
_WINDOW = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-12-20T00:00:00Z&$top=900"
_ACCOUNT = "users/svc-rooms@contoso.example"
_FIELDS = (
    "id,accountEnabled,passwordPolicies,lastPasswordChangeDateTime,assignedLicenses,deletedDateTime"
)
_HEALTH = "admin/serviceAnnouncement"


def _questions(sandbox: Sandbox) -> dict[str, str]:
    own, integration = sandbox.tenant.app, sandbox.tenant.integration
    vendor = f"servicePrincipals(appId='{integration.client_id}')"
    return {
        "own principal": f"servicePrincipals(appId='{own.client_id}')",
        "own permissions": f"servicePrincipals(appId='{own.client_id}')/appRoleAssignments",
        "registration": f"applications(appId='{own.client_id}')",
        "principal": vendor,
        "vendor registration": f"applications(appId='{integration.client_id}')",
        "permissions": f"{vendor}/appRoleAssignments",
        "delegated": f"{vendor}/oauth2PermissionGrants",
        "deleted apps": "directory/deletedItems/microsoft.graph.servicePrincipal",
        "deleted users": "directory/deletedItems/microsoft.graph.user",
        "account": f"{_ACCOUNT}?$select={_FIELDS}",
        "licences": f"{_ACCOUNT}/licenseDetails",
        "mailbox": f"{_ACCOUNT}/mailboxSettings",
        "roles": f"{_ACCOUNT}/transitiveMemberOf",
        "sign-ins": "auditLogs/signIns",
        "audits": "auditLogs/directoryAudits",
        "user consent": "policies/authorizationPolicy",
        "workflow": "policies/adminConsentRequestPolicy",
        "requests": "identityGovernance/appConsent/appConsentRequests",
        "conditional access": "identity/conditionalAccess/policies",
        "domains": "domains",
        "issues": f"{_HEALTH}/issues",
        "overviews": f"{_HEALTH}/healthOverviews",
        "messages": f"{_HEALTH}/messages",
        "places": "places/microsoft.graph.room",
        "lists": "places/lisbon.rooms@contoso.example/microsoft.graph.roomlist/rooms",
        "room": f"{ROOM}?$select=id,createdDateTime,accountEnabled",
        "calendar": f"{ROOM}/calendarView?{_WINDOW}",
        "sharing": f"{ROOM}/calendar/calendarPermissions",
        "settings": f"{ROOM}/mailboxSettings",
        "other calendar": f"{OTHER}/calendarView?{_WINDOW}",
        "other sharing": f"{OTHER}/calendar/calendarPermissions",
        "other settings": f"{OTHER}/mailboxSettings",
        "canary": "users/clara.canary@contoso.example/calendar",
        "exchange roles": "beta:roleManagement/exchange/roleAssignments",
        "exchange scopes": "beta:roleManagement/exchange/customAppScopes",
        "exchange definitions": "beta:roleManagement/exchange/roleDefinitions",
        "all sign-ins": "beta:auditLogs/signIns",
    }


def snapshot(asker: Asker) -> dict[str, tuple[int, Any]]:
    """Status and body by question; of an error its code and text."""
    asker.renew()
    asked = _questions(asker.sandbox)
    plain = [name for name, path in asked.items() if not path.startswith("beta:")]
    beta = [name for name in asked if name not in plain]
    chunks = [("v1.0", plain[:20]), ("v1.0", plain[20:]), ("beta", beta)]
    told: dict[str, tuple[int, Any]] = {}
    for version, names in chunks:
        requests = [
            {"id": name, "method": "GET", "url": f"/{asked[name].removeprefix('beta:')}"}
            for name in names
        ]
        url = f"{asker.sandbox.url}/{version}/$batch"
        answer = asker.http.post(url, json={"requests": requests}, headers=asker.headers())
        for item in answer.json()["responses"]:
            told[item["id"]] = (item["status"], _essence(item["body"]))
    return told


def _essence(body: Json) -> Any:
    return (body["error"]["code"], body["error"]["message"]) if "error" in body else body
