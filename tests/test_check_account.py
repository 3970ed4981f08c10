"""Account: what makes a service account work, and what stops it."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.finding import Broken, Finding, Ok, Result, Severity, Unknown
from bot.tenancy import (
    Account,
    App,
    Assignment,
    Grant,
    Grants,
    Plan,
    Probe,
    Reach,
    Role,
    SignIn,
    Watched,
)
from handlers.check_account import mailbox, presence
from handlers.licence import licence
from handlers.parts import Part, folded, merge
from handlers.roles import roles
from handlers.signing import password, sign_ins
from handlers.unnamed import judge as unnamed
from handlers.vendor import vendor_of

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
SVC = "svc-rooms@contoso.example"
WATCHED = Watched("t", "own", "vendor", SVC, "", "https://login.microsoftonline.com")
ACCOUNT = Account("user-1", SVC, "Rooms", True, NOW - timedelta(days=90), True, False)
GLOBAL = Role("62e90394-69f5-4237-9190-012177145e10", "Global Administrator")
APP_ADMIN = Role("9b895d92-2cd3-44c7-9d02-a6ac2d5ea5c3", "Application Administrator")
READER = Role("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader")
EPTURA = vendor_of("Eptura Workplace")


def only(result: Result) -> Finding:
    assert isinstance(result, Broken)
    [finding] = result.findings
    return finding


def at(hours: float, error: int = 0, *policies: str) -> SignIn:
    reason = "Invalid username or password." if error else ""
    return SignIn(NOW - timedelta(hours=hours), error, reason, "Eptura Workplace", policies)


@pytest.mark.parametrize(
    ("account", "fingerprint"),
    [
        (None, "account/missing"),
        (replace(ACCOUNT, deleted_at=NOW - timedelta(days=2)), "account/deleted"),
        (replace(ACCOUNT, enabled=False), "account/disabled"),
    ],
)
def test_an_account_that_is_gone_or_disabled_is_critical(account, fingerprint):
    finding = only(presence(account, WATCHED, NOW))

    assert finding.fingerprint == fingerprint
    assert finding.severity is Severity.CRITICAL
    assert SVC in finding.summary


def test_a_deleted_account_tells_the_days_left_to_restore_it():
    deleted = replace(ACCOUNT, deleted_at=NOW - timedelta(days=2))

    assert "28 days" in only(presence(deleted, WATCHED, NOW)).remedy.words


@pytest.mark.parametrize(
    ("name", "status", "fingerprint"),
    [
        ("EXCHANGE_S_ENTERPRISE", "Success", ""),
        ("EXCHANGE_S_STANDARD_GOV", "success", ""),
        ("EXCHANGE_S_FOUNDATION", "Success", "account/licence/missing"),
        ("EXCHANGE_S_FOUNDATION_GOV", "Success", "account/licence/missing"),
        ("EXCHANGE_S_ARCHIVE_ADDON", "Success", "account/licence/missing"),
        ("MCOSTANDARD", "Success", "account/licence/missing"),
        ("EXCHANGE_S_STANDARD", "PendingActivation", "account/licence/not-provisioned"),
        ("EXCHANGE_S_STANDARD", "Disabled", "account/licence/not-provisioned"),
    ],
)
def test_only_some_plans_bring_a_mailbox_and_only_at_work(name, status, fingerprint):
    result = licence(ACCOUNT, [Plan("SKU", name, status)], WATCHED)

    assert (only(result).fingerprint if fingerprint else isinstance(result, Ok)) == (
        fingerprint or True
    )


def test_the_trap_is_named():
    result = licence(ACCOUNT, [Plan("M365_F1", "EXCHANGE_S_FOUNDATION", "Success")], WATCHED)

    assert "EXCHANGE_S_FOUNDATION in it brings no mailbox" in only(result).summary


@pytest.mark.parametrize(
    ("reach", "kind"),
    [
        (Reach.READ, Ok),
        (Reach.ON_PREMISES, Broken),
        (Reach.UNKNOWN, Broken),
        (Reach.DENIED, Unknown),
        (Reach.POLICY, Unknown),
        (Reach.THROTTLED, Unknown),
        (Reach.SILENT, Unknown),
        (Reach.OTHER, Unknown),
    ],
)
def test_a_mailbox_that_refuses_us_may_be_well_and_is_unknown(reach, kind):
    assert isinstance(mailbox(Probe(SVC, reach)), kind)


def test_without_a_licence_the_missing_mailbox_is_no_second_cause():
    paid = licence(ACCOUNT, [], WATCHED)
    found = mailbox(Probe(SVC, Reach.ON_PREMISES))

    whole = merge([Part("licence", paid), Part("mailbox", folded(paid, found))])

    assert only(whole).fingerprint == "account/licence/missing"
    assert "no mailbox" in whole.notes[0]


def test_a_password_that_never_expires_is_well():
    assert isinstance(password(ACCOUNT, EPTURA), Ok)


def test_a_password_that_may_expire_is_a_warning_where_the_vendor_asks_otherwise():
    mortal = replace(ACCOUNT, password_never_expires=False)

    assert only(password(mortal, EPTURA)).fingerprint == "account/password/expires"
    assert isinstance(password(mortal, None), Ok)
    assert isinstance(password(replace(mortal, synced=True), EPTURA), Ok)


@pytest.mark.parametrize(
    ("held", "says"),
    [
        ((), "It cannot consent"),
        ((READER,), "It cannot consent"),
        ((APP_ADMIN,), "too low for application permissions"),
        ((GLOBAL,), "It can consent for the whole organization"),
    ],
)
def test_whether_it_may_consent_is_said(held, says):
    assert says in roles(ACCOUNT, held, WATCHED).notes[0]


@pytest.mark.parametrize(("role", "broken"), [(GLOBAL, True), (APP_ADMIN, True), (READER, False)])
def test_a_powerful_role_is_more_than_it_needs(role, broken):
    result = roles(ACCOUNT, [role], WATCHED)

    assert isinstance(result, Broken) is broken


def test_the_last_good_sign_in_is_told_and_an_old_failure_only_noted():
    result = sign_ins(ACCOUNT, [at(1), at(5, 50126)], WATCHED)

    assert isinstance(result, Ok)
    assert "2026-11-23 09:00 UTC" in result.summary
    assert "AADSTS50126" in result.notes[0]


def test_the_policy_that_blocks_the_last_sign_in_is_named():
    finding = only(sign_ins(ACCOUNT, [at(1, 53003, "Require MFA"), at(30)], WATCHED))

    assert "“Require MFA”" in finding.remedy.words
    assert finding.severity is Severity.CRITICAL


def test_a_changed_password_is_likely_why_sign_ins_fail_since():
    changed = replace(ACCOUNT, password_changed=NOW - timedelta(hours=3))

    finding = only(sign_ins(changed, [at(1, 50126), at(2, 50126), at(24)], WATCHED))

    assert finding.remedy.words.startswith("Likely its password")
    assert "cannot sign in since 2026-11-23 08:00 UTC. " in finding.summary
    assert "(2 sign-ins; the last that worked" in finding.summary


def test_one_failure_folds_nothing():
    assert only(sign_ins(ACCOUNT, [at(1, 50126)], WATCHED)).severity is Severity.WARNING


APP_GRANT = Grant("Calendars.ReadWrite", application=True, resource="Microsoft Graph")
USER_GRANT = Grant("Calendars.ReadWrite.Shared", application=False, resource="Microsoft Graph")
SIGN_IN_GRANT = Grant("User.Read", application=False, resource="Microsoft Graph")
ROLE = Assignment("Application Calendars.ReadWrite", "Rooms only", rooms_only=True)


@pytest.mark.parametrize(
    ("name", "grants", "roles", "kind"),
    [
        ("Panels", [APP_GRANT], (), Ok),
        ("Panels", [], (ROLE,), Ok),
        ("Panels", [APP_GRANT, SIGN_IN_GRANT], (), Ok),  # opens no data of its own
        ("Panels", [APP_GRANT, USER_GRANT], (), Unknown),
        ("Panels", [SIGN_IN_GRANT], (), Unknown),
        ("Panels", [], (), Unknown),
        ("Eptura Workplace", [APP_GRANT], (), Unknown),  # its vendor works with an account
    ],
)
def test_only_an_integration_that_works_as_an_app_alone_needs_no_account(name, grants, roles, kind):
    app = App("vendor", "object-v", name, True, "elsewhere")

    assert isinstance(unnamed(app, Grants(tuple(grants)), roles), kind)


def test_an_empty_log_is_no_failure():
    assert isinstance(sign_ins(ACCOUNT, [], WATCHED), Ok)
