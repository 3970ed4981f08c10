"""The PowerShell that puts an app's access right: RBAC for Applications over rooms only.

The order matters: the role is given and proved on three rooms before consent is taken away, or
every room is lost meanwhile.  https://learn.microsoft.com/exchange/permissions-exo/application-rbac
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.finding import Remedy, Unknown
from bot.tenancy import App, Assignment
from handlers.access_mode import (
    EWS_APP,
    EWS_ROLES,
    PREFIX,
    READ_ROLES,
    WRITE_ROLES,
    Access,
    Mode,
    and_list,
)
from handlers.access_seen import Seen
from handlers.cmdlet import each
from handlers.powershell import powershell

WAIT = "30 minutes to 2 hours, as long as Exchange may keep the old roles in its cache"
ROOMS_FILTER = "RecipientTypeDetails -eq 'RoomMailbox'"
SCOPE = "Rooms only"
OTHER_SCOPE = "Rooms only, by their type"  # where the first name means something else


def rooms_only(seen: Seen, access: Access, rooms: Sequence[str]) -> Remedy:
    """Give the role over rooms, prove it, and only then remove what is wider."""
    held = _wider(access)
    first = f"Give {seen.name} the Exchange role {wanted_role(seen, access)} over rooms only"
    if has_rooms_role(seen, access):
        first = f"{seen.title} holds its role over rooms already: prove it on three rooms"
        command = [proof(seen, rooms)]
    else:
        first += " and prove it on three rooms"
        command = [*_setup(seen, access), proof(seen, rooms)]
    if held:
        first += f"; only when all three are in scope, remove the consent to {and_list(held)}"
    if wide := [role for role in access.roles or () if role.everyone]:
        first += "; only when all three are in scope, remove the roles over the whole organization"
        command += [f"{roles_shown(seen)} -Role {powershell(role.role)}" for role in wide]
        command.append("# Remove-ManagementRoleAssignment -Identity NAME")
    return Remedy(f"{first}.", "\n".join(command), seen.consent_page if held else "", WAIT)


def wanted_role(seen: Seen, access: Access) -> str:
    """What it may do now, or is known to need: the integration writes, the bot reads."""
    writes = access.writes or any("ReadWrite" in scope for scope in access.delegated)
    return f"{PREFIX}Calendars.{'ReadWrite' if writes or not seen.subject.own else 'Read'}"


def has_rooms_role(seen: Seen, access: Access) -> bool:
    """Over Graph, and as much as it needs: the consent beside it could be taken away."""
    writes = wanted_role(seen, access).endswith("ReadWrite")
    enough = (WRITE_ROLES if writes else READ_ROLES) - EWS_ROLES
    return any(role.rooms_only and role.role in enough for role in access.roles or ())


def scope_over_rooms(held: Sequence[Assignment]) -> tuple[str, list[str]]:
    """The name of a scope that takes rooms alone, and the line that makes it where none is seen.

    Scopes are the whole organization's: one that another app's role names will do as well.
    """
    there = [one.scope for one in held if one.rooms_only]
    if there:
        return there[0], []
    name = OTHER_SCOPE if SCOPE in {one.scope for one in held} else SCOPE
    scope, rooms = powershell(name), powershell(ROOMS_FILTER)
    return name, [f"New-ManagementScope -Name {scope} -RecipientRestrictionFilter {rooms}"]


def proof(seen: Seen, rooms: Sequence[str]) -> str:
    """Whether Exchange's own roles hold three of the rooms; consent does not show there."""
    test = f"Test-ServicePrincipalAuthorization -Identity {powershell(seen.identity)}"
    columns = "RoleName,AllowedResourceScope,InScope"
    if not rooms:
        return f"{test} | Format-Table {columns}"
    return each(rooms[:3], f"{test} -Resource $_", columns)


def shared(seen: Seen) -> str:
    """Every room's calendar with what the service account may do there."""
    account = powershell(seen.account)
    return (
        "Get-Mailbox -RecipientTypeDetails RoomMailbox -ResultSize Unlimited | ForEach-Object "
        "{ Get-MailboxFolderPermission -Identity ($_.PrimarySmtpAddress + ':\\Calendar') "
        f"-User {account} }}"
    )


def roles_shown(seen: Seen) -> str:
    return f"Get-ManagementRoleAssignment -RoleAssignee {powershell(seen.identity)}"


def policies_shown(seen: Seen) -> str:
    app_id = powershell(seen.subject.app_id)
    return f"Get-ApplicationAccessPolicy | Where-Object AppId -eq {app_id}"


def pointer_shown(seen: Seen) -> str:
    """Exchange's pointer to the enterprise app: a wrong ObjectId is the classic error."""
    app_id = powershell(seen.subject.app_id)
    return f"Get-ServicePrincipal | Where-Object AppId -eq {app_id} | Format-List AppId,ObjectId"


def _setup(seen: Seen, access: Access) -> list[str]:
    app, role = powershell(seen.identity), powershell(wanted_role(seen, access))
    name, made = scope_over_rooms(seen.scopes)
    scope = powershell(name)
    given = f"New-ManagementRoleAssignment -App {app} -Role {role} -CustomResourceScope {scope}"
    known = not isinstance(seen.assignments, Unknown) and bool(seen.assignments)
    return [*([] if known else [_pointer(seen)]), *made, given]


def _pointer(seen: Seen) -> str:
    """Exchange wants the enterprise app's object id; the registration's is the classic error."""
    app_id, name = powershell(seen.subject.app_id), powershell(seen.name)
    query = powershell(f"appId eq '{seen.subject.app_id}'")
    object_id = f"(Get-MgServicePrincipal -Filter {query}).Id"
    if isinstance(seen.app, App):
        object_id = powershell(seen.app.object_id)
    return f"New-ServicePrincipal -AppId {app_id} -ObjectId {object_id} -DisplayName {name}"


def _wider(access: Access) -> list[str]:
    consent = sorted(access.consented or ()) if access.mode is not Mode.NONE else []
    return [*consent, *(name for name in access.ews if name == EWS_APP)]
