""" "Which room is free?", asked of a whole bot over real HTTP."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.people import Standing, User
from bot.reply import Outcome
from tests.walking import MONDAY


def at(hour: float, day: int = 23) -> datetime:
    return datetime(2026, 11, day, tzinfo=UTC) + timedelta(hours=hour)


@pytest.fixture
def lisbon(tenant):
    """Three rooms of one building in Lisbon, in the zone of Lisbon."""
    for name, seats in (("Fado", 10), ("Alfama", 8), ("Belém", 14)):
        tenant.room(
            name, city="Lisbon", building="Baixa", floor=2, capacity=seats,
            video="Teams Room", country="Portugal", timezone="GMT Standard Time",
        )  # fmt: skip
    return tenant


def test_the_answer_repeats_the_interval_zone_and_offset_and_ranks_the_rooms(lisbon, talk):
    lisbon.room("Fado").busy(at(17.5, 24), at(18, 24))
    lisbon.room("Alfama").busy(at(15.25, 24), at(16, 24))

    said = talk("/rooms free tomorrow 2pm for 45m, 8 people in Lisbon with video")

    lines = said.splitlines()
    assert lines[0] == (
        "Tue 24 Nov, 14:00–14:45 Europe/Lisbon (UTC+0) · 3 of 3 rooms free · read 0 s ago"
    )
    assert [line.split(" | ")[0] for line in lines[2:5]] == ["Fado", "Alfama", "Belém"]
    assert "free until 17:30" in lines[2]
    assert "free until 15:15" in lines[3]
    assert "free until the end of the day" in lines[4]


def test_a_room_that_cannot_be_read_is_named_with_the_reason_and_never_free(lisbon, talk):
    lisbon.room("Tejo", city="Lisbon", capacity=10, video="Teams Room").on_premises()

    said = talk("rooms free 2pm in Lisbon")

    assert "3 of 4 rooms free" in said
    assert "Could not read 1 room: Tejo (its mailbox is on-premises" in said
    assert "Tejo |" not in said


def test_a_room_that_is_taken_for_a_part_of_the_time_is_not_free(lisbon, talk):
    lisbon.room("Fado").busy(at(14.5), at(14.75))

    said = talk("rooms free 2pm for 1h in Lisbon")

    assert "2 of 3 rooms free" in said
    assert "Fado |" not in said


def test_a_tentative_booking_is_shown_apart(lisbon, talk):
    lisbon.room("Fado").busy(at(14), at(15), status="tentative")

    said = talk("rooms free 2pm in Lisbon")

    before, after = said.split("Perhaps free")
    assert "Fado" not in before
    assert "Fado" in after


def test_the_askers_own_zone_wins_over_the_places(lisbon, talk):
    tokyo = User("slack", "U1", timezone="Asia/Tokyo")

    said = talk("rooms free 11pm in Lisbon", tokyo)

    assert said.startswith("Mon 23 Nov 23:00 – Tue 24 Nov 00:00 Asia/Tokyo (UTC+9) · 3 of 3")


def test_a_typed_zone_wins_over_everything(lisbon, talk):
    said = talk("rooms free 15:00 Europe/Berlin in Lisbon")

    assert "15:00–16:00 Europe/Berlin (UTC+1)" in said


def test_half_an_hour_later_is_one_press_and_no_further_question_to_graph(lisbon, talk):
    talk("rooms free 2pm in Lisbon")
    talk.sandbox.referee.reset()

    said = talk.press("30 minutes later")

    assert "14:30–15:30 Europe/Lisbon" in said
    assert talk.sandbox.referee.operations == 0


def test_more_rooms_than_a_page_are_reached_by_a_button(tenant, talk):
    for number in range(25):
        tenant.room(f"R{number:02}", capacity=4)

    first = talk("rooms free 2pm")
    second = talk.press("More")
    third = talk.press("More")

    assert "Rooms 1 to 10 of 25" in first
    assert "Rooms 11 to 20 of 25" in second
    assert "Rooms 21 to 25 of 25" in third
    names = {f"R{number:02}" for number in range(25)}
    assert all(any(name in page for page in (first, second, third)) for name in names)


def test_seats_that_are_not_recorded_are_offered_last_and_said(lisbon, tenant, talk):
    tenant.room("Mystery", city="Lisbon", capacity=None)

    lines = talk("rooms free 2pm in Lisbon 8 people").splitlines()

    [mystery] = [line for line in lines if line.startswith("Mystery")]
    assert "seats not recorded" in mystery
    assert lines.index(mystery) > max(lines.index(x) for x in lines if x.startswith("Belém"))


def test_an_empty_answer_names_the_filter_and_the_nearest_size(lisbon, talk):
    said = talk("rooms free 2pm in Lisbon 80 people")

    assert "There is no room for 80 people among those in Lisbon" in said
    assert "The largest is Belém with 14 seats." in said


def test_when_all_are_taken_the_next_time_is_offered(lisbon, talk):
    for name in ("Fado", "Alfama", "Belém"):
        lisbon.room(name).busy(at(13), at(15))
    lisbon.room("Fado").busy(at(15), at(16))

    said = talk("rooms free 2pm for 30m in Lisbon")

    assert "0 of 3 rooms free" in said
    assert "The next that is free for as long is Alfama, from 15:00." in said


def test_a_smaller_room_is_offered_when_the_large_ones_are_taken(lisbon, talk):
    lisbon.room("Belém").busy(at(0), at(24))

    said = talk("rooms free 2pm in Lisbon 12 people")

    assert "Smaller but free then: Fado, 10 seats." in said


@pytest.mark.parametrize(
    ("said", "answer"),
    [
        ("rooms free 2pm in Lisbonn", "Did you mean Lisbon?"),
        ("rooms free 9am in Lisbon", "past"),
        ("rooms free 15:00-14:00 in Lisbon", "14:00"),
        ("rooms free 25:00 in Lisbon", "25:00"),
        ("rooms free 2pm for 99h in Lisbon 8 people xyzzy", "xyzzy"),
        ("rooms show Fadoo", "Did you mean Fado?"),
        ("rooms list in Atlantis", "I know no place called “Atlantis”"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(lisbon, talk, said, answer):
    assert answer in talk(said)
    assert talk.reply.outcome is Outcome.MISUNDERSTOOD


def test_show_tells_details_the_state_now_and_the_day(lisbon, talk):
    lisbon.room("Fado").busy(at(9.5), at(11), subject="Payroll")
    lisbon.room("Fado").busy(at(14), at(15), status="tentative")

    said = talk("rooms show fado")

    assert "Seats: 10" in said
    assert "Now: busy until 11:00 · read 0 s ago" in said
    assert "00:00 | 09:30 | free" in said
    assert "14:00 | 15:00 | tentative" in said
    assert "15:00 | 24:00 | free" in said
    assert "Payroll" not in said


def test_subjects_are_shown_only_by_setting_and_never_of_a_private_event(lisbon, clock, store):
    from tests.walking import talking

    lisbon.room("Fado").busy(at(9), at(10), subject="Townhall")
    lisbon.room("Fado").busy(at(11), at(12), subject="Surgery", private=True)

    for talk in talking(lisbon, clock, store, ROOMOPS_SHOW_SUBJECTS="true"):
        said = talk("rooms show Fado")
        assert "Surgery" not in said
        assert "11:00 | 12:00 | busy | private" in said


def test_two_rooms_of_one_name_are_asked_apart(tenant, talk):
    tenant.room("Atlas", address="atlas-1@contoso.example", city="Berlin")
    tenant.room("Atlas", address="atlas-2@contoso.example", city="Seattle")

    said = talk("rooms show Atlas")

    assert "2 rooms have that name" in said
    assert "atlas-2@contoso.example" in said
    assert "Place: Seattle" in talk.press("Show atlas-2@contoso.example")


def test_no_mailbox_but_a_listed_room_is_opened(tenant, talk):
    """An address may be a person's: not even free and busy are told of it."""
    tenant.room("Fado")
    talk("rooms free 2pm")

    for address in (tenant.room("Attic").hide().address, tenant.canary.address):
        assert "The directory lists no room" in talk(f"rooms show {address}")
        assert talk.reply.outcome is Outcome.MISUNDERSTOOD


