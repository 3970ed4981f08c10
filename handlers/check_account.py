"""Account: the service account exists, is enabled, licensed, has a mailbox and can sign in."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.check import Check
from bot.errors import Forbidden, Trouble
from bot.finding import (
    LACKING,
    THROTTLED,
    Evidence,
    Finding,
    Ok,
    Owner,
    Remedy,
    Result,
    Severity,
    Unknown,
)
from bot.ports import Services
from bot.tenancy import Account, Probe, Reach, Watched
from bot.wording import plural
from handlers import portal
from handlers.expiry import restore_days
from handlers.licence import licence
from handlers.parts import (
    NOT_PROVED,
    Part,
    blind,
    broken,
    facts,
    folded,
    merge,
    part,
    proof,
    without,
)
from handlers.powershell import powershell
from handlers.roles import roles
from handlers.signing import BACK, password, sign_ins
from handlers.unnamed import unnamed
from handlers.vendor import Vendor, vendor_of
from handlers.whose import integration_of, is_own

_STANDING = ("account/missing", "account/deleted", "account/disabled")
_LICENCE, _MAILBOX, _SIGN_IN = "account/licence/", "account/mailbox", "account/sign-in"
_ROLES = "account/role/"
_REST = (_LICENCE, _SIGN_IN, "account/password/", _ROLES)
_STOPS = "The integration cannot work as this account: rooms and bookings stop syncing."


def look(services: Services, now: datetime) -> Result:
    return merge(parts(services, now))


def parts(services: Services, now: datetime) -> tuple[Part, ...]:
    """Every part of its health, the account itself first; alone where there is none to ask of."""
    return facts(Owner.INTEGRATION, _parts(services, now))


def _parts(services: Services, now: datetime) -> tuple[Part, ...]:
    watched, directory = services.watched, services.directory
    if not watched.service_account:
        return (Part("account", unnamed(services)),)
    try:
        account = directory.account(watched.service_account)
    except Trouble as trouble:
        unseen = Part("account", blind(trouble), tells=(*_STANDING, *_REST))
        # Refused is the directory alone; out of reach is the mailbox too.
        return (unseen, _mailbox(services)) if isinstance(trouble, Forbidden) else (unseen,)
    standing = Part("account", presence(account, watched, now), tells=_STANDING)
    if account is None or account.deleted_at:
        return (without(standing, _MAILBOX, *_REST),)
    signing = _sign_ins(services, account, now)
    return (
        standing,
        *_licence_and_mailbox(services, account, now),
        replace(signing, result=folded(standing.result, signing.result)),
        Part("password", password(account, _vendor(services))),
        part("roles", lambda: _roles(services, account, now), _ROLES),
    )


def _licence_and_mailbox(services: Services, account: Account, now: datetime) -> tuple[Part, ...]:
    paid = part("licence", lambda: _licence(services, account, now), _LICENCE)
    found = _mailbox(services)
    return paid, replace(found, result=folded(paid.result, found.result))


def _licence(services: Services, account: Account, now: datetime) -> Result:
    plans = services.directory.plans(account)
    seen = _seen(account, "licences", plural(len(plans), "service plan"), now)
    return licence(seen, plans, services.watched)


def _roles(services: Services, account: Account, now: datetime) -> Result:
    held = services.directory.roles(account)
    seen = _seen(account, "directory roles", plural(len(held), "role"), now)
    return roles(seen, held, services.watched)


def _seen(account: Account, what: str, answered: str, now: datetime) -> Account:
    """The account with one more thing that was asked of it as evidence."""
    evidence = Evidence(f"{what} of {account.address}", answered, now)
    return replace(account, evidence=(evidence, *account.evidence))


def _mailbox(services: Services) -> Part:
    address = services.watched.service_account
    return part("mailbox", lambda: mailbox(services.exchange.probe([address])[0]), _MAILBOX)


def _vendor(services: Services) -> Vendor | None:
    """The integration's vendor; without an answer nothing is asked of the password."""
    watched = services.watched
    if is_own(watched):
        return None
    try:
        app = services.directory.app(integration_of(watched))
    except Trouble:
        return None
    return vendor_of(app.name) if app else None


def _sign_ins(services: Services, account: Account, now: datetime) -> Part:
    try:
        seen = services.directory.sign_ins(account, now - BACK)
    except Forbidden as refused:
        # No permission would help: without Entra ID P1 nobody may read them, in many a tenant.
        beside = not refused.permission
        return Part("sign-in", unreadable(refused), beside, (_SIGN_IN,))
    except Trouble as trouble:
        return Part("sign-in", blind(trouble), tells=(_SIGN_IN,))
    line = _seen(account, "sign-ins", plural(len(seen), "line") + " of the log", now)
    return Part("sign-in", sign_ins(line, seen, services.watched))


