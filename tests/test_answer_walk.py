"""The corners of an answer: several days, several zones, pages that are not there, odd names."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.people import Standing, User
from bot.reply import Buttons, Outcome
from tests.walking import talking


def at(hour: float, day: int = 23) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


def labels(reply) -> list[str]:
    blocks = [block for block in reply.blocks if isinstance(block, Buttons)]
    return [button.label for block in blocks for button in block.buttons]


def test_a_tenant_without_rooms_is_said_and_not_an_error(tenant, talk):
    assert "The directory lists no rooms at all." in talk("rooms free 2pm")
    assert "The directory lists no rooms at all." in talk("rooms list")
    assert "I know no room called “Fado”" in talk("rooms show Fado")
    assert "records no places" in talk("rooms free in Lisbon")


def test_one_room_is_spoken_of_in_the_singular(tenant, talk):
    tenant.room("Fado", capacity=1).busy(at(14), at(15))

    said = talk("rooms free 2pm")

    assert "0 of 1 room free" in said
    assert "The only one that fits is taken for at least a part of it." in said
    assert "1 seat\n" not in said
    assert "Room 1 of 1" in talk.press("More")
    assert "Fado | 1 seat |" in talk("rooms free 4pm")
    assert "There is only 1 page; say page 1." in talk("rooms free 4pm page 7")
    assert "There is only 1 page; say page 1." in talk("rooms list page 7")
    assert "There is no room for 2 people; without that, 1 would fit." in talk("free 2 people")


def test_a_page_that_is_not_there_names_the_last_one(tenant, talk):
    for number in range(25):
        tenant.room(f"R{number:02}")

    assert "There are only 3 pages; say page 3." in talk("rooms free 2pm page 4")
    assert "There are only 2 pages; say page 2." in talk("rooms list page 3")
    assert "Rooms 21 to 25 of 25" in talk("rooms list page 2")


def test_over_midnight_the_end_is_told_with_its_day_where_it_is_another(tenant, talk):
    tenant.room("Early").busy(at(9, 24), at(10, 24))
    tenant.room("Dawn").busy(at(0), at(1, 24))
    tenant.room("Eve").busy(at(22), at(23.5))

    said = talk("rooms free 11pm for 1h")  # midnight itself begins no further day
    assert "Early | ? seats |  | free until the end of the day" in said

    said = talk("rooms free 11pm for 2h")
    assert "Early | ? seats |  | free until 09:00 |" in said
    assert "Dawn | ? seats |  | free from 01:00 on Tue 24 Nov" in talk.press("More")
    assert "Eve | ? seats |  | free from 23:30 |" in talk("rooms free 11pm for 2h page 2")


def test_over_several_days_the_next_time_is_told_with_its_day(tenant, talk):
    tenant.room("Fado").busy(at(14), at(9, 24))

    said = talk("rooms free 2pm for 12h")

    assert "The next that is free for as long is Fado, from 09:00 on Tue 24 Nov." in said

    tenant.room("Fado").busy(at(0, 25), at(23, 25))
    said = talk("rooms free tomorrow 8am for 30h")

    assert "None of them is free for as long later on those days." in said


def test_an_entry_that_reaches_beyond_the_days_asked_about_takes_the_room(tenant, talk):
    tenant.room("Fado").busy(at(0, 20), at(0, 27))

    assert "0 of 1 room free" in talk("rooms free 2pm")
    assert "Now: busy until 00:00 on Fri 27 Nov" in talk("rooms show Fado")


def test_a_room_that_is_only_tentatively_booked_is_not_called_taken(tenant, talk):
    tenant.room("Fado", capacity=4).busy(at(14), at(15), status="tentative")
    tenant.room("Alfama", capacity=3).busy(at(13), at(16))

    said = talk("rooms free 2pm for 30m 4 people")

    assert "The only one that fits is booked tentatively." in said
    assert "The next that is free for as long is Fado, from 15:00." in said
    assert "All 2 that fit are booked, 1 of them only tentatively." in talk("rooms free 2pm")


def test_busy_beside_tentative_is_busy_now(tenant, talk):
    tenant.room("Fado").busy(at(9), at(12), status="tentative").busy(at(9.5), at(11))

    assert "Now: busy until 11:00 · read 0 s ago · Mon 23 Nov 2026 UTC" in talk("rooms show Fado")


def test_a_short_meeting_inside_a_long_one_leaves_no_gap(tenant, talk):
    tenant.room("Fado").busy(at(9), at(17)).busy(at(10), at(11))

    said = talk("rooms show Fado")

    assert "17:00 | 24:00 | free" in said
    assert "11:00 | 24:00 | free" not in said


def test_a_subject_that_the_calendar_keeps_to_itself_is_said_to_be_hidden(tenant, clock, store):
    tenant.room("Fado", sharing="freeBusyRead").busy(at(9), at(11), subject="Salaries")

    for talk in talking(tenant, clock, store, ROOMOPS_SHOW_SUBJECTS="true"):
        assert "09:00 | 11:00 | busy | hidden by the calendar" in talk("rooms show Fado")


def test_a_whole_day_is_shown_as_a_whole_day(tenant, talk):
    tenant.room("Fado").busy(at(0), at(24))

    assert "00:00 | 24:00 | busy" in talk("rooms show Fado")
    assert "Fado | ? seats |  | free until the end of the day" in talk("rooms free tomorrow 9am")


def test_a_place_in_several_zones_has_no_zone_of_its_own(tenant, talk):
    lisbon = {"city": "Lisbon", "country": "PT", "timezone": "GMT Standard Time"}
    tenant.room("Fado", building="HQ", **lisbon)
    tenant.room("Sakura", building="HQ", city="Tokyo", timezone="Tokyo Standard Time")
    tenant.room("Thames", building="Isles", city="London", timezone="GMT Standard Time")
    tenant.room("Alfama", building="Isles", **lisbon)

    assert "UTC (UTC+0)" in talk("rooms free 2pm in HQ")
    assert "14:00–15:00 Asia/Tokyo" in talk("rooms free 2pm in Tokyo")
    assert "Europe/London" in talk("rooms free 2pm in Isles")  # the same clocks as Lisbon's


def test_the_hour_that_comes_twice_is_answered_with_both_offsets(tenant, talk, clock):
    clock.at = datetime(2027, 10, 30, 12, tzinfo=UTC)
    tenant.room("Fado", city="Lisbon", country="PT", timezone="GMT Standard Time")
    tenant.room("Fado").busy(
        datetime(2027, 10, 31, 0, tzinfo=UTC), datetime(2027, 10, 31, 0, 45, tzinfo=UTC)
    )

    assert "comes twice" in talk("rooms free tomorrow 01:30 in Lisbon")
    assert "0 of 1 room free" in talk("rooms free 2027-10-31 01:30 UTC+1 for 15m in Lisbon")
    later = talk.press("30 minutes later")
    assert "01:00–01:15 Europe/Lisbon (UTC+0) · 1 of 1 room free" in later
    assert "01:00 UTC+1 | 01:45 UTC+1 | busy" in talk("rooms show Fado 2027-10-31")


def test_a_day_word_in_a_rooms_name_is_part_of_the_name(tenant, talk):
    for name in ("Monday", "Room 14:00", "24 Dec", "Fado", "Fado Friday"):
        tenant.room(name)

    assert "Mon 23 Nov 2026" in talk("rooms show Monday")
    assert "Fri 27 Nov 2026" in talk("rooms show Monday friday")
    assert talk("rooms show room 14:00 tomorrow").startswith("Room 14:00\n")
    assert "Thu 24 Dec 2026" in talk("rooms show 24 dec 24 dec")
    assert talk("rooms show fado friday").startswith("Fado Friday\n")
    assert "Fri 27 Nov 2026" in talk('rooms show "fado" friday')
    assert "I know no room called “tuesday”" in talk("rooms show tuesday")


def test_two_unreadable_rooms_of_one_name_are_told_apart(tenant, talk):
    tenant.room("Atlas", address="atlas-1@contoso.example").deny()
    tenant.room("Atlas", address="atlas-2@contoso.example")

    said = talk("rooms free 2pm")

    assert "Could not read 1 room: Atlas (atlas-1@contoso.example) (" in said
    assert "Atlas (atlas-2@contoso.example) |" in said


def test_more_rooms_of_one_name_than_can_be_shown_are_counted(tenant, talk):
    for number in range(22):
        tenant.room("Focus", address=f"focus-{number}@contoso.example")

    said = talk("rooms show Focus")

    assert "22 rooms have that name; say which by its address. These are the first 20." in said
    assert len(labels(talk.reply)) == 5


def test_a_room_whose_seats_are_not_recorded_comes_after_one_of_known_size(tenant, talk):
    tenant.room("Atlas")
    tenant.room("Zebra", capacity=6)

    said = talk("rooms free 2pm")

    assert said.index("Zebra |") < said.index("Atlas |")


def test_a_projector_that_is_only_a_tag_is_found_by_its_everyday_word(tenant, talk):
    tenant.room("Old", tags=("Projector",))
    tenant.room("New", display="Surface Hub")
    tenant.room("Bare", tags=("quiet",))

    said = talk("rooms list with projector")

    assert said.startswith("2 rooms")
    assert "Bare |" not in said


def test_an_inch_mark_in_a_devices_name_does_not_break_the_buttons(tenant, talk):
    for number in range(12):
        tenant.room(f"R{number:02}", display='65" TV', city='The "Old" Town', floor_label='"1"')

    first = talk('rooms free 2pm with 65" tv in the old town floor 1')
    second = talk.press("More")

    assert "12 of 12 rooms free" in first
    assert "Rooms 11 to 12 of 12" in second


@pytest.mark.parametrize(
    ("line", "answer"),
    [
        ("help", "Guests may not use me here."),
        ("rooms show Fado", "Guests may not use me here."),
        ("xyzzy", "Guests may not use me here."),
    ],
)
def test_a_guest_hears_one_sentence_whatever_they_say(tenant, talk, line, answer):
    guest = User("slack", "U9", standing=Standing.GUEST)

    assert talk(line, guest) == answer
    assert talk.reply.outcome is Outcome.DENIED


def test_a_list_is_in_order_of_place_and_what_is_not_recorded_comes_last(tenant, talk):
    tenant.room("Attic", tags=("quiet",))
    tenant.room("Bare", city="Oslo")
    tenant.room("Zulu", city="Berlin", building="East", floor=2, tags=("quiet",))
    tenant.room("Yoga", city="Berlin", building="East", floor=10, tags=("quiet",))
    tenant.room("Xray", city="Oslo", tags=("quiet",))

    rows = [line.split(" | ")[0] for line in talk("rooms list with quiet").splitlines()[2:7]]

    assert rows == ["Zulu", "Yoga", "Xray", "Attic", "Bare"]


def test_what_is_taken_comes_in_order_of_when_it_is_free_again(tenant, talk):
    for name, until in (("Ant", 18), ("Bee", 15), ("Cow", 24), ("Dog", 16)):
        tenant.room(name).busy(at(14), at(until))

    talk("rooms free 2pm")
    rows = [line for line in talk.press("More").splitlines() if " | ? seats | " in line]

    assert [row.split(" | ")[0] for row in rows] == ["Bee", "Dog", "Ant", "Cow"]
    assert "not free for as long that day" in rows[3]


def test_an_answer_is_as_old_as_its_oldest_reading(tenant, talk, clock):
    tenant.room("Fado", city="Lisbon")
    tenant.room("Thames", city="London")
    talk("rooms free 2pm in Lisbon")
    clock.forward(seconds=9)

    assert "read 9 s ago" in talk("rooms free 2pm")


def test_the_largest_of_the_smaller_rooms_that_is_surely_free_is_offered(tenant, talk):
    tenant.room("Hall", capacity=20).busy(at(0), at(24))
    tenant.room("Ant", capacity=4)
    tenant.room("Bee", capacity=6)
    tenant.room("Cow", capacity=8).busy(at(14), at(15), status="tentative")
    tenant.room("Dog", capacity=10).deny()

    assert "Smaller but free then: Bee, 6 seats." in talk("rooms free 2pm 12 people")


def test_the_next_time_is_not_that_of_a_room_that_could_not_be_read(tenant, talk):
    tenant.room("Fado").busy(at(13), at(16))
    tenant.room("Shut").deny()

    said = talk("rooms free 2pm")

    assert "The only one that I could read and that fits is taken" in said
    assert "The next that is free for as long is Fado, from 16:00." in said


def test_a_later_page_does_not_repeat_what_emptied_the_answer(tenant, talk):
    for number in range(12):
        tenant.room(f"R{number:02}").busy(at(14), at(15))

    assert "All 12 that fit are taken" in talk("rooms free 2pm")
    assert "that fit" not in talk.press("More")
    assert "that fit" not in talk.press("More")


def test_more_rooms_that_cannot_be_read_than_can_be_named_are_counted(tenant, talk):
    for number in range(27):
        tenant.room(f"R{number:02}").deny()

    said = talk("rooms free 2pm")

    assert "Could not read 27 rooms: R00, R01" in said
    assert "R24 and 2 more (" in said


def test_a_room_is_found_by_its_nickname_and_its_day_in_the_askers_zone(tenant, talk):
    tenant.room("Brixton", nickname="the aquarium", timezone="GMT Standard Time")
    tokyo = User("slack", "U1", timezone="Asia/Tokyo")

    assert "2026 Europe/London" in talk("rooms show The Aquarium")
    assert "2026 Asia/Tokyo" in talk("rooms show the aquarium", tokyo)


def test_a_day_that_does_not_exist_is_said_and_not_taken_for_a_name(tenant, talk):
    tenant.room("Fado")

    assert "There is no such day as “31 feb”" in talk("rooms show Fado 31 feb")


def test_an_apostrophe_in_an_address_is_safe_in_powershell(tenant, talk):
    tenant.room("Pub", address="o'brien@contoso.example")

    assert "-Identity 'o''brien@contoso.example' |" in talk("rooms show Pub")


def test_a_page_before_the_first_is_the_first(tenant, talk):
    for number in range(12):
        tenant.room(f"R{number:02}")

    assert "Rooms 1 to 10 of 12" in talk("rooms free 2pm page 0")


def test_two_floors_are_refused(tenant, talk):
    tenant.room("Fado")

    assert "You named two floors. Say one." in talk("rooms free floor 1 floor 2")


def test_help_is_found_by_group_command_or_both(talk):
    assert talk("rooms help show") == talk("help rooms show") == talk("help show")
    assert "/rooms list" in talk("rooms help")
    assert "There is no command “xyzzy” that you may use here" in talk("help xyzzy")


def test_a_room_that_only_might_fit_does_not_pass_as_one_that_fits(tenant, talk):
    tenant.room("Fado", floor=2, capacity=8)
    tenant.room("Attic", capacity=None)

    said = talk("rooms free 2pm floor 99")

    assert "There is no room on floor 99; without that, 2 would fit." in said
    assert "What follows might fit: not all of it is recorded." in said
    assert "floor not recorded" in said
