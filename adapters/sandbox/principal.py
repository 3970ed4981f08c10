"""Service principals, applications and what was granted to them, as the directory renders them."""

from __future__ import annotations

import base64
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes

from adapters.sandbox.app import App, Secret
from adapters.sandbox.mailbox import stable_id
from adapters.sandbox.permission import APP_ROLES, GRAPH_APP_ID
from adapters.sandbox.present import Present
from adapters.sandbox.stamp import utc

Json = dict[str, Any]

GRAPH = App(GRAPH_APP_ID, "Microsoft Graph", vendor=True)
EXCHANGE = App("00000002-0000-0ff1-ce00-000000000000", "Office 365 Exchange Online", vendor=True)
_EXCHANGE_ROLES = {
    "full_access_as_app": "dc890d15-9560-4a4c-9b7f-a736ec74ec40",
    "Exchange.ManageAsApp": "dc50a0fb-09a3-484d-be87-e023b12c6440",
}
_MICROSOFT = "f8cdef31-a31e-4b4a-93e4-5f571e91255a"  # the tenant that owns Microsoft's services
_VENDOR = stable_id("tenant", "eptura.example")


def principals(tenant: Present) -> list[App]:
    """Everything that has an enterprise app here and was not deleted."""
    return [app for app in (*tenant.apps, GRAPH, EXCHANGE) if app.is_here]


def service_principal(tenant: Present, app: App) -> Json:
    roles = {GRAPH.client_id: APP_ROLES, EXCHANGE.client_id: _EXCHANGE_ROLES}
    owner = _MICROSOFT if app in (GRAPH, EXCHANGE) else _VENDOR if app.vendor else tenant.id
    return {
        "id": app.service_principal_id,
        "deletedDateTime": app.deleted and utc(app.deleted),
        "accountEnabled": app.enabled,
        "appDisplayName": app.name,
        "appId": app.client_id,
        "appOwnerOrganizationId": owner,
        "appRoleAssignmentRequired": False,
        "appRoles": [_app_role(*pair) for pair in roles.get(app.client_id, {}).items()],
        "disabledByMicrosoftStatus": app.disabled_by_microsoft,
        "displayName": app.name,
        "keyCredentials": [],
        "oauth2PermissionScopes": [],
        "passwordCredentials": [],
        "replyUrls": [],
        "servicePrincipalNames": [app.client_id],
        "servicePrincipalType": "Application",
        "signInAudience": "AzureADMultipleOrgs" if app.vendor else "AzureADMyOrg",
        "tags": ["WindowsAzureActiveDirectoryIntegratedApp"],
    }


def application(tenant: Present, app: App) -> Json:
    """The registration, with its credentials; secrets never show their value."""
    return {
        "id": app.object_id,
        "deletedDateTime": None,
        "appId": app.client_id,
        "createdDateTime": utc(app.granted),
        "disabledByMicrosoftStatus": None,
        "displayName": app.name,
        "identifierUris": [],
        "publisherDomain": "contoso.example",
        "signInAudience": "AzureADMyOrg",
        "tags": [],
        "passwordCredentials": [_password(app, secret) for secret in app.secrets],
        "keyCredentials": [_key(held) for held in app.certificates],
        "requiredResourceAccess": [
            {
                "resourceAppId": GRAPH_APP_ID,
                "resourceAccess": [
                    {"id": APP_ROLES[name], "type": "Role"}
                    for name in sorted(tenant.requested(app))
                ],
            }
        ],
    }


def app_role_assignments(app: App) -> list[Json]:
    held = [(GRAPH, APP_ROLES[name], name) for name in sorted(app.consented)]
    held += [(EXCHANGE, _EXCHANGE_ROLES[name], name) for name in sorted(app.ews)]
    return [
        {
            "id": stable_id("appRoleAssignment", app.client_id, name),
            "deletedDateTime": None,
            "appRoleId": role,
            "createdDateTime": utc(app.granted),
            "principalDisplayName": app.name,
            "principalId": app.service_principal_id,
            "principalType": "ServicePrincipal",
            "resourceDisplayName": resource.name,
            "resourceId": resource.service_principal_id,
        }
        for resource, role, name in held
    ]


def permission_grants(app: App) -> list[Json]:
    return [
        {
            "id": stable_id("grant", app.client_id, held.scope, held.user_id or ""),
            "clientId": app.service_principal_id,
            "consentType": "Principal" if held.user_id else "AllPrincipals",
            "principalId": held.user_id,
            "resourceId": (EXCHANGE if held.exchange else GRAPH).service_principal_id,
            "scope": f" {held.scope}",  # some do start with a space
        }
        for held in app.delegated
    ]


def _app_role(value: str, key: str) -> Json:
    return {
        "allowedMemberTypes": ["Application"],
        "description": value,
        "displayName": value,
        "id": key,
        "isEnabled": True,
        "origin": "Application",
        "value": value,
    }


def _password(app: App, secret: Secret) -> Json:
    return {
        "customKeyIdentifier": None,
        "displayName": secret.name,
        "endDateTime": utc(secret.expires or secret.starts.replace(year=secret.starts.year + 2)),
        "hint": secret.value[:3],
        "keyId": stable_id("secret", app.client_id, secret.name, utc(secret.starts)),
        "secretText": None,
        "startDateTime": utc(secret.starts),
    }


def _key(held: x509.Certificate) -> Json:
    print_ = held.fingerprint(hashes.SHA1())
    return {
        "customKeyIdentifier": base64.b64encode(print_).decode(),
        "displayName": held.subject.rfc4514_string(),
        "endDateTime": utc(held.not_valid_after_utc),
        "key": None,
        "keyId": stable_id("certificate", print_.hex()),
        "startDateTime": utc(held.not_valid_before_utc),
        "type": "AsymmetricX509Cert",
        "usage": "Verify",
    }
