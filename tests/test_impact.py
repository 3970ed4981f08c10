"""What a fault does to people, read from a real catalogue and real calendars."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handlers.impact import AHEAD, impact, sites
from tests.walking import MONDAY

NAMES = ("Fado", "Alfama", "Belém")


@pytest.fixture
def lisbon(tenant):
    """Three rooms with a meeting each within four hours, and one a little later."""
    for name in NAMES:
        room = tenant.room(name, address=f"{name[:4].lower()}@contoso.example", city="Lisbon")
        room.busy(MONDAY + timedelta(hours=1), MONDAY + timedelta(hours=2))
    tenant.room("Fado").busy(MONDAY + AHEAD, MONDAY + timedelta(hours=5))
    return tenant


def test_all_rooms_and_their_next_meetings_are_counted(lisbon, talk):
    assert impact(talk.desk, None, MONDAY) == "3 rooms, 3 meetings until 14:00 UTC"


def test_only_the_rooms_concerned_are_counted(lisbon, talk):
    said = impact(talk.desk, ["FADO@contoso.example"], MONDAY)
    assert said == "1 room, 1 meeting until 14:00 UTC"


def test_no_rooms_are_no_impact(lisbon, talk):
    assert impact(talk.desk, [], MONDAY) == ""


def test_a_calendar_that_cannot_be_read_is_told(lisbon, talk):
    lisbon.room("Alfama").deny()
    said = impact(talk.desk, None, MONDAY)
    assert said == "3 rooms, at least 2 meetings until 14:00 UTC (1 calendar not read)"


def test_where_no_calendar_can_be_read_no_number_is_made_up(lisbon, talk):
    talk.desk.rooms.catalogue()
    for name in NAMES:
        lisbon.room(name).deny()
    assert impact(talk.desk, None, MONDAY) == "3 rooms; how many meetings I cannot tell"


def test_rooms_that_the_directory_does_not_know_are_counted_all_the_same(lisbon, talk):
    said = impact(talk.desk, ["gone@contoso.example"], MONDAY)
    assert said == "1 room; how many meetings I cannot tell"


def test_without_any_directory_it_does_not_raise(lisbon, talk):
    lisbon.break_("secret-expired")
    assert impact(talk.desk, None, MONDAY) == ""
    assert impact(talk.desk, ["a@x", "b@x"], MONDAY) == "2 rooms; how many meetings I cannot tell"
    assert sites(talk.desk, ["a@x"]) == ()


def test_calendars_from_memory_say_how_old_they_are(lisbon, talk, clock):
    rooms = talk.desk.rooms.catalogue().rooms
    talk.desk.rooms.availability(rooms, clock(), clock() + timedelta(days=3))
    lisbon.break_("secret-expired")
    clock.forward(minutes=3)
    said = impact(talk.desk, None, clock())
    assert said == "3 rooms, 4 meetings until 14:03 UTC (as read 3 min ago)"


def test_a_site_is_a_city_or_else_a_building(lisbon, talk):
    lisbon.room("Lone", address="lone@contoso.example", building="Shed")
    assert sites(talk.desk, ["fado@contoso.example", "lone@contoso.example"]) == ("Lisbon", "Shed")
    assert sites(talk.desk, None) == ("Lisbon", "Shed")
