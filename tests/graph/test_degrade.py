"""The ladder as it shows in answers about rooms: from memory with its age, or when to ask again."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta

import pytest

from adapters.graph import Graph
from adapters.graph.limits import LIMITS, scaled
from adapters.sandbox import Limits, Sandbox, Tenant
from bot.asking import Asker, Urgency
from bot.errors import Trouble
from bot.rooms import Cause, Room
from bot.throttling import Step
from tests.graph.conftest import Connect, ordered, why
from tests.graph.glass import Glass

HOUR = timedelta(hours=1)
ROUND = Asker("reach", Urgency.ROUND)


@pytest.fixture
def rooms(tenant: Tenant) -> list[Room]:
    """As many as one question holds, so that no two threads ask when the storm breaks out."""
    for number in range(20):
        tenant.room(f"Room {number:02}")
    return ordered(tenant)


def storm(tenant: Tenant, graph: Graph, fault: str, rooms: list[Room], wait: int = 5) -> None:
    """It breaks out, and somebody runs into it."""
    tenant.retry_after = wait
    tenant.break_(fault, "Room 00" if fault.startswith("throttled-room") else "")
    for _ in range(3):
        try:
            graph.exchange.probe([room.address for room in rooms])
        except Trouble:
            continue


STORMS = {
    "throttled-room": Step.NORMAL,
    "throttled-mailboxes": Step.PAUSED,
    "throttled": Step.PAUSED,
    "throttled-quiet": Step.PAUSED,
    "retry-after-date": Step.PAUSED,
    "retry-after-zero": Step.PAUSED,
    "retry-after-hour": Step.RATIONED,
    "outage": Step.PAUSED,
    "outage-quiet": Step.PAUSED,
}


@pytest.mark.parametrize("fault", STORMS)
def test_in_a_storm_a_person_gets_what_is_remembered_and_its_age(
    sandbox: Sandbox,
    tenant: Tenant,
    graph: Graph,
    glass: Glass,
    rooms: list[Room],
    nine: datetime,
    fault: str,
) -> None:
    before = graph.availability(rooms, nine, nine + HOUR)
    glass.forward(seconds=31)
    storm(tenant, graph, fault, rooms[:12])
    assert graph.governor.step is STORMS[fault]
    asked, slept = sandbox.referee.operations, len(glass.slept)
    now = graph.availability(rooms, nine, nine + HOUR)
    assert not why(now)
    if STORMS[fault] >= Step.PAUSED:
        assert now == before
        assert now[0].read_at < glass.now() - timedelta(seconds=30)
        assert (sandbox.referee.operations, len(glass.slept)) == (asked, slept)
    else:
        assert all(state.read_at == glass.now() for state in now)
    assert sandbox.referee.violations == []


@pytest.mark.parametrize("fault", STORMS)
def test_what_is_not_remembered_is_asked_or_says_when_to_ask_again(
    sandbox: Sandbox,
    tenant: Tenant,
    graph: Graph,
    glass: Glass,
    rooms: list[Room],
    nine: datetime,
    fault: str,
) -> None:
    storm(tenant, graph, fault, rooms[:12])
    asked = sandbox.referee.operations
    graph.availability(rooms, nine, nine + HOUR)
    if STORMS[fault] is not Step.RATIONED:
        assert sandbox.referee.operations > asked
    tenant.mend()
    states = graph.availability(rooms, nine, nine + HOUR)
    if STORMS[fault] is Step.RATIONED:
        words = set(why(states).values())
        assert words == {"Microsoft asks me to leave it alone; ask again in 60 min"}
        assert sandbox.referee.operations == asked
        glass.forward(hours=1)
        states = graph.availability(rooms, nine, nine + HOUR)
    assert not why(states)
    assert sandbox.referee.violations == []


def test_on_ration_rooms_outside_the_cool_down_are_asked_and_the_others_say_when(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, rooms: list[Room], nine: datetime
) -> None:
    storm(tenant, graph, "throttled-mailboxes", rooms[:12], wait=90)
    tenant.mend()
    asked = sandbox.referee.operations
    states = graph.availability(rooms, nine, nine + HOUR)
    assert graph.governor.step is Step.RATIONED
    assert sorted(why(states)) == [room.name for room in rooms[:12]]
    assert {s.unreadable.cause for s in states if s.unreadable} == {Cause.THROTTLED}
    assert "ask again in 90 s" in why(states)["Room 03"]
    assert sandbox.referee.operations == asked + 1
    assert sandbox.referee.violations == []


def test_on_ration_a_room_that_cools_down_is_told_from_memory_while_there_is_one(
    tenant: Tenant, graph: Graph, glass: Glass, rooms: list[Room], nine: datetime
) -> None:
    read = glass.now()
    graph.availability(rooms, nine, nine + HOUR)
    glass.forward(minutes=4)
    storm(tenant, graph, "throttled-mailboxes", rooms[:12], wait=3_600)
    states = graph.availability(rooms, nine, nine + HOUR)
    assert {state.read_at for state in states} == {read}
    glass.forward(minutes=2)
    states = graph.availability(rooms[:12], nine, nine + HOUR)
    assert set(why(states).values()) == {"Microsoft asks me to leave it alone; ask again in 58 min"}


def test_a_round_waits_for_the_pause_to_end(
    sandbox: Sandbox,
    tenant: Tenant,
    graph: Graph,
    glass: Glass,
    rooms: list[Room],
    nine: datetime,
) -> None:
    storm(tenant, graph, "throttled-mailboxes", rooms[:12], wait=9)
    tenant.mend()
    assert graph.governor.step is Step.PAUSED
    before = glass.monotonic()
    with graph.asking(ROUND):
        states = graph.availability(rooms[12:], nine, nine + HOUR, patience=120)
    assert not why(states)
    assert glass.monotonic() > before + 9
    assert sandbox.referee.violations == []


def test_a_round_that_would_have_to_wait_too_long_says_so_and_asks_nothing(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, rooms: list[Room], nine: datetime
) -> None:
    storm(tenant, graph, "throttled-mailboxes", rooms[:12], wait=3_600)
    tenant.mend()
    asked = sandbox.referee.operations
    with graph.asking(ROUND):
        states = graph.availability(rooms[12:], nine, nine + HOUR)
    assert {s.unreadable.cause for s in states if s.unreadable} == {Cause.THROTTLED}
    assert sandbox.referee.operations == asked


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_clock_that_jumps_makes_no_old_answer_look_young(
    sandbox: Sandbox,
    tenant: Tenant,
    graph: Graph,
    glass: Glass,
    rooms: list[Room],
    nine: datetime,
    hours: int,
) -> None:
    graph.availability(rooms[12:], nine, nine + HOUR)
    storm(tenant, graph, "throttled-mailboxes", rooms[:12])
    tenant.mend()
    assert graph.governor.step is Step.PAUSED
    glass.jump(hours=hours)
    states = graph.availability(rooms[12:], nine, nine + HOUR)
    assert {state.read_at for state in states} == {glass.now()}
    assert sandbox.referee.violations == []


def test_two_replicas_keep_one_mailboxs_places_together(
    sandbox: Sandbox, tenant: Tenant, joined: Connect, nine: datetime
) -> None:
    tenant.room("Fado")
    tenant.latency = 0.01
    replicas = [joined(sandbox.settings()) for _ in range(2)]
    for graph in replicas:
        graph.governor.share(2)
    with ThreadPoolExecutor(24) as pool:
        asked = [
            pool.submit(
                replicas[n % 2].availability,
                ordered(tenant),
                nine + n * HOUR,
                nine + (n + 1) * HOUR,
            )
            for n in range(24)
        ]
        assert not any(why(each.result()) for each in asked)
    assert sandbox.referee.operations == 24
    assert sandbox.referee.most_in_flight <= 4
    assert sandbox.referee.provoked == 0
    assert sandbox.referee.violations == []


def test_two_replicas_keep_one_mailboxs_rate_together(
    sandbox: Sandbox, tenant: Tenant, joined: Connect, glass: Glass, nine: datetime
) -> None:
    """A hundred in ten minutes, of which each takes half, whoever asks."""
    tenant.room("Fado")
    tenant.limits = Limits().scaled(0.01)
    replicas = [joined(sandbox.settings(), scaled(LIMITS, 0.01)) for _ in range(2)]
    for graph in replicas:
        graph.governor.share(2)
    began = glass.monotonic()
    for number in range(120):
        asker = Asker("free", Urgency(number // 2 % 2))
        with replicas[number % 2].asking(asker):
            start = nine + number * timedelta(minutes=1)
            replicas[number % 2].availability(ordered(tenant), start, start + HOUR)
    assert sandbox.referee.operations > 110
    assert glass.monotonic() - began > 600
    assert 429 not in [call.status for call in sandbox.referee.calls]
    assert sandbox.referee.violations == []
