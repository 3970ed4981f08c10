"""Whatever Graph answers: states, a catalogue or Trouble, and no nonsense makes a room free."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.graph import Graph
from adapters.graph.freebusy import states
from bot.errors import Trouble
from bot.rooms import Room, RoomState
from tests.graph.glass import Glass
from tests.graph.scripted import Said, Scripted

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
END = START + timedelta(hours=4)
ROOMS = [Room(f"{name}@x", name) for name in ("fado", "belem", "tejo")]

# Nothing here says that a room is free: no status “free”, no view of zeros, no other time.
words = st.text(max_size=12).filter(lambda s: s.lower() != "free" and (not s or s.strip("0")))
scalars = st.none() | st.booleans() | st.integers(1) | st.floats() | words
junk = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3)
)
anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
)


def at(when: datetime) -> dict[str, str]:
    return {"dateTime": f"{when:%Y-%m-%dT%H:%M:%S}.0000000", "timeZone": "UTC"}


def all_busy() -> dict[str, Any]:
    """Three rooms that are busy for the whole window, as a proper answer."""
    item = {
        "isPrivate": False,
        "subject": "Fair",
        "status": "busy",
        "start": at(START),
        "end": at(END),
    }
    hours = {
        "daysOfWeek": ["monday"],
        "startTime": "08:00:00.0000000",
        "endTime": "17:00:00.0000000",
        "timeZone": {"name": "UTC"},
    }
    return {
        "@odata.context": "…",
        "value": [
            {
                "scheduleId": room.address,
                "availabilityView": "2" * 8,
                "scheduleItems": [dict(item)],
                "workingHours": dict(hours),
            }
            for room in ROOMS
        ],
    }


def paths(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place inside a JSON value."""
    found = [here] if here else []
    if isinstance(value, dict):
        inside = list(value.items())
    else:
        inside = list(enumerate(value)) if isinstance(value, list) else []
    for key, each in inside:
        found += paths(each, (*here, key))
    return found


def place(index: int) -> dict[str, Any]:
    return {
        "emailAddress": f"room{index}@x",
        "displayName": f"Room {index}",
        "capacity": 8,
        "address": {"city": "Lisbon"},
        "tags": ["a"],
        "floorNumber": 2,
        "isWheelChairAccessible": True,
    }


@st.composite
def spoilt(draw: st.DrawFn, make: Callable[[], dict[str, Any]]) -> dict[str, Any]:
    """A proper answer in which up to four things are gone, doubled or something else."""
    answer = make()
    for _ in range(draw(st.integers(1, 4))):
        places = paths(answer)
        if not places:
            break
        *way, last = draw(st.sampled_from(places))
        holder: Any = answer
        for key in way:
            holder = holder[key]
        match draw(st.sampled_from(["gone", "else", "double"])):
            case "gone":
                del holder[last]
            case "double" if isinstance(holder, list):
                holder.append(copy.deepcopy(holder[last]))
            case _:
                holder[last] = draw(junk)
    return answer


def never_free(answered: list[RoomState]) -> bool:
    return all(state.unreadable or state.clashes(START, END) for state in answered)


@settings(max_examples=250, deadline=None)
@given(spoilt(all_busy))
def test_a_busy_room_never_becomes_free_by_what_is_missing_or_wrong(answer: dict[str, Any]) -> None:
    value = answer.get("value")
    answered = states(ROOMS, value if isinstance(value, list) else [], START, END, START)
    assert [state.room for state in answered] == ROOMS
    assert never_free(answered)


@settings(max_examples=80, deadline=None)
@given(st.lists(anything))
def test_rooms_are_unreadable_in_an_answer_about_something_else(value: list[Any]) -> None:
    assert all(state.unreadable for state in states(ROOMS, value, START, END, START))


OVER_HTTP = settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@OVER_HTTP
@given(
    body=spoilt(all_busy).map(lambda answer: json.dumps(answer).encode())
    | anything.map(lambda value: json.dumps(value).encode())
    | st.binary(max_size=60)
    | st.integers(0, 1200).map(lambda size: json.dumps(all_busy()).encode()[:size]),
    status=st.sampled_from([200, 200, 200, 204, 206, 302, 400, 404, 429, 500, 503]),
)
def test_over_the_wire_only_states_and_trouble_come_out(
    scripted: Scripted, told: Graph, glass: Glass, body: bytes, status: int
) -> None:
    glass.forward(hours=1)  # nothing is remembered and nobody rests
    scripted.script(Said(status, b"" if status == 204 else body))
    try:
        answered = told.availability(ROOMS, START, END)
    except Trouble:
        return
    assert [state.room for state in answered] == ROOMS
    assert never_free(list(answered))


@OVER_HTTP
@given(
    page=spoilt(lambda: {"value": [place(1), place(2)], "@odata.nextLink": None}) | anything,
    lists=anything,
    batch=anything,
)
def test_the_directory_is_rooms_with_addresses_or_trouble(
    scripted: Scripted, told: Graph, glass: Glass, page: Any, lists: Any, batch: Any
) -> None:
    def graph(asked: Any) -> Said:
        if asked.path.endswith("/microsoft.graph.room"):
            return Said(body=page)
        if asked.path.endswith("/$batch"):
            return Said(body={"responses": batch if isinstance(batch, list) else [batch]})
        return Said(body={"value": [{"emailAddress": "list@x"}, lists]})

    glass.forward(hours=1)
    scripted.graph = graph
    try:
        rooms = told._shelf._read(glass.monotonic() + 20).rooms
    except Trouble:
        return
    for room in rooms:
        assert "@" in room.address
        assert room.name
        assert room.capacity is None or room.capacity > 0


@pytest.mark.parametrize("depth", [500, 990, 100_000])
def test_an_answer_as_deep_as_it_can_be_parsed(scripted: Scripted, told: Graph, depth: int) -> None:
    deep = b'{"a":' * depth + b"1" + b"}" * depth
    one = b'{"scheduleId": "fado@x", "x": ' + deep + b"}"
    scripted.script(Said(200, b'{"value": [' + one + b"," + one + b"]}"))
    assert all(state.unreadable for state in told.availability(ROOMS, START, END))
