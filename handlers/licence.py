"""Which service plans bring a mailbox, and whether an account has one that is at work.  Pure.

https://learn.microsoft.com/entra/identity/users/licensing-service-plan-reference
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.finding import Finding, Ok, Remedy, Result, Severity
from bot.tenancy import Account, Plan, Watched
from handlers import portal
from handlers.parts import broken

# EXCHANGE_S_FOUNDATION stands in nearly every licence and brings no mailbox; archives neither.
_MAILBOXES = (
    "EXCHANGE_S_STANDARD",
    "EXCHANGE_S_ENTERPRISE",
    "EXCHANGE_S_DESKLESS",
    "EXCHANGE_S_ESSENTIALS",
    "EXCHANGE_L_STANDARD",
)
FRONTLINE = "EXCHANGE_S_DESKLESS"
_WAIT = "up to 24 hours until the mailbox is there"


def brings_mailbox(plan: Plan) -> bool:
    return plan.name.upper().startswith(_MAILBOXES)


def licence(account: Account, plans: Sequence[Plan], watched: Watched) -> Result:
    exchange = [plan for plan in plans if brings_mailbox(plan)]
    working = [plan for plan in exchange if plan.status.lower() == "success"]
    if working:
        return _licensed(account, working)
    if exchange:
        return broken([_idle(account, exchange[0], watched)])
    return broken([_unlicensed(account, plans, watched)])


def _licensed(account: Account, working: Sequence[Plan]) -> Result:
    names = ", ".join(f"{plan.name} of {plan.sku}" for plan in working)
    frontline = all(plan.name.upper().startswith(FRONTLINE) for plan in working)
    note = "With a frontline licence only, its mailbox does not answer EWS any more."
    notes = (note,) if frontline else ()
    return Ok(f"It is licensed for Exchange ({names}).", account.evidence, notes)


def _idle(account: Account, plan: Plan, watched: Watched) -> Finding:
    switched_off = plan.status.lower() == "disabled"
    act = "Switch the Exchange plan on" if switched_off else "Wait, then assign the licence anew"
    return Finding(
        "account/licence/not-provisioned",
        account.address,
        f"The Exchange plan of {account.address} is not at work ({plan.status}). It is "
        f"{plan.name} of {plan.sku}.",
        Severity.CRITICAL,
        "Its mailbox does not work, and the integration that signs in as it stops.",
        Remedy(f"{act}, in its licences.", link=portal.user(watched, account.id), wait=_WAIT),
        account.evidence,
    )


def _unlicensed(account: Account, plans: Sequence[Plan], watched: Watched) -> Finding:
    skus = ", ".join(dict.fromkeys(plan.sku for plan in plans)) or "no licence"
    trap = any("EXCHANGE_S_FOUNDATION" in plan.name.upper() for plan in plans)
    but = " EXCHANGE_S_FOUNDATION in it brings no mailbox." if trap else ""
    return Finding(
        "account/licence/missing",
        account.address,
        f"{account.address} has no Exchange plan ({skus}).{but}",
        Severity.CRITICAL,
        "It has no mailbox, or loses it 30 days after the licence went, and the integration that "
        "signs in as it stops.",
        Remedy(
            "Assign a licence with Exchange Online Plan 1 or better.",
            link=portal.user(watched, account.id),
            wait=_WAIT,
        ),
        account.evidence,
    )
