"""Many calendars at once: who is asked through whom, and what one bad mailbox costs."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from adapters.graph import Graph
from adapters.sandbox import Sandbox, Tenant
from bot.errors import Forbidden
from bot.rooms import Cause, Room, RoomState
from tests.graph.conftest import ordered, why
from tests.graph.glass import Glass
from tests.graph.scripted import Asked, Said, Scripted, error

GET_SCHEDULE = "/users/{user}/calendar/getSchedule"


def hundred(tenant: Tenant, count: int = 100) -> list[Room]:
    for number in range(count):
        tenant.room(f"Room {number:03}")
    return ordered(tenant)


def readable(states: tuple[RoomState, ...]) -> list[str]:
    return [state.room.name for state in states if not state.unreadable]


@pytest.fixture
def ask(graph: Graph, nine: datetime) -> Callable[..., tuple[RoomState, ...]]:
    return lambda rooms: graph.availability(rooms, nine, nine + timedelta(hours=9))


Ask = Callable[[list[Room]], tuple[RoomState, ...]]


def test_a_hundred_rooms_are_five_questions_each_to_a_mailbox_of_its_own(
    sandbox: Sandbox, tenant: Tenant, ask: Ask
) -> None:
    states = ask(hundred(tenant))
    assert [state.room.name for state in states] == [f"Room {n:03}" for n in range(100)]
    calls = sandbox.referee.calls
    assert [call.path for call in calls] == [GET_SCHEDULE] * 5
    assert len({call.mailbox for call in calls}) == 5
    assert sandbox.referee.most_in_flight == 1


def test_chunks_are_of_about_equal_length(scripted: Scripted, told: Graph, nine: datetime) -> None:
    rooms = [Room(f"r{n}@x", f"R{n}") for n in range(41)]
    scripted.graph = calendars()
    told.availability(rooms, nine, nine + timedelta(hours=1))
    assert sorted(len(each.body["schedules"]) for each in scripted.asked) == [13, 14, 14]


def test_the_question_is_the_window_as_given_in_utc(
    scripted: Scripted, told: Graph, nine: datetime
) -> None:
    scripted.graph = calendars()
    told.availability([Room("o'neil+1#@x", "O'Neil")], nine, nine + timedelta(hours=1))
    (asked,) = scripted.asked
    assert asked.path == "/v1.0/users/o%27neil%2B1%23@x/calendar/getSchedule"
    assert asked.headers["prefer"] == 'outlook.timezone="UTC"'
    assert asked.body == {
        "schedules": ["o'neil+1#@x"],
        "startTime": {"dateTime": "2026-11-23T09:00:00", "timeZone": "UTC"},
        "endTime": {"dateTime": "2026-11-23T10:00:00", "timeZone": "UTC"},
        "availabilityViewInterval": 30,
    }


def test_what_is_booked_comes_back(tenant: Tenant, ask: Ask, nine: datetime) -> None:
    ten = nine + timedelta(hours=1)
    tenant.room("Fado").busy(nine, ten, "Retro").busy(ten, ten, status="free")
    (state,) = ask(ordered(tenant))
    assert [(e.start, e.end, e.subject) for e in state.busy] == [(nine, ten, "Retro")]


@pytest.mark.parametrize(
    ("break_", "cause"),
    [
        ("room-dark", Cause.DENIED),
        ("on-premises-room", Cause.ON_PREMISES),
        ("room-vanished", Cause.UNKNOWN_ADDRESS),
    ],
)
def test_a_bad_mailbox_costs_one_more_question_and_no_other_room(
    sandbox: Sandbox, tenant: Tenant, ask: Ask, break_: str, cause: Cause
) -> None:
    rooms = hundred(tenant)
    tenant.break_(break_, "Room 000")  # through which its chunk is asked
    states = ask(rooms)
    assert len(readable(states)) == 99
    assert states[0].unreadable is not None
    assert states[0].unreadable.cause is cause
    assert sandbox.referee.operations == 6


def test_the_more_exact_of_two_reasons_is_told(tenant: Tenant, ask: Ask) -> None:
    """Asked through, it is on-premises or inactive; the schedule itself knows better."""
    rooms = hundred(tenant, 2)
    tenant.room("Room 000").on_premises()
    assert why(ask(rooms)) == {"Room 000": "its mailbox is on-premises, Graph cannot see it"}


def test_next_time_the_bad_mailbox_is_not_asked_through(
    sandbox: Sandbox, tenant: Tenant, ask: Ask, glass: Glass
) -> None:
    rooms = hundred(tenant)
    tenant.room("Room 000").deny()
    ask(rooms)
    glass.forward(minutes=1)
    sandbox.referee.reset()
    ask(rooms)
    assert sandbox.referee.operations == 5
    tenant.room("Room 000").mend()
    glass.forward(minutes=11)
    ask(rooms)
    assert "room.000@contoso.example" in {call.mailbox for call in sandbox.referee.calls}


def test_a_room_out_of_scope_is_read_through_another(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, ask: Ask
) -> None:
    """Its own mailbox may not be asked; its free and busy times may."""
    rooms = hundred(tenant, 21)
    tenant.unscope("Calendars.Read")
    tenant.scope("Calendars.Read", *(room.address for room in rooms[10:]))
    assert len(readable(ask(rooms))) == 21
    assert readable(ask(rooms[:1])) == ["Room 000"]


def test_a_room_asked_alone_says_why_it_is_denied(tenant: Tenant, ask: Ask) -> None:
    tenant.room("Fado").deny()
    assert why(ask(ordered(tenant))) == {"Fado": "the bot may not read its calendar"}


def test_when_every_mailbox_denies_it_few_are_asked(
    sandbox: Sandbox, tenant: Tenant, ask: Ask
) -> None:
    rooms = hundred(tenant)
    tenant.break_("rooms-dark")
    states = ask(rooms)
    assert {state.unreadable.cause for state in states if state.unreadable} == {Cause.DENIED}
    assert not readable(states)
    assert sandbox.referee.operations <= 5 + 4


def test_a_policy_that_keeps_the_bot_out_is_named(tenant: Tenant, ask: Ask) -> None:
    tenant.room("Fado")
    tenant.unscope("Calendars.Read")
    tenant.grant("Calendars.Read")
    tenant.policy(tenant.canary.address)
    assert why(ask(ordered(tenant))) == {"Fado": "an access policy in Exchange keeps the bot out"}


def test_without_any_permission_the_question_itself_is_refused(tenant: Tenant, ask: Ask) -> None:
    tenant.room("Fado")
    tenant.break_("access-lost")
    with pytest.raises(Forbidden) as refused:
        ask(ordered(tenant))
    assert "Calendars.ReadBasic.All" in refused.value.hint
    assert "Application Calendars.Read" in refused.value.hint


def test_a_throttled_mailbox_is_gone_around_at_once(
    sandbox: Sandbox, tenant: Tenant, ask: Ask, glass: Glass
) -> None:
    rooms = hundred(tenant)
    tenant.break_("throttled-room", "Room 000")
    assert len(readable(ask(rooms))) == 100
    assert sandbox.referee.operations == 6
    assert not sandbox.referee.violations
    assert not glass.slept


def test_and_not_asked_again_before_its_time(
    sandbox: Sandbox, tenant: Tenant, ask: Ask, glass: Glass
) -> None:
    rooms = hundred(tenant)
    tenant.retry_after = 300
    tenant.break_("throttled-room", "Room 000")
    ask(rooms)
    glass.forward(seconds=60)
    ask(rooms)
    assert sandbox.referee.operations == 6 + 5
    assert not sandbox.referee.violations


def test_a_lone_throttled_mailbox_is_waited_for(
    sandbox: Sandbox, tenant: Tenant, ask: Ask, glass: Glass
) -> None:
    tenant.room("Fado")
    tenant.break_("throttled-room")
    (state,) = ask(ordered(tenant))
    assert state.unreadable is not None
    assert state.unreadable.cause is Cause.THROTTLED
    assert "wait 5 s" in state.unreadable.words
    assert sandbox.referee.operations <= 5
    assert not sandbox.referee.violations


@pytest.mark.parametrize("fault", ["throttled", "retry-after-date", "retry-after-hour"])
def test_a_storm_is_told_with_its_length_and_never_pressed(
    sandbox: Sandbox, tenant: Tenant, ask: Ask, glass: Glass, fault: str
) -> None:
    rooms = hundred(tenant)
    tenant.break_(fault)
    states = ask(rooms)
    assert {s.unreadable.cause for s in states if s.unreadable} == {Cause.THROTTLED}
    assert not readable(states)
    assert not sandbox.referee.violations
    assert sum(glass.slept) <= 20 * 5 + 1  # of five threads
    if fault == "retry-after-hour":
        assert sandbox.referee.operations <= 5
        assert why(states)["Room 000"] == "Microsoft asks the bot to wait 60 min"


def test_a_429_that_names_no_mailbox_is_about_all_of_them(
    sandbox: Sandbox, tenant: Tenant, ask: Ask
) -> None:
    rooms = hundred(tenant, 2)
    tenant.break_("retry-after-hour")
    for room in rooms:
        assert why(ask([room]))
    assert sandbox.referee.operations == 1
    assert not sandbox.referee.violations


@pytest.mark.parametrize(
    ("fault", "cause"),
    [
        ("outage-quiet", Cause.UNREACHABLE),
        ("outage", Cause.UNREACHABLE),
        ("gateway-timeout", Cause.UNREACHABLE),
        ("reset", Cause.UNREACHABLE),
        ("html", Cause.GARBLED),
        ("truncated", Cause.GARBLED),
        ("cut-off", Cause.UNREACHABLE),
        ("empty", Cause.GARBLED),
        ("wrong-envelope", Cause.GARBLED),
    ],
)
def test_an_outage_makes_no_room_free_and_is_not_pressed(
    sandbox: Sandbox, tenant: Tenant, ask: Ask, fault: str, cause: Cause
) -> None:
    rooms = hundred(tenant)
    tenant.break_(fault)
    states = ask(rooms)
    assert {state.unreadable.cause for state in states if state.unreadable} == {cause}
    assert not readable(states)
    assert sandbox.referee.operations <= 5 * 4 + 4 * 4
    assert not sandbox.referee.violations
    tenant.mend()
    assert len(readable(ask(rooms))) == 100


@pytest.mark.parametrize("fault", ["wrong-types", "lying-schedule"])
def test_lies_cost_the_rooms_they_are_about(
    tenant: Tenant, ask: Ask, nine: datetime, fault: str
) -> None:
    rooms = hundred(tenant, 14)
    for room in tenant.rooms:
        room.busy(nine, nine + timedelta(hours=9))
    tenant.break_(fault)
    for state in ask(rooms):
        assert state.unreadable or state.clashes(nine, nine + timedelta(hours=9))


# What no decent Exchange does: a server told to fail over certain rooms.


def free(address: str) -> dict[str, Any]:
    return {"scheduleId": address, "availabilityView": "0", "scheduleItems": []}


def calendars(
    poisoned: frozenset[str] = frozenset(),
    at: Said | None = None,
    longest: int = 20,
    slow: Said | None = None,
) -> Callable[[Asked], Said]:
    """Free calendars; a question that names a poisoned room, or too many, is refused so."""

    def graph(asked: Asked) -> Said:
        wanted = asked.body["schedules"]
        if at is not None and poisoned & set(wanted):
            return at
        if slow is not None and len(wanted) > longest:
            return slow
        return Said(body={"value": [free(address) for address in wanted]})

    return graph


TWENTY = [Room(f"r{n:02}@x", f"R{n:02}") for n in range(20)]


@pytest.mark.parametrize(
    "at", [error(500, "InternalServerError"), error(400, "ErrorInvalidSmtpAddress")]
)
@pytest.mark.parametrize("bad", [0, 7, 19])
def test_a_room_that_poisons_its_chunk_is_found_by_halving(
    scripted: Scripted, told: Graph, nine: datetime, at: Said, bad: int
) -> None:
    scripted.graph = calendars(frozenset({TWENTY[bad].address}), at)
    rooms = [*TWENTY, *(Room(f"s{n}@x", f"S{n}") for n in range(20))]
    states = told.availability(rooms, nine, nine + timedelta(hours=1))
    assert list(why(states)) == [TWENTY[bad].name]
    assert len(scripted.asked) <= 2 + 2 * 5


def test_a_failure_over_everything_costs_a_bounded_number_of_questions(
    scripted: Scripted, told: Graph, nine: datetime
) -> None:
    scripted.script(error(500, "InternalServerError"))
    rooms = [Room(f"r{n:03}@x", f"R{n}") for n in range(400)]
    states = told.availability(rooms, nine, nine + timedelta(hours=1))
    assert len(why(states)) == 400
    assert len(scripted.asked) <= 20 + 4


def test_many_poisoned_rooms_cost_a_bounded_number_of_questions(
    scripted: Scripted, told: Graph, nine: datetime
) -> None:
    rooms = [Room(f"r{n:03}@x", f"R{n:03}") for n in range(200)]
    every_second = frozenset(room.address for room in rooms[20::2])
    scripted.graph = calendars(every_second, error(500, "InternalServerError"))
    states = told.availability(rooms, nine, nine + timedelta(hours=1))
    assert not (set(why(states)) & {room.name for room in rooms[:20]})
    assert every_second <= {s.room.address for s in states if s.unreadable}
    assert len(scripted.asked) <= 10 * 4 + 12


def test_a_window_that_graph_refuses_is_not_asked_for_in_halves(
    scripted: Scripted, told: Graph, nine: datetime
) -> None:
    scripted.script(error(400, "ErrorTimeIntervalTooBig"))
    states = told.availability(TWENTY, nine, nine + timedelta(days=80))
    assert set(why(states).values()) == {"Graph refuses the question (ErrorTimeIntervalTooBig)"}
    assert len(scripted.asked) == 1


def test_where_exchange_is_slow_the_chunks_grow_smaller_for_a_while(
    scripted: Scripted, told: Graph, nine: datetime, glass: Glass
) -> None:
    scripted.graph = calendars(longest=10, slow=error(504, "UnknownError"))
    hour = timedelta(hours=1)
    assert not why(told.availability(TWENTY, nine, nine + hour))
    for later, sizes in (({"minutes": 1}, {10: 2}), ({"minutes": 6}, {20: 4, 10: 2})):
        glass.forward(**later)
        scripted.asked.clear()
        assert not why(told.availability(TWENTY, nine, nine + hour))
        assert Counter(len(asked.body["schedules"]) for asked in scripted.asked) == sizes


def test_a_silent_service_is_given_up_when_patience_ends(
    tenant: Tenant, graph: Graph, nine: datetime, sandbox: Sandbox
) -> None:
    rooms = hundred(tenant, 40)
    graph.probe()
    tenant.break_("silent")
    states = graph.availability(rooms, nine, nine + timedelta(hours=1), patience=0.2)
    assert {state.unreadable.cause for state in states if state.unreadable} == {Cause.UNREACHABLE}
    assert set(why(states).values()) == {"Graph did not answer in time"}
    assert not readable(states)


def test_no_question_leaks_into_another(scripted: Scripted, told: Graph, nine: datetime) -> None:
    """A body that names rooms nobody asked for, in other cases and orders."""

    def graph(asked: Asked) -> Said:
        wanted = [address.upper() for address in asked.body["schedules"]][::-1]
        return Said(body=json.dumps({"value": [free(a) for a in [*wanted, "x@y"]]}).encode())

    scripted.graph = graph
    states = told.availability(TWENTY, nine, nine + timedelta(minutes=30))
    assert [state.room for state in states] == TWENTY
    assert not why(states)
