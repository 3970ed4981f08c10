"""Permissions of Graph and Exchange: which include which, what each excess one risks.

https://learn.microsoft.com/graph/permissions-reference
"""

from __future__ import annotations

from enum import StrEnum


class Way(StrEnum):
    """How an app may come to hold a permission."""

    APPLICATION = "application"
    DELEGATED = "delegated"
    RBAC = "RBAC for Applications"  # an Exchange role; it stands in no token


# From each call's own page: what works where the key would do.
_WIDER = {
    "Application.Read.All": ("Application.ReadWrite.All", "Directory.Read.All"),
    "Calendars.Read": ("Calendars.ReadWrite",),
    "Calendars.ReadBasic.All": ("Calendars.ReadBasic", "Calendars.Read", "Calendars.ReadWrite"),
    "ConsentRequest.Read.All": ("ConsentRequest.ReadWrite.All",),
    "Directory.Read.All": ("Directory.ReadWrite.All",),
    "Domain.Read.All": ("Domain.ReadWrite.All", "Directory.Read.All"),
    "LicenseAssignment.Read.All": ("User.Read.All", "Directory.Read.All"),
    "MailboxSettings.Read": ("MailboxSettings.ReadWrite",),
    "Organization.Read.All": ("User.Read.All", "Directory.Read.All"),
    "Place.Read.All": ("Place.ReadWrite.All",),
    "RoleManagement.Read.Directory": ("RoleManagement.Read.All", "Directory.Read.All"),
    "RoleManagement.Read.Exchange": (
        "RoleManagement.Read.All",
        "RoleManagement.ReadWrite.Exchange",
    ),
    "User.Read.All": ("User.ReadWrite.All", "Directory.Read.All"),
}
# Exchange's roles that hold others; "Application " is left out of every name here.
_FULL = ("Calendars.ReadWrite", "MailboxSettings.ReadWrite")
_RBAC_WIDER = dict.fromkeys((*_FULL, "Calendars.Read"), ("Exchange Full Access",))
# These may be given by an Exchange role over some mailboxes; there is none for ReadBasic.
# https://learn.microsoft.com/exchange/permissions-exo/application-rbac
_ROLES = {
    "Calendars.ReadBasic.All": "Calendars.Read",
    "Calendars.Read": "Calendars.Read",
    "Calendars.ReadWrite": "Calendars.ReadWrite",
    "MailboxSettings.Read": "MailboxSettings.Read",
}
SIGN_IN = frozenset({"openid", "profile", "email", "offline_access", "User.Read"})
EWS = frozenset({"full_access_as_app", "EWS.AccessAsUser.All", "EWS.AccessAsApp"})

# The first that fits; what fits none only reads settings or the directory.
_RISKS = (
    ("AppRoleAssignment.ReadWrite", "it can give itself every other permission"),
    ("RoleManagement.ReadWrite", "it can make anybody an administrator"),
    ("Application.ReadWrite", "it can add a secret to any app and act as that app"),
    ("Directory.ReadWrite", "it can change accounts and groups of the whole directory"),
    ("User.ReadWrite", "it can change everybody's account"),
    ("Exchange Full Access", "it can read and change everything in the mailboxes it reaches"),
    ("Exchange.ManageAsApp", "it can administer Exchange"),
    ("full_access_as_app", "it can read and change every mailbox through EWS"),
    ("EWS.", "it can read and change mailboxes through EWS"),
    ("Mail Full Access", "it can read and change people's mail"),
    ("Mail.Send", "it can send mail in other people's names"),
    ("Mail", "it can read people's mail or mailbox settings"),
    ("Calendars.ReadWrite", "it can change and cancel meetings in every calendar it reaches"),
    ("Calendars.", "it can read people's calendars"),
    ("Contacts.", "it can read people's contacts"),
    ("Files.", "it can open people's files"),
    ("Sites.", "it can open SharePoint sites"),
    ("Chat", "it can read people's chats"),
)


def wider(permission: str) -> frozenset[str]:
    """The permissions that do all that this one does, itself included."""
    more = (*_WIDER.get(permission, ()), *_RBAC_WIDER.get(permission, ()))
    return frozenset({permission, *more})


def role_for(permission: str) -> str:
    """The Exchange role that gives it over a scope, or "" where there is none."""
    name = _ROLES.get(permission)
    return f"Application {name}" if name else ""


def risk(permission: str) -> str:
    """What could go wrong with it, as a clause; "" where it only reads the directory."""
    for beginning, words in _RISKS:
        if permission.startswith(beginning):
            return words
    return "it can change what it needs only to read" if "Write" in permission else ""
