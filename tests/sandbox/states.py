"""What each state of the tenant changes: which answers differ, and what is seen in one of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.sandbox.permission import APP_ROLES
from adapters.sandbox.principal import EXCHANGE
from adapters.sandbox.scope import IMPERSONATION, ROLE_IDS

Told = dict[str, tuple[int, Any]]
GONE = {"principal", "permissions", "delegated", "exchange roles"}
NOBODY = {"account", "licences", "mailbox", "roles"}
SIGN_INS = {"sign-ins", "all sign-ins"}
CALENDARS = {"calendar", "sharing", "other calendar", "other sharing"}
SETTINGS = {"settings", "other settings"}
NO_MAILBOX = "MailboxNotEnabledForRESTAPI"


def rows(told: Told, question: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = told[question][1]["value"]
    return found


def of(question: str, field: str) -> Callable[[Told], object]:
    return lambda told: told[question][1][field]


def first(question: str, *path: str | int) -> Callable[[Told], object]:
    def pick(told: Told) -> object:
        found: Any = rows(told, question)[0]
        for part in path:
            found = found[part]
        return found

    return pick


def each(question: str, field: str) -> Callable[[Told], object]:
    return lambda told: [row[field] for row in rows(told, question)]


def status(question: str) -> Callable[[Told], object]:
    return lambda told: told[question][0]


def refused(question: str) -> Callable[[Told], object]:
    return lambda told: told[question][1][0]


def latest_sign_in(told: Told) -> object:
    row = rows(told, "sign-ins")[0]
    return row["userPrincipalName"].split("@")[0], row["status"]["errorCode"]


def latest_audit(told: Told) -> object:
    row = rows(told, "audits")[0]
    who = row["initiatedBy"]["user"]["displayName"]
    return row["activityDisplayName"], who, row["activityDateTime"]


def names(question: str) -> Callable[[Told], object]:
    return lambda told: {row["displayName"] for row in rows(told, question)}


def granted(question: str) -> Callable[[Told], object]:
    called = {key: name for name, key in APP_ROLES.items()}
    return lambda told: {called[row["appRoleId"]] for row in rows(told, question)}


def integrations(told: Told) -> list[dict[str, Any]]:
    calendars = ROLE_IDS["Application Calendars.ReadWrite"]
    return [row for row in rows(told, "exchange roles") if row["roleDefinitionId"] == calendars]


def reach(told: Told) -> object:
    return [row["directoryScopeId"] or "scope" for row in integrations(told)]


def added(question: str) -> Callable[[Told], list[dict[str, Any]]]:
    """Events that are there because of the fault; they are the only ones of that subject."""
    subjects = ("First come", "First served", "Planning", "Board prep")
    return lambda told: [row for row in rows(told, question) if row["subject"] in subjects]


def overlapping(told: Told) -> object:
    one, other = added("calendar")(told)
    return one["start"]["dateTime"] < other["start"]["dateTime"] < one["end"]["dateTime"]


def waiting(told: Told) -> object:
    return {
        (row["showAs"], row["responseStatus"]["response"], row["createdDateTime"])
        for row in added("calendar")(told)
    }


def organizers(told: Told) -> object:
    return [row["organizer"]["emailAddress"]["name"] for row in added("calendar")(told)]


def delegates(question: str) -> Callable[[Told], object]:
    return lambda told: [row["emailAddress"]["name"] for row in rows(told, question)]


def listed(told: Told) -> object:
    return "Fado" in [row["displayName"] for row in rows(told, "places")]


def in_list(told: Told) -> object:
    return "Fado" in [row["displayName"] for row in rows(told, "lists")]


OWN_END = "2026-11-30T10:00:00Z"
# fault: (every question whose answer differs, what to look at, what is seen there)
STATES: dict[str, tuple[set[str], Callable[[Told], object], object]] = {
    "microsoft-incident": (
        {"issues", "overviews"},
        lambda told: (first("issues", "service")(told), first("issues", "classification")(told)),
        ("Exchange Online", "incident"),
    ),
    "microsoft-advisory": (
        {"issues", "overviews"}, first("issues", "classification"), "advisory",
    ),
    "ews-notice": ({"messages"}, first("messages", "services"), ["Exchange Online"]),
    "own-secret-expires-soon": (
        {"registration"},
        lambda told: told["registration"][1]["passwordCredentials"][0]["endDateTime"],
        OWN_END,
    ),
    "own-certificate-expired-beside": (
        {"registration"},
        lambda told: told["registration"][1]["keyCredentials"][0]["endDateTime"],
        "2026-11-20T10:00:00Z",
    ),
    "integration-missing": (GONE, status("principal"), 404),
    "integration-deleted": (
        GONE | {"deleted apps", "audits"},
        first("deleted apps", "deletedDateTime"),
        "2026-11-11T10:00:00Z",
    ),
    "integration-secret-expires-soon": (
        {"principal", "vendor registration"},
        lambda told: told["vendor registration"][1]["passwordCredentials"][0]["endDateTime"],
        OWN_END,
    ),
    "integration-secret-expired": (
        {"principal", "vendor registration"},
        lambda told: told["vendor registration"][1]["passwordCredentials"][0]["endDateTime"],
        "2026-11-22T10:00:00Z",
    ),
    "integration-disabled": (
        {"principal", "audits"}, of("principal", "accountEnabled"), False,
    ),
    "integration-disabled-by-microsoft": (
        {"principal"},
        of("principal", "disabledByMicrosoftStatus"),
        "DisabledDueToViolationOfServicesAgreement",
    ),
    "integration-consent-revoked": (
        {"exchange roles", "delegated", "audits"},
        lambda told: (integrations(told), rows(told, "delegated"), latest_audit(told)),
        ([], [], ("Remove delegated permission grant", "Ana Costa", "2026-11-23T10:00:00Z")),
    ),
    "integration-delegated-grant-removed": (
        {"delegated", "audits"}, lambda told: rows(told, "delegated"), [],
    ),
    "consent-excess": (
        {"permissions", "audits"}, granted("permissions"), {"Mail.Read"},
    ),
    "consent-pending-request": (
        {"requests"},
        first("requests", "userConsentRequests", 0, "createdDateTime"),
        "2026-11-22T10:00:00Z",
    ),
    "user-consent-off": (
        {"user consent"},
        lambda told: told["user consent"][1]["defaultUserRolePermissions"][
            "permissionGrantPoliciesAssigned"
        ],
        [],
    ),
    "consent-workflow-off": ({"workflow"}, of("workflow", "isEnabled"), False),
    "account-missing": (NOBODY, status("account"), 404),
    "account-deleted": (
        NOBODY | {"deleted users"},
        first("deleted users", "deletedDateTime"),
        "2026-11-21T10:00:00Z",
    ),
    "account-disabled": ({"account"} | SIGN_INS, of("account", "accountEnabled"), False),
    "account-unlicensed": (
        {"account", "licences", "mailbox"}, lambda told: rows(told, "licences"), [],
    ),
    "account-foundation-only": (
        {"account", "licences", "mailbox"},
        first("licences", "servicePlans", 0, "servicePlanName"),
        "EXCHANGE_S_FOUNDATION",
    ),
    "account-plan-pending": (
        {"licences", "mailbox"},
        first("licences", "servicePlans", 0, "provisioningStatus"),
        "PendingActivation",
    ),
    "account-mailbox-gone": ({"mailbox"}, refused("mailbox"), NO_MAILBOX),
    "account-password-expired": (
        {"account", "domains"} | SIGN_INS,
        lambda told: (
            told["account"][1]["passwordPolicies"],
            told["account"][1]["lastPasswordChangeDateTime"],
            first("domains", "passwordValidityPeriodInDays")(told),
            latest_sign_in(told),
        ),
        (None, "2026-08-15T10:00:00Z", 90, ("svc-rooms", 50055)),
    ),
    "account-password-changed": (
        {"account"} | SIGN_INS,
        lambda told: (of("account", "lastPasswordChangeDateTime")(told), latest_sign_in(told)),
        ("2026-11-23T09:00:00Z", ("svc-rooms", 50126)),
    ),
    "account-needs-mfa": (SIGN_INS, latest_sign_in, ("svc-rooms", 50076)),
    "account-locked": (SIGN_INS, latest_sign_in, ("svc-rooms", 50053)),
    "account-blocked-by-policy": (
        SIGN_INS | {"conditional access"},
        first("sign-ins", "appliedConditionalAccessPolicies", 0, "displayName"),
        "Require MFA for all users",
    ),
    "account-over-privileged": ({"roles"}, names("roles"), {"Global Administrator"}),
    "account-role-too-low": ({"roles"}, names("roles"), {"Cloud Application Administrator"}),
    "no-premium-licence": (
        SIGN_INS, refused("sign-ins"), "Authentication_RequestFromNonPremiumTenantOrB2CTenant",
    ),
    "scope-lost": (
        {"exchange roles"},
        lambda told: len(integrations(told)) == 1 and str(reach(told)).startswith("['/users/"),
        True,
    ),
    "own-scope-lost": (
        {"exchange roles", "calendar", "other calendar", "sharing", "other sharing"},
        refused("calendar"),
        "ErrorAccessDenied",
    ),
    "scope-some-rooms-missing": ({"exchange roles"}, lambda told: len(integrations(told)), 37),
    "scope-own-filter": (
        {"exchange roles", "exchange scopes"},
        names("exchange scopes"),
        {"Rooms only", "Bookable rooms"},
    ),
    "scope-too-wide": (
        {"permissions", "audits"},
        lambda told: (granted("permissions")(told), reach(told)),
        ({"Calendars.ReadWrite"}, ["scope"]),
    ),
    "consent-only": (
        {"permissions", "exchange roles", "audits"},
        lambda told: (granted("permissions")(told), reach(told)),
        ({"Calendars.ReadWrite"}, []),
    ),
    "scope-everyone": ({"exchange roles"}, reach, ["/"]),
    "no-access": ({"exchange roles"}, integrations, []),
    "legacy-policy-blocks": (
        {"own permissions", "exchange roles", "canary"} | CALENDARS | SETTINGS,
        lambda told: {"[RAOP]" in told[name][1][1] for name in CALENDARS | SETTINGS | {"canary"}},
        {True},
    ),
    "impersonation-leftover": (
        {"exchange roles", "exchange definitions"},
        lambda told: IMPERSONATION in str(told["exchange definitions"])
        and sorted(row["principalId"].split("/")[1] for row in rows(told, "exchange roles")),
        ["ServicePrincipals"] * 4 + ["Users"],
    ),
    "ews-grant": (
        {"permissions", "delegated"},
        lambda told: (
            "Office 365 Exchange Online" in str(told["permissions"]),
            [row["resourceId"] for row in rows(told, "delegated") if "EWS" in row["scope"]],
        ),
        (True, [EXCHANGE.service_principal_id]),
    ),
    "delegate-mode": (
        {"exchange roles", "delegated", "sharing", "other sharing"},
        lambda told: (delegates("other sharing")(told), integrations(told)),
        (["Rooms service", "My Organization"], []),
    ),
    "room-mailbox-gone": ({"calendar", "sharing", "settings"}, refused("calendar"), NO_MAILBOX),
    "room-wrong-mailbox-type": (
        {"calendar", "sharing", "settings"},
        lambda told: (of("settings", "userPurpose")(told), refused("calendar")(told)),
        ("shared", "ErrorAccessDenied"),
    ),
    "room-wrong-zone": ({"settings"}, of("settings", "timeZone"), "Pacific Standard Time"),
    "room-double-booked": ({"calendar"}, overlapping, True),
    "room-unanswered": (
        {"calendar"}, waiting, {("tentative", "notResponded", "2026-11-20T10:00:00Z")},
    ),
    "room-orphaned": ({"calendar"}, organizers, ["Gus Former"] * 3),
    "room-not-in-lists": ({"lists"}, in_list, False),
    "room-hidden": ({"places", "lists"}, listed, False),
    "room-new": (
        {"places", "lists", "room"}, of("room", "createdDateTime"), "2026-11-23T05:00:00Z",
    ),
    "room-undescribed": ({"places", "lists"}, first("places", "building"), None),
    "delegate-left": ({"sharing"}, delegates("sharing"), ["Gus Former", "My Organization"]),
}  # fmt: skip