def unreadable(refused: Forbidden) -> Unknown:
    """Sign-ins that may not be read; where no permission would help, what is not proved."""
    if refused.permission:
        return blind(refused)
    why = f"That it can sign in {NOT_PROVED}: sign-ins are not readable without Entra ID P1."
    return Unknown(why, "Entra ID P1", evidence=proof(refused), notes=(refused.hint,))


def presence(account: Account | None, watched: Watched, now: datetime) -> Result:
    if account is None:
        return broken([_missing(watched)])
    if account.deleted_at:
        return broken([_deleted(account, account.deleted_at, now)])
    if not account.enabled:
        return broken([_disabled(account, watched)])
    return Ok(f"{account.address} is there and enabled.", account.evidence)


def _missing(watched: Watched) -> Finding:
    return Finding(
        "account/missing",
        watched.service_account,
        f"There is no account {watched.service_account} in this tenant, nor among the deleted.",
        Severity.CRITICAL,
        _STOPS,
        Remedy(
            "Check ROOMOPS_SERVICE_ACCOUNT; if it is right, create the account, license it and "
            "connect the integration with it again."
        ),
    )


def _deleted(account: Account, at: datetime, now: datetime) -> Finding:
    days = plural(restore_days(at, now), "day")
    return Finding(
        "account/deleted",
        account.address,
        f"{account.address} was deleted on {at:%Y-%m-%d %H:%M} UTC.",
        Severity.CRITICAL,
        _STOPS,
        Remedy(
            f"Restore it: that can be done for {days} more, and brings its mailbox back.",
            f"Restore-MgDirectoryDeletedItem -DirectoryObjectId {powershell(account.id)}",
            wait="up to 24 hours for the mailbox",
        ),
        account.evidence,
    )


def _disabled(account: Account, watched: Watched) -> Finding:
    return Finding(
        "account/disabled",
        account.address,
        f"{account.address} is disabled: nobody can sign in as it.",
        Severity.CRITICAL,
        _STOPS,
        Remedy(
            "Find out who disabled it and why, then enable it.",
            f"Update-MgUser -UserId {powershell(account.id)} -AccountEnabled:$true",
            portal.user(watched, account.id),
            "a few minutes",
        ),
        account.evidence,
    )


def mailbox(probe: Probe) -> Result:
    match probe.reach:
        case Reach.READ:
            return Ok("Its mailbox answers.", probe.evidence)
        case Reach.ON_PREMISES | Reach.UNKNOWN:
            return broken([_no_mailbox(probe)])
        case Reach.DENIED | Reach.POLICY:
            # What refuses us may be well: the mailbox is only out of my own app's scope.
            return Unknown(
                f"Whether its mailbox answers I cannot tell: {_words(probe)}.",
                "an Exchange role of the bot's app over this mailbox too",
                f"Get-Mailbox -Identity {powershell(probe.mailbox)} "
                "| Format-List RecipientTypeDetails, AccountDisabled",
                probe.evidence,
                cause=LACKING,
            )
        case Reach.THROTTLED | Reach.SILENT | Reach.OTHER:
            why = f"Whether its mailbox answers I cannot tell: {_words(probe)}."
            cause = THROTTLED if probe.reach is Reach.THROTTLED else ""
            return Unknown(why, evidence=probe.evidence, cause=cause)


def _words(probe: Probe) -> str:
    words = (probe.words or probe.reach.value).rstrip(".")
    return words[:1].lower() + words[1:]


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _no_mailbox(probe: Probe) -> Finding:
    return Finding(
        "account/mailbox",
        probe.mailbox,
        f"{probe.mailbox} has no mailbox that Microsoft 365 can open. {_capital(_words(probe))}.",
        Severity.CRITICAL,
        _STOPS,
        Remedy(
            "See where the mailbox lives; a licence with Exchange Online brings one.",
            f"Get-Recipient -Identity {powershell(probe.mailbox)} "
            "| Format-List RecipientTypeDetails, WhenMailboxCreated",
            wait="up to 24 hours after a licence is assigned",
        ),
        probe.evidence,
    )


CHECK: Check = Check(
    "account",
    "Service account",
    "whether the service account exists, is enabled and licensed, has a mailbox and can sign in",
    look,
    depends_on=("credential",),
    permissions=(
        "User.Read.All",
        "LicenseAssignment.Read.All",
        "RoleManagement.Read.Directory",
        "AuditLog.Read.All",
        "Calendars.ReadBasic.All",
    ),
)
