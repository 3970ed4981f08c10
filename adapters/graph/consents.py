"""Consent over time: who gave or took permissions, and how this tenant lets people consent.

https://learn.microsoft.com/entra/identity/enterprise-apps/configure-user-consent
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from adapters.graph import plain
from adapters.graph.question import Json, Question, directory, literal
from adapters.graph.reader import Heard, Reader, garbled, sure
from bot.errors import Trouble
from bot.tenancy import App, ConsentChange, ConsentPolicy

_MOST = 200  # lines of the audit
_ACTIVITIES = frozenset(
    {
        "add app role assignment to service principal",
        "add delegated permission grant",
        "consent to application",
        "remove app role assignment from service principal",
        "remove delegated permission grant",
        "remove service principal",
        "restore service principal",
        "revoke consent",
    }
)
_NAMED_BY = ("AppRole.Value", "DelegatedPermissionGrant.Scope", "ConsentAction.Permissions")
_SCOPE = re.compile(r"Scope: *([^,\];]*)")  # in the long text of ConsentAction.Permissions
_SELF = "managepermissiongrantsforself."
_DEFAULTS = {
    "microsoft-user-default-legacy": "legacy",
    "microsoft-user-default-low": "low",
    "microsoft-user-default-recommended": "managed by Microsoft",
    "microsoft-user-default-allow-consent-apps": "managed by Microsoft",
}
_WIDEST = ("legacy", "custom", "managed by Microsoft", "low")


def changes(reader: Reader, app: App, since: datetime) -> tuple[ConsentChange, ...]:
    """Permissions given to and taken from the app, newest first."""
    heard = reader.one(_audits(app, since))
    found = [_change(heard, row) for row in reader.rows(heard, _MOST)]
    known = [change for change in found if change.activity.lower() in _ACTIVITIES]
    return tuple(sorted(known, key=lambda change: change.at, reverse=True))


def policy(reader: Reader) -> ConsentPolicy:
    """Each part by itself; `user_consent` is "" where it was not told.

    Raises Trouble where nothing was.
    """
    asked = (_USERS, _WORKFLOW, _PENDING)
    answers = reader.together(*asked)
    if all(isinstance(answer, Trouble) for answer in answers):
        sure(answers[0])
    users, workflow, pending = answers
    return ConsentPolicy(
        _user_consent(users) if isinstance(users, Heard) else "",
        plain.truth(workflow.body.get("isEnabled")) if isinstance(workflow, Heard) else None,
        _waiting(reader, pending) if isinstance(pending, Heard) else None,
        tuple(map(reader.evidence, asked, answers)),
    )


def _change(heard: Heard, row: Json) -> ConsentChange:
    at = plain.moment(row.get("activityDateTime"))
    if at is None:
        raise garbled(heard)
    activity = plain.text(row.get("activityDisplayName"))
    return ConsentChange(at, activity, _actor(row.get("initiatedBy")), _permission(row))


def _actor(said: object) -> str:
    """A person's sign-in name, else an app's name; "" where nobody is named."""
    by = _object(said)
    user, app = _object(by.get("user")), _object(by.get("app"))
    names = (user.get("userPrincipalName"), user.get("displayName"), app.get("displayName"))
    return next(filter(None, map(plain.text, names)), "")


def _object(said: object) -> Json:
    return said if isinstance(said, dict) else {}


def _permission(row: Json) -> str:
    targets = row.get("targetResources")
    dicts = (
        [each for each in targets if isinstance(each, dict)] if isinstance(targets, list) else []
    )
    found: dict[str, str] = {}
    for target in dicts:
        said = target.get("modifiedProperties")
        for each in said if isinstance(said, list) else []:
            if isinstance(each, dict) and isinstance(name := each.get("displayName"), str):
                value = _inside(each.get("newValue")) or _inside(each.get("oldValue"))
                found.setdefault(name, value)
    return next((_plain(name, found[name]) for name in _NAMED_BY if found.get(name)), "")


def _inside(value: object) -> str:
    """These values are JSON inside a string, mostly."""
    if not isinstance(value, str):
        return ""
    try:
        said = json.loads(value)
    except (ValueError, RecursionError):
        said = value
    return said if isinstance(said, str) else ""


def _plain(name: str, value: str) -> str:
    if name == "ConsentAction.Permissions":
        value = " ".join(match[1] for match in _SCOPE.finditer(value.rpartition("=>")[2]))
    return plain.text(" ".join(dict.fromkeys(value.split())))


def _user_consent(heard: Heard) -> str:
    """The widest way in which people may consent by themselves."""
    defaults = _object(heard.body.get("defaultUserRolePermissions"))
    held = defaults.get("permissionGrantPoliciesAssigned")
    if not isinstance(held, list) or not all(isinstance(each, str) for each in held):
        raise garbled(heard)
    names = [each[len(_SELF) :] for each in held if each.lower().startswith(_SELF)]
    meant = [_DEFAULTS.get(name.lower(), f"custom: {plain.text(name)}") for name in names]
    by_width = (word for wide in _WIDEST for word in meant if word.startswith(wide))
    return next(by_width, "nobody")


def _waiting(reader: Reader, heard: Heard) -> tuple[str, ...]:
    names = (plain.text(row.get("appDisplayName")) for row in reader.rows(heard))
    return tuple(name or "an app without a name" for name in names)


def _audits(app: App, since: datetime) -> Question:
    start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    about = f"targetResources/any(t:t/id%20eq%20{literal(app.object_id)})"
    condition = f"activityDateTime%20ge%20{start}%20and%20{about}"
    path = f"/auditLogs/directoryAudits?$filter={condition}&$top=100"
    return directory("directoryAudits", path, "read the directory's audit log", "AuditLog.Read.All")


_USERS = directory(
    "authorizationPolicy",
    "/policies/authorizationPolicy",
    "read the tenant's policies",
    "Policy.Read.All",
)
_WORKFLOW = directory(
    "adminConsentRequestPolicy",
    "/policies/adminConsentRequestPolicy",
    "read the tenant's policies",
    "Policy.Read.All",
)
_PENDING = directory(
    "appConsentRequests",
    "/identityGovernance/appConsent/appConsentRequests"
    "?$filter=userConsentRequests/any(u:u/status%20eq%20'InProgress')",
    "read requests for consent",
    "ConsentRequest.Read.All",
)
