"""The integration's service account: account, licence, mailbox, password, sign-in, roles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

from adapters.sandbox.effect import ChangesAccount, ChangesRecords
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.mailbox import Health, Mailbox
from adapters.sandbox.records import Records
from adapters.sandbox.scene import Scene

_GROUP = Group.ACCOUNT
_DAY, _HOUR, _MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)
_POLICY = "Require MFA for all users"


def _without_mailbox(who: Mailbox, *licences: str) -> Mailbox:
    return replace(who, licences=licences, health=_shut(who))


def _shut(who: Mailbox) -> Health:
    """An account that is gone does not come back by losing its mailbox too."""
    return who.health if who.health is Health.VANISHED else Health.NO_MAILBOX


def _deleted(who: Mailbox, scene: Scene) -> Mailbox:
    return replace(who, health=Health.VANISHED, deleted=scene.at - 2 * _DAY)


def _pending(who: Mailbox, _: Scene) -> Mailbox:
    return replace(who, plan_status="PendingActivation", health=_shut(who))


def _expired(who: Mailbox, scene: Scene) -> Mailbox:
    return replace(who, password_policies=None, password_changed=scene.at - 100 * _DAY)


def _expires(records: Records, _: Scene) -> None:
    records.password_days = 90


def _failing(error: int, reason: str) -> Callable[[Records, Scene], None]:
    """The account's latest sign-in, a few minutes ago, ended with this AADSTS code."""

    def write(records: Records, scene: Scene) -> None:
        at = scene.at - 5 * _MINUTE
        records.signed_in(scene.account, scene.integration, at, error=error, reason=reason)

    return write


def _blocked(records: Records, scene: Scene) -> None:
    records.requires(_POLICY, "mfa")
    at, reason = scene.at - 5 * _MINUTE, "Access has been blocked by Conditional Access policies."
    account, app = scene.account, scene.integration
    records.signed_in(account, app, at, error=53003, reason=reason, policy=_POLICY)


def _not_premium(records: Records, _: Scene) -> None:
    records.premium = False


FAULTS = (
    fault(
        _GROUP,
        "account-missing",
        "The service account is not in the directory, nor in its bin.",
        ChangesAccount(lambda who, _: replace(who, health=Health.VANISHED)),
    ),
    fault(
        _GROUP,
        "account-deleted",
        "The service account was deleted two days ago and lies in the bin.",
        ChangesAccount(_deleted),
    ),
    fault(
        _GROUP,
        "account-disabled",
        "The service account is disabled, and its sign-in fails (AADSTS50057).",
        ChangesAccount(lambda who, _: replace(who, enabled=False)),
        ChangesRecords(_failing(50057, "The user account is disabled.")),
    ),
    fault(
        _GROUP,
        "account-unlicensed",
        "The service account has lost its licence, and with it its mailbox.",
        ChangesAccount(lambda who, _: _without_mailbox(who)),
    ),
    fault(
        _GROUP,
        "account-foundation-only",
        "The service account has only a plan that gives no mailbox (EXCHANGE_S_FOUNDATION).",
        ChangesAccount(lambda who, _: _without_mailbox(who, "M365_F1")),
    ),
    fault(
        _GROUP,
        "account-plan-pending",
        "The Exchange plan of the service account is not provisioned yet, so it has no mailbox.",
        ChangesAccount(_pending),
    ),
    fault(
        _GROUP,
        "account-mailbox-gone",
        "The service account is licensed and has no mailbox in Exchange Online.",
        ChangesAccount(lambda who, _: replace(who, health=_shut(who))),
    ),
    fault(
        _GROUP,
        "account-password-expired",
        "The service account's password ended ten days ago, after the domain's ninety days, and "
        "its sign-in fails (AADSTS50055).",
        ChangesAccount(_expired),
        ChangesRecords(_expires),
        ChangesRecords(_failing(50055, "The password is expired.")),
    ),
    fault(
        _GROUP,
        "account-password-changed",
        "The service account's password was changed an hour ago, and the integration still signs "
        "in with the old one (AADSTS50126).",
        ChangesAccount(lambda who, scene: replace(who, password_changed=scene.at - _HOUR)),
        ChangesRecords(_failing(50126, "Invalid username or password.")),
    ),
    fault(
        _GROUP,
        "account-needs-mfa",
        "The service account's sign-in is asked for a second factor (AADSTS50076).",
        ChangesRecords(_failing(50076, "You must use multi-factor authentication.")),
    ),
    fault(
        _GROUP,
        "account-locked",
        "The service account is locked after too many wrong passwords (AADSTS50053).",
        ChangesRecords(_failing(50053, "Sign-in was blocked: too many wrong passwords.")),
    ),
    fault(
        _GROUP,
        "account-blocked-by-policy",
        f"A Conditional Access policy, {_POLICY}, has stopped the service account's sign-in "
        "(AADSTS53003).",
        ChangesRecords(_blocked),
    ),
    fault(
        _GROUP,
        "account-over-privileged",
        "The service account is Global Administrator.",
        ChangesAccount(lambda who, _: replace(who, roles=("Global Administrator",))),
    ),
    fault(
        _GROUP,
        "account-role-too-low",
        "The service account is Cloud Application Administrator, which is too little to consent "
        "to application permissions of Graph.",
        ChangesAccount(lambda who, _: replace(who, roles=("Cloud Application Administrator",))),
    ),
    fault(
        _GROUP,
        "no-premium-licence",
        "The tenant has no Entra ID P1, so nobody may read sign-ins (403).",
        ChangesRecords(_not_premium),
    ),
)
