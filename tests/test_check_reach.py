"""Reach: what an answer, a clock and Microsoft's own word amount to."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.errors import Unreachable
from bot.finding import Broken, Ok, Severity, Unknown
from bot.tenancy import Reached, ServiceIssue, Watched
from handlers.check_reach import CHECK, parts, unreachable
from handlers.parts import merge

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WATCHED = Watched("t", "a", "b", "svc@x", "", "https://login.microsoftonline.com")


def incident(service: str = "Exchange Online", is_incident: bool = True) -> ServiceIssue:
    return ServiceIssue("EX123456", service, "Calendars are slow", is_incident, NOW)


def look(
    skew: float = 0,
    issues: tuple[ServiceIssue, ...] | None = (),
    why: str = "",
    refused: bool = False,
):
    return merge(parts(Reached(timedelta(seconds=skew), issues, why, cause="credential" * refused)))


def test_all_is_well_when_both_answer_on_time_and_nothing_is_reported():
    assert isinstance(look(), Ok)


@pytest.mark.parametrize("skew", [-301, 301])
def test_a_clock_more_than_five_minutes_off_is_broken(skew):
    result = look(skew)

    assert isinstance(result, Broken)
    assert result.findings[0].fingerprint == "reach/clock"
    assert ("behind" if skew > 0 else "ahead of") in result.findings[0].summary


@pytest.mark.parametrize(("skew", "noted"), [(-300, True), (61, True), (60, False)])
def test_a_clock_off_by_minutes_is_only_noted(skew, noted):
    result = look(skew)

    assert isinstance(result, Ok)
    assert bool(result.notes) is noted


def test_an_open_incident_is_named_with_its_id_and_title_and_folds_nothing():
    result = look(issues=(incident(),))

    assert isinstance(result, Broken)
    [finding] = result.findings
    assert finding.fingerprint == "reach/incident/EX123456"
    assert "EX123456" in finding.summary
    assert "Calendars are slow" in finding.summary
    assert finding.severity is Severity.WARNING


def test_an_advisory_is_a_note_and_another_service_is_not_ours():
    advised = look(issues=(incident(is_incident=False),))

    assert isinstance(advised, Ok)
    assert "EX123456" in advised.notes[0]
    assert look(issues=(incident("Microsoft Teams"),)) == look()


def test_service_health_that_may_not_be_read_is_never_ok_and_names_the_permission():
    result = look(issues=None, why="Grant its app ServiceHealth.Read.All.")

    assert isinstance(result, Unknown)
    assert result.would_tell == "ServiceHealth.Read.All"
    assert result.cause == "consent/missing"


def test_service_health_that_was_not_asked_for_want_of_a_token_is_blind_for_the_credential():
    result = look(issues=None, why="The bot's secret has expired.", refused=True)

    assert isinstance(result, Unknown)
    assert result.cause == "credential"
    assert not result.would_tell


def test_a_clock_that_is_wrong_is_told_even_where_health_is_unseen():
    result = look(600, None, "Not readable.")

    assert isinstance(result, Broken)
    assert "Not readable." in result.notes


def test_no_answer_is_the_first_cause_of_everything():
    result = unreachable(Unreachable("No answer", "Try later.", at=NOW), WATCHED)

    assert isinstance(result, Broken)
    [finding] = result.findings
    assert finding.severity is Severity.CRITICAL
    assert "'login.microsoftonline.com'" in finding.remedy.command
    assert finding.evidence[0].at == NOW


def test_it_depends_on_nothing():
    assert CHECK.depends_on == ()
