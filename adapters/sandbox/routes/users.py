"""Users of the directory, rooms among them, and their licences.

https://learn.microsoft.com/graph/api/user-get
"""

from __future__ import annotations

from functools import partial

from adapters.sandbox.call import Call, Json
from adapters.sandbox.licence import SKUS, licence_details
from adapters.sandbox.mailbox import Health, Mailbox
from adapters.sandbox.odata import collection, entity
from adapters.sandbox.permission import READ_ACTIVITY, READ_LICENCES, READ_NAMES
from adapters.sandbox.refusal import missing_permission, no_such_object, not_premium
from adapters.sandbox.route import Route, Service
from adapters.sandbox.stamp import utc

_PAGE, _MOST = 100, 999
# What comes without $select; everything else comes only when named.
_DEFAULT = (
    "businessPhones",
    "displayName",
    "givenName",
    "jobTitle",
    "mail",
    "mobilePhone",
    "officeLocation",
    "preferredLanguage",
    "surname",
    "userPrincipalName",
    "id",
)


def _user(call: Call) -> Json:
    _checked(call)
    return entity(call, _trimmed(call, _properties(call, _named(call))), "users/$entity")


def _users(call: Call) -> Json:
    _checked(call)
    there = [each for each in call.tenant.mailboxes if _exists(call, each)]
    page = collection(call, there, partial(_properties, call), "users", page=_PAGE, most=_MOST)
    return page | {"value": [_trimmed(call, user) for user in page["value"]]}


def _licences(call: Call) -> Json:
    owner = _named(call)
    what = f"users('{owner.id}')/licenseDetails"
    render = partial(licence_details, status=owner.plan_status)
    return collection(call, owner.licences, render, what, page=_PAGE, most=_MOST)


def _named(call: Call) -> Mailbox:
    key = call.keys["user"]
    found = call.tenant.find(key)
    if found is None or not _exists(call, found):
        raise no_such_object(key)
    return found


def _exists(call: Call, mailbox: Mailbox) -> bool:
    return call.tenant.health(mailbox) is not Health.VANISHED


def _trimmed(call: Call, user: Json) -> Json:
    if "$select" in call.query:
        return user
    return {name: value for name, value in user.items() if name in _DEFAULT}


def _checked(call: Call) -> None:
    """Refusal 403 where the last sign-in is asked for by somebody who may not know it."""
    if "signinactivity" not in call.query.get("$select", "").lower():
        return
    if not call.tenant.records.premium:
        raise not_premium()
    if not call.roles & READ_ACTIVITY:
        raise missing_permission("AuditLog.Read.All")


def _activity(call: Call, mailbox: Mailbox) -> Json:
    """When the account last signed in, by the sign-ins that were recorded."""
    own = [row for row in call.tenant.records.sign_ins if row["userId"] == mailbox.id]
    kinds = {
        "lastSignIn": [row for row in own if row["isInteractive"]],
        "lastNonInteractiveSignIn": [row for row in own if not row["isInteractive"]],
        "lastSuccessfulSignIn": [row for row in own if not row["status"]["errorCode"]],
    }
    found: Json = {}
    for name, rows in kinds.items():
        found[f"{name}DateTime"] = rows[0]["createdDateTime"] if rows else None
        found[f"{name}RequestId"] = rows[0]["id"] if rows else None
    return found


def _properties(call: Call, mailbox: Mailbox) -> Json:
    first, _, last = mailbox.name.rpartition(" ")
    return {
        "businessPhones": [],
        "displayName": mailbox.name,
        "givenName": first or None,
        "jobTitle": None,
        "mail": mailbox.address,
        "proxyAddresses": [f"SMTP:{mailbox.address}", *(f"smtp:{a}" for a in mailbox.aliases)],
        "mobilePhone": None,
        "officeLocation": None,
        "preferredLanguage": None,
        "surname": last or None,
        "userPrincipalName": mailbox.address,
        "id": mailbox.id,
        "accountEnabled": mailbox.enabled,
        "userType": "Member",
        "createdDateTime": utc(mailbox.created),
        "assignedLicenses": [
            {"skuId": SKUS[licence], "disabledPlans": []} for licence in mailbox.licences
        ],
        "passwordPolicies": mailbox.password_policies,
        "lastPasswordChangeDateTime": utc(mailbox.password_changed),
        "onPremisesSyncEnabled": None,
        "signInSessionsValidFromDateTime": utc(mailbox.password_changed),
        "deletedDateTime": None,
        "signInActivity": _activity(call, mailbox),
    }


ROUTES = (
    Route("GET", "users", Service.DIRECTORY, READ_NAMES, _users),
    Route("GET", "users/{user}", Service.DIRECTORY, READ_NAMES, _user),
    Route("GET", "users/{user}/licenseDetails", Service.DIRECTORY, READ_LICENCES, _licences),
)
