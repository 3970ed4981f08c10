"""What is remembered, for how long, and that nobody asks what somebody is asking already."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from adapters.graph import Graph
from adapters.sandbox import Sandbox, Tenant
from bot.asking import Asker, Urgency
from bot.errors import Forbidden, Throttled, Unreachable
from bot.rooms import Cause, Room, RoomState
from tests.graph.conftest import ordered, why
from tests.graph.glass import Glass
from tests.polling import eventually

HOUR = timedelta(hours=1)


@pytest.fixture
def fado(tenant: Tenant, nine: datetime) -> list[Room]:
    tenant.room("Fado").busy(nine + HOUR, nine + 2 * HOUR, "Retro")
    return ordered(tenant)


def test_nobody_asked_about_is_nothing_asked(
    sandbox: Sandbox, graph: Graph, nine: datetime
) -> None:
    assert graph.availability([], nine, nine + HOUR) == ()
    assert sandbox.referee.operations == 0


def test_asked_again_within_half_a_minute_nothing_is_asked(
    sandbox: Sandbox, graph: Graph, fado: list[Room], nine: datetime, glass: Glass
) -> None:
    first = graph.availability(fado, nine, nine + 9 * HOUR)
    glass.forward(seconds=30)
    assert graph.availability(fado, nine, nine + 9 * HOUR) == first
    assert sandbox.referee.operations == 1
    glass.forward(seconds=1)
    graph.availability(fado, nine, nine + 9 * HOUR)
    assert sandbox.referee.operations == 2


def test_a_narrower_window_is_answered_from_the_wider_one(
    sandbox: Sandbox, graph: Graph, fado: list[Room], nine: datetime
) -> None:
    graph.availability(fado, nine, nine + 9 * HOUR)
    (morning,) = graph.availability(fado, nine + HOUR, nine + 2 * HOUR)
    (evening,) = graph.availability(fado, nine + 8 * HOUR, nine + 9 * HOUR)
    assert [entry.subject for entry in morning.busy] == ["Retro"]
    assert evening.busy == ()
    assert sandbox.referee.operations == 1
    graph.availability(fado, nine, nine + 10 * HOUR)
    assert sandbox.referee.operations == 2


def test_only_the_rooms_that_are_not_known_are_asked_about(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime
) -> None:
    graph.availability(fado, nine, nine + HOUR)
    for number in range(20):
        tenant.room(f"Room {number}")
    assert len(graph.availability(ordered(tenant), nine, nine + HOUR)) == 21
    assert sandbox.referee.operations == 2


def test_the_callers_own_room_comes_back(
    graph: Graph, fado: list[Room], nine: datetime, sandbox: Sandbox
) -> None:
    graph.availability(fado, nine, nine + HOUR)
    other = Room(fado[0].address.upper(), "Fado, renamed", capacity=12)
    first, second = graph.availability([other, fado[0]], nine, nine + HOUR)
    assert (first.room, second.room) == (other, fado[0])
    assert sandbox.referee.operations == 1


def test_the_same_question_at_the_same_time_is_asked_once(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime
) -> None:
    with ThreadPoolExecutor(10) as pool:
        with tenant.held():
            asked = [
                pool.submit(graph.availability, fado, nine, nine + 9 * HOUR) for _ in range(10)
            ]
            eventually(lambda: sandbox.referee.in_flight)
            eventually(lambda: all(each.running() for each in asked))
        answers = {each.result()[0].read_at for each in asked}
    assert sandbox.referee.operations == 1
    assert len(answers) == 1


def test_overlapping_questions_join_room_by_room(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, nine: datetime
) -> None:
    rooms = [Room(tenant.room(f"Room {n:02}").address, f"Room {n:02}") for n in range(30)]
    with ThreadPoolExecutor(2) as pool:
        with tenant.held():
            one = pool.submit(graph.availability, rooms[:20], nine, nine + 2 * HOUR)
            eventually(lambda: sandbox.referee.in_flight == 1)
            other = pool.submit(graph.availability, rooms[10:], nine, nine + HOUR)
            eventually(lambda: sandbox.referee.in_flight == 2)
        assert len(one.result()) == len(other.result()) == 20
    assert sandbox.referee.operations == 2
    assert not why(other.result())


def test_a_person_joins_no_round_and_a_round_joins_a_person(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime
) -> None:
    """What a round waits for may take minutes; what a person does, seconds."""
    graph.probe()
    sandbox.referee.reset()

    def ask(urgency: Urgency) -> tuple[RoomState, ...]:
        with graph.asking(Asker("free", urgency)):
            return graph.availability(fado, nine, nine + HOUR)

    with ThreadPoolExecutor(3) as pool:
        with tenant.held():
            asked = [pool.submit(ask, Urgency.ROUND)]
            eventually(lambda: sandbox.referee.in_flight == 1)
            asked.append(pool.submit(ask, Urgency.PERSON))
            eventually(lambda: sandbox.referee.in_flight == 2)
            asked.append(pool.submit(ask, Urgency.ROUND))
            eventually(lambda: all(each.running() for each in asked))
        assert not any(why(each.result()) for each in asked)
    assert sandbox.referee.operations == 2


def test_many_who_want_one_mailbox_are_let_in_four_at_a_time(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime
) -> None:
    tenant.latency = 0.01
    with ThreadPoolExecutor(12) as pool:
        asked = [
            pool.submit(graph.availability, fado, nine + n * HOUR, nine + (n + 1) * HOUR)
            for n in range(12)
        ]
        assert not any(why(each.result()) for each in asked)
    assert sandbox.referee.operations == 12
    assert sandbox.referee.most_in_flight <= 4
    assert sandbox.referee.provoked == 0


def test_when_graph_does_not_answer_an_answer_of_some_minutes_stands_in_with_its_age(
    tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime, glass: Glass
) -> None:
    (before,) = graph.availability(fado, nine, nine + HOUR)
    tenant.break_("outage-quiet")
    glass.forward(minutes=4)
    (now,) = graph.availability(fado, nine, nine + HOUR)
    assert now == before
    assert now.read_at < glass.now() - timedelta(minutes=4)


def test_an_older_one_does_not(
    tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime, glass: Glass
) -> None:
    graph.availability(fado, nine, nine + HOUR)
    tenant.break_("outage-quiet")
    glass.forward(minutes=5, seconds=1)
    assert why(graph.availability(fado, nine, nine + HOUR)) == {"Fado": "Graph does not answer"}


def test_a_denial_is_an_answer_and_is_not_covered_up(
    tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime, glass: Glass
) -> None:
    graph.availability(fado, nine, nine + HOUR)
    tenant.room("Fado").deny()
    glass.forward(minutes=1)
    (state,) = graph.availability(fado, nine, nine + HOUR)
    assert state.unreadable is not None
    assert state.unreadable.cause is Cause.DENIED


def test_a_denial_is_remembered_as_long_as_an_answer(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime, glass: Glass
) -> None:
    tenant.room("Fado").deny()
    graph.availability(fado, nine, nine + HOUR)
    graph.availability(fado, nine, nine + HOUR)
    assert sandbox.referee.operations == 1
    tenant.room("Fado").mend()
    glass.forward(seconds=31)
    assert not why(graph.availability(fado, nine, nine + HOUR))


def test_a_failure_is_not_remembered(
    tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime
) -> None:
    tenant.break_("html")
    assert why(graph.availability(fado, nine, nine + HOUR))
    tenant.mend()
    assert not why(graph.availability(fado, nine, nine + HOUR))


def test_a_sign_in_that_fails_is_told_once_for_all_rooms(
    tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime
) -> None:
    tenant.break_("secret-expired")
    with pytest.raises(Forbidden, match="secret has expired"):
        graph.availability(fado, nine, nine + HOUR)


def test_unless_something_is_remembered(
    tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime, glass: Glass
) -> None:
    graph.availability(fado, nine, nine + HOUR)
    tenant.break_("secret-expired")
    glass.forward(minutes=2)
    other = Room(tenant.room("Belém").address, "Belém")
    states = graph.availability([*fado, other], nine, nine + HOUR)
    assert why(states) == {"Belém": "Microsoft does not let the bot sign in"}


def test_those_who_joined_hear_of_the_failure_too(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, fado: list[Room], nine: datetime
) -> None:
    graph.probe()
    with ThreadPoolExecutor(5) as pool:
        with tenant.held():
            asked = [pool.submit(graph.availability, fado, nine, nine + HOUR) for _ in range(5)]
            eventually(lambda: sandbox.referee.in_flight)
            eventually(lambda: all(each.running() for each in asked))
            tenant.break_("throttled")
        for each in asked:
            assert why(each.result())


def test_a_clock_set_back_makes_nothing_fresh_for_ever(
    sandbox: Sandbox, graph: Graph, fado: list[Room], nine: datetime, glass: Glass
) -> None:
    graph.availability(fado, nine, nine + HOUR)
    glass.jump(hours=-1)
    graph.availability(fado, nine, nine + HOUR)
    assert sandbox.referee.operations == 2


def test_memory_is_bounded(graph: Graph, fado: list[Room], nine: datetime, glass: Glass) -> None:
    memory = graph._availability._memory
    for minute in range(10):
        graph.availability(fado, nine + timedelta(minutes=minute), nine + 9 * HOUR)
        graph.availability(fado, nine, nine + HOUR + timedelta(minutes=minute))
        assert sum(map(len, memory._known.values())) <= 4
    glass.forward(minutes=6)
    other = [Room("belem@contoso.example", "Belém")]
    graph.availability(other, nine, nine + HOUR)
    assert not memory._known.keys() & {fado[0].address}


def test_a_closed_client_says_so(graph: Graph, fado: list[Room], nine: datetime) -> None:
    graph.probe()
    graph.close()
    with pytest.raises((Unreachable, Throttled), match="closing"):
        graph.availability(fado, nine, nine + HOUR)