def test_list_pages_and_filters(contoso, talk_contoso):
    said = talk_contoso("rooms list in Lisbon")

    assert said.splitlines()[0].startswith("9 rooms · directory read")
    assert "Rooms 1 to 20 of" in talk_contoso("rooms list")


def test_the_demo_question_is_answered_as_promised(contoso, talk_contoso):
    said = talk_contoso("rooms free tomorrow 2pm for 45m, 8 people in Lisbon with video")

    assert "Tue 24 Nov, 14:00–14:45 Europe/Lisbon (UTC+0) · 3 of" in said
    rows = [line.split(" | ")[0] for line in said.splitlines()[2:5]]
    assert rows == ["Fado", "Alfama", "Belém"]
    assert "Tejo (its mailbox is on-premises" in said


def test_an_old_answer_says_how_old_it_is(lisbon, talk, clock):
    talk("rooms free 2pm in Lisbon")
    clock.forward(seconds=14)

    assert "read 14 s ago" in talk("rooms free 2pm in Lisbon")


def test_a_repeated_delivery_is_answered_once(lisbon, talk):
    assert talk("rooms free 2pm in Lisbon", act="T1")
    assert talk("rooms free 2pm in Lisbon", act="T1") == ""


def test_every_line_stands_in_the_audit_with_how_it_ended(lisbon, talk, store):
    talk("rooms free 2pm in Lisbon")
    talk("rooms free 25:00")
    talk("rooms free", User("slack", "U9", standing=Standing.GUEST))

    lines = [(line.entry.command, line.entry.allowed, line.outcome) for line in store.lines()]
    assert lines == [
        ("rooms free", False, Outcome.DENIED),
        ("rooms free", True, Outcome.MISUNDERSTOOD),
        ("rooms free", True, Outcome.ANSWERED),
    ]


