"""What holds for every question of the doctor: only Trouble comes out, and no secret does."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

import pytest
from structlog.testing import LogCapture

from adapters.graph import Graph
from adapters.sandbox import FAULTS, Sandbox, Tenant
from bot.errors import Trouble
from bot.tenancy import Account, App
from tests.graph.scripted import SECRET, TOKEN, Said, Scripted, error
from tests.graph.test_leaks import BODIES, MARK

SLOW = {"silent", "slow", "entra-slow"}  # they take real seconds
SINCE = datetime(2026, 10, 1, tzinfo=UTC)
OWN = App("app-id", "sp-id", "Rooms", enabled=True, home_tenant=None)
WHO = Account(
    "user-id",
    "svc@x",
    "Service",
    enabled=True,
    password_changed=None,
    password_never_expires=False,
    synced=False,
)


def questions(
    graph: Graph, app: App = OWN, who: Account = WHO, room: str = "fado@x"
) -> Iterator[Callable[[], object]]:
    """All that the two ports can be asked."""
    directory, exchange = graph.directory, graph.exchange
    yield directory.reach
    yield directory.sign_in
    yield lambda: directory.app(app.app_id)
    yield lambda: directory.grants(app)
    yield lambda: directory.consent_changes(app, SINCE)
    yield directory.consent_policy
    yield lambda: directory.account(who.address)
    yield lambda: directory.plans(who)
    yield lambda: directory.roles(who)
    yield lambda: directory.sign_ins(who, SINCE)
    yield lambda: exchange.assignments(app)
    yield lambda: exchange.probe([room, "nobody@contoso.example"])
    yield lambda: exchange.survey([room], 1)


@pytest.mark.parametrize("fault", sorted(set(FAULTS) - SLOW))
def test_whatever_is_broken_only_trouble_comes_out_and_no_rule_is_broken(
    tenant: Tenant, graph: Graph, sandbox: Sandbox, fault: str
) -> None:
    room = tenant.room("Fado")
    app = graph.directory.app(tenant.app.client_id)
    who = graph.directory.account(tenant.service_account.address)
    assert app
    assert who
    tenant.break_(fault)
    for ask in questions(graph, app, who, room.address):
        try:
            ask()
        except Trouble:
            continue
    assert sandbox.referee.violations == []


@pytest.mark.parametrize(
    "said",
    [
        *BODIES,
        Said(200, {"value": [{"id": MARK}], "responses": [{"id": "0", "status": 200}]}),
        Said(200, {"responses": [{"id": "0", "status": 403, "body": error(403, MARK).body}]}),
    ],
)
@pytest.mark.parametrize("where", ["graph", "login"])
def test_what_is_secret_stays_so(
    scripted: Scripted,
    told: Graph,
    log: LogCapture,
    caplog: pytest.LogCaptureFixture,
    said: Said,
    where: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)
    setattr(scripted, where, lambda _: said)
    shown = [repr(vars(told.directory)), repr(vars(told.exchange))]
    for ask in questions(told):
        try:
            shown.append(repr(ask()))
        except Trouble as trouble:
            shown += [repr(trouble), trouble.sentence, *traceback.format_exception(trouble)]
    shown += [repr(entry) for entry in log.entries]
    everything = "\n".join([*shown, caplog.text, repr(vars(told._tokens))])
    for secret in (TOKEN, SECRET, *([MARK] if said in BODIES else [])):
        assert secret not in everything


def test_entras_own_id_of_a_sign_in_is_kept(scripted: Scripted, told: Graph) -> None:
    body = {"access_token": TOKEN, "expires_in": 3599}
    scripted.login = lambda _: Said(200, body, {"x-ms-request-id": "7d0c-11"})
    (seen,) = told.directory.sign_in()
    assert (seen.request_id, seen.answered) == ("7d0c-11", "200, a token for 60 minutes")


@pytest.mark.parametrize(
    "said", [error(401, "InvalidAuthenticationToken"), Said(), error(429, "TooManyRequests")]
)
def test_graph_that_says_anything_of_its_own_is_reached(
    scripted: Scripted, told: Graph, said: Said
) -> None:
    scripted.graph = lambda asked: said if asked.path == "/v1.0/" else Said(body={"value": []})
    reached = told.directory.reach()
    assert reached.evidence[1].answered == str(said.status)
    (knocked,) = [asked for asked in scripted.asked if asked.path == "/v1.0/"]
    assert "authorization" not in knocked.headers
