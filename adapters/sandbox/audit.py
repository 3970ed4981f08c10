"""Directory audits as Graph renders them: who changed what of which app.

https://learn.microsoft.com/graph/api/resources/directoryaudit
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from adapters.sandbox.app import App
from adapters.sandbox.mailbox import Mailbox, stable_id
from adapters.sandbox.permission import APP_ROLES, GRAPH_APP_ID
from adapters.sandbox.stamp import utc

Json = dict[str, Any]

_GRAPH = App(GRAPH_APP_ID, "Microsoft Graph", vendor=True)
_NOTHING: Mapping[str, str] = {}


def audit(number: int, activity: str, at: datetime, by: Mailbox, *targets: Json) -> Json:
    return {
        "id": stable_id("audit", str(number)),
        "category": "ApplicationManagement",
        "correlationId": stable_id("audit correlation", str(number)),
        "result": "success",
        "resultReason": "",
        "activityDisplayName": activity,
        "activityDateTime": utc(at),
        "loggedByService": "Core Directory",
        "operationType": "Update",
        "initiatedBy": {
            "app": None,
            "user": {"id": by.id, "displayName": by.name, "userPrincipalName": by.address},
        },
        "targetResources": list(targets),
        "additionalDetails": [],
    }


def target_resource(
    app: App, *, old: Mapping[str, str] = _NOTHING, new: Mapping[str, str] = _NOTHING
) -> Json:
    """Values stand in quotation marks of their own, as the directory writes them."""
    return {
        "id": app.service_principal_id,
        "displayName": app.name,
        "type": "ServicePrincipal",
        "modifiedProperties": [
            {
                "displayName": name,
                "oldValue": f'"{old[name]}"' if name in old else None,
                "newValue": f'"{new[name]}"' if name in new else None,
            }
            for name in {**old, **new}
        ],
    }


def role_audit(
    number: int, permission: str, app: App, at: datetime, by: Mailbox, *, given: bool
) -> Json:
    """An application permission given or taken: the resource first, then the app itself."""
    role = {"AppRole.Id": APP_ROLES[permission], "AppRole.Value": permission}
    holder = {"ServicePrincipal.ObjectID": app.service_principal_id}
    if given:
        activity, rows = "Add app role assignment to service principal", {"new": role | holder}
    else:
        activity = "Remove app role assignment from service principal"
        rows = {"old": role, "new": holder}
    return audit(number, activity, at, by, target_resource(_GRAPH, **rows), target_resource(app))