def test_what_cannot_be_written_down_is_not_done(lisbon, talk, sqlite_url):
    talk("rooms free 2pm in Lisbon")
    Path(sqlite_url.removeprefix("sqlite:///")).unlink()
    talk.sandbox.referee.reset()
    said = talk("rooms free 4pm in Lisbon")

    assert talk.reply.outcome is Outcome.FAILED
    assert "ROOMOPS_DATABASE_URL" in said
    assert talk.sandbox.referee.operations == 0


FAULTS_THAT_BLIND = [
    "calendars-permission-lost", "rooms-dark", "outage", "outage-quiet",
    "gateway-timeout", "reset", "html", "truncated", "empty", "throttled",
]  # fmt: skip


@pytest.mark.parametrize("fault", FAULTS_THAT_BLIND)
def test_a_broken_tenant_gets_a_sentence_and_no_room_is_called_free(
    lisbon, talk_hurried, clock, fault
):
    talk = talk_hurried
    talk("rooms list")  # the directory is known before it breaks
    lisbon.break_(fault)
    clock.forward(seconds=31)

    said = talk("rooms free 4pm in Lisbon")

    assert "0 of 3 rooms free" in said
    assert "Could not read 3 rooms" in said
    assert talk.reply.outcome is Outcome.FAILED

    lisbon.mend()
    clock.forward(minutes=30)
    assert "3 of 3 rooms free" in talk("rooms free 8pm in Lisbon")


@pytest.mark.parametrize("fault", ["secret-wrong", "secret-expired", "app-disabled", "access-lost"])
def test_without_a_token_the_sentence_says_what_to_do(lisbon, talk, fault):
    lisbon.break_(fault)

    said = talk("rooms free 2pm in Lisbon")

    assert talk.reply.outcome is Outcome.FAILED
    assert any(word in said for word in ("AADSTS", "sign in", "secret", "Grant its app"))
    assert "Traceback" not in said


def test_monday_is_the_day_of_these_tests():
    assert f"{MONDAY:%A}" == "Monday"


def test_an_answer_from_memory_says_that_graph_does_not_answer(lisbon, talk_hurried, clock):
    talk = talk_hurried
    talk("rooms free 2pm in Lisbon")
    lisbon.break_("reset")
    clock.forward(seconds=33)

    for line in ("rooms free 2pm in Lisbon", "rooms show Fado"):
        said = talk(line)
        assert "read 33 s ago" in said
        assert "Graph does not answer just now" in said
