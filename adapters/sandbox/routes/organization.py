"""The organization: itself, its domains, its licences, and what lies in the directory's bin.

https://learn.microsoft.com/graph/api/organization-list
"""

from __future__ import annotations

from adapters.sandbox.call import Call, Json
from adapters.sandbox.licence import SKUS, licence_details
from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.odata import collection
from adapters.sandbox.permission import (
    READ_APPS,
    READ_DOMAINS,
    READ_NAMES,
    READ_ORGANIZATION,
    READ_SKUS,
)
from adapters.sandbox.principal import service_principal
from adapters.sandbox.route import Route, Service
from adapters.sandbox.stamp import utc

_PAGE, _MOST = 100, 999


def _organization(call: Call) -> Json:
    tenant = call.tenant
    rendered: Json = {
        "id": tenant.id,
        "displayName": tenant.name,
        "countryLetterCode": "PT",
        "createdDateTime": "2015-03-02T09:00:00Z",
        "tenantType": "AAD",
        "verifiedDomains": [
            {
                "capabilities": "Email, OfficeCommunicationsOnline",
                "isDefault": True,
                "isInitial": True,
                "name": tenant.domain,
                "type": "Managed",
            }
        ],
    }
    return collection(call, (rendered,), dict, "organization", page=_PAGE, most=_MOST)


def _domains(call: Call) -> Json:
    rendered: Json = {
        "id": call.tenant.domain,
        "authenticationType": "Managed",
        "availabilityStatus": None,
        "isAdminManaged": True,
        "isDefault": True,
        "isInitial": True,
        "isRoot": True,
        "isVerified": True,
        "passwordNotificationWindowInDays": 14,
        "passwordValidityPeriodInDays": call.tenant.records.password_days,
        "supportedServices": ["Email", "OfficeCommunicationsOnline"],
    }
    return collection(call, (rendered,), dict, "domains", page=_PAGE, most=_MOST)


def _subscribed(call: Call) -> Json:
    held = [licence for who in call.tenant.mailboxes for licence in who.licences]
    rows = [_sku(call, name, held.count(name)) for name in SKUS if name in held]
    return collection(call, rows, dict, "subscribedSkus", page=_PAGE, most=_MOST)


def _sku(call: Call, name: str, used: int) -> Json:
    details = licence_details(name)
    return {
        "id": f"{call.tenant.id}_{details['skuId']}",
        "appliesTo": "User",
        "capabilityStatus": "Enabled",
        "consumedUnits": used,
        "prepaidUnits": {"enabled": used + 5, "suspended": 0, "warning": 0},
        "servicePlans": details["servicePlans"],
        "skuId": details["skuId"],
        "skuPartNumber": name,
    }


def _deleted_users(call: Call) -> Json:
    gone = [who for who in call.tenant.mailboxes if who.deleted is not None]
    return collection(call, gone, _gone, "users", page=_PAGE, most=_MOST)


def _gone(who: Mailbox) -> Json:
    return {
        "id": who.id,
        "displayName": who.name,
        "mail": who.address,
        "userPrincipalName": f"{who.id.replace('-', '')}{who.address}",  # as the bin renames it
        "accountEnabled": who.enabled,
        "userType": "Member",
        "createdDateTime": utc(who.created),
        "deletedDateTime": who.deleted and utc(who.deleted),
        "onPremisesSyncEnabled": None,
        "passwordPolicies": who.password_policies,
        "lastPasswordChangeDateTime": utc(who.password_changed),
    }


def _deleted_principals(call: Call) -> Json:
    gone = [app for app in call.tenant.apps if app.deleted is not None]
    rows = [service_principal(call.tenant, app) for app in gone]
    return collection(call, rows, dict, "servicePrincipals", page=_PAGE, most=_MOST)


_BIN = "directory/deletedItems/microsoft.graph"

ROUTES = tuple(
    Route("GET", path, Service.DIRECTORY, needs, answer)
    for path, needs, answer in (
        ("organization", READ_ORGANIZATION, _organization),
        ("domains", READ_DOMAINS, _domains),
        ("subscribedSkus", READ_SKUS, _subscribed),
        (f"{_BIN}.user", READ_NAMES, _deleted_users),
        (f"{_BIN}.servicePrincipal", READ_APPS, _deleted_principals),
    )
)
