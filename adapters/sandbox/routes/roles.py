"""Roles: who holds which directory role, and (beta) which app which Exchange role.

https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments
"""

from __future__ import annotations

from adapters.sandbox.call import Call, Json
from adapters.sandbox.directory_role import DIRECTORY_ROLES
from adapters.sandbox.mailbox import Health, stable_id
from adapters.sandbox.odata import collection
from adapters.sandbox.permission import (
    READ_EXCHANGE_ROLES,
    READ_EXCHANGE_SCOPES,
    READ_MEMBERSHIPS,
    READ_ROLES,
)
from adapters.sandbox.refusal import no_such_object
from adapters.sandbox.route import Route, Service
from adapters.sandbox.scope import ROLE_IDS, ROOMS_ONLY, Assignment, Reach

_PAGE, _MOST = 100, 999


def _directory_assignments(call: Call) -> Json:
    rows = [
        {
            "id": stable_id("roleAssignment", who.id, role),
            "principalId": who.id,
            "directoryScopeId": "/",
            "roleDefinitionId": DIRECTORY_ROLES[role],
        }
        for who in call.tenant.mailboxes
        if call.tenant.health(who) is not Health.VANISHED
        for role in who.roles
    ]
    if call.expands("roleDefinition"):
        named = {key: name for name, key in DIRECTORY_ROLES.items()}
        for row in rows:
            row["roleDefinition"] = _definition(  # type: ignore[assignment]
                named[row["roleDefinitionId"]], row["roleDefinitionId"]
            )
    what = "roleManagement/directory/roleAssignments"
    return collection(call, rows, dict, what, page=_PAGE, most=_MOST)


def _directory_definitions(call: Call) -> Json:
    rows = [_definition(name, key) for name, key in DIRECTORY_ROLES.items()]
    what = "roleManagement/directory/roleDefinitions"
    return collection(call, rows, dict, what, page=_PAGE, most=_MOST)


def _memberships(call: Call) -> Json:
    who = call.tenant.find(call.keys["user"])
    if who is None or call.tenant.health(who) is Health.VANISHED:
        raise no_such_object(call.keys["user"])
    rows = [
        {
            "@odata.type": "#microsoft.graph.directoryRole",
            "id": stable_id("directoryRole", role),
            "deletedDateTime": None,
            "description": role,
            "displayName": role,
            "roleTemplateId": DIRECTORY_ROLES[role],
        }
        for role in who.roles
    ]
    return collection(call, rows, dict, "directoryObjects", page=_PAGE, most=_MOST)


def _definition(name: str, key: str) -> Json:
    return {
        "id": key,
        "description": name,
        "displayName": name,
        "isBuiltIn": True,
        "isEnabled": True,
        "templateId": key,
        "version": None,
    }


def _exchange_assignments(call: Call) -> Json:
    rows = [row for held in call.tenant.every_assignment() for row in _exchange_rows(call, held)]
    what = "roleManagement/exchange/roleAssignments"
    return collection(call, rows, dict, what, page=_PAGE, most=_MOST)


def _exchange_rows(call: Call, held: Assignment) -> list[Json]:
    """One row, or one for each mailbox of an assignment over some."""
    row: Json = {
        "id": held.id,
        "principalId": held.principal,
        "roleDefinitionId": held.role_id,
        "directoryScopeId": None,
        "appScopeId": None,
    }
    match held.reach:
        case Reach.EVERYONE:
            return [row | {"directoryScopeId": "/"}]
        case Reach.ROOMS:
            return [row | {"appScopeId": stable_id("scope", held.filter)}]
        case Reach.LISTED:
            found = [call.tenant.find(address) for address in sorted(held.addresses)]
            return [
                row | {"id": stable_id(held.id, who.id), "directoryScopeId": f"/users/{who.id}"}
                for who in found
                if who is not None
            ]


def _exchange_definitions(call: Call) -> Json:
    assigned = {held.role: held.role_id for held in call.tenant.every_assignment()}
    rows = [_definition(name, key) for name, key in (ROLE_IDS | assigned).items()]
    what = "roleManagement/exchange/roleDefinitions"
    return collection(call, rows, dict, what, page=_PAGE, most=_MOST)


def _exchange_scopes(call: Call) -> Json:
    every = call.tenant.every_assignment()
    filters = dict.fromkeys(held.filter for held in every if held.reach is Reach.ROOMS)
    rows = [_scope(which) for which in filters]
    what = "roleManagement/exchange/customAppScopes"
    return collection(call, rows, dict, what, page=_PAGE, most=_MOST)


def _scope(recipients: str) -> Json:
    return {
        "id": stable_id("scope", recipients),
        "type": "RecipientScope",
        "displayName": "Rooms only" if recipients == ROOMS_ONLY else "Bookable rooms",
        "customAttributes": {"Exclusive": False, "RecipientFilter": recipients},
    }


_DIRECTORY = "roleManagement/directory"
_EXCHANGE = "roleManagement/exchange"

ROUTES = (
    Route(
        "GET", f"{_DIRECTORY}/roleAssignments", Service.DIRECTORY, READ_ROLES,
        _directory_assignments,
    ),
    Route(
        "GET", f"{_DIRECTORY}/roleDefinitions", Service.DIRECTORY, READ_ROLES,
        _directory_definitions,
    ),
    *(
        Route("GET", f"users/{{user}}/{path}", Service.DIRECTORY, READ_MEMBERSHIPS, _memberships)
        for path in (
            "memberOf",
            "transitiveMemberOf",
            "transitiveMemberOf/microsoft.graph.directoryRole",
        )
    ),
    *(
        Route("GET", f"{_EXCHANGE}/{path}", Service.DIRECTORY, needs, answer, beta_only=True)
        for path, needs, answer in (
            ("roleAssignments", READ_EXCHANGE_ROLES, _exchange_assignments),
            ("roleDefinitions", READ_EXCHANGE_ROLES, _exchange_definitions),
            ("customAppScopes", READ_EXCHANGE_SCOPES, _exchange_scopes),
        )
    ),
)  # fmt: skip
