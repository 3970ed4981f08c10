"""Directory roles of the service account: can it consent, and is it more than it needs.  Pure.

https://learn.microsoft.com/entra/identity/enterprise-apps/grant-admin-consent
"""

from __future__ import annotations

from collections.abc import Sequence

from bot.finding import Finding, Ok, Remedy, Result, Severity
from bot.tenancy import Account, Role, Watched
from handlers import portal
from handlers.parts import broken

# Role template ids, the same in every tenant, with what a thief of the account could do.
APPROVE_EVERYTHING = {
    "62e90394-69f5-4237-9190-012177145e10": "do everything in this tenant",
    "e8611ab8-c189-46e8-94e1-60213ab1f814": "make anybody an administrator",
}
APPROVE_DELEGATED = {
    "158c047a-c907-4556-b7ef-446551a6b5f7": "act as any app of this tenant",
    "9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3": "act as any app of this tenant",
}
_POWERFUL = {
    **APPROVE_EVERYTHING,
    **APPROVE_DELEGATED,
    "29232cdf-9323-42fd-ade2-1d097af3e4de": "read and change every mailbox",
}
APPROVERS = "A Global Administrator or Privileged Role Administrator"
WHO_APPROVES = (
    f"{APPROVERS} can approve application permissions to Graph; an Application Administrator "
    "cannot."
)
WHO_APPROVES_DELEGATED = (
    f"{APPROVERS}, Cloud Application Administrator or Application Administrator can approve "
    "delegated permissions."
)


def roles(account: Account, held: Sequence[Role], watched: Watched) -> Result:
    notes = (consenting(held),)
    if risky := [role for role in held if role.template in _POWERFUL]:
        return broken([_too_much(account, role, watched) for role in risky], notes)
    names = ", ".join(role.name for role in held)
    words = f"It holds {names}." if names else "It holds no directory role."
    return Ok(words, account.evidence, notes)


def consenting(held: Sequence[Role]) -> str:
    """Whether it may consent.  Roles that it could activate (PIM) are not to be seen."""
    templates = {role.template for role in held}
    if templates & set(APPROVE_EVERYTHING):
        return "It can consent for the whole organization by itself."
    if templates & set(APPROVE_DELEGATED):
        return (
            "It can consent to delegated permissions for the whole organization, but its role is "
            f"too low for application permissions to Graph. {WHO_APPROVES}"
        )
    return f"It cannot consent for the organization. {WHO_APPROVES}"


def _too_much(account: Account, role: Role, watched: Watched) -> Finding:
    return Finding(
        f"account/role/{role.template}",
        account.address,
        f"{account.address} holds {role.name}, more than a service account needs.",
        Severity.WARNING,
        f"Whoever learns its password can {_POWERFUL[role.template]}.",
        Remedy(
            "Take the role away once consent is given; it is needed for nothing else.",
            link=portal.user(watched, account.id),
            wait="a few minutes",
        ),
        account.evidence,
    )
