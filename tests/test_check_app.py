"""App: the integration's enterprise app, present or not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.finding import Broken, Finding, Ok, Owner, Severity
from bot.tenancy import App, Credential, Watched
from handlers.check_app import parts
from handlers.parts import merge

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WATCHED = Watched("tenant-1", "own", "vendor-app", "", "", "https://login.microsoftonline.us")
EPTURA = App("vendor-app", "object-1", "Eptura Workplace", True, "elsewhere")


def look(app: App | None, watched: Watched = WATCHED):
    return merge(parts(app, watched, NOW))


def only(app: App | None) -> Finding:
    result = look(app)
    assert isinstance(result, Broken)
    [finding] = result.findings
    return finding


def test_a_vendors_secret_that_lives_elsewhere_is_said_and_takes_nothing_from_being_ok():
    result = look(replace(EPTURA, why_no_credentials="the vendor's secret lives elsewhere"))

    assert isinstance(result, Ok)
    assert "the vendor's secret lives elsewhere" in result.notes[0]


@pytest.mark.parametrize(
    ("app", "fingerprint"),
    [
        (None, "app/missing"),
        (replace(EPTURA, deleted_at=NOW - timedelta(days=12)), "app/deleted"),
        (replace(EPTURA, enabled=False), "app/disabled"),
        (replace(EPTURA, disabled_by_microsoft="Abuse"), "app/disabled-by-microsoft"),
    ],
)
def test_an_app_that_is_not_at_work_stops_everything_below(app, fingerprint):
    finding = only(app)

    assert finding.fingerprint == fingerprint
    assert finding.severity is Severity.CRITICAL


def test_a_missing_app_is_added_by_consent_with_its_real_ids():
    link = only(None).remedy.link

    assert link == "https://login.microsoftonline.us/tenant-1/adminconsent?client_id=vendor-app"


def test_a_deleted_app_tells_the_days_in_which_it_can_be_restored():
    finding = only(replace(EPTURA, deleted_at=NOW - timedelta(days=12)))

    assert "18 days" in finding.remedy.words
    assert "'object-1'" in finding.remedy.command


def test_a_link_leads_to_the_centre_of_the_tenants_own_cloud():
    link = only(replace(EPTURA, enabled=False)).remedy.link

    assert link.startswith("https://portal.azure.us/#view/")
    assert link.endswith("objectId/object-1/appId/vendor-app")


def test_credentials_that_live_here_have_their_tiers():
    ends = Credential("secret", "k1", "prod", NOW + timedelta(days=5))

    finding = only(replace(EPTURA, credentials=(ends,)))

    assert finding.fingerprint == "app/expiry/secret/k1"


def test_the_last_one_that_ended_is_critical_and_stops_what_is_below():
    finding = only(replace(EPTURA, credentials=(Credential("secret", "k1", "", NOW),)))

    assert finding.severity is Severity.CRITICAL
    assert not finding.ahead


@pytest.mark.parametrize(
    ("watched", "owner"),
    [(WATCHED, Owner.INTEGRATION), (replace(WATCHED, integration_app=""), Owner.BOTH)],
)
def test_it_is_the_integrations_trouble_and_the_bots_too_where_they_share_one(watched, owner):
    result = look(replace(EPTURA, enabled=False), watched)

    assert isinstance(result, Broken)
    assert [(f.owner, f.first_hand) for f in result.findings] == [(owner, True)]


@pytest.mark.parametrize("named", ["", "OWN"])
def test_the_bots_own_app_is_the_integration_where_no_other_is_named(named):
    own = replace(EPTURA, app_id="own", name="roomops", credentials=())

    result = look(own, replace(WATCHED, integration_app=named))

    assert isinstance(result, Ok)
    assert "my own" in result.notes[0]
