"""Whether Entra and Graph answer, and whether the bot gets its token."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from adapters.graph import Graph, claims, connect
from adapters.graph.directory import Directory
from adapters.sandbox import Sandbox, Tenant
from bot.errors import Forbidden, Trouble, Unreachable
from bot.load import load
from bot.tenancy import ServiceIssue
from tests.graph.conftest import Connect
from tests.graph.glass import Glass


@pytest.fixture
def directory(graph: Graph) -> Directory:
    return graph.directory


# reach and sign-in


def test_both_doors_are_knocked_at_without_a_token(directory: Directory) -> None:
    reached = directory.reach()
    entra, graph, health = reached.evidence
    assert (entra.answered, graph.answered, health.answered) == ("200", "401", "200, 0 open")
    assert entra.asked.endswith("/v2.0/.well-known/openid-configuration")
    assert graph.asked.endswith("/v1.0/ without a token")
    assert graph.request_id
    assert (reached.skew, reached.issues) == (timedelta(), ())


@pytest.mark.parametrize("minutes", [10, -10])
def test_a_clock_that_is_wrong_shows(sandbox: Sandbox, glass: Glass, minutes: int) -> None:
    settings, _ = load(sandbox.settings())
    off = timedelta(minutes=minutes)
    graph = connect(settings, lambda: glass.now() + off, sleep=glass.sleep)
    try:
        assert graph.directory.reach().skew == -off
    finally:
        graph.close()


def test_microsofts_own_incidents_are_told(
    tenant: Tenant, directory: Directory, nine: datetime
) -> None:
    tenant.records.announced("Exchange Online", "Calendars are slow", nine)
    tenant.records.announced("SharePoint Online", "Not ours", nine)
    tenant.records.announced("Microsoft Entra", "Sign-in notice", nine, incident=False)
    notice, slow = directory.reach().issues or ()
    assert slow == ServiceIssue("EX900000", "Exchange Online", "Calendars are slow", True, nine)
    assert (notice.service, notice.is_incident) == ("Microsoft Entra", False)


def test_without_service_health_the_rest_of_reach_stands(
    tenant: Tenant, directory: Directory
) -> None:
    tenant.revoke("ServiceHealth.Read.All")
    reached = directory.reach()
    assert reached.issues is None
    assert "ServiceHealth.Read.All" in reached.why_not


def test_a_bot_that_may_not_sign_in_still_reaches(tenant: Tenant, directory: Directory) -> None:
    tenant.break_("secret-expired")
    reached = directory.reach()
    assert reached.issues is None
    assert "client secret has expired" in reached.why_not


@pytest.mark.parametrize("fault", ["outage", "entra-down", "html", "empty", "truncated", "reset"])
def test_a_door_that_does_not_answer_in_its_own_words_is_unreachable(
    tenant: Tenant, directory: Directory, fault: str
) -> None:
    tenant.break_(fault)
    with pytest.raises(Unreachable):
        directory.reach()


def test_a_host_that_is_not_there_is_unreachable(sandbox: Sandbox, joined: Connect) -> None:
    for setting in ("ROOMOPS_GRAPH_URL", "ROOMOPS_LOGIN_URL"):
        graph = joined(sandbox.settings(), **{setting: "https://localhost:1"})
        with pytest.raises(Unreachable, match="does not answer"):
            graph.directory.reach()


def test_the_bots_own_permissions_are_told_by_its_token_even_where_nothing_may_be_read(
    tenant: Tenant, directory: Directory
) -> None:
    assert "Place.Read.All" in directory.own_roles()
    tenant.revoke(*tenant.app.consented)
    assert directory.own_roles() == frozenset()
    tenant.grant("Place.Read.All")
    assert directory.own_roles() == {"Place.Read.All"}


@pytest.mark.parametrize("token", ["opaque", "a.b", "a.WzFd.c", "a.eyJyb2xlcyI6MX0.c"])
def test_a_token_that_cannot_be_read_tells_no_permissions_and_never_that_there_are_none(
    token: str,
) -> None:
    with pytest.raises(Trouble, match="does not tell its permissions"):
        claims.roles(token)


def test_a_sign_in_gets_a_new_token_each_time_and_shows_none(
    tenant: Tenant, directory: Directory, graph: Graph
) -> None:
    graph.probe()
    before = graph._tokens.get(1e9)
    (seen,) = directory.sign_in()
    after = graph._tokens.get(1e9)
    assert before.value != after.value
    assert seen.asked.endswith(f"/{tenant.id}/oauth2/v2.0/token")
    assert seen.answered.startswith("200, a token for ")
    assert after.value not in repr(seen)


@pytest.mark.parametrize(
    ("fault", "code", "words"),
    [
        ("secret-expired", "AADSTS7000222", "client secret has expired"),
        ("secret-wrong", "AADSTS7000215", "client secret is not the app's"),
        ("app-disabled", "AADSTS7000112", "switched off"),
        ("conditional-access", "AADSTS53003", "Conditional Access policy"),
    ],
)
def test_a_refused_sign_in_says_why_and_a_mended_one_works_at_once(
    tenant: Tenant, directory: Directory, fault: str, code: str, words: str
) -> None:
    directory.sign_in()
    tenant.break_(fault)
    with pytest.raises(Forbidden, match=words) as refused:
        directory.sign_in()
    assert refused.value.code == code
    tenant.mend()
    assert directory.sign_in()


def test_entra_that_is_down_takes_no_token_away(
    tenant: Tenant, directory: Directory, graph: Graph
) -> None:
    directory.sign_in()
    tenant.break_("entra-down")
    with pytest.raises(Unreachable):
        directory.sign_in()
    graph.probe()
