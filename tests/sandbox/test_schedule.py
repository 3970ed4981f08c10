"""getSchedule: what is busy when, in which zone, and what is said of a room that cannot be read."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.sandbox import Hours, Tenant
from tests.sandbox.asking import NOW, Asker, code, question
from tests.sandbox.schema import example, faults

PATH = "/users/{user-id}/calendar/getSchedule"
FADO, ALFAMA = "fado@contoso.example", "alfama@contoso.example"
HOUR = timedelta(hours=1)


def first(response: object) -> dict[str, object]:
    found: dict[str, object] = response.json()["value"][0]  # type: ignore[attr-defined]
    return found


def test_a_meeting_is_told_with_its_times_in_utc(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW, NOW + HOUR, "Budget")
    schedule = first(asker.schedule([FADO]))
    assert schedule["scheduleItems"] == [
        {
            "isPrivate": False,
            "subject": "Budget",
            "location": "Fado",
            "status": "busy",
            "start": {"dateTime": "2026-11-23T10:00:00.0000000", "timeZone": "UTC"},
            "end": {"dateTime": "2026-11-23T11:00:00.0000000", "timeZone": "UTC"},
        }
    ]


@pytest.mark.parametrize("zone", ["Tokyo Standard Time", "Asia/Tokyo"])
def test_times_come_in_the_zone_that_is_preferred(asker: Asker, tenant: Tenant, zone: str) -> None:
    tenant.room("Fado").busy(NOW, NOW + HOUR)
    schedule = first(asker.schedule([FADO], Prefer=f'outlook.timezone="{zone}"'))
    start = schedule["scheduleItems"][0]["start"]  # type: ignore[index]
    assert start == {"dateTime": "2026-11-23T19:00:00.0000000", "timeZone": zone}


def test_the_window_is_read_in_its_own_zone(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW, NOW + HOUR)
    local = datetime(2026, 11, 23, 19, 0, tzinfo=UTC)
    for zone in ("Tokyo Standard Time", "Asia/Tokyo"):
        body = question([FADO], local, local + HOUR, zone)
        answer = asker.post(f"users/{FADO}/calendar/getSchedule", body)
        assert first(answer)["availabilityView"] == "22"


def test_an_unknown_zone_is_a_bad_request(asker: Asker) -> None:
    body = question([FADO], NOW, NOW + HOUR, "Mars Standard Time")
    answer = asker.post(f"users/{FADO}/calendar/getSchedule", body)
    assert (answer.status_code, code(answer)) == (400, "TimeZoneNotSupportedException")
    answer = asker.schedule([FADO], Prefer='outlook.timezone="Mars Standard Time"')
    assert (answer.status_code, code(answer)) == (400, "TimeZoneNotSupportedException")


def test_the_view_has_a_digit_a_slot_and_the_highest_counts(asker: Asker, tenant: Tenant) -> None:
    room, half = tenant.room("Fado"), timedelta(minutes=30)
    room.busy(NOW, NOW + half, status="tentative")
    room.busy(NOW + half, NOW + 2 * half, status="busy").busy(NOW, NOW + 2 * half, status="free")
    room.busy(NOW + 2 * half, NOW + 3 * half, status="oof")
    room.busy(NOW + 3 * half, NOW + 4 * half, status="workingElsewhere")
    room.busy(NOW + 5 * half + timedelta(minutes=5), NOW + 5 * half + timedelta(minutes=10))
    assert first(asker.schedule([FADO], hours=3.25))["availabilityView"] == "1230020"


def test_an_entry_that_only_touches_the_window_is_not_in_it(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW - HOUR, NOW).busy(NOW + HOUR, NOW + 2 * HOUR)
    assert first(asker.schedule([FADO], hours=1))["scheduleItems"] == []


def test_an_entry_that_began_long_before_is_in_the_window(asker: Asker, tenant: Tenant) -> None:
    for day in range(1, 30):
        tenant.room("Fado").busy(NOW - timedelta(days=day), NOW - timedelta(days=day) + HOUR)
    tenant.room("Fado").busy(NOW - timedelta(days=10), NOW + HOUR)
    assert first(asker.schedule([FADO], hours=1))["availabilityView"] == "22"


def test_an_all_day_entry_lasts_from_midnight_where_the_question_is_asked(
    asker: Asker, tenant: Tenant
) -> None:
    day = datetime(2026, 11, 24, tzinfo=UTC)
    tenant.room("Fado").busy(day, day + timedelta(days=1), all_day=True)
    body = question([FADO], day, day + timedelta(hours=3), "Asia/Tokyo")
    items = first(asker.post(f"users/{FADO}/calendar/getSchedule", body))["scheduleItems"]
    assert items[0]["start"]["dateTime"] == "2026-11-23T15:00:00.0000000"  # type: ignore[index]


def test_a_private_entry_says_only_that_it_is_private(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW, NOW + HOUR, "Redundancies", private=True)
    item = first(asker.schedule([FADO]))["scheduleItems"][0]  # type: ignore[index]
    assert item["isPrivate"] is True
    assert "subject" not in item
    assert "location" not in item


def test_a_calendar_that_shares_free_and_busy_alone_hides_every_subject(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.room("Fado", sharing="freeBusyRead").busy(NOW, NOW + HOUR, "Budget")
    item = first(asker.schedule([FADO]))["scheduleItems"][0]  # type: ignore[index]
    assert set(item) == {"status", "start", "end"}


def test_addresses_are_answered_in_order_and_as_they_were_written(asker: Asker) -> None:
    asked = ["ALFAMA@contoso.example", FADO]
    answered = [each["scheduleId"] for each in asker.schedule(asked).json()["value"]]
    assert answered == asked


def test_an_unknown_address_fails_alone(asker: Asker) -> None:
    theirs = example("users_id_calendar_getSchedule.unknownAddress.response")["value"][0]
    good, bad = asker.schedule([FADO, "nobody@contoso.example"]).json()["value"]
    assert "error" not in good
    assert bad.keys() == theirs.keys()
    assert bad["error"]["responseCode"] == theirs["error"]["responseCode"] == "5009"


def test_each_kind_of_unreadable_room_says_so_inside_a_200(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Tejo").on_premises()
    tenant.room("Sado").no_mailbox()
    tenant.room("Douro").deny()
    tenant.room("Minho").vanish()
    rooms = [f"{name}@contoso.example" for name in ("fado", "tejo", "sado", "douro", "minho")]
    answer = asker.schedule(rooms)
    assert answer.status_code == 200
    codes = [each.get("error", {}).get("responseCode") for each in answer.json()["value"]]
    assert codes == [None, "5016", "5016", "5037", "5009"]
    assert answer.json()["value"][1]["scheduleItems"] is None


def test_a_thousand_entries_are_too_many(asker: Asker, tenant: Tenant) -> None:
    minute = timedelta(seconds=20)
    for index in range(1001):
        tenant.room("Fado").busy(NOW + index * minute, NOW + (index + 1) * minute)
    assert first(asker.schedule([FADO]))["error"]["responseCode"] == "5006"  # type: ignore[index]


def test_working_hours_name_the_zone_or_describe_it_or_are_missing(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.room("Fado", timezone="GMT Standard Time")
    tenant.room("Alfama", hours=Hours(custom=True))
    tenant.room("Belém", hours=None)
    tenant.room("Tejo", timezone=None)
    names = ("fado", "alfama", "belem", "tejo")
    told = asker.schedule([f"{name}@contoso.example" for name in names]).json()["value"]
    assert told[0]["workingHours"]["timeZone"] == {"name": "GMT Standard Time"}
    assert told[1]["workingHours"]["timeZone"]["@odata.type"] == "#microsoft.graph.customTimeZone"
    assert told[2]["workingHours"] is None
    assert told[3]["workingHours"]["timeZone"] == {"name": None}


def test_working_hours_have_the_shape_of_microsofts_example(asker: Asker) -> None:
    theirs = example("users_id_calendar_getSchedule.response")["value"][0]
    ours = first(asker.schedule([FADO]))
    assert ours.keys() == theirs.keys()
    assert ours["workingHours"].keys() == theirs["workingHours"].keys()  # type: ignore[attr-defined]


def test_names_in_the_body_may_be_written_in_any_case(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW, NOW + HOUR)
    body = {
        "Schedules": [FADO],
        "StartTime": {"DateTime": "2026-11-23T10:00:00", "TimeZone": "UTC"},
        "ENDTIME": {"datetime": "2026-11-23T12:00:00.0000000", "timezone": "UTC"},
        "AvailabilityViewInterval": 60,
    }
    answer = asker.post(f"users/{FADO}/calendar/getSchedule", body)
    assert first(answer)["availabilityView"] == "20"


@pytest.mark.parametrize(
    ("changes", "status", "error"),
    [
        ({"schedules": [FADO] * 21}, 400, "ErrorMailboxDataArrayTooBig"),
        ({"schedules": []}, 400, "ErrorMailboxDataArrayEmpty"),
        ({"schedules": FADO}, 400, "BadRequest"),
        ({"endTime": {"dateTime": "2026-11-23T09:00:00", "timeZone": "UTC"}}, 400,
         "ErrorInvalidTimeInterval"),
        ({"endTime": {"dateTime": "2027-01-25T10:00:00", "timeZone": "UTC"}}, 400,
         "ErrorTimeIntervalTooBig"),
        ({"startTime": {"dateTime": "noon", "timeZone": "UTC"}}, 400, "ErrorInvalidParameter"),
        ({"startTime": {"dateTime": "0001-01-01T00:00:00", "timeZone": "Asia/Tokyo"}}, 400,
         "ErrorInvalidParameter"),
        ({"startTime": {"dateTime": "2026-11-23T10:00:00"}}, 400, "TimeZoneNotSupportedException"),
        ({"startTime": None}, 400, "BadRequest"),
        ({"availabilityViewInterval": 4}, 400, "ErrorInvalidMergedFreeBusyInterval"),
        ({"availabilityViewInterval": None}, 500, "InternalServerError"),
    ],
)  # fmt: skip
def test_a_question_that_exchange_would_refuse_is_refused(
    asker: Asker, changes: dict[str, object], status: int, error: str
) -> None:
    body = question([FADO], NOW, NOW + HOUR) | changes
    answer = asker.post(f"users/{FADO}/calendar/getSchedule", body)
    assert (answer.status_code, code(answer)) == (status, error)


def test_a_window_of_63_days_is_refused_in_exchanges_words(asker: Asker) -> None:
    theirs = example("error_400_ErrorTimeIntervalTooBig.response")
    assert asker.schedule([FADO], hours=63 * 24).json() == theirs
    assert asker.schedule([FADO], hours=62 * 24).status_code == 200


def test_a_body_that_is_not_json_is_a_bad_request(asker: Asker) -> None:
    url = f"{asker.sandbox.url}/v1.0/users/{FADO}/calendar/getSchedule"
    answer = asker.http.post(url, content=b"{schedules:", headers=asker.headers())
    assert (answer.status_code, code(answer)) == (400, "BadRequest")


def test_answers_keep_to_the_published_schema(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW, NOW + HOUR, "Budget").busy(NOW, NOW + HOUR, private=True)
    tenant.room("Alfama", hours=Hours(custom=True))
    body = asker.schedule([FADO, ALFAMA, "nobody@contoso.example"]).json()
    assert faults(PATH, body, method="post") == []


def test_rooms_in_the_body_need_no_scope_unless_the_tenant_says_so(
    asker: Asker, tenant: Tenant
) -> None:
    """Whether they do is not documented; a client should live in either world."""
    tenant.unscope()
    tenant.scope("Calendars.Read", "Fado")
    assert "error" not in asker.schedule([FADO, ALFAMA]).json()["value"][1]
    tenant.schedules_need_scope = True
    told = asker.schedule([FADO, ALFAMA]).json()["value"]
    assert [each.get("error", {}).get("responseCode") for each in told] == [None, "5037"]
