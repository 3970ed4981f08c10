"""Which Exchange roles an app or an account holds, and over whom; Graph beta alone tells.

https://learn.microsoft.com/graph/api/rbacapplication-list-roleassignments?view=graph-rest-beta
"""

from __future__ import annotations

import re

from adapters.graph import plain
from adapters.graph.question import BETA, Json, Question, directory, literal
from adapters.graph.reader import Heard, Reader, garbled, sure
from bot.errors import Trouble
from bot.tenancy import Account, App, Assignment

_ROOT = "/roleManagement/exchange"
_NEED = "RoleManagement.Read.Exchange"
_WISH = "read which Exchange roles apps hold"

# Where the definitions leave one out: pnp/cli-microsoft365, docs/docs/cmd/exo/approleassignment.
_ROLES = {
    "a3123d4e-4256-4ad0-bef0-205a00807fae": "Application Calendars.Read",
    "b92761c0-5311-4908-92ca-2c1f8c71aa1c": "Application Calendars.ReadWrite",
    "c40299e0-2107-455f-85dd-6e8862c3a0cc": "Application MailboxSettings.Read",
    "459cb245-07c5-44f1-8133-3da40b4b6197": "Application MailboxSettings.ReadWrite",
    "1f704712-7d46-481f-b2cd-dbcc978c4f2a": "Application Mail.Read",
    "8679f4ff-c91d-40d0-809c-c86d114821a5": "Application Mail.Send",
    "b49ae303-7a8f-4ba1-aa37-27b40461aabb": "Application Mail Full Access",
    "48d6a78c-0681-4d73-acec-9f9ffad56ddb": "Application Exchange Full Access",
}
_KINDS = {
    "users": "mailbox",
    "groups": "group",
    "administrativeunits": "administrative unit",
}
_ROOMS = re.compile(r"RecipientTypeDetails\s+-eq\s+(['\"]?)RoomMailbox\1", re.IGNORECASE)


def read(reader: Reader, holder: App | Account) -> tuple[Assignment, ...]:
    """All of them; Forbidden where they, or a scope that one names, may not be read."""
    held, roles, scopes = reader.together(_held(holder), _DEFINITIONS, _SCOPES)
    rows = reader.rows(sure(held))
    names = _names(reader, roles) if rows else {}
    scoped = any(row.get("appScopeId") for row in rows)
    known = {plain.text(s.get("id")): s for s in reader.rows(sure(scopes))} if scoped else {}
    return tuple(_assignment(sure(held), row, names, known) for row in rows)


def rooms_only(condition: str) -> bool:
    """Whether a RecipientFilter takes room mailboxes and nothing else; in doubt it does not."""
    text = condition.strip()
    while text.startswith("(") and text.endswith(")"):
        text = text[1:-1].strip()
    return _ROOMS.fullmatch(text) is not None


def _names(reader: Reader, heard: Heard | Trouble) -> dict[str, str]:
    """Roles by id; the table alone where the definitions cannot be read."""
    if isinstance(heard, Trouble):
        return _ROLES
    said = {plain.text(row.get("id")).lower(): row for row in reader.rows(heard)}
    return _ROLES | {
        key: name for key, row in said.items() if (name := plain.text(row.get("displayName")))
    }


def _assignment(
    heard: Heard, row: Json, names: dict[str, str], scopes: dict[str, Json]
) -> Assignment:
    role, where = plain.text(row.get("roleDefinitionId")), plain.text(row.get("directoryScopeId"))
    custom = plain.text(row.get("appScopeId"))
    if not role or not (where or custom):
        raise garbled(heard)
    name = names.get(role.lower(), role)
    if custom:
        return _scoped(name, custom, scopes.get(custom, {}))
    if where == "/":
        return Assignment(name, "Organization", everyone=True)
    kind, _, key = where.strip("/").partition("/")
    return Assignment(name, f"{_KINDS.get(kind.lower(), kind)} {key}".strip())


def _scoped(role: str, key: str, scope: Json) -> Assignment:
    said = scope.get("customAttributes")
    condition = said.get("RecipientFilter") if isinstance(said, dict) else None
    text = condition if isinstance(condition, str) else ""
    return Assignment(
        role,
        plain.text(scope.get("displayName")) or key,
        plain.text(text),
        rooms_only=rooms_only(text),
    )


def _held(holder: App | Account) -> Question:
    match holder:
        case App(object_id=key):
            who = f"/ServicePrincipals/{key}"
        case Account(id=key):
            who = f"/Users/{key}"
    path = f"{_ROOT}/roleAssignments?$filter=principalId%20eq%20{literal(who)}"
    return directory("exchangeAssignments", path, _WISH, _NEED, BETA)


_DEFINITIONS = directory("exchangeRoles", f"{_ROOT}/roleDefinitions", _WISH, _NEED, BETA)
_SCOPES = directory("exchangeScopes", f"{_ROOT}/customAppScopes", _WISH, _NEED, BETA)
