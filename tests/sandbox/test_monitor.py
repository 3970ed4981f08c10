"""Azure Monitor as the sandbox serves it: a plain HTTP client that knows nothing of roomops."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import httpx
import pytest

from adapters.sandbox import FAULTS, Tenant
from tests.sandbox.asking import NOW, Asker, code

TABLE = "MicrosoftGraphActivityLogs"
BY_STATUS = f"{TABLE} | summarize calls=count() by ResponseStatusCode"
DAY = f"{(NOW - timedelta(days=1)).isoformat()}/{NOW.isoformat()}"


def token(asker: Asker, audience: str = "https://api.loganalytics.io") -> str:
    return str(asker.sign_in(scope=f"{audience}/.default").json()["access_token"])


def ask(
    asker: Asker,
    query: str = BY_STATUS,
    *,
    workspace: str = "",
    bearer: str = "",
    timespan: str = DAY,
) -> httpx.Response:
    where = workspace or asker.sandbox.settings()["ROOMOPS_LOG_ANALYTICS_WORKSPACE"]
    return asker.http.post(
        f"{asker.sandbox.url}/v1/workspaces/{where}/query",
        json={"query": query, "timespan": timespan},
        headers={"Authorization": f"Bearer {bearer or token(asker)}"},
    )


def rows(answer: httpx.Response) -> list[dict[str, Any]]:
    table = answer.json()["tables"][0]
    names = [column["name"] for column in table["columns"]]
    return [dict(zip(names, row, strict=True)) for row in table["rows"]]


def counts(asker: Asker, **more: str) -> dict[int, int]:
    return {row["ResponseStatusCode"]: row["calls"] for row in rows(ask(asker, **more))}


def innermost(answer: httpx.Response) -> str:
    error = answer.json()["error"]
    while "innererror" in error:
        error = error["innererror"]
    return str(error["code"])


def test_the_log_is_a_table_with_named_and_typed_columns(asker: Asker) -> None:
    answer = ask(asker, f"{TABLE} | where ResponseStatusCode == 200 | top 1 by TimeGenerated")
    table = answer.json()["tables"][0]
    assert table["name"] == "PrimaryResult"
    assert {"name": "RequestUri", "type": "string"} in table["columns"]
    assert rows(answer)[0]["RequestUri"].startswith("https://graph.microsoft.com/v1.0/")


def test_an_ordinary_day_has_no_refusals(asker: Asker) -> None:
    assert set(counts(asker)) == {200}


def test_the_log_comes_late(asker: Asker, tenant: Tenant) -> None:
    told = ask(asker, f"{TABLE} | summarize newest=max(TimeGenerated)")
    assert rows(told) == [{"newest": "2026-11-23T09:51:45.0000000Z"}]


def test_a_throttled_integration_has_as_many_refusals_an_hour_as_were_said(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.integration_throttled(per_hour=30, mailbox="Fado")
    hour = f"{(NOW - timedelta(hours=2)).isoformat()}/{(NOW - timedelta(hours=1)).isoformat()}"
    assert counts(asker, timespan=hour) == {200: 300, 429: 30}
    refused = f"{TABLE} | where ResponseStatusCode == 429 | summarize n=count() by RequestUri"
    [row] = rows(ask(asker, refused, timespan=hour))
    assert "/users/fado@contoso.example/" in row["RequestUri"]
    tenant.integration_throttled(per_hour=0)
    assert counts(asker, timespan=hour) == {200: 300}


def test_the_same_time_always_has_the_same_rows(asker: Asker) -> None:
    query = f"{TABLE} | top 5 by TimeGenerated"
    assert rows(ask(asker, query)) == rows(ask(asker, query))


def test_an_integration_that_is_switched_off_asks_nothing(asker: Asker, tenant: Tenant) -> None:
    query = f"{TABLE} | where AppId == '{tenant.integration.client_id}' | summarize n=count()"
    assert rows(ask(asker, query)) != [{"n": 0}]
    tenant.break_("integration-disabled")
    assert rows(ask(asker, query)) == [{"n": 0}]


@pytest.mark.parametrize("host", ["io", "azure.com", "us", "azure.cn"])
def test_every_clouds_audience_is_known(asker: Asker, host: str) -> None:
    audience = f"https://api.loganalytics.{host}"
    assert ask(asker, bearer=token(asker, audience)).status_code == 200


def test_a_token_for_graph_is_none_for_the_log_and_the_other_way_round(asker: Asker) -> None:
    graph = asker.renew()
    answer = ask(asker, bearer=graph)
    assert (answer.status_code, code(answer)) == (403, "InvalidAuthenticationTokenAudience")
    asker.bearer = token(asker)
    assert code(asker.get("organization")) == "InvalidAuthenticationToken"


def test_without_a_token_nobody_is_told_anything(asker: Asker) -> None:
    url = f"{asker.sandbox.url}/v1/workspaces/x/query"
    assert asker.http.post(url, json={}).status_code == 401
    assert code(ask(asker, bearer="a.b.c")) == "InvalidAuthenticationToken"


def test_another_workspace_is_not_found(asker: Asker) -> None:
    answer = ask(asker, workspace="0" * 8)
    assert (answer.status_code, code(answer)) == (404, "PathNotFoundError")


@pytest.mark.parametrize(
    ("query", "inner"),
    [
        ("SigninLogs | summarize n=count()", "SEM0100"),
        (f"{TABLE} | where Nothing == 1", "SEM0100"),
        (f"{TABLE} | where AppId == '", "SyntaxError"),
        (f"{TABLE} | make-graph", "SyntaxError"),
        (f"{TABLE} | summarize n=count() extra", "SyntaxError"),
    ],
)
def test_a_query_that_kusto_would_refuse_is_refused(asker: Asker, query: str, inner: str) -> None:
    answer = ask(asker, query)
    assert (answer.status_code, code(answer)) == (400, "BadArgumentError")
    assert innermost(answer) == inner


def _status(asker: Asker) -> object:
    answer = ask(asker)
    return answer.status_code, innermost(answer)


FAULTY: dict[str, tuple[Callable[[Asker], object], object]] = {
    "integration-throttled": (lambda asker: counts(asker).get(429), 74),
    "integration-storm": (lambda asker: counts(asker).get(429), 344),
    "activity-forbidden": (_status, (403, "InsufficientAccessError")),
    "activity-table-missing": (_status, (400, "SEM0100")),
    "activity-stopped": (lambda asker: rows(ask(asker)), []),
    "activity-late": (lambda asker: counts(asker)[200], 19 * 300),
    "activity-moved": (
        lambda asker: ask(asker, workspace="21f9b4b8-0000-4000-8000-000000000000").status_code,
        404,
    ),
    "activity-partial": (lambda asker: ask(asker).json()["error"]["code"], "PartialError"),
    "activity-throttled": (_status, (429, "ThrottledError")),
    "activity-down": (_status, (503, "ServiceUnavailableError")),
}


@pytest.mark.parametrize("name", FAULTY)
def test_a_fault_of_the_log_does_what_its_name_says_and_mends(
    asker: Asker, tenant: Tenant, name: str
) -> None:
    look, expected = FAULTY[name]
    tenant.break_(name)
    assert look(asker) == expected
    assert asker.get("organization").status_code != 429, "Graph itself is well"
    tenant.mend(name)
    assert set(counts(asker)) == {200}


def test_a_slow_log_answers_after_the_clients_patience(asker: Asker, tenant: Tenant) -> None:
    bearer, tenant.slowness = token(asker), 60
    tenant.break_("activity-slow")
    asker.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        ask(asker, bearer=bearer)


def test_every_fault_of_the_log_has_its_test() -> None:
    mine = {name for name in FAULTS if name.startswith("activity-")}
    assert mine | {"integration-throttled", "integration-storm"} == FAULTY.keys() | {
        "activity-slow"
    }
