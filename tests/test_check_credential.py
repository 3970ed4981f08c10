"""Credential: refusals in words, and expiry in tiers."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Forbidden
from bot.finding import Broken, Ok, Severity, Unknown
from bot.tenancy import App, Credential, Watched
from handlers.check_credential import expiry, token_refused
from handlers.expiry import said, tier

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WATCHED = Watched("tenant-1", "app-1", "", "", "", "https://login.microsoftonline.com")


def secret(days: float, key: str = "k1", kind: str = "secret") -> Credential:
    return Credential(kind, key, f"name {key}", NOW + timedelta(days=days))


def judged(*credentials: Credential):
    app = App("app-1", "object-1", "roomops", True, "tenant-1", credentials=credentials)
    return expiry(app, WATCHED, NOW)


@pytest.mark.parametrize(
    ("days", "in_tier"),
    [(62, None), (61, None), (60.5, 60), (31, 60), (30, 30), (14, 14), (7, 7), (6, 7), (3, 3),
     (1, 1), (0.5, 0), (-5, 0)],
)  # fmt: skip
def test_the_tiers_are_60_30_14_7_3_1_and_0_days(days, in_tier):
    assert tier(NOW + timedelta(days=days), NOW) == in_tier


def test_when_it_ends_is_said_in_days_and_as_a_date():
    assert said(NOW + timedelta(days=7), NOW) == "ends in 7 days, on 2026-11-30"
    assert said(NOW + timedelta(hours=2), NOW) == "ends in less than a day, on 2026-11-23"
    assert said(NOW - timedelta(days=1), NOW) == "ended 1 day ago, on 2026-11-22"


@pytest.mark.parametrize(
    ("days", "severity"),
    [(50, Severity.INFO), (20, Severity.WARNING), (10, Severity.WARNING), (7, Severity.CRITICAL),
     (3, Severity.CRITICAL), (0.5, Severity.CRITICAL)],
)  # fmt: skip
def test_what_ends_soon_is_said_early_and_folds_nothing(days, severity):
    result = judged(secret(days))

    assert isinstance(result, Broken)
    [finding] = result.findings
    assert finding.severity is severity
    assert finding.ahead
    assert finding.remedy.link.endswith("/Credentials/appId/app-1")


@pytest.mark.parametrize(
    ("last", "severity"),
    [(300, Severity.WARNING), (50, Severity.WARNING), (20, Severity.WARNING),
     (6, Severity.CRITICAL)],
)  # fmt: skip
def test_one_that_ends_tomorrow_is_the_worse_the_sooner_the_last_one_ends(last, severity):
    result = judged(secret(1), secret(last, "k2", "certificate"))

    assert isinstance(result, Broken)
    tomorrow = next(f for f in result.findings if f.fingerprint == "credential/expiry/secret/k1")
    assert tomorrow.severity is severity


def test_the_bot_that_signs_in_although_all_have_ended_signs_in_with_something_else():
    result = judged(secret(-1), secret(-9, "k2"))

    assert isinstance(result, Broken)
    assert {finding.severity for finding in result.findings} == {Severity.WARNING}
    assert "when that ends I cannot tell" in result.findings[0].consequence


def test_an_ended_one_beside_a_valid_one_is_a_warning_that_names_the_valid_one():
    result = judged(secret(-1), secret(300, "k2", "certificate"))

    assert isinstance(result, Broken)
    [finding] = result.findings
    assert finding.severity is Severity.WARNING
    assert "k2" in finding.consequence
    assert finding.fingerprint == "credential/expiry/secret/k1"


def test_credentials_that_overlap_are_named():
    result = judged(secret(100), secret(300, "k2"))

    assert isinstance(result, Ok)
    assert result.notes[0].startswith("2 overlap until 2027-03-03")


def test_the_fingerprint_stays_while_the_days_run_out():
    months, days = judged(secret(30)), judged(secret(3))

    assert isinstance(months, Broken)
    assert isinstance(days, Broken)
    assert months.findings[0].fingerprint == days.findings[0].fingerprint


def test_credentials_that_may_not_be_read_are_never_ok():
    blind = App("app-1", "o", "roomops", True, None, why_no_credentials="I may not look.")

    result = expiry(blind, WATCHED, NOW)

    assert isinstance(result, Unknown)
    assert "I may not look" in result.why
    assert isinstance(expiry(None, WATCHED, NOW), Unknown)


def test_a_refused_token_says_why_in_words_with_the_code_as_a_hint():
    refused = Forbidden("The bot's secret has expired", "Make a new one.", code="AADSTS7000222")

    result = token_refused(refused, WATCHED)

    assert isinstance(result, Broken)
    [finding] = result.findings
    assert finding.summary == "The bot's secret has expired. Entra calls it AADSTS7000222."
    assert finding.severity is Severity.CRITICAL
    assert finding.remedy.words == "Make a new one."
    assert finding.remedy.wait
