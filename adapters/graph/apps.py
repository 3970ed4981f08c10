"""An app as the tenant sees it: its enterprise app, its credentials, or its place in the bin.

https://learn.microsoft.com/graph/api/serviceprincipal-get
"""

from __future__ import annotations

from adapters.graph import plain
from adapters.graph.question import Json, Question, directory, literal
from adapters.graph.reader import Heard, Reader, garbled, sure
from bot.errors import Missing, Trouble
from bot.tenancy import App, Credential

_NEED = "Application.Read.All"
_FIELDS = (
    "$select=id,appId,displayName,accountEnabled,appOwnerOrganizationId,disabledByMicrosoftStatus"
)
_ELSEWHERE = "the vendor's secret lives in the vendor's tenant"
_LOST = "its registration is not in this tenant"


def read(reader: Reader, app_id: str, tenant: str) -> App | None:
    """The app, a soft-deleted one included; None where there is neither."""
    asked = (_principal(app_id), _registration(app_id), _bin(app_id))
    principal, registration, gone = reader.together(*asked)
    if isinstance(principal, Missing):
        return _deleted(reader, app_id, gone)
    heard = sure(principal)
    credentials, why = _credentials(registration, _home(heard.body), tenant)
    enabled = plain.truth(heard.body.get("accountEnabled"))
    if enabled is None or not _id(heard.body):
        raise garbled(heard)
    return App(
        app_id=plain.text(heard.body.get("appId")) or app_id,
        object_id=_id(heard.body),
        name=plain.text(heard.body.get("displayName")) or app_id,
        enabled=enabled,
        home_tenant=_home(heard.body) or None,
        disabled_by_microsoft=_disabled(heard.body),
        credentials=credentials,
        why_no_credentials=why,
        evidence=(
            heard.saying(f"accountEnabled={str(enabled).lower()}"),
            reader.evidence(asked[1], registration),
        ),
    )


def _deleted(reader: Reader, app_id: str, gone: Heard | Trouble) -> App | None:
    if isinstance(gone, Missing) or type(gone) is Trouble:
        return None  # this cloud keeps no bin for apps
    heard = sure(gone)
    rows = [row for row in reader.rows(heard) if _same(row.get("appId"), app_id)]
    if not rows:
        return None
    at = plain.moment(rows[0].get("deletedDateTime"))
    if at is None or not _id(rows[0]):
        raise garbled(heard)
    return App(
        app_id=app_id,
        object_id=_id(rows[0]),
        name=plain.text(rows[0].get("displayName")) or app_id,
        enabled=False,
        home_tenant=_home(rows[0]) or None,
        why_no_credentials="the app is deleted",
        deleted_at=at,
        evidence=(heard.saying(f"deletedDateTime={at:%Y-%m-%dT%H:%M:%SZ}"),),
    )


def _credentials(
    heard: Heard | Trouble, home: str, tenant: str
) -> tuple[tuple[Credential, ...] | None, str]:
    """What the registration holds; else None and why, as a clause or a sentence."""
    if isinstance(heard, Missing):
        return None, _ELSEWHERE if home and not _same(home, tenant) else _LOST
    if isinstance(heard, Trouble):
        return None, heard.sentence
    kinds = {"secret": "passwordCredentials", "certificate": "keyCredentials"}
    found = [_credential(kind, row) for kind, key in kinds.items() for row in _list(heard, key)]
    known = tuple(one for one in found if one is not None)
    if len(known) < len(found):
        return None, "Microsoft Graph's answer about them makes no sense"
    return known, ""


def _list(heard: Heard, key: str) -> list[object]:
    """The rows; one that is nothing where there is no list, so that it is seen to be missing."""
    rows = heard.body.get(key)
    return rows if isinstance(rows, list) else [None]


def _credential(kind: str, row: object) -> Credential | None:
    if not isinstance(row, dict) or (ends := plain.moment(row.get("endDateTime"))) is None:
        return None
    return Credential(kind, plain.text(row.get("keyId")), plain.text(row.get("displayName")), ends)


def _id(body: Json) -> str:
    return plain.text(body.get("id"))


def _home(body: Json) -> str:
    return plain.text(body.get("appOwnerOrganizationId"))


def _disabled(body: Json) -> str:
    said = plain.text(body.get("disabledByMicrosoftStatus"))
    return "" if said.lower() == "notdisabled" else said


def _same(one: object, other: str) -> bool:
    return isinstance(one, str) and one.casefold() == other.casefold()


def _principal(app_id: str) -> Question:
    path = f"/servicePrincipals(appId={literal(app_id)})?{_FIELDS}"
    return directory("app", path, "read enterprise apps", _NEED)


def _registration(app_id: str) -> Question:
    path = f"/applications(appId={literal(app_id)})?$select=id,passwordCredentials,keyCredentials"
    return directory("registration", path, "read app registrations", _NEED)


def _bin(app_id: str) -> Question:
    kind = "microsoft.graph.servicePrincipal"
    path = f"/directory/deletedItems/{kind}?$filter=appId%20eq%20{literal(app_id)}"
    return directory("deletedApps", path, "read deleted apps", _NEED)
