"""How a permission is given and taken away: one command or link, no wider than it must be.

A consent link names delegated permissions one by one, but application permissions only all at
once, as the registration lists them; the command gives exactly the missing ones.
https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.finding import Remedy
from bot.tenancy import App, Assignment, Watched
from handlers import portal
from handlers.access_remedy import scope_over_rooms
from handlers.needs import Held, Need
from handlers.permissions import Way, role_for
from handlers.powershell import powershell
from handlers.roles import WHO_APPROVES, WHO_APPROVES_DELEGATED

GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE_WAIT = "30 minutes to 2 hours, as long as Exchange may keep the old roles in its cache"
CONSENT_WAIT = "a few minutes; tokens issued before do without it for up to 90 minutes"


def give(
    app: App, needs: Sequence[Need], watched: Watched, there: Sequence[Assignment] = ()
) -> Remedy:
    """By Exchange roles over rooms where that will do, else by consent to these alone.

    `there` are role assignments, anybody's, that name the scopes which need not be made.
    """
    roles = [need for need in needs if Way.RBAC in need.ways]
    rest = [need for need in needs if Way.RBAC not in need.ways]
    if not roles:
        return give_words(app, rest, watched)
    given = _by_role(app, roles, watched, there)
    if not rest:
        return given
    consented = give_words(app, rest, watched)
    command = "\n".join(filter(None, (consented.command, given.command)))
    return Remedy(f"{consented.words} {given.words}", command, consented.link, EXCHANGE_WAIT)


def give_words(app: App, needs: Sequence[Need], watched: Watched) -> Remedy:
    """Consent to these and no others."""
    names = [need.permission for need in needs if Way.APPLICATION in need.ways]
    signed_in = [need.permission for need in needs if Way.APPLICATION not in need.ways]
    if not names:
        link = portal.consent_to(watched, app.app_id, signed_in)
        words = f"Consent to {', '.join(signed_in)} and no more. {WHO_APPROVES_DELEGATED}"
        return Remedy(words, link=link, wait=CONSENT_WAIT)
    brings = (
        f"the link consents to {', '.join(signed_in)} and no more"
        if signed_in
        else "the link everything that the app's registration lists"
    )
    words = f"Give it {', '.join(names)}: the command gives just that, {brings}. {WHO_APPROVES}"
    link = portal.consent_to(watched, app.app_id, signed_in)
    return Remedy(words, _app_roles(app, names), link, CONSENT_WAIT)


def take(app: App, held: Sequence[Held], watched: Watched) -> Remedy:
    """Take these away and leave the others."""
    roles = dict.fromkeys(one.permission for one in held if one.way is Way.RBAC)
    consented = any(one.way is not Way.RBAC for one in held)
    command = "\n".join(
        f"Get-ManagementRoleAssignment -RoleAssignee {powershell(app.object_id)} "
        f"-Role {powershell(f'Application {name}')} | Remove-ManagementRoleAssignment"
        for name in roles
    )
    noun = "role" if len(roles) == 1 else "roles"
    words = f"An Exchange Administrator takes the {noun} away."
    if not consented:
        return Remedy(words, command, wait=EXCHANGE_WAIT)
    page = "Take it away on the app's page of permissions; leave the others."
    return Remedy(
        f"{page} {words}" if roles else page,
        command,
        portal.permissions_of(watched, app.app_id, app.object_id),
        EXCHANGE_WAIT if roles else "up to 90 minutes, until tokens issued before expire",
    )


def _by_role(
    app: App, needs: Sequence[Need], watched: Watched, there: Sequence[Assignment]
) -> Remedy:
    roles = list(dict.fromkeys(role_for(need.permission) for need in needs))
    noun = "role" if len(roles) == 1 else "roles"
    words = (
        f"An Exchange Administrator gives it by RBAC for Applications over rooms only: the {noun} "
        f"{', '.join(roles)}. What is there already is refused and may stay."
    )
    link = ""
    if anew := [need.permission for need in needs if Way.DELEGATED in need.ways]:
        words += " Where the integration signs in as its account instead, consent to it anew."
        link = portal.consent_to(watched, app.app_id, anew)
    return Remedy(words, _roles_over_rooms(app, roles, there), link, EXCHANGE_WAIT)


def _roles_over_rooms(app: App, roles: Sequence[str], there: Sequence[Assignment]) -> str:
    pointer = f"-AppId {powershell(app.app_id)} -ObjectId {powershell(app.object_id)}"
    name, made = scope_over_rooms(there)
    scope = powershell(name)
    lines = (
        f"New-ServicePrincipal {pointer} -DisplayName {powershell(app.name)}",
        *made,
        *(
            f"New-ManagementRoleAssignment -App {powershell(app.object_id)} "
            f"-Role {powershell(role)} -CustomResourceScope {scope}"
            for role in roles
        ),
    )
    return "\n".join(lines)


def _app_roles(app: App, names: Sequence[str]) -> str:
    principal, wanted = powershell(app.object_id), ",".join(map(powershell, names))
    by_app = "Get-MgServicePrincipal -Filter " + powershell(f"appId eq '{app.app_id}'")
    if not app.object_id:  # nobody told it
        principal = "$app.Id"
    lines = (
        *([] if app.object_id else [f"$app = {by_app}"]),
        "$graph = Get-MgServicePrincipal -Filter " + powershell(f"appId eq '{GRAPH}'"),
        f"$graph.AppRoles | Where-Object Value -In {wanted} | ForEach-Object {{ "
        f"New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {principal} "
        f"-PrincipalId {principal} -ResourceId $graph.Id -AppRoleId $_.Id }}",
    )
    return "\n".join(lines)
