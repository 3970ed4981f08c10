"""What an answer says about each room; the law is that no nonsense makes a room free."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from adapters.graph.freebusy import slot, states
from bot.rooms import Busy, BusyStatus, Cause, Room, RoomState, WorkingHours

START = datetime(2026, 11, 24, 9, tzinfo=UTC)
END = START + timedelta(hours=4)
READ = START - timedelta(hours=1)
FADO = Room("Fado@contoso.example", "Fado")


def item(start: str, end: str, status: Any = "busy", **more: Any) -> dict[str, Any]:
    def at(clock: str) -> dict[str, str]:
        return {"dateTime": f"2026-11-24T{clock}:00.0000000", "timeZone": "UTC"}

    return {"status": status, "start": at(start), "end": at(end), **more}


def schedule(*items: Any, view: Any = "00000000", **more: Any) -> dict[str, Any]:
    return {
        "scheduleId": "fado@contoso.example",
        "availabilityView": view,
        "scheduleItems": list(items),
        **more,
    }


def read(*answers: Any) -> RoomState:
    (state,) = states([FADO], answers, START, END, READ)
    return state


def busy(state: RoomState) -> list[tuple[str, str, BusyStatus]]:
    assert state.unreadable is None
    return [(f"{e.start:%H:%M}", f"{e.end:%H:%M}", e.status) for e in state.busy]


def cause(*answers: Any) -> Cause:
    state = read(*answers)
    assert state.unreadable is not None
    assert not state.busy
    return state.unreadable.cause


def test_entries_come_in_order_of_their_start() -> None:
    state = read(schedule(item("11:00", "12:00"), item("09:30", "10:00"), view="02002200"))
    assert busy(state) == [
        ("09:30", "10:00", BusyStatus.BUSY),
        ("11:00", "12:00", BusyStatus.BUSY),
    ]
    assert (state.room, state.read_at) == (FADO, READ)


@pytest.mark.parametrize(
    ("status", "kept"),
    [
        ("tentative", BusyStatus.TENTATIVE),
        ("busy", BusyStatus.BUSY),
        ("oof", BusyStatus.OUT_OF_OFFICE),
        ("OOF", BusyStatus.OUT_OF_OFFICE),
        ("workingElsewhere", BusyStatus.ELSEWHERE),
        ("unknown", BusyStatus.UNKNOWN),
        ("unknownFutureValue", BusyStatus.UNKNOWN),
        (None, BusyStatus.UNKNOWN),
        (2, BusyStatus.UNKNOWN),
    ],
)
def test_every_status_is_kept_and_a_strange_one_blocks(status: Any, kept: BusyStatus) -> None:
    assert busy(read(schedule(item("10:00", "11:00", status)))) == [("10:00", "11:00", kept)]


def test_entries_marked_free_are_dropped() -> None:
    assert (
        busy(read(schedule(item("10:00", "11:00", "free"), item("12:00", "13:00", "Free")))) == []
    )


def test_a_private_entry_keeps_no_subject() -> None:
    entries = read(
        schedule(
            item("09:00", "09:30", subject="Plans\x1b[31m\n of‮ ours", isPrivate=False),
            item("10:00", "10:30", subject="Divorce", isPrivate=True),
            item("11:00", "11:30", subject="Secret", isPrivate="no"),
            item("12:00", "12:30", subject="y" * 5_000),
        )
    ).busy
    assert [(e.subject[:20], e.private) for e in entries] == [
        ("Plans [31m of ours", False),
        ("", True),
        ("", True),
        ("y" * 20, False),
    ]
    assert len(entries[3].subject) == 256
    assert entries[3].subject.endswith("…")


@pytest.mark.parametrize(
    ("view", "items", "expected"),
    [
        ("02200000", [], [("09:30", "10:30", BusyStatus.BUSY)]),
        ("01020000", [], [("09:30", "10:00", "tentative"), ("10:30", "11:00", "busy")]),
        ("00030000", [], [("10:30", "11:00", BusyStatus.OUT_OF_OFFICE)]),
        ("00040000", [], [("10:30", "11:00", BusyStatus.ELSEWHERE)]),
        ("000?0000", [], [("10:30", "11:00", BusyStatus.UNKNOWN)]),
        ("000é0000", [], [("10:30", "11:00", BusyStatus.UNKNOWN)]),
        # Explained by an item that touches the slot, however short.
        ("00220000", [item("10:05", "10:35")], [("10:05", "10:35", "busy")]),
        # Worse than the item says.
        (
            "02000000",
            [item("09:30", "10:00", "tentative")],
            [("09:30", "10:00", "tentative"), ("09:30", "10:00", "busy")],
        ),
        # Milder than the item says: the item counts.
        ("01000000", [item("09:30", "10:00", "oof")], [("09:30", "10:00", "oof")]),
        # Both are possible for working elsewhere.
        (
            "00000000",
            [item("09:30", "10:00", "workingElsewhere")],
            [("09:30", "10:00", "workingElsewhere")],
        ),
        # Slots after the window do not count.
        ("00000000222222", [], []),
        ("0000000" + "2" * 100, [], [("12:30", "13:00", "busy")]),
    ],
)  # fmt: skip
def test_where_view_and_items_differ_the_busier_is_believed(
    view: str, items: list[Any], expected: list[tuple[str, str, BusyStatus]]
) -> None:
    assert busy(read(schedule(*items, view=view))) == expected


def test_entries_beyond_the_window_stay_whole() -> None:
    state = read(schedule(item("07:00", "09:30"), item("12:45", "18:00"), view="20000002"))
    assert [e.end - e.start for e in state.busy] == [timedelta(hours=2.5), timedelta(hours=5.25)]


@pytest.mark.parametrize(
    "answer",
    [
        schedule("busy"),
        schedule(None),
        schedule({}),
        schedule({"status": "busy"}),
        schedule(item("10:00", "11:00") | {"start": None}),
        schedule(item("10:00", "11:00") | {"end": "noon"}),
        schedule(item("11:00", "10:00")),
        schedule(item("10:00", "11:00"), item("25:00", "26:00")),
        schedule(
            {
                "status": "busy",
                "start": {"dateTime": "2026-11-24T10:00:00", "timeZone": None},
                "end": {"dateTime": "2026-11-24T11:00:00", "timeZone": "UTC"},
            }
        ),
        schedule() | {"scheduleItems": "busy"},
        schedule() | {"scheduleItems": {}},
        schedule(view=0),
        schedule(view=["0"]),
        schedule(view=""),
        schedule(view=None),
        {"scheduleId": FADO.address},
        {"scheduleId": FADO.address, "scheduleItems": None, "availabilityView": ""},
        {"scheduleId": FADO.address, "scheduleItems": []},
    ],
)
def test_what_makes_no_sense_is_unreadable_and_never_free(answer: Any) -> None:
    assert cause(answer) is Cause.GARBLED


def test_the_view_alone_is_enough_and_so_are_items() -> None:
    view = {"scheduleId": FADO.address, "availabilityView": "02000000", "scheduleItems": None}
    assert busy(read(view)) == [("09:30", "10:00", BusyStatus.BUSY)]
    items = {"scheduleId": FADO.address, "scheduleItems": [item("09:30", "10:00")]}
    assert busy(read(items)) == [("09:30", "10:00", BusyStatus.BUSY)]


def test_one_bad_room_does_not_cost_anothers_answer() -> None:
    belem = Room("belem@contoso.example", "Belém")
    good = schedule(item("10:00", "11:00")) | {"scheduleId": "BELEM@CONTOSO.EXAMPLE"}
    fado, other = states([FADO, belem], [schedule("nonsense"), good], START, END, READ)
    assert fado.unreadable
    assert [entry.start.hour for entry in other.busy] == [10]


def test_a_room_that_was_left_out_is_not_free() -> None:
    stranger = schedule() | {"scheduleId": "nobody@contoso.example"}
    nonsense: list[Any] = [None, 7, "x", [], {"scheduleId": None}]
    for answers in ([], [stranger], nonsense):
        assert cause(*answers) is Cause.NOT_ANSWERED


def test_a_room_that_is_answered_twice_must_be_answered_alike() -> None:
    once = schedule(item("10:00", "11:00"))
    assert busy(read(once, once)) == [("10:00", "11:00", BusyStatus.BUSY)]
    assert cause(once, schedule()) is Cause.GARBLED
    assert cause(schedule(), schedule() | {"error": {"responseCode": "5009"}}) is Cause.GARBLED


@pytest.mark.parametrize(
    ("code", "expected", "words"),
    [
        ("5009", Cause.UNKNOWN_ADDRESS, "the directory does not know its address"),
        (5009, Cause.UNKNOWN_ADDRESS, "the directory does not know its address"),
        ("ErrorMailRecipientNotFound", Cause.UNKNOWN_ADDRESS, "directory does not know"),
        ("5006", Cause.TOO_MANY_ENTRIES, "more than 1000 entries"),
        ("5016", Cause.ON_PREMISES, "its mailbox is on-premises, Graph cannot see it"),
        ("ErrorProxyRequestProcessingFailed", Cause.ON_PREMISES, "on-premises"),
        ("5037", Cause.DENIED, "may not read its calendar"),
        ("ErrorNoFreeBusyAccess", Cause.DENIED, "may not read its calendar"),
        ("ErrorServerBusy", Cause.THROTTLED, "too busy"),
        ("5999", Cause.OTHER, "Exchange gives the error 5999"),
        ("<!channel>", Cause.OTHER, "without a name"),
        (None, Cause.OTHER, "without a name"),
        ({"a": 1}, Cause.OTHER, "without a name"),
    ],
)
def test_an_error_inside_a_200_is_the_rooms_own_reason(
    code: Any, expected: Cause, words: str
) -> None:
    state = read(schedule() | {"error": {"message": "<b>Their words</b>", "responseCode": code}})
    assert state.unreadable is not None
    assert state.unreadable.cause is expected
    assert words in state.unreadable.words
    assert "Their" not in state.unreadable.words


@pytest.mark.parametrize("error", [{}, "x", [], 0, False])
def test_any_error_at_all_makes_it_unreadable(error: Any) -> None:
    assert cause(schedule() | {"error": error}) is Cause.OTHER


def hours(**changes: Any) -> dict[str, Any]:
    said = {
        "daysOfWeek": ["monday", "Friday"],
        "startTime": "08:00:00.0000000",
        "endTime": "17:30:00.0000000",
        "timeZone": {"name": "Romance Standard Time"},
    }
    return schedule(workingHours=said | changes)


def test_working_hours_and_the_mailboxes_zone_are_kept() -> None:
    state = read(hours())
    assert state.zone == "Romance Standard Time"
    assert state.hours == WorkingHours(frozenset({0, 4}), time(8), time(17, 30))


@pytest.mark.parametrize(
    ("changes", "zone"),
    [
        ({"timeZone": None}, None),
        ({"timeZone": "UTC"}, None),
        ({"timeZone": {"@odata.type": "#microsoft.graph.customTimeZone", "bias": 480}}, None),
        ({"startTime": None}, "Romance Standard Time"),
        ({"startTime": "eight"}, "Romance Standard Time"),
        ({"daysOfWeek": "monday"}, "Romance Standard Time"),
        ({"daysOfWeek": [{}]}, "Romance Standard Time"),
        ({"daysOfWeek": [[]]}, "Romance Standard Time"),
        ({"daysOfWeek": ["sometimes"]}, "Romance Standard Time"),
    ],
)
def test_odd_working_hours_cost_nothing_else(changes: dict[str, Any], zone: str | None) -> None:
    state = read(hours(**changes))
    assert state.unreadable is None
    assert state.zone == zone
    assert (state.hours is None) == ("timeZone" not in changes)
    for odd in ("always", 7, [8, 17]):
        assert read(schedule(workingHours=odd)).hours is None


def test_a_digit_stands_for_half_an_hour_and_less_in_a_short_window() -> None:
    assert slot(START, END) == 30
    assert slot(START, START + timedelta(minutes=15)) == 15
    assert slot(START, START + timedelta(minutes=2)) == 5
    assert slot(START, START + timedelta(days=42)) == 30


def test_the_coarse_block_ends_with_the_window() -> None:
    end = START + timedelta(minutes=45)
    (state,) = states([FADO], [schedule(view="22")], START, end, READ)
    assert state.busy == (Busy(START, end, BusyStatus.BUSY),)


@pytest.mark.parametrize("items", [None, []])
@pytest.mark.parametrize("view", ["0", "000000"])
def test_a_view_that_ends_before_the_window_makes_no_room_free(view, items):
    answer = {"scheduleId": FADO.address, "availabilityView": view, "scheduleItems": items}

    assert cause(answer) is Cause.GARBLED


def test_a_view_one_slot_short_may_be_rounding():
    assert busy(read(schedule(view="0000000"))) == []
