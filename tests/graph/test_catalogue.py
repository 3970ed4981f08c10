"""The directory is kept, served with its age, and read anew behind the asker's back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest

from adapters.graph import Graph
from adapters.graph.question import mailbox
from adapters.graph.refusal import Slowed
from adapters.sandbox import Sandbox, Tenant
from bot.asking import Asker
from bot.errors import Unreachable
from bot.throttling import By, Step
from tests.graph.glass import Glass
from tests.graph.scripted import Asked, Scripted
from tests.polling import eventually


def test_ten_who_ask_at_once_read_it_once(sandbox: Sandbox, tenant: Tenant, graph: Graph) -> None:
    tenant.room("Fado")
    with ThreadPoolExecutor(10) as pool:
        with tenant.held():
            asked = [pool.submit(graph.catalogue) for _ in range(10)]
            eventually(lambda: sandbox.referee.in_flight)
            eventually(lambda: all(each.running() for each in asked))
        assert {len(each.result().rooms) for each in asked} == {1}
    assert sandbox.referee.operations == 2


def test_for_a_quarter_of_an_hour_nobody_is_asked(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.room("Fado")
    first = graph.catalogue()
    glass.forward(minutes=14)
    assert graph.catalogue() is first
    assert sandbox.referee.operations == 2


def test_then_the_old_one_is_served_while_a_new_one_is_read(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.room("Fado")
    first = graph.catalogue()
    tenant.room("Belém")
    glass.forward(minutes=16)
    with tenant.held():
        assert graph.catalogue() is first
        assert graph.catalogue() is first
    eventually(lambda: len(graph.catalogue().rooms) == 2)
    assert graph.catalogue().read_at == first.read_at + timedelta(minutes=16)
    assert sandbox.referee.operations == 4


def test_a_refresh_that_fails_keeps_the_old_one_and_says_so(
    tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.room("Fado")
    first = graph.catalogue()
    tenant.break_("place-permission-lost")
    glass.forward(minutes=16)
    graph.catalogue()
    kept = eventually(lambda: graph.catalogue() if graph.catalogue().problem else None)
    assert kept is not None
    assert kept.rooms == first.rooms
    assert kept.read_at == first.read_at
    assert "Place.Read.All" in kept.problem


def test_after_a_failure_it_is_tried_again_in_a_minute_and_not_with_every_question(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.room("Fado")
    graph.catalogue()
    tenant.break_("place-permission-lost")
    glass.forward(minutes=16)
    eventually(lambda: graph.catalogue().problem)
    tenant.mend()
    before = sandbox.referee.operations
    for _ in range(5):
        assert graph.catalogue().problem
        assert not graph._shelf._reading
    assert sandbox.referee.operations == before
    glass.forward(seconds=61)
    eventually(lambda: not graph.catalogue().problem)


def test_nothing_ever_read_is_trouble_and_is_tried_again(tenant: Tenant, graph: Graph) -> None:
    tenant.room("Fado")
    tenant.break_("html")
    with pytest.raises(Unreachable):
        graph.catalogue()
    tenant.mend()
    assert len(graph.catalogue().rooms) == 1


def test_warming_reads_it_before_anybody_asks(
    sandbox: Sandbox, tenant: Tenant, graph: Graph
) -> None:
    tenant.room("Fado")
    graph.warm()
    graph.warm()
    eventually(lambda: sandbox.referee.operations == 2)
    eventually(lambda: graph.catalogue().rooms)
    assert sandbox.referee.operations == 2


def test_lists_that_cannot_be_read_are_a_problem_and_no_more(
    tenant: Tenant, graph: Graph, sandbox: Sandbox
) -> None:
    tenant.room_list("Gone", "Fado", address="gone@contoso.example")
    assert graph.catalogue().problem == ""


def test_a_clock_set_back_does_not_keep_it_for_ever(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.room("Fado")
    graph.catalogue()
    glass.jump(hours=-2)
    graph.catalogue()
    eventually(lambda: sandbox.referee.operations == 4)


def low(asked: Asked) -> bool:
    return asked.headers.get("x-ms-throttle-priority") == "Low"


def test_warming_goes_after_people_and_is_booked_as_the_room_directory(
    scripted: Scripted, told: Graph
) -> None:
    told.warm()
    eventually(lambda: told._shelf._kept)
    assert all(low(asked) for asked in scripted.asked)
    askers = {t.name for t in told.governor.ledger.current().tallies if t.by is By.ASKER}
    assert askers == {"room directory"}


def test_the_first_one_that_a_person_waits_for_is_theirs_and_later_ones_are_not(
    scripted: Scripted, told: Graph, glass: Glass
) -> None:
    told.catalogue()
    first = len(scripted.asked)
    assert not any(low(asked) for asked in scripted.asked)
    glass.forward(minutes=16)
    told.catalogue()
    eventually(lambda: told.catalogue().read_at == glass.now())
    assert all(low(asked) for asked in scripted.asked[first:])


def test_a_person_does_not_wait_for_a_warming_that_is_held_up(
    sandbox: Sandbox, tenant: Tenant, graph: Graph
) -> None:
    tenant.room("Fado")

    def ask() -> int:
        with graph.asking(Asker("list", patience=timedelta(seconds=0.5))):
            return len(graph.catalogue().rooms)

    graph.probe()
    sandbox.referee.reset()
    with ThreadPoolExecutor(1) as pool:
        with tenant.held():
            graph.warm()
            eventually(lambda: sandbox.referee.in_flight == 1)
            asked = pool.submit(ask)
            eventually(lambda: sandbox.referee.in_flight == 2)
        assert asked.result() == 1


def test_on_pause_the_first_one_is_read_for_a_person_and_not_for_the_clock(
    sandbox: Sandbox, tenant: Tenant, graph: Graph
) -> None:
    tenant.room("Fado")
    for number in range(10):
        slow = Slowed("Microsoft asks the bot to wait", timedelta(hours=1))
        graph.governor.cool(mailbox(f"{number}@x"), 3_600, slow)
    assert graph.governor.step is Step.RATIONED
    graph.warm()
    eventually(lambda: graph._shelf._failed_at)
    assert sandbox.referee.operations == 0
    assert len(graph.catalogue().rooms) == 1
