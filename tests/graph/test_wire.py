"""What is asked again, what is waited for, and what every refusal becomes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from adapters.graph import Graph
from adapters.graph.refusal import Blocked, Broken, Garbled, SignInRefused, Unavailable
from adapters.sandbox import Sandbox, Tenant
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from tests.graph.conftest import Connect
from tests.graph.glass import Glass
from tests.graph.scripted import Asked, Said, Scripted, error

WELL = Said(body={"value": []})


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_service_that_is_away_is_asked_three_times_more(
    scripted: Scripted, told: Graph, status: int
) -> None:
    scripted.script(*[error(status, "UnknownError")] * 3, WELL)
    told.probe()
    assert len(scripted.asked) == 4


def test_and_then_no_more(scripted: Scripted, told: Graph, glass: Glass) -> None:
    scripted.script(error(503, "serviceNotAvailable"))
    with pytest.raises(Unreachable, match="down for the moment"):
        told.probe()
    assert len(scripted.asked) == 4
    assert [round(seconds, 3) for seconds in glass.slept] == [0.375, 0.75, 1.0, 0.5]  # slices


@pytest.mark.parametrize("status", [400, 403, 404, 405, 500, 501])
def test_other_refusals_are_taken_at_their_word(
    scripted: Scripted, told: Graph, status: int
) -> None:
    scripted.script(error(status, "ErrorItemNotFound"))
    with pytest.raises(Trouble):
        told.probe()
    assert len(scripted.asked) == 1


def test_a_connection_that_is_cut_is_asked_again(tenant: Tenant, graph: Graph) -> None:
    graph.probe()
    tenant.break_("reset")
    with pytest.raises(Unavailable):
        graph.probe()
    tenant.mend()
    graph.probe()


def test_a_host_that_is_not_there_is_unreachable(scripted: Scripted, joined: Connect) -> None:
    graph = joined(scripted.settings(), ROOMOPS_GRAPH_URL="https://localhost:1")
    with pytest.raises(Unreachable, match="does not answer"):
        graph.probe()


@pytest.mark.parametrize("fault", ["throttled", "retry-after-date"])
def test_nothing_is_asked_before_a_retry_after_is_over(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass, fault: str
) -> None:
    tenant.break_(fault)
    with pytest.raises(Throttled):
        graph.probe()
    assert sandbox.referee.operations == 4  # 0, 5, 10 and 15 s
    assert not sandbox.referee.violations
    assert glass.monotonic() < 1_020


def test_a_wait_of_an_hour_is_told_and_not_waited_for(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.break_("retry-after-hour")
    for _ in range(3):
        with pytest.raises(Throttled) as refused:
            graph.probe()
        assert refused.value.retry_after == timedelta(hours=1)
    assert sandbox.referee.operations == 1
    assert not glass.slept
    tenant.mend()
    glass.forward(hours=1)
    graph.probe()
    assert not sandbox.referee.violations


def test_a_retry_after_of_zero_is_believed_once(
    sandbox: Sandbox, tenant: Tenant, graph: Graph
) -> None:
    tenant.break_("retry-after-zero")
    with pytest.raises(Throttled):
        graph.probe()
    assert sandbox.referee.operations == 6


def test_a_429_without_retry_after_is_waited_out_longer_each_time(
    scripted: Scripted, told: Graph, glass: Glass
) -> None:
    scripted.script(*[error(429, "TooManyRequests")] * 3, WELL)
    told.probe()
    assert len(scripted.asked) == 4
    assert 1.5 < sum(glass.slept) < 4


def test_one_threads_wait_is_every_threads_wait(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.break_("retry-after-hour")
    with pytest.raises(Throttled):
        graph.probe()
    with ThreadPoolExecutor(8) as pool:
        refused = [pool.submit(graph.probe).exception() for _ in range(8)]
    assert all(isinstance(each, Throttled) for each in refused)
    assert sandbox.referee.operations == 1


def test_an_outage_with_a_retry_after_is_left_alone_so_long(
    sandbox: Sandbox, tenant: Tenant, graph: Graph
) -> None:
    tenant.break_("outage")
    with pytest.raises(Unreachable):
        graph.probe()
    assert sandbox.referee.operations == 4
    assert not sandbox.referee.violations


@pytest.mark.parametrize(
    ("said", "kind", "hint"),
    [
        (error(401, "InvalidAuthenticationToken"), SignInRefused, "ROOMOPS_CLOUD"),
        (error(401, "NoPermissionsInAccessToken"), SignInRefused, "Place.Read.All"),
        (error(403, "ErrorAccessDenied", "Access is denied."), Forbidden, "Place.Read.All"),
        (error(403, "Authorization_RequestDenied"), Forbidden, "Place.Read.All"),
        (
            error(403, "ErrorAccessDenied", "Access to OData is disabled: [RAOP] : Blocked"),
            Blocked,
            "Get-ApplicationAccessPolicy",
        ),
        (error(404, "ResourceNotFound"), Missing, ""),
        (error(500, "InternalServerError"), Broken, "few minutes"),
        (error(503, "serviceNotAvailable"), Unreachable, "few minutes"),
        (error(400, "ErrorInvalidRequest"), Trouble, ""),
    ],
)
def test_every_refusal_becomes_a_sentence_of_ours(
    scripted: Scripted, told: Graph, said: Said, kind: type[Trouble], hint: str
) -> None:
    scripted.script(said)
    with pytest.raises(kind) as refused:
        told.probe()
    assert type(refused.value) is kind or kind is Unreachable
    assert hint in refused.value.hint
    assert refused.value.code == said.body["error"]["code"]
    assert "Access" not in str(refused.value)


def test_a_refusal_keeps_what_microsofts_support_asks_for(scripted: Scripted, told: Graph) -> None:
    inner = {"date": "2026-11-23T09:59:58", "request-id": "93b6f17e-c05d-4f45-ad2a-6665c708d8a0"}
    for spelling in ("innerError", "innererror"):
        scripted.script(Said(404, {"error": {"code": "ResourceNotFound", spelling: inner}}))
        with pytest.raises(Missing) as refused:
            told.probe()
        assert refused.value.code == "ResourceNotFound"
        assert refused.value.request_id == inner["request-id"]
        assert refused.value.at == datetime(2026, 11, 23, 9, 59, 58, tzinfo=UTC)


def test_the_header_names_the_request_where_the_body_does_not(
    scripted: Scripted, told: Graph
) -> None:
    scripted.script(error(404, "ErrorInvalidUser", request_id="from-the-header"))
    with pytest.raises(Missing) as refused:
        told.probe()
    assert refused.value.request_id == "from-the-header"


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>Sign in</html>",
        b'{"value": [',
        b"null",
        b"[]",
        b'"text"',
        b"\xff\xfe",
        b"[" * 5_000,
        b'{"a":' * 900 + b"1" + b"}" * 900,
        b"1" * 5_000,
    ],
)
def test_a_200_that_is_no_answer_makes_no_sense(
    scripted: Scripted, told: Graph, body: bytes
) -> None:
    scripted.script(Said(200, body))
    with pytest.raises(Garbled):
        told.catalogue()


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"error": 7}',
        b'{"error": {"code": {"a": 1}, "message": [], "innerError": "x"}}',
        b'{"error": {"code": "<!channel> *x*", "innerError": {"request-id": "a\\nb", "date": 3}}}',
        b'{"error": {"code": "ok", "innerError": {"date": "0001-13-99"}}}',
    ],
)
def test_a_refusal_without_a_proper_body_is_still_a_sentence(
    scripted: Scripted, told: Graph, body: bytes
) -> None:
    for status in (400, 401, 403, 404, 418, 429, 500, 503, 599):
        scripted.script(Said(status, body))
        with pytest.raises(Trouble) as refused:
            told.probe()
        assert "channel" not in refused.value.sentence
        assert refused.value.code in ("", "ok")
        assert refused.value.request_id == ""


def test_an_answer_that_drips_beyond_patience_is_left(
    scripted: Scripted, told: Graph, glass: Glass
) -> None:
    def graph(_: Asked) -> Said:
        glass.forward(seconds=21)
        return WELL

    scripted.graph = graph
    with pytest.raises(Unreachable, match="did not end its answer in time"):
        told.probe()


def test_an_answer_without_end_is_given_up(scripted: Scripted, told: Graph) -> None:
    scripted.script(Said(200, b" " * (33 * 1024 * 1024)))
    with pytest.raises(Garbled, match="no end"):
        told.probe()
