"""The service account: its user, licences, roles and sign-ins.

https://learn.microsoft.com/graph/api/user-get
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from adapters.graph import plain
from adapters.graph.question import Json, Question, directory, literal, segment
from adapters.graph.reader import Heard, Reader, garbled, sure
from bot.errors import Missing, Trouble
from bot.tenancy import Account, Plan, Role, SignIn

_FIELDS = (
    "$select=id,displayName,userPrincipalName,accountEnabled,passwordPolicies,"
    "lastPasswordChangeDateTime,onPremisesSyncEnabled"
)
_BIN_FIELDS = "$select=id,displayName,userPrincipalName,mail,deletedDateTime&$top=999"
_SIGN_INS = 200  # lines of the log, the newest first


def account(reader: Reader, address: str) -> Account | None:
    """The user, a soft-deleted one included; None where there is neither."""
    try:
        return _account(reader.one(_user(address)), address)
    except Missing:
        return _elsewhere(reader, [address])[address]


def many(reader: Reader, addresses: Sequence[str]) -> tuple[Account | None, ...]:
    """The same for each of these, in the order asked."""
    heard = dict(zip(addresses, reader.together(*map(_user, addresses)), strict=True))
    lost = [address for address, one in heard.items() if isinstance(one, Missing)]
    found = _elsewhere(reader, lost) if lost else {}
    return tuple(found[a] if a in found else _account(sure(heard[a]), a) for a in addresses)


def _account(heard: Heard, address: str) -> Account:
    body = heard.body
    key, enabled = plain.text(body.get("id")), plain.truth(body.get("accountEnabled"))
    if not key or enabled is None:
        raise garbled(heard)
    return Account(
        id=key,
        address=plain.text(body.get("userPrincipalName")) or address,
        name=plain.text(body.get("displayName")) or address,
        enabled=enabled,
        password_changed=plain.moment(body.get("lastPasswordChangeDateTime")),
        password_never_expires="DisablePasswordExpiration" in _policies(body),
        synced=body.get("onPremisesSyncEnabled") is True,
        evidence=(heard.saying(f"accountEnabled={str(enabled).lower()}"),),
    )


def plans(reader: Reader, who: Account) -> tuple[Plan, ...]:
    """Every service plan of every licence."""
    heard = reader.one(_licences(who))
    return tuple(
        Plan(
            plain.text(row.get("skuPartNumber")),
            plain.text(plan.get("servicePlanName")),
            plain.text(plan.get("provisioningStatus")),
        )
        for row in reader.rows(heard)
        for plan in _plans(heard, row)
    )


def roles(reader: Reader, who: Account) -> tuple[Role, ...]:
    """Roles held directly, and those that come with a group; what may be activated is not here."""
    assigned, inherited = reader.together(_assigned(who), _inherited(who))
    found = [_role(row) for row in reader.rows(sure(assigned))]
    if isinstance(inherited, Trouble) and type(inherited) is not Trouble:
        if not isinstance(inherited, Missing):
            raise inherited
    elif isinstance(inherited, Heard):
        found += [_group_role(row) for row in reader.rows(inherited)]
    return tuple({role.template: role for role in found}.values())


def sign_ins(reader: Reader, who: Account, since: datetime) -> tuple[SignIn, ...]:
    """Those of the account itself at a keyboard, newest first."""
    heard = reader.one(_log(who, since))
    found = [_sign_in(heard, row) for row in reader.rows(heard, _SIGN_INS)]
    return tuple(sorted(found, key=lambda each: each.at, reverse=True))


def _elsewhere(reader: Reader, addresses: Sequence[str]) -> dict[str, Account | None]:
    """By an address that is no user principal name, else in the bin, for each of these."""
    *named, gone = reader.together(*map(_alias, addresses), _bin())
    found = {a: _aliased(reader, sure(heard)) for a, heard in zip(addresses, named, strict=True)}
    missing = [address for address, account in found.items() if account is None]
    if missing and not isinstance(gone, Missing):
        heard = sure(gone)
        rows = reader.rows(heard)
        found.update({address: _deleted(heard, rows, address) for address in missing})
    return found


def _aliased(reader: Reader, heard: Heard) -> Account | None:
    rows = reader.rows(heard)
    return _account(replace(heard, body=rows[0]), "") if rows else None


def _deleted(heard: Heard, rows: Sequence[Json], address: str) -> Account | None:
    """From the bin, which puts the object id without its dashes before the name."""
    found = [row for row in rows if _is(row, address)]
    if not found:
        return None
    key, at = plain.text(found[0].get("id")), plain.moment(found[0].get("deletedDateTime"))
    if not key or at is None:
        raise garbled(heard)
    return Account(
        id=key,
        address=address,
        name=plain.text(found[0].get("displayName")) or address,
        enabled=False,
        password_changed=None,
        password_never_expires=False,
        synced=False,
        deleted_at=at,
        evidence=(heard.saying(f"deletedDateTime={at:%Y-%m-%dT%H:%M:%SZ}"),),
    )


def _is(row: Json, address: str) -> bool:
    renamed = plain.text(row.get("id")).replace("-", "") + address
    names = {plain.text(row.get(key)).casefold() for key in ("userPrincipalName", "mail")}
    return bool(names & {address.casefold(), renamed.casefold()})


def _policies(body: Json) -> list[str]:
    said = body.get("passwordPolicies")
    return [part.strip() for part in said.split(",")] if isinstance(said, str) else []


def _plans(heard: Heard, row: Json) -> list[Json]:
    held = row.get("servicePlans")
    if not isinstance(held, list) or not all(isinstance(plan, dict) for plan in held):
        raise garbled(heard)
    return held


def _role(row: Json) -> Role:
    said = row.get("roleDefinition")
    inner: Json = said if isinstance(said, dict) else {}
    template = plain.text(inner.get("templateId")) or plain.text(row.get("roleDefinitionId"))
    return Role(template, plain.text(inner.get("displayName")) or template)


def _group_role(row: Json) -> Role:
    template = plain.text(row.get("roleTemplateId"))
    return Role(template, plain.text(row.get("displayName")) or template)


def _sign_in(heard: Heard, row: Json) -> SignIn:
    said, policies = row.get("status"), row.get("appliedConditionalAccessPolicies")
    status: Json = said if isinstance(said, dict) else {}
    at, error = plain.moment(row.get("createdDateTime")), status.get("errorCode")
    if at is None or isinstance(error, bool) or not isinstance(error, int):
        raise garbled(heard)
    blocked = [
        plain.text(each.get("displayName")) or "a policy without a name"
        for each in (policies if isinstance(policies, list) else [])
        if isinstance(each, dict) and each.get("result") == "failure"
    ]
    reason = plain.text(status.get("failureReason")) if error else ""
    return SignIn(at, error, reason, plain.text(row.get("appDisplayName")), tuple(blocked))


def _user(address: str) -> Question:
    path = f"/users/{segment(address)}?{_FIELDS}"
    return directory("account", path, "read accounts", "User.Read.All")


def _alias(address: str) -> Question:
    proxy = literal(f"smtp:{address}")
    condition = f"mail%20eq%20{literal(address)}%20or%20proxyAddresses/any(p:p%20eq%20{proxy})"
    path = f"/users?$filter={condition}&{_FIELDS}"
    return directory("accountByAddress", path, "read accounts", "User.Read.All")


def _bin() -> Question:
    path = f"/directory/deletedItems/microsoft.graph.user?{_BIN_FIELDS}"
    return directory("deletedAccounts", path, "read deleted accounts", "User.Read.All")


def _licences(who: Account) -> Question:
    path = f"/users/{segment(who.id)}/licenseDetails"
    return directory("licences", path, "read licences", "LicenseAssignment.Read.All")


def _assigned(who: Account) -> Question:
    condition = f"$filter=principalId%20eq%20{literal(who.id)}&$expand=roleDefinition"
    path = f"/roleManagement/directory/roleAssignments?{condition}"
    wish = "read who holds which directory role"
    return directory("roleAssignments", path, wish, "RoleManagement.Read.Directory")


def _inherited(who: Account) -> Question:
    path = f"/users/{segment(who.id)}/transitiveMemberOf/microsoft.graph.directoryRole"
    return directory("memberOf", path, "read which roles come with a group", "User.Read.All")


def _log(who: Account, since: datetime) -> Question:
    start = since.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    condition = f"userId%20eq%20{literal(who.id)}%20and%20createdDateTime%20ge%20{start}"
    path = f"/auditLogs/signIns?$filter={condition}&$top=100"
    return directory("signIns", path, "read sign-ins", "AuditLog.Read.All")
