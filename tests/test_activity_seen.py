"""Whether Microsoft throttles the integration: thresholds, blind spots, and how to see it."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.graph import connect
from adapters.sandbox import Sandbox, empty
from bot.activity import Calls, Seen, Spell, Worst
from bot.finding import Broken, Ok, Owner, Severity, Unknown
from bot.load import load
from bot.picture import told
from bot.tenancy import Watched
from bot.wiring import services_of
from handlers.activity_seen import FINGERPRINT, THRESHOLDS, judge, look, shared
from handlers.activity_setup import nothing_arrives, unset
from handlers.activity_words import drawn, lines
from tests.graph.glass import Glass

NOW = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OWN, THEIRS = "22222222-2222-2222-2222-222222222222", "44444444-4444-4444-4444-444444444444"
WORKSPACE = "33333333-3333-3333-3333-333333333333"
ACCOUNT = "svc-rooms@contoso.example"
APART = Watched("tenant", OWN, THEIRS, ACCOUNT, "", "https://login.microsoftonline.com")
TOGETHER = replace(APART, integration_app="")
CALM = Seen(
    THEIRS, NOW - timedelta(days=1), NOW, NOW - timedelta(days=1), NOW - timedelta(minutes=12),
    (Spell(NOW - timedelta(minutes=20), Calls(200)),),
)  # fmt: skip


def hour(requests: int, throttled: int, unavailable: int = 0) -> Seen:
    calls = Calls(requests, throttled, unavailable)
    return replace(CALM, spells=(Spell(NOW - timedelta(minutes=30), calls),))


def judged(seen: Seen, watched: Watched = APART):
    return judge(watched, WORKSPACE, seen, NOW)


@pytest.mark.parametrize(
    ("requests", "throttled", "severity"),
    [
        (200, 0, None),
        (10, 4, None),  # four are too few to say anything, whatever their share
        (10_000, 99, None),  # less than one in a hundred is tried again and done
        (500, 5, Severity.WARNING),
        (10_000, 100, Severity.WARNING),
        (1_000, 199, Severity.WARNING),
        (1_000, 200, Severity.CRITICAL),
        (5, 5, Severity.CRITICAL),
    ],
)
def test_it_takes_some_429s_and_a_share_of_all_requests(requests, throttled, severity):
    match judged(hour(requests, throttled)):
        case Broken((finding,)):
            assert finding.severity is severity
            assert finding.fingerprint == FINGERPRINT
            assert f"{throttled:,} of {requests:,} requests" in finding.summary
        case result:
            assert severity is None
            assert isinstance(result, Ok)


def test_every_threshold_has_its_reason_and_the_worst_comes_first():
    assert all(threshold.because for threshold in THRESHOLDS)
    assert list(THRESHOLDS) == sorted(THRESHOLDS, key=lambda one: -one.share)


def test_what_was_an_hour_before_is_history():
    old = Spell(NOW - timedelta(hours=3), Calls(100, 100))
    result = judged(replace(CALM, spells=(old, *CALM.spells)))
    assert isinstance(result, Ok)
    assert "Over 24 hours: 100 of 300 requests (33.3 %) were answered 429." in result.notes


def test_the_alert_is_the_integrations_and_no_symptom_of_the_bots_own_trouble():
    result = judged(hour(100, 30))
    assert isinstance(result, Broken)
    [finding] = result.findings
    assert (finding.owner, finding.first_hand) == (Owner.INTEGRATION, True)


def test_the_summary_says_how_old_it_is_and_where_most_of_it_happens():
    seen = replace(
        hour(100, 30),
        mailboxes=(Worst("fado@contoso.example", Calls(40, 25)), Worst("b@x", Calls(40, 5))),
    )
    result = judged(seen)
    assert isinstance(result, Broken)
    assert result.findings[0].summary == (
        "Microsoft throttles the integration: 30 of 100 requests (30 %) were refused in the hour "
        "that ended 12 min ago, most of them in the mailbox fado@contoso.example."
    )


def test_the_service_accounts_own_mailbox_is_named_as_such():
    seen = replace(hour(100, 30), mailboxes=(Worst(ACCOUNT, Calls(40, 30)),))
    result = judged(seen)
    assert isinstance(result, Broken)
    assert "(the service account)" in result.findings[0].summary


def test_the_advice_is_honest():
    result = judged(hour(100, 30))
    assert isinstance(result, Broken)
    words = result.findings[0].remedy.words
    for part in ("Retry-After", "spread", "Delegate access", "second app id", "does not lift"):
        assert part in words


@pytest.mark.parametrize(
    ("seen", "why"),
    [
        (replace(CALM, spells=()), f"no request of app {THEIRS} in 24 hours"),
        (replace(CALM, until=NOW - timedelta(hours=5)), "nothing newer than 5 h"),
        (replace(hour(100, 30), until=NOW - timedelta(hours=5)), "nothing newer than 5 h"),
        (replace(CALM, whole=False), "a part of the log only"),
        (replace(CALM, first=None, until=None, spells=()), "not of any app"),
    ],
)
def test_where_the_log_cannot_tell_it_is_never_called_calm(seen, why):
    result = judged(seen)
    assert isinstance(result, Unknown)
    assert why in result.why


def test_a_part_with_enough_429s_in_it_is_enough():
    assert isinstance(judged(replace(hour(100, 30), whole=False)), Broken)


def test_an_hour_of_which_a_part_of_the_log_says_nothing_is_no_zero():
    part = replace(CALM, spells=(), whole=False)
    assert all(one.calls is None for one in part.hours)
    assert not any("no 429" in line for line in lines(part, NOW) if "last hour" in line)
    assert any(one.calls == Calls() for one in replace(part, whole=True).hours)


def test_no_workspace_is_cannot_tell_with_every_step_to_switch_it_on():
    result = unset(APART)
    assert "cannot tell" in result.why
    for part in ("MicrosoftGraphActivityLogs", "P1", "Log Analytics Reader",
                 "ROOMOPS_LOG_ANALYTICS_WORKSPACE"):  # fmt: skip
        assert part in result.would_tell
    assert f"New-AzRoleAssignment -ApplicationId '{OWN}'" in result.command
    assert "/providers/microsoft.aadiam/diagnosticSettings/" in result.command


def test_a_known_workspace_is_filled_in():
    command = nothing_arrives(WORKSPACE, ()).command
    assert f"CustomerId -eq '{WORKSPACE}'" in command
    assert "category = 'MicrosoftGraphActivityLogs'" in command
    assert not re.search(r"\b(GROUP|WORKSPACE)\b", command)


def test_one_app_for_both_says_so_and_what_it_does_not_prove():
    result = shared()
    assert "share one app registration" in result.summary
    assert "is not proved" in result.notes[0]
    seen = judged(CALM, TOGETHER)
    assert isinstance(seen, Ok)
    assert "shares the limits" in seen.notes[-1]
    throttled = judged(hour(100, 30), TOGETHER)
    assert isinstance(throttled, Broken)
    assert throttled.findings[0].owner is Owner.BOTH


def test_the_lines_say_first_how_old_they_are():
    seen = replace(
        hour(300, 30, 2),
        mailboxes=(Worst("evil\n<!channel>", Calls(9, 9)),),
        operations=(Worst("GET users/{id}/calendarView", Calls(30, 30)),),
    )
    assert lines(seen, NOW) == (
        "The Graph activity log reaches to 12 min ago; it usually comes within 30 min, at times "
        "in 2 h.",
        "In the last hour of it: 30 of 300 requests (10 %) were answered 429; 2 found the service "
        "unavailable.",
        "Over 24 hours: 30 of 300 requests (10 %) were answered 429; 2 found the service "
        "unavailable.",
        "Most of them: evil <!channel> (9).",
        "By operation: GET users/{id}/calendarView (30).",
    )


def test_the_picture_has_a_column_an_hour_and_leaves_out_what_is_not_known():
    picture = drawn(replace(hour(300, 30), first=NOW - timedelta(hours=2)), ZoneInfo("UTC"))
    assert picture.labels[-1] == "10:00"
    assert picture.series[0].values[-3:] == (0, 300, None)
    assert "22 of 24 not measured" in " ".join(told(picture))


STORIES = [
    ("", Ok, "does not throttle"),
    ("integration-throttled", Broken, "most of them in the mailbox fado@contoso.example"),
    ("integration-storm", Broken, "spread over 2 mailboxes"),
    ("activity-forbidden", Unknown, "may not read the Graph activity logs in workspace"),
    ("activity-table-missing", Unknown, "no Graph activity logs have arrived"),
    ("activity-stopped", Unknown, "no Graph activity logs have arrived"),
    ("activity-late", Unknown, "nothing newer than 5 h"),
    ("activity-moved", Unknown, "Azure Monitor knows no workspace"),
    ("activity-partial", Unknown, "a part of the log only"),
    ("activity-throttled", Unknown, "Azure Monitor asks the bot to wait"),
    ("activity-down", Unknown, "Azure Monitor is down"),
    ("secret-wrong", Unknown, "does not let the bot sign in"),
    ("integration-disabled", Unknown, "has no request of app"),
]


@pytest.fixture(scope="module")
def world():
    """One sandbox for all stories; each bot is a new one, and remembers nothing."""
    tenant = empty()
    for name in ("Fado", "Alfama"):
        tenant.room(name)
    tenant.retry_after = 300
    with Sandbox(tenant, clock=lambda: NOW) as sandbox:
        yield sandbox


def looked(sandbox: Sandbox, **more: str):
    given = {name: value for name, value in {**sandbox.settings(), **more}.items() if value}
    settings, _ = load(given)
    glass = Glass(NOW)
    graph = connect(settings, glass.now, sleep=glass.sleep, monotonic=glass.monotonic)
    try:
        return look(services_of(settings, graph), NOW)
    finally:
        graph.close()


@pytest.mark.parametrize(("fault", "kind", "said"), STORIES)
def test_each_story_of_the_log_ends_in_its_verdict(world, fault, kind, said):
    given = world.settings()["ROOMOPS_LOG_ANALYTICS_WORKSPACE"]
    if fault:
        world.tenant.break_(fault)
    try:
        result = looked(world, ROOMOPS_LOG_ANALYTICS_WORKSPACE=given)
    finally:
        world.tenant.mend()
    assert isinstance(result, kind)
    summary = result.findings[0].summary if isinstance(result, Broken) else (
        result.why if isinstance(result, Unknown) else result.summary
    )  # fmt: skip
    assert said in summary


def test_a_storm_is_critical_and_one_room_is_a_warning(world):
    severities = []
    for fault in ("integration-throttled", "integration-storm"):
        world.tenant.break_(fault)
        result = looked(world)
        world.tenant.mend()
        assert isinstance(result, Broken)
        severities.append(result.findings[0].severity)
    assert severities == [Severity.WARNING, Severity.CRITICAL]


def test_without_a_workspace_a_bot_with_an_app_of_its_own_cannot_tell(world):
    assert looked(world, ROOMOPS_LOG_ANALYTICS_WORKSPACE="") == unset(
        replace(APART, own_app=world.tenant.app.client_id)
    )


def test_without_a_workspace_one_app_for_both_is_told_by_its_own_requests(world):
    result = looked(world, ROOMOPS_LOG_ANALYTICS_WORKSPACE="", ROOMOPS_INTEGRATION_APP_ID="")
    assert result == shared()
