"""Apps: enterprise apps, registrations with their credentials, and what was consented to.

https://learn.microsoft.com/graph/api/serviceprincipal-get
"""

from __future__ import annotations

from adapters.sandbox.app import App
from adapters.sandbox.call import Call, Json
from adapters.sandbox.odata import collection, entity
from adapters.sandbox.permission import READ_APPS, READ_GRANTS
from adapters.sandbox.principal import (
    app_role_assignments,
    application,
    permission_grants,
    principals,
    service_principal,
)
from adapters.sandbox.refusal import no_such_object
from adapters.sandbox.route import Route, Service

_PAGE, _MOST = 100, 999


def _principals(call: Call) -> Json:
    rows = [service_principal(call.tenant, app) for app in principals(call.tenant)]
    return collection(call, rows, dict, "servicePrincipals", page=_PAGE, most=_MOST)


def _principal(call: Call) -> Json:
    rendered = service_principal(call.tenant, _app(call))
    return entity(call, rendered, "servicePrincipals/$entity")


def _role_assignments(call: Call) -> Json:
    rows = app_role_assignments(_app(call))
    return collection(call, rows, dict, "appRoleAssignments", page=_PAGE, most=_MOST)


def _role_assigned_to(call: Call) -> Json:
    """Who holds roles on this principal."""
    key = _app(call).service_principal_id
    held = [row for app in principals(call.tenant) for row in app_role_assignments(app)]
    rows = [row for row in held if row["resourceId"] == key]
    return collection(call, rows, dict, "appRoleAssignments", page=_PAGE, most=_MOST)


def _grants_of_principal(call: Call) -> Json:
    rows = permission_grants(_app(call))
    return collection(call, rows, dict, "oauth2PermissionGrants", page=_PAGE, most=_MOST)


def _grants(call: Call) -> Json:
    rows = [row for app in principals(call.tenant) for row in permission_grants(app)]
    return collection(call, rows, dict, "oauth2PermissionGrants", page=_PAGE, most=_MOST)


def _applications(call: Call) -> Json:
    rows = [application(call.tenant, app) for app in _registered(call)]
    return collection(call, rows, dict, "applications", page=_PAGE, most=_MOST)


def _application(call: Call) -> Json:
    key = call.keys["app"].lower()
    for app in _registered(call):
        if key in (app.client_id, app.object_id):
            return entity(call, application(call.tenant, app), "applications/$entity")
    raise no_such_object(call.keys["app"])


def _registered(call: Call) -> list[App]:
    """The registrations of this tenant: a vendor's lies in the vendor's own."""
    return [app for app in principals(call.tenant) if not app.vendor]


def _app(call: Call) -> App:
    """By object id, or on the (appId=…) routes by app id."""
    key = call.keys["app"].lower()
    for app in principals(call.tenant):
        if key in (app.service_principal_id, app.client_id):
            return app
    raise no_such_object(call.keys["app"])


ROUTES = (
    Route("GET", "servicePrincipals", Service.DIRECTORY, READ_APPS, _principals),
    Route("GET", "applications", Service.DIRECTORY, READ_APPS, _applications),
    Route("GET", "applications/{app}", Service.DIRECTORY, READ_APPS, _application),
    Route("GET", "applications(appId)/{app}", Service.DIRECTORY, READ_APPS, _application),
    Route("GET", "oauth2PermissionGrants", Service.DIRECTORY, READ_GRANTS, _grants),
    *(
        Route("GET", f"{principal}/{{app}}{path}", Service.DIRECTORY, needs, answer)
        for principal in ("servicePrincipals", "servicePrincipals(appId)")
        for path, needs, answer in (
            ("", READ_APPS, _principal),
            ("/appRoleAssignments", READ_APPS, _role_assignments),
            ("/appRoleAssignedTo", READ_APPS, _role_assigned_to),
            ("/oauth2PermissionGrants", READ_GRANTS, _grants_of_principal),
        )
    ),
)
