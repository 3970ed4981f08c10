"""RBAC for Applications: which Exchange role the app holds, over which mailboxes.

These permissions stand neither in the token nor among the app's role assignments in Entra, and
add to what was consented to there.
https://learn.microsoft.com/exchange/permissions-exo/application-rbac
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from adapters.sandbox.mailbox import Mailbox, stable_id

PREFIX = "Application "
ROOMS_ONLY = "RecipientTypeDetails -eq 'RoomMailbox'"

# Role definition ids: pnp/cli-microsoft365, docs/docs/cmd/exo/approleassignment.
ROLE_IDS = {
    "Application Calendars.Read": "a3123d4e-4256-4ad0-bef0-205a00807fae",
    "Application Calendars.ReadWrite": "b92761c0-5311-4908-92ca-2c1f8c71aa1c",
    "Application MailboxSettings.Read": "c40299e0-2107-455f-85dd-6e8862c3a0cc",
    "Application MailboxSettings.ReadWrite": "459cb245-07c5-44f1-8133-3da40b4b6197",
    "Application Mail.Read": "1f704712-7d46-481f-b2cd-dbcc978c4f2a",
    "Application Mail.Send": "8679f4ff-c91d-40d0-809c-c86d114821a5",
    "Application Exchange Full Access": "48d6a78c-0681-4d73-acec-9f9ffad56ddb",
}
# Removed from Exchange Online with all its effect in February 2025 (MC718754); what was assigned
# before may still stand in lists.  Its id here is the sandbox's own.
IMPERSONATION = "ApplicationImpersonation"
IMPERSONATION_ID = stable_id("role", IMPERSONATION)
_FULL_ACCESS = frozenset({"Calendars.ReadWrite", "MailboxSettings.ReadWrite", "Mail.Read"})


class Reach(StrEnum):
    ROOMS = "rooms"  # by a management scope
    LISTED = "listed"
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True)
class Assignment:
    """One management role assignment; `addresses` count when the reach is LISTED."""

    holder: str  # object id of the service principal, or of the user
    role: str
    reach: Reach
    addresses: frozenset[str] = frozenset()
    of_user: bool = False
    filter: str = ROOMS_ONLY  # of the management scope, where the reach is ROOMS

    @property
    def principal(self) -> str:
        return f"/{'Users' if self.of_user else 'ServicePrincipals'}/{self.holder}"

    @property
    def role_id(self) -> str:
        return ROLE_IDS.get(self.role, IMPERSONATION_ID)

    @property
    def id(self) -> str:
        return stable_id("assignment", self.holder, self.role, self.reach, *sorted(self.addresses))

    @property
    def permissions(self) -> frozenset[str]:
        if self.role == IMPERSONATION:
            return frozenset()
        if self.role.endswith("Full Access"):
            return _FULL_ACCESS
        return frozenset({self.role.removeprefix(PREFIX)})

    def covers(self, mailbox: Mailbox) -> bool:
        match self.reach:
            case Reach.EVERYONE:
                return True
            case Reach.ROOMS:
                return mailbox.purpose == "room"
            case Reach.LISTED:
                return mailbox.address.lower() in self.addresses


def role_name(role: str) -> str:
    """The full name, with or without “Application ” in front; ValueError if there is none."""
    name = role if role.startswith(PREFIX) else PREFIX + role
    if name not in ROLE_IDS:
        raise ValueError(f"Exchange has no role “{name}”; it has {', '.join(ROLE_IDS)}")
    return name
