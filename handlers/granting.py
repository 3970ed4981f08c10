"""How a permission is given and taken away: one command or link, no wider than it must be.

A consent link names delegated permissions one by one, but application permissions only all at
once, as the registration lists them; the command gives exactly the missing ones.
https://learn.microsoft.com/entra/identity-platform/v2-admin-consent
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.finding import Remedy
from bot.tenancy import App, Watched
from handlers import portal
from handlers.needs import Held, Need
from handlers.permissions import Way, role_for
from handlers.powershell import powershell
from handlers.roles import WHO_APPROVES, WHO_APPROVES_DELEGATED

GRAPH = "00000003-0000-0000-c000-000000000000"
EXCHANGE_WAIT = "30 minutes to 2 hours, as long as Exchange may keep the old roles in its cache"
CONSENT_WAIT = "a few minutes; tokens issued before do without it for up to 90 minutes"
SCOPE, ROOMS = "Rooms only", "RecipientTypeDetails -eq 'RoomMailbox'"


def give(app: App, need: Need, watched: Watched) -> Remedy:
    """By an Exchange role over rooms where that will do, else by consent to this one alone."""
    if Way.RBAC not in need.ways:
        return give_words(app, [need], watched)
    words = (
        f"An Exchange Administrator gives it by RBAC for Applications over rooms only: the role "
        f"{role_for(need.permission)}. What is there already is refused and may stay."
    )
    link = ""
    if Way.DELEGATED in need.ways:
        words += " Where the integration signs in as its account instead, consent to it anew."
        link = portal.consent_to(watched, app.app_id, [need.permission])
    return Remedy(words, _role_over_rooms(app, need.permission), link, EXCHANGE_WAIT)


def give_words(app: App, needs: Sequence[Need], watched: Watched) -> Remedy:
    """Consent to these and no others."""
    names = [need.permission for need in needs]
    if all(Way.APPLICATION not in need.ways for need in needs):
        link = portal.consent_to(watched, app.app_id, names)
        words = f"Consent to {', '.join(names)} and no more. {WHO_APPROVES_DELEGATED}"
        return Remedy(words, link=link, wait=CONSENT_WAIT)
    words = (
        f"Give it {', '.join(names)}: the command gives just that, the link everything that the "
        f"app's registration lists. {WHO_APPROVES}"
    )
    link = portal.consent_to(watched, app.app_id)
    return Remedy(words, _app_roles(app, names), link, CONSENT_WAIT)


def take(app: App, one: Held, watched: Watched) -> Remedy:
    if one.way is Way.RBAC:
        role = powershell(f"Application {one.permission}")
        return Remedy(
            "An Exchange Administrator takes the role away.",
            f"Get-ManagementRoleAssignment -RoleAssignee {powershell(app.object_id)} "
            f"-Role {role} | Remove-ManagementRoleAssignment",
            wait=EXCHANGE_WAIT,
        )
    return Remedy(
        "Take it away on the app's page of permissions; leave the others.",
        link=portal.permissions_of(watched, app.app_id, app.object_id),
        wait="up to 90 minutes, until tokens issued before expire",
    )


def _role_over_rooms(app: App, permission: str) -> str:
    pointer = f"-AppId {powershell(app.app_id)} -ObjectId {powershell(app.object_id)}"
    scope = powershell(SCOPE)
    lines = (
        f"New-ServicePrincipal {pointer} -DisplayName {powershell(app.name)}",
        f"New-ManagementScope -Name {scope} -RecipientRestrictionFilter {powershell(ROOMS)}",
        f"New-ManagementRoleAssignment -App {powershell(app.object_id)} "
        f"-Role {powershell(role_for(permission))} -CustomResourceScope {scope}",
    )
    return "\n".join(lines)


def _app_roles(app: App, names: Sequence[str]) -> str:
    principal, wanted = powershell(app.object_id), ",".join(map(powershell, names))
    lines = (
        "$graph = Get-MgServicePrincipal -Filter " + powershell(f"appId eq '{GRAPH}'"),
        f"$graph.AppRoles | Where-Object Value -In {wanted} | ForEach-Object {{ "
        f"New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId {principal} "
        f"-PrincipalId {principal} -ResourceId $graph.Id -AppRoleId $_.Id }}",
    )
    return "\n".join(lines)
