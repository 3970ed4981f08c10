"""What is consented for an app: application permissions and delegated scopes, by their names.

Permissions that Exchange's own roles give (RBAC for Applications) stand nowhere here: see
assignments.py.  https://learn.microsoft.com/graph/api/serviceprincipal-list-approleassignments
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from adapters.graph import plain
from adapters.graph.permissions import APP_ROLES
from adapters.graph.question import Json, Question, directory, segment
from adapters.graph.reader import Heard, Reader, garbled, sure
from adapters.graph.timing import Timing
from bot.errors import Trouble
from bot.tenancy import App, Grant, Grants

_WISH = "read what apps were granted"
_FRESH = 3600.0  # seconds; Microsoft adds permissions rarely
_NO_ROLE = "00000000-0000-0000-0000-000000000000"  # assigned, without any permission


@dataclass(frozen=True, slots=True)
class _Resource:
    """An API: Microsoft Graph, Office 365 Exchange Online."""

    name: str
    roles: dict[str, str]  # permission by app role id
    until: float


class Granted:
    """Reads grants; remembers the names of permissions.  Shared by all threads."""

    def __init__(self, reader: Reader, timing: Timing) -> None:
        self._reader, self._timing = reader, timing
        self._known: dict[str, _Resource] = {}

    def read(self, app: App) -> Grants:
        """All of it or Trouble: half of the grants would be taken for all."""
        answers = self._reader.together(_assignments(app), _delegations(app))
        given, delegated = map(sure, answers)
        roles, scopes = self._reader.rows(given), self._reader.rows(delegated)
        known = self._resources(row.get("resourceId") for row in (*roles, *scopes))
        grants = [
            *(grant for row in roles for grant in _application(given, row, known)),
            *(grant for row in scopes for grant in _delegated(delegated, row, known)),
        ]
        seen = (
            given.saying(f"{len(roles)} application permissions"),
            delegated.saying(f"{len(scopes)} delegated grants"),
        )
        return Grants(tuple(dict.fromkeys(grants)), seen)

    def _resources(self, keys: Iterable[object]) -> dict[str, _Resource | Trouble]:
        """The APIs by object id, or why one could not be read; from memory where it can."""
        wanted = dict.fromkeys(filter(None, map(plain.text, keys)))
        found: dict[str, _Resource | Trouble] = {
            key: api
            for key in wanted
            if (api := self._known.get(key)) and self._timing.left(api.until)
        }
        missing = [key for key in wanted if key not in found]
        answers = self._reader.together(*map(_resource, missing)) if missing else ()
        for key, heard in zip(missing, answers, strict=True):
            found[key] = heard if isinstance(heard, Trouble) else self._learn(key, heard)
        return found

    def _learn(self, key: str, heard: Heard) -> _Resource:
        name = plain.text(heard.body.get("displayName")) or key
        until = self._timing.after(_FRESH)
        made = _Resource(name, _roles(heard.body.get("appRoles")), until)
        self._known[key] = made
        return made


def _application(
    heard: Heard, row: Json, known: Mapping[str, _Resource | Trouble]
) -> Iterator[Grant]:
    """Named by its API; by the table where that cannot be read."""
    role, resource = plain.text(row.get("appRoleId")).lower(), plain.text(row.get("resourceId"))
    if not role or not resource:
        raise garbled(heard)
    if role == _NO_ROLE:
        return
    api = known[resource]
    name = api.roles.get(role) if isinstance(api, _Resource) else None
    yield Grant(
        name or APP_ROLES.get(role, role),
        application=True,
        resource=plain.text(row.get("resourceDisplayName")) or _name(api),
        at=plain.moment(row.get("createdDateTime")),
    )


def _delegated(
    heard: Heard, row: Json, known: Mapping[str, _Resource | Trouble]
) -> Iterator[Grant]:
    scope, kind = row.get("scope"), row.get("consentType")
    resource = plain.text(row.get("resourceId"))
    if not isinstance(scope, str) or not resource or kind not in ("AllPrincipals", "Principal"):
        raise garbled(heard)
    for permission in filter(None, map(plain.text, scope.split())):
        everyone = kind == "AllPrincipals"
        yield Grant(
            permission, application=False, resource=_name(known[resource]), everyone=everyone
        )


def _name(api: _Resource | Trouble) -> str:
    if isinstance(api, Trouble):
        raise api
    return api.name


def _roles(said: object) -> dict[str, str]:
    rows = [row for row in said if isinstance(row, dict)] if isinstance(said, list) else []
    pairs = ((plain.text(row.get("id")).lower(), plain.text(row.get("value"))) for row in rows)
    return {key: value for key, value in pairs if key and value}


def _assignments(app: App) -> Question:
    path = f"/servicePrincipals/{segment(app.object_id)}/appRoleAssignments"
    return directory("appRoleAssignments", path, _WISH, "Application.Read.All")


def _delegations(app: App) -> Question:
    path = f"/servicePrincipals/{segment(app.object_id)}/oauth2PermissionGrants"
    wish = "read what apps were granted on behalf of people"
    return directory("oauth2PermissionGrants", path, wish, "Directory.Read.All")


def _resource(key: str) -> Question:
    path = f"/servicePrincipals/{segment(key)}?$select=id,displayName,appRoles"
    return directory("resource", path, "read enterprise apps", "Application.Read.All")
