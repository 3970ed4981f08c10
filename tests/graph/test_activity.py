"""The integration's own requests, as Graph's activity log tells of them: over real HTTP."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import unquote

import pytest

from adapters.graph import USER_AGENT, Graph
from adapters.graph.activity import spells_of, worst_of
from adapters.graph.asker import on_behalf_of
from adapters.graph.clouds import Monitor, monitor
from adapters.graph.governor import Governor
from adapters.graph.limits import MONITOR
from adapters.graph.question import GRAPH
from adapters.graph.refusal import Garbled, SignInRefused, Slowed
from adapters.graph.timing import Timing
from adapters.sandbox import Sandbox, Tenant
from adapters.sandbox.kql import run
from bot.activity import Calls, Seen
from bot.asking import Asker, Urgency
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.load import load
from bot.throttling import Step
from bot.wiring import services_of
from tests.graph.conftest import Connect
from tests.graph.glass import Glass
from tests.graph.scripted import Asked, Said, Scripted

WORKSPACE = "33333333-3333-3333-3333-333333333333"
APP = "44444444-4444-4444-4444-444444444444"
QUERY = "/workspaces/{workspace}/query"


@pytest.fixture
def tenant(sandbox: Sandbox) -> Tenant:
    for name in ("Fado", "Alfama", "Belém"):
        sandbox.tenant.room(name)
    return sandbox.tenant


def seen_by(graph: Graph, tenant: Tenant) -> Seen:
    seen = graph.activity.seen(tenant.integration.client_id)
    assert seen is not None
    return seen


def queries(sandbox: Sandbox) -> int:
    return sum(call.path == QUERY for call in sandbox.referee.calls)


def test_a_calm_day_has_requests_and_no_429(graph: Graph, tenant: Tenant, sandbox: Sandbox) -> None:
    seen = seen_by(graph, tenant)
    assert seen.day.requests == pytest.approx(24 * 240, abs=40)
    assert (seen.day.throttled, seen.mailboxes, seen.whole) == (0, (), True)
    assert queries(sandbox) == 2


def test_the_log_says_how_late_it_is(graph: Graph, tenant: Tenant) -> None:
    seen = seen_by(graph, tenant)
    assert seen.late is not None
    assert timedelta(minutes=8) <= seen.late < timedelta(minutes=9)


def test_the_worst_mailbox_and_operation_are_named(
    graph: Graph, tenant: Tenant, sandbox: Sandbox
) -> None:
    tenant.integration_throttled(per_hour=60, mailbox="Fado")
    tenant.integration_throttled(per_hour=6, mailbox="Alfama")
    seen = seen_by(graph, tenant)
    assert [worst.name for worst in seen.mailboxes] == [
        "fado@contoso.example",
        "alfama@contoso.example",
    ]
    assert [worst.name for worst in seen.operations] == ["GET users/{id}/calendarView"]
    assert seen.day.throttled == sum(worst.calls.throttled for worst in seen.mailboxes)
    assert queries(sandbox) == 3


def test_the_last_hour_is_the_last_that_the_log_tells_of(graph: Graph, tenant: Tenant) -> None:
    tenant.integration_throttled(per_hour=60, since=datetime(2026, 11, 23, 9, 30, tzinfo=UTC))
    seen = seen_by(graph, tenant)
    assert seen.last_hour.throttled == 22  # from 9:30 to 9:52
    assert seen.day.throttled == seen.last_hour.throttled


def test_hours_that_the_log_does_not_tell_of_are_no_zeros(
    graph: Graph, tenant: Tenant, glass: Glass
) -> None:
    tenant.break_("activity-late")
    hours = seen_by(graph, tenant).hours
    assert len(hours) == 24
    assert [hour.calls is None for hour in hours[-7:]] == [False] + [True] * 6
    assert hours[-1].at == glass.now()


def test_unavailable_answers_are_counted_apart(graph: Graph, tenant: Tenant) -> None:
    tenant.integration_throttled(per_hour=12, status=503)
    assert seen_by(graph, tenant).last_hour == Calls(pytest.approx(220, abs=50), 0, 11)


def test_an_answer_is_told_again_for_five_minutes(
    graph: Graph, tenant: Tenant, sandbox: Sandbox, glass: Glass
) -> None:
    first = seen_by(graph, tenant)
    glass.forward(minutes=4, seconds=59)
    assert seen_by(graph, tenant) is first
    glass.forward(seconds=2)
    assert seen_by(graph, tenant).read_at > first.read_at


def test_a_refusal_is_not_remembered(graph: Graph, tenant: Tenant) -> None:
    """Somebody has just given the role, and looks again."""
    tenant.break_("activity-forbidden")
    with pytest.raises(Forbidden) as refused:
        seen_by(graph, tenant)
    assert refused.value.code == "InsufficientAccessError"
    assert refused.value.request_id
    tenant.mend()
    assert seen_by(graph, tenant).day.requests


def test_a_workspace_that_is_not_there_is_missing(graph: Graph, tenant: Tenant) -> None:
    tenant.break_("activity-moved")
    with pytest.raises(Missing, match="no such workspace"):
        seen_by(graph, tenant)


@pytest.mark.parametrize("fault", ["activity-table-missing", "activity-stopped"])
def test_a_log_in_which_nothing_arrived_is_an_answer_without_an_until(
    graph: Graph, tenant: Tenant, fault: str
) -> None:
    tenant.break_(fault)
    seen = seen_by(graph, tenant)
    assert (seen.until, seen.spells) == (None, ())
    assert all(hour.calls is None for hour in seen.hours)
    assert seen.evidence


def test_a_part_is_told_as_a_part(graph: Graph, tenant: Tenant) -> None:
    tenant.break_("activity-partial")
    seen = seen_by(graph, tenant)
    assert not seen.whole
    assert any("not all" in one.answered for one in seen.evidence)


def test_a_throttled_monitor_is_left_alone_and_holds_nobody_else_back(
    graph: Graph, tenant: Tenant, sandbox: Sandbox
) -> None:
    tenant.grant("Place.Read.All")
    tenant.break_("activity-throttled")
    tenant.retry_after = 300
    with pytest.raises(Throttled) as slowed:
        seen_by(graph, tenant)
    assert slowed.value.retry_after == timedelta(seconds=300)
    asked = queries(sandbox)
    with pytest.raises(Throttled):
        seen_by(graph, tenant)
    assert queries(sandbox) == asked
    graph.probe()


def test_a_short_wait_is_waited_for(scripted: Scripted, joined: Connect, glass: Glass) -> None:
    said = [Said(429, {}, {"Retry-After": "7"}), NOTHING]
    graph = joined(logged(scripted, lambda _: said.pop(0)))
    assert graph.activity.seen(APP) is not None
    assert sum(glass.slept) >= 7


def test_a_monitor_that_is_down_is_asked_three_times(
    graph: Graph, tenant: Tenant, sandbox: Sandbox
) -> None:
    tenant.break_("activity-down")
    with pytest.raises(Unreachable, match="Azure Monitor is down"):
        seen_by(graph, tenant)
    assert queries(sandbox) == 3


def test_a_monitor_that_says_when_it_is_back_is_left_alone_until_then(
    scripted: Scripted, joined: Connect
) -> None:
    graph = joined(logged(scripted, lambda _: Said(503, {}, {"Retry-After": "300"})))
    for _ in range(2):
        with pytest.raises(Unreachable):
            graph.activity.seen(APP)
    assert len(scripted.asked) == 1


def test_a_part_of_any_answer_makes_it_a_part(scripted: Scripted, joined: Connect) -> None:
    part = table(("started", "requests", "throttled", "unavailable"), [[NINE, 1, 0, 0]])
    part.body["error"] = {"code": "PartialError"}
    answers = [table(("oldest", "newest"), [[NINE, NINE]]), part]
    seen = joined(logged(scripted, lambda _: answers.pop(0))).activity.seen(APP)
    assert seen is not None
    assert not seen.whole


def test_graph_and_the_log_get_their_tokens_from_one_app_and_keep_them_apart(
    scripted: Scripted, joined: Connect
) -> None:
    graph = joined(logged(scripted, lambda _: NOTHING))
    graph.probe()
    graph.activity.seen(APP)
    graph.activity.seen(APP.replace("4", "5"))
    graph.probe()
    scopes = [unquote(form.text.split("scope=")[1].split("&")[0]) for form in scripted.signed_in]
    assert [scope.split("/.default")[0] for scope in scopes] == [
        "https://graph.microsoft.com",
        "https://api.loganalytics.io",
    ]
    assert scripted.discovered == 1


def test_a_log_that_does_not_take_the_token_leaves_graphs_alone(
    scripted: Scripted, joined: Connect
) -> None:
    refused = Said(403, {"error": {"code": "InvalidAuthenticationTokenAudience", "message": ""}})
    graph = joined(logged(scripted, lambda _: refused))
    graph.probe()
    with pytest.raises(SignInRefused):
        graph.activity.seen(APP)
    signed_in = len(scripted.signed_in)
    graph.probe()
    assert len(scripted.signed_in) == signed_in


@pytest.mark.parametrize(
    "body",
    [
        None,
        {},
        {"tables": []},
        {"tables": [{"columns": [{"name": "newest"}], "rows": [["noon"]]}]},
        {"tables": [{"columns": [{"name": "newest"}], "rows": [[1, 2]]}]},
        {"tables": [{"columns": "x", "rows": [[1]]}]},
        b"<html>",
    ],
)
def test_an_answer_that_makes_no_sense_is_no_answer(
    scripted: Scripted, joined: Connect, body: object
) -> None:
    with pytest.raises(Garbled):
        joined(logged(scripted, lambda _: Said(200, body))).activity.seen(APP)


@pytest.mark.parametrize(
    "row",
    [["noon", 1, 0, 0], [None, 1, 0, 0], ["2026-11-23T09:00:00Z", "1", 0, 0],
     ["2026-11-23T09:00:00Z", 1, -1, 0], ["2026-11-23T09:00:00", 1, 0, 0]],
)  # fmt: skip
def test_a_row_that_makes_no_sense_is_not_counted(
    scripted: Scripted, joined: Connect, row: list[object]
) -> None:
    columns = ("started", "requests", "throttled", "unavailable")
    answers = [table(("oldest", "newest"), [[NINE, NINE]]), table(columns, [row])]
    with pytest.raises(Garbled):
        joined(logged(scripted, lambda _: answers.pop(0))).activity.seen(APP)


def test_a_workspace_without_any_data_answers_without_a_body(
    scripted: Scripted, joined: Connect
) -> None:
    seen = joined(logged(scripted, lambda _: Said(204, b""))).activity.seen(APP)
    assert seen is not None
    assert seen.until is None


def test_the_app_id_is_the_only_thing_that_gets_into_a_query() -> None:
    for made in (spells_of, worst_of):
        assert f"AppId == '{APP}'" in made(APP)
        assert f"AppId == '{APP.replace('4', 'a')}'" in made(APP.replace("4", "A"))
        with pytest.raises(ValueError, match="GUID"):
            made(f"{APP}' or '' == '")


def test_what_is_asked_is_one_day_and_who_asks_says_how_long_it_may_take(
    scripted: Scripted, joined: Connect
) -> None:
    joined(logged(scripted, lambda _: NOTHING)).activity.seen(APP)
    asked = scripted.asked[-1]
    assert asked.path == f"/v1/workspaces/{WORKSPACE}/query"
    assert asked.body["timespan"] == "2026-11-22T10:00:00Z/2026-11-23T10:15:00Z"
    assert asked.headers["prefer"] == "wait=35"
    assert asked.headers["user-agent"] == USER_AGENT


def test_a_person_waits_no_longer_than_they_said(
    graph: Graph, tenant: Tenant, sandbox: Sandbox
) -> None:
    tenant.break_("activity-throttled")
    tenant.retry_after = 30
    hurried = Asker("throttling", patience=timedelta(seconds=10))
    with graph.asking(hurried), pytest.raises(Throttled):
        seen_by(graph, tenant)
    assert queries(sandbox) == 1


def test_without_a_workspace_nothing_is_asked(sandbox: Sandbox, joined: Connect) -> None:
    given = sandbox.settings()
    del given["ROOMOPS_LOG_ANALYTICS_WORKSPACE"]
    graph = joined(given)
    assert (graph.activity.workspace, graph.activity.seen(APP)) == ("", None)
    assert sandbox.referee.calls == []


def test_a_bot_that_is_wired_can_ask_for_it(sandbox: Sandbox, graph: Graph) -> None:
    settings, _ = load(sandbox.settings())
    services = services_of(settings, graph)
    assert services.activity.workspace == settings.log_analytics_workspace


@pytest.mark.parametrize(
    ("cloud", "root", "scope"),
    [
        ("global", "https://api.loganalytics.azure.com", "https://api.loganalytics.io/.default"),
        ("usgov", "https://api.loganalytics.us", "https://api.loganalytics.us/.default"),
        ("usgov-dod", "https://api.loganalytics.us", "https://api.loganalytics.us/.default"),
        ("china", "https://api.loganalytics.azure.cn", "https://api.loganalytics.azure.cn/.default"),
    ],
)  # fmt: skip
def test_every_cloud_has_its_own_monitor(cloud: str, root: str, scope: str) -> None:
    settings, _ = load({"ROOMOPS_CLOUD": cloud})
    assert monitor(settings) == Monitor(root, scope)
    settings, _ = load({"ROOMOPS_CLOUD": cloud, "ROOMOPS_MONITOR_URL": "https://gate.example"})
    assert monitor(settings) == Monitor("https://gate.example", scope)


def governed(glass: Glass) -> Governor:
    return Governor(Timing(glass.now, glass.monotonic, glass.sleep, lambda: 0.5))


def test_a_monitor_that_rests_is_no_step_down_for_graph(glass: Glass) -> None:
    governor = governed(glass)
    governor.cool(MONITOR, 300, Slowed("Azure Monitor asks the bot to wait", timedelta(minutes=5)))
    assert governor.standing().step is Step.NORMAL
    assert [cooling.budget for cooling in governor.standing().cooling] == [MONITOR]
    with governor.turn((GRAPH,), glass.monotonic() + 1):
        pass


def test_a_round_reads_the_log_while_graph_itself_rests(glass: Glass) -> None:
    """That is when it is wanted most."""
    governor = governed(glass)
    governor.cool(GRAPH, 300, Slowed("Microsoft asks the bot to wait", timedelta(minutes=5)))
    assert governor.standing().step is not Step.NORMAL
    with (
        on_behalf_of(Asker("throttling", Urgency.ROUND), glass.monotonic()),
        governor.turn((MONITOR,), glass.monotonic() + 1),
    ):
        assert glass.slept == []


NINE = "2026-11-23T09:00:00Z"


def table(names: tuple[str, ...], rows: list[list[object]]) -> Said:
    columns = [{"name": name, "type": "string"} for name in names]
    return Said(200, {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": rows}]})


NOTHING = table(("oldest", "newest"), [[None, None]])


def logged(scripted: Scripted, answer: Callable[[Asked], Said]) -> dict[str, str]:
    """Settings for a scripted server that answers for the log too."""

    def both(asked: Asked) -> Said:
        return answer(asked) if "/workspaces/" in asked.path else Said(body={"value": []})

    scripted.graph = both
    return scripted.settings() | {
        "ROOMOPS_MONITOR_URL": scripted.url,
        "ROOMOPS_LOG_ANALYTICS_WORKSPACE": WORKSPACE,
    }


def test_trouble_has_no_query_and_no_token_in_it(scripted: Scripted, joined: Connect) -> None:
    for status in (400, 401, 403, 404, 429, 500, 503, 504):
        said = Said(status, {"error": {"code": "X", "message": "a-token-that-nobody-may-see"}})
        with pytest.raises(Trouble) as raised:
            joined(logged(scripted, lambda _, said=said: said)).activity.seen(APP)
        text = f"{raised.value} {raised.value.hint} {raised.value.code}"
        assert "summarize" not in text
        assert "nobody-may-see" not in text


@pytest.mark.parametrize(
    ("path", "mailbox", "operation"),
    [
        ("users/Fado@x.example/calendarView?a=b", "fado@x.example", "users/{id}/calendarView"),
        ("users/fado%40x.example/events/AAMk1=", "fado@x.example", "users/{id}/events/{id}"),
        ("users('fado@x.example')/calendar", "fado@x.example", "users/{id}/calendar"),
        ("users(%27fado%40x.example%27)/calendar", "fado@x.example", "users/{id}/calendar"),
        ("Users/7d9-11/calendarView/delta()", "7d9-11", "Users/{id}/calendarView/delta()"),
        ("me/events", "", "me/events"),
        ("places/microsoft.graph.room", "", "places/microsoft.graph.room"),
    ],
)
def test_mailbox_and_operation_are_read_out_of_every_form_of_address(
    path: str, mailbox: str, operation: str
) -> None:
    row = {
        "AppId": APP,
        "RequestMethod": "GET",
        "RequestUri": f"https://graph.microsoft.com/v1.0/{path}",
        "ResponseStatusCode": 429,
    }
    _, [found] = run(worst_of(APP), "MicrosoftGraphActivityLogs", row, lambda: [row])
    assert (found["mailbox"], found["operation"]) == (mailbox, f"GET {operation}")
