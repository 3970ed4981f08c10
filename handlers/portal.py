"""Links into Microsoft's admin centres, with the real ids in them.

The blades are those that the centres themselves link to; a link without a match opens the
centre's first page.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote, urlsplit

from bot.tenancy import Watched

# By sign-in host: https://learn.microsoft.com/entra/identity-platform/authentication-national-cloud
_CENTRES = {
    "login.microsoftonline.us": "https://portal.azure.us",
    "login.partner.microsoftonline.cn": "https://portal.azure.cn",
}
_GLOBAL = "https://entra.microsoft.com"


def credentials_of(watched: Watched, app_id: str) -> str:
    """Certificates & secrets of an app registration."""
    return _blade(
        watched, f"Microsoft_AAD_RegisteredApps/ApplicationMenuBlade/~/Credentials/appId/{app_id}"
    )


def permissions_of(watched: Watched, app_id: str, object_id: str) -> str:
    """Permissions of an enterprise app: what is granted, to be reviewed and taken away."""
    where = f"~/Permissions/objectId/{object_id}/appId/{app_id}"
    return _blade(watched, f"Microsoft_AAD_IAM/ManagedAppMenuBlade/{where}")


def properties_of(watched: Watched, app_id: str, object_id: str) -> str:
    """Properties of an enterprise app, with the switch “Enabled for users to sign-in”."""
    where = f"~/Properties/objectId/{object_id}/appId/{app_id}"
    return _blade(watched, f"Microsoft_AAD_IAM/ManagedAppMenuBlade/{where}")


def user(watched: Watched, user_id: str) -> str:
    return _blade(
        watched, f"Microsoft_AAD_UsersAndTenants/UserProfileMenuBlade/~/overview/userId/{user_id}"
    )


def consent_requests(watched: Watched) -> str:
    """Admin consent requests that wait for a reviewer."""
    return _blade(watched, "Microsoft_AAD_IAM/StartboardApplicationsMenuBlade/~/AccessRequests")


def consent_to(watched: Watched, app_id: str, delegated: Iterable[str] = ()) -> str:
    """The admin-consent page: for exactly these delegated permissions to Graph, or else for all
    that the app's registration lists.

    Application permissions cannot be named one by one in such a link: explicit scopes are
    delegated, and only the static list brings the others.
    https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
    """
    root = f"{watched.login_url}/{watched.tenant}"
    scopes = quote(" ".join(delegated))
    if not scopes:
        return f"{root}/adminconsent?client_id={app_id}"
    return f"{root}/v2.0/adminconsent?client_id={app_id}&scope={scopes}"


def _blade(watched: Watched, where: str) -> str:
    host = urlsplit(watched.login_url).hostname or ""
    return f"{_CENTRES.get(host, _GLOBAL)}/#view/{where}"
