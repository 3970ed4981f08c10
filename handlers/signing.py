"""The service account's password and its last sign-ins.  Pure.

Error numbers of sign-ins are shown, and decide nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.finding import Finding, Ok, Remedy, Result, Severity
from bot.tenancy import Account, SignIn, Watched
from bot.wording import plural
from handlers import portal
from handlers.parts import broken
from handlers.powershell import powershell
from handlers.vendor import Vendor

BACK = timedelta(days=7)  # how far back sign-ins are read; a free tenant keeps no more


def password(account: Account, vendor: Vendor | None) -> Result:
    changed = account.password_changed
    when = f"Its password was last changed on {changed:%Y-%m-%d}" if changed else _UNTOLD
    if account.synced:
        return Ok(f"{when}; the on-premises directory decides when it expires.", account.evidence)
    if account.password_never_expires:
        return Ok(f"{when} and never expires.", account.evidence)
    if vendor is None or not vendor.account.password_never_expires:
        return Ok(
            f"{when}; the domain's policy decides when it expires.", account.evidence, (_DOMAIN,)
        )
    return broken([_may_expire(account, when, vendor)], (_DOMAIN,))


_UNTOLD = "When its password was changed is not told"
_DOMAIN = "The domain's policy: Get-MgDomain | Format-List Id, PasswordValidityPeriodInDays"


def _may_expire(account: Account, when: str, vendor: Vendor) -> Finding:
    return Finding(
        "account/password/expires",
        account.address,
        f"The password of {account.address} is not set to never expire. {when}.",
        Severity.WARNING,
        f"If the domain lets passwords expire, {vendor.name} stops syncing on that day.",
        Remedy(
            f"Let it never expire, as {vendor.name} asks for its service account.",
            f"Update-MgUser -UserId {powershell(account.id)} "
            "-PasswordPolicies 'DisablePasswordExpiration'",
            wait="a few minutes",
        ),
        account.evidence,
    )


def sign_ins(account: Account, seen: Sequence[SignIn], watched: Watched) -> Result:
    """`seen` is newest first, and only what was done at a keyboard: that log shows no other."""
    good = next((one for one in seen if not one.error), None)
    bad = next((one for one in seen if one.error), None)
    failed = [one for one in seen if one.error and (good is None or one.at > good.at)]
    if failed:
        return broken([_failing(account, failed, good, watched)])
    last = f"It last signed in on {_at(good.at)} to {good.app}." if good else ""
    before = f"Its last failed sign-in was on {_at(bad.at)}: {_why(bad)}." if bad else ""
    nothing = f"Nobody signed in as it at a keyboard within {plural(BACK.days, 'day')}."
    return Ok(last or nothing, account.evidence, (before,) if before else ())


def _failing(
    account: Account, failed: Sequence[SignIn], good: SignIn | None, watched: Watched
) -> Finding:
    newest, first = failed[0], failed[-1]
    before = f"the last that worked was on {_at(good.at)}" if good else "I see none that worked"
    count = plural(len(failed), "sign-in")
    return Finding(
        "account/sign-in",
        account.address,
        f"{account.address} cannot sign in since {_at(first.at)}. {_capital(_why(newest))} "
        f"({count}; {before}).",
        Severity.CRITICAL if newest.blocked_by or len(failed) > 1 else Severity.WARNING,
        f"{newest.app or 'The integration'} cannot sign in as it, and what it syncs stands still.",
        _unblock(account, newest, good, watched),
        account.evidence,
    )


def _unblock(account: Account, newest: SignIn, good: SignIn | None, watched: Watched) -> Remedy:
    link = portal.user(watched, account.id)
    if newest.blocked_by:
        policies = ", ".join(f"“{name}”" for name in newest.blocked_by)
        return Remedy(
            f"The Conditional Access policy {policies} blocks it. Except this "
            "account from it by named location, or let the integration work app-only.",
            link=link,
            wait="a few minutes",
        )
    changed = account.password_changed
    if good and changed and good.at < changed <= newest.at:
        return Remedy(
            f"Likely its password: it was changed on {_at(changed)}, after the last sign-in that "
            "worked. Enter the new one in the integration's console.",
            link=link,
        )
    return Remedy("Its sign-in log says more; mend what it names.", link=link)


def _why(one: SignIn) -> str:
    return f"{one.reason.rstrip('.')} (AADSTS{one.error})" if one.reason else f"AADSTS{one.error}"


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]


def _at(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"
