"""The access check's write probe, over the whole chain: only in the room that is named for it."""

from __future__ import annotations

import pytest

from adapters.graph import connect
from adapters.sandbox import Sandbox, Tenant
from bot.finding import Broken, Ok, Result, Severity, Unknown
from bot.load import load
from bot.tenancy import Probe, Reach, Watched
from bot.wiring import services_of
from handlers import check_access, check_scope
from handlers.write_probe import judge
from tests.app_seen import seen
from tests.walking import MONDAY

FADO = "fado@contoso.example"
NAMED = {"ROOMOPS_WRITE_PROBE_ROOM": FADO}
OWN = {"ROOMOPS_INTEGRATION_APP_ID": ""}


class Looked:
    """What the two checks of access said, and what was written meanwhile."""

    def __init__(self, sandbox: Sandbox, access: Result) -> None:
        self.access = access
        events = [call for call in sandbox.referee.calls if "/events" in call.path]
        self.methods = [call.method for call in events]

    @property
    def said(self) -> str:
        return " ".join(self.access.notes)


@pytest.fixture
def offices(tenant: Tenant) -> Tenant:
    tenant.room("Fado")
    tenant.room("Alfama")
    return tenant


def look(tenant: Tenant, **more: str) -> Looked:
    with Sandbox(tenant, clock=lambda: MONDAY) as sandbox:
        given = {name: value for name, value in {**sandbox.settings(), **more}.items() if value}
        settings, _ = load(given)
        graph = connect(settings, lambda: MONDAY)
        try:
            services = services_of(settings, graph)
            check_scope.look(services, MONDAY)
            return Looked(sandbox, check_access.look(services, MONDAY))
        finally:
            graph.close()


@pytest.mark.parametrize("more", [{}, OWN])
def test_switched_off_it_writes_nothing_even_where_it_might(offices, more):
    offices.scope("Calendars.ReadWrite")
    looked = look(offices, **more)
    assert looked.methods == []
    assert "write" not in looked.said


def test_in_the_named_room_it_writes_deletes_and_says_that_it_can(offices):
    offices.scope("Calendars.ReadWrite")
    looked = look(offices, **NAMED)
    assert looked.methods == ["POST", "DELETE"]
    assert f"I may write in {FADO}: proved just now." in looked.access.notes
    assert len(offices.room("Fado").calendar) == 0


def test_beside_another_app_that_serves_the_rooms_it_need_not_write(offices):
    looked = look(offices, **NAMED)
    assert not isinstance(looked.access, Broken)
    assert f"I may not write in {FADO}. I need not: another app serves the rooms." in looked.said


@pytest.mark.parametrize("own", [OWN, {"ROOMOPS_INTEGRATION_APP_ID": "own"}])
def test_as_the_app_that_serves_the_rooms_it_warns_that_it_cannot_write(offices, own):
    same = {name: value and offices.app.client_id for name, value in own.items()}
    looked = look(offices, **NAMED, **same)
    assert isinstance(looked.access, Broken)
    [found] = looked.access.findings
    assert found.summary.startswith("End Event Early cannot write")
    assert found.severity is Severity.WARNING
    assert "Application Calendars.ReadWrite" in found.remedy.command


@pytest.mark.parametrize("address", ["clara.canary@contoso.example", "nobody@contoso.example"])
def test_what_is_not_a_listed_room_is_never_written_in(offices, address):
    offices.grant("Calendars.ReadWrite")
    looked = look(offices, ROOMOPS_WRITE_PROBE_ROOM=address)
    assert looked.methods == []
    assert f"I know no room {address}, so I wrote nothing." in looked.said


@pytest.mark.parametrize(("vendor", "kind"), [("", Unknown), ("own", Unknown), ("other", Ok)])
def test_what_was_not_proved_is_never_ok_for_the_app_that_serves_the_rooms(vendor, kind):
    watched = Watched("tenant", "OWN", vendor, "", "", "", FADO)
    said = judge(Probe(FADO, Reach.SILENT, "Graph did not answer."), watched, seen(), MONDAY)
    assert isinstance(said, kind)
    assert f"Whether I may write in {FADO} cannot be told: Graph did not answer." in repr(said)
