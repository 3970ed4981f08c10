"""The demo's tenant: lived-in, awkward in the ways that real ones are, and the same every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from adapters.sandbox import Tenant, big, empty, healthy, seeded
from adapters.sandbox.mailbox import Health
from adapters.sandbox.permission import WANTED
from tests.sandbox.asking import NOW

LISBON = ZoneInfo("Europe/Lisbon")
DAYS = [NOW + timedelta(days=days) for days in (0, 4, 5, 31, 120, 216)]  # weekends, new year, DST


def lisbon(tenant: Tenant) -> list[str]:
    return [room.name for room in tenant.rooms if room.city == "Lisbon"]


def events_between(tenant: Tenant, room: str, start: datetime, end: datetime) -> list[str]:
    spans = tenant.room(room).calendar.blocking(start, end, LISBON)
    return [f"{span[0].astimezone(LISBON):%H:%M}" for span in spans if span[2].status != "free"]


def test_there_are_forty_rooms_in_five_cities() -> None:
    tenant = seeded(NOW)
    assert len(tenant.rooms) == 40
    assert len({room.address.lower() for room in tenant.rooms}) == 40
    assert {room.city for room in tenant.rooms} == {
        "Lisbon", "London", "Berlin", "Seattle", "Tokyo",
    }  # fmt: skip


@pytest.mark.parametrize("now", DAYS, ids=lambda day: f"{day:%Y-%m-%d}")
def test_tomorrow_at_two_three_of_lisbons_nine_rooms_are_free(now: datetime) -> None:
    tenant = seeded(now)
    tomorrow = now.astimezone(LISBON).date() + timedelta(days=1)
    two = datetime.combine(tomorrow, time(14), LISBON)
    end = two + timedelta(minutes=45)
    evening = datetime.combine(tomorrow, time(23, 59), LISBON)
    assert len(lisbon(tenant)) == 9
    read = [room for room in lisbon(tenant) if tenant.room(room).health is Health.WELL]
    free = [room for room in read if not events_between(tenant, room, two, end)]
    assert free == ["Fado", "Alfama", "Belém"]
    assert events_between(tenant, "Fado", two, evening)[0] == "17:30"
    assert events_between(tenant, "Alfama", two, evening)[0] == "15:15"
    assert events_between(tenant, "Belém", two, evening) == []


def test_every_room_of_lisbon_seats_eight_and_has_video() -> None:
    rooms = [room for room in seeded(NOW).rooms if room.city == "Lisbon"]
    assert all((room.capacity or 0) >= 8 and room.video for room in rooms)


def test_the_awkward_ones_are_there() -> None:
    tenant = seeded(NOW)
    rooms = {room.name: room for room in tenant.rooms}
    assert rooms["Tejo"].health is Health.ON_PREMISES
    assert rooms["Old Library"].capacity is None
    assert rooms["Old Library"].building is None
    assert rooms["Erdgeschoss"].floor == 0
    assert {"<!channel>", "@everyone", "🚀 Launchpad", "חדר ישיבות", "قاعة النور"} <= rooms.keys()
    assert 'O\'Brien "Boardroom" #4' in rooms
    assert max(map(len, rooms)) == 200
    assert sum(room.name == "Focus" for room in tenant.rooms) == 2
    assert rooms["Meridian"].address == "MERIDIAN@CONTOSO.EXAMPLE"
    assert rooms["Kreuzberg"].timezone is None
    assert rooms["Spree"].timezone == "Europe/Berlin"
    assert rooms["Brixton"].nickname == "the aquarium"


def test_two_seedings_of_one_moment_are_alike() -> None:
    one, other = seeded(NOW), seeded(NOW)
    window = (NOW - timedelta(days=30), NOW + timedelta(days=30))
    for left, right in zip(one.rooms, other.rooms, strict=True):
        assert left.place() == right.place()
        assert left.calendar.between(*window) == right.calendar.between(*window)


def test_a_day_looks_the_same_seen_from_tomorrow() -> None:
    day = (NOW + timedelta(days=3), NOW + timedelta(days=4))
    today, later = seeded(NOW), seeded(NOW + timedelta(days=1))
    for room in today.rooms:
        twin = later.room(room.address)
        if room.city == "Berlin":
            assert room.calendar.between(*day) == twin.calendar.between(*day)


def test_calendars_are_lived_in() -> None:
    tenant = seeded(NOW)
    events = [event for room in tenant.rooms for event in room.calendar.between(
        NOW - timedelta(days=400), NOW + timedelta(days=400))]  # fmt: skip
    assert len(events) > 3000
    assert {event.status for event in events} == {"busy", "tentative", "free"}
    assert any(event.private for event in events)
    assert any(event.all_day for event in events)
    left = {box.address for box in tenant.mailboxes if not box.enabled and box.purpose == "user"}
    assert left & {event.organizer.address for event in events}


def test_some_entries_run_over_midnight_and_over_a_change_of_clocks() -> None:
    tenant = seeded(NOW)
    night = tenant.room("Night Watch").calendar.between(NOW, NOW + timedelta(days=2))
    zone = ZoneInfo("America/Los_Angeles")
    assert any(e.start.astimezone(zone).date() < e.end.astimezone(zone).date() for e in night)
    moves = [
        event
        for event in tenant.room("Spree").calendar.between(NOW, NOW + timedelta(days=400))
        if event.subject == "Data centre move"
    ]
    berlin = ZoneInfo("Europe/Berlin")
    (move,) = moves
    assert move.start.astimezone(berlin).utcoffset() != move.end.astimezone(berlin).utcoffset()


def test_an_empty_tenant_has_the_account_the_canary_and_no_room() -> None:
    tenant = empty()
    assert tenant.rooms == ()
    assert {box.address for box in tenant.mailboxes} == {
        "svc-rooms@contoso.example",
        "clara.canary@contoso.example",
    }


def test_a_big_tenant_has_as_many_rooms_as_asked_and_meetings_in_them() -> None:
    tenant = big(NOW, 1000)
    assert len(tenant.rooms) == 1000
    assert all(len(room.calendar) for room in tenant.rooms)
    assert len({room.building for room in tenant.rooms}) == 10


def test_rooms_of_a_big_tenant_do_not_share_what_is_added_later() -> None:
    tenant = big(NOW, 41)
    before = len(tenant.room("Room 00040").calendar)
    tenant.room("Room 00000").busy(NOW, NOW + timedelta(hours=1))
    assert len(tenant.room("Room 00040").calendar) == before


def test_what_is_said_of_a_room_twice_is_kept() -> None:
    tenant = empty()
    room = tenant.room("Fado", capacity=10)
    assert tenant.room("Fado", city="Lisbon") is room
    assert (room.capacity, room.city) == (10, "Lisbon")
    assert tenant.room("FADO@contoso.example") is room


def test_an_address_is_made_of_the_names_plain_letters_and_is_never_taken_twice() -> None:
    tenant = empty()
    assert tenant.room("Belém").address == "belem@contoso.example"
    assert tenant.room("Belem").address == "belem.2@contoso.example"
    assert tenant.room("<!channel>").address == "channel@contoso.example"
    assert tenant.room("🚀").address == "mailbox@contoso.example"
    assert tenant.room("חדר").address == "mailbox.2@contoso.example"


@pytest.mark.parametrize("make", [seeded, healthy])
def test_nothing_of_contosos_credentials_ends_soon(make: Callable[..., Tenant]) -> None:
    tenant = make(NOW)
    secret = tenant.app.secrets[0]
    assert secret.expires is not None
    assert secret.expires - NOW > timedelta(days=60)
    assert tenant.app.consented == frozenset(WANTED)
    assert tenant.service_account.licences == ("STANDARDPACK",)
    assert tenant.service_account.password_policies == "DisablePasswordExpiration"


def test_a_healthy_tenant_has_no_awkward_room() -> None:
    tenant = healthy(NOW)
    leavers = [who for who in tenant.mailboxes if not who.enabled and who.purpose == "user"]
    assert len(tenant.rooms) == 40
    assert leavers == []
    for room in tenant.rooms:
        details = (room.city, room.building, room.floor, room.capacity, room.timezone, room.hours)
        assert None not in details
        events = room.calendar.between(NOW - timedelta(days=30), NOW + timedelta(days=400))
        assert {event.status for event in events} == {"busy"}
        ends = [event.end for event in events]
        starts = [event.start for event in events]
        assert all(end <= start for end, start in zip(ends, starts[1:], strict=False))
