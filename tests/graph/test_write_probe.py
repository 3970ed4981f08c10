"""The write probe: one event written and deleted, and never written twice."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.graph import Graph
from adapters.sandbox import Sandbox, Tenant
from bot.errors import Throttled
from bot.tenancy import Reach
from tests.graph.scripted import Asked, Said, Scripted, error

FADO = "fado@contoso.example"
DAY = timedelta(days=1)
ID = "AAMkAGI2/probe="
WRITTEN = Said(201, {"id": ID})


def writes(sandbox: Sandbox) -> list[tuple[str, int]]:
    paths = ("/users/{user}/events", "/users/{user}/events/{event}")
    return [(c.method, c.status) for c in sandbox.referee.calls if c.path in paths]


@pytest.fixture
def fado(tenant: Tenant) -> Tenant:
    """A tenant with one room, in which the bot may write."""
    tenant.room("Fado")
    tenant.scope("Calendars.ReadWrite")
    return tenant


def test_it_is_written_and_deleted(fado: Tenant, graph: Graph, sandbox: Sandbox) -> None:
    probe = graph.exchange.write_probe(FADO, DAY)
    assert (probe.mailbox, probe.reach, probe.words) == (FADO, Reach.READ, "")
    assert [seen.answered for seen in probe.evidence] == ["201", "204"]
    assert [seen.asked.split()[0] for seen in probe.evidence] == ["POST", "DELETE"]
    assert writes(sandbox) == [("POST", 201), ("DELETE", 204)]
    assert len(fado.room("Fado").calendar) == 0


def test_what_it_writes_disturbs_nobody(told: Graph, scripted: Scripted) -> None:
    scripted.script(WRITTEN, Said(204, b""))
    assert told.exchange.write_probe(FADO, DAY).reach is Reach.READ
    body = dict(scripted.asked[0].body)
    assert body.pop("transactionId")
    assert body == {
        "subject": "roomops write probe",
        "start": {"dateTime": "2027-11-23T10:00:00", "timeZone": "UTC"},
        "end": {"dateTime": "2027-11-23T10:01:00", "timeZone": "UTC"},
        "showAs": "free",
        "sensitivity": "private",
        "isReminderOn": False,
    }
    assert scripted.asked[1].path == f"/v1.0/users/{FADO}/events/AAMkAGI2%2Fprobe%3D"


def test_who_may_only_read_is_denied(tenant: Tenant, graph: Graph, sandbox: Sandbox) -> None:
    tenant.room("Fado")
    probe = graph.exchange.write_probe(FADO, DAY)
    assert probe.reach is Reach.DENIED
    assert probe.evidence[0].answered == "403 ErrorAccessDenied"
    assert writes(sandbox) == [("POST", 403)]


def test_a_lost_answer_is_not_asked_again(fado: Tenant, graph: Graph, sandbox: Sandbox) -> None:
    graph.exchange.probe([FADO])  # signed in, so that the fault meets the write alone
    fado.break_("cut-off")
    probe = graph.exchange.write_probe(FADO, DAY)
    assert probe.reach is Reach.SILENT
    assert "one event “roomops write probe” may be left on 2027-11-23 at 10:00 UTC" in probe.words
    assert writes(sandbox) == [("POST", 201)]
    assert len(fado.room("Fado").calendar) == 1


@pytest.mark.parametrize("status", [500, 502, 503, 504])
def test_a_write_that_failed_is_not_asked_again(
    told: Graph, scripted: Scripted, status: int
) -> None:
    scripted.script(error(status, "UnknownError"))
    assert told.exchange.write_probe(FADO, DAY).reach is Reach.SILENT
    assert len(scripted.asked) == 1


def test_an_event_without_an_id_may_be_left(told: Graph, scripted: Scripted) -> None:
    scripted.script(Said(201, {"id": 7}))
    probe = told.exchange.write_probe(FADO, DAY)
    assert probe.reach is Reach.OTHER
    assert "may be left" in probe.words
    assert len(scripted.asked) == 1


@pytest.mark.parametrize(
    "said", [error(403, "ErrorAccessDenied"), error(500, "UnknownError"), Said(body=b"<html>")]
)
def test_what_could_not_be_deleted_is_named_by_its_id(
    told: Graph, scripted: Scripted, said: Said
) -> None:
    scripted.script(WRITTEN, said)
    probe = told.exchange.write_probe(FADO, DAY)
    assert probe.reach is Reach.OTHER
    assert ID in probe.words
    assert [asked.method for asked in scripted.asked].count("POST") == 1


def test_deleting_is_asked_again_where_that_helps(told: Graph, scripted: Scripted) -> None:
    left = [error(503, "serviceNotAvailable"), Said(204, b"")]

    def answer(asked: Asked) -> Said:
        return WRITTEN if asked.method == "POST" else left.pop(0)

    scripted.graph = answer
    assert told.exchange.write_probe(FADO, DAY).reach is Reach.READ


def test_a_mailbox_that_must_rest_is_left_alone(fado: Tenant, graph: Graph) -> None:
    fado.break_("retry-after-hour")
    assert graph.exchange.write_probe(FADO, DAY).reach is Reach.THROTTLED
    with pytest.raises(Throttled):
        graph.exchange.write_probe(FADO, DAY)


def test_a_sign_in_that_was_refused_is_renewed_for_the_next_time(
    told: Graph, scripted: Scripted
) -> None:
    scripted.script(error(401, "InvalidAuthenticationToken"), WRITTEN, Said(204, b""))
    assert told.exchange.write_probe(FADO, DAY).reach is Reach.OTHER
    assert len(scripted.asked) == 1
    assert told.exchange.write_probe(FADO, DAY).reach is Reach.READ
