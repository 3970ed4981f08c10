"""One mailbox's calendar, its settings and who shares it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.sandbox import Tenant
from adapters.sandbox.mailbox import Delegate
from tests.sandbox.asking import NOW, Asker, code
from tests.sandbox.schema import example

FADO = "users/fado@contoso.example"
WEEK = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-30T00:00:00Z"
HOUR = timedelta(hours=1)


def test_events_over_a_window_come_ten_at_a_time(asker: Asker, tenant: Tenant) -> None:
    for index in range(23):
        tenant.room("Fado").busy(NOW + index * HOUR, NOW + (index + 1) * HOUR, f"No. {index}")
    link: str | None = f"{FADO}/calendarView?{WEEK}"
    sizes, subjects = [], []
    while link:
        page = asker.get(link).json()
        sizes.append(len(page["value"]))
        subjects += [event["subject"] for event in page["value"]]
        link = page.get("@odata.nextLink")
    assert sizes == [10, 10, 3]
    assert subjects == [f"No. {index}" for index in range(23)]


def test_a_page_may_be_longer(asker: Asker, tenant: Tenant) -> None:
    for index in range(23):
        tenant.room("Fado").busy(NOW + index * HOUR, NOW + (index + 1) * HOUR)
    page = asker.get(f"{FADO}/calendarView?{WEEK}&$top=1000&$select=id").json()
    assert len(page["value"]) == 23
    assert "@odata.nextLink" not in page


def test_an_event_says_who_organized_it_and_how_private_it_is(asker: Asker, tenant: Tenant) -> None:
    bruno = tenant.person("Bruno Dias")
    tenant.room("Fado").busy(NOW, NOW + HOUR, "Budget", organizer=bruno, private=True)
    event = asker.get(f"{FADO}/calendar/calendarView?{WEEK}").json()["value"][0]
    assert event["organizer"]["emailAddress"]["address"] == "bruno.dias@contoso.example"
    assert event["sensitivity"] == "private"
    assert event["isOrganizer"] is False


def test_an_all_day_event_floats_and_is_matched_as_if_in_utc(asker: Asker, tenant: Tenant) -> None:
    day = datetime(2026, 11, 24, tzinfo=UTC)
    tenant.room("Fado").busy(day, day + timedelta(days=1), all_day=True)
    event = asker.get(
        f"{FADO}/calendarView?startDateTime=2026-11-24T09:00:00%2B09:00"
        "&endDateTime=2026-11-25T00:00:00%2B09:00",
        Prefer='outlook.timezone="Tokyo Standard Time"',
    ).json()["value"][0]
    assert event["start"] == {
        "dateTime": "2026-11-24T00:00:00.0000000",
        "timeZone": "Tokyo Standard Time",
    }


@pytest.mark.parametrize(
    ("window", "error"),
    [
        ("startDateTime=2026-11-23T00:00:00Z", "ErrorInvalidParameter"),
        ("startDateTime=now&endDateTime=later", "ErrorInvalidParameter"),
        ("startDateTime=2026-11-23T00:00:00+00:00&endDateTime=2026-11-24", "ErrorInvalidParameter"),
        ("startDateTime=2026-11-23&endDateTime=2026-11-22", "ErrorInvalidRequest"),
        ("startDateTime=2020-01-01&endDateTime=2026-11-22", "ErrorInvalidRequest"),
    ],
)
def test_a_window_that_makes_no_sense_is_refused(asker: Asker, window: str, error: str) -> None:
    answer = asker.get(f"{FADO}/calendarView?{window}")
    assert (answer.status_code, code(answer)) == (400, error)


def test_a_window_of_more_than_five_years_is_refused_in_exchanges_words(asker: Asker) -> None:
    theirs = example("error_400_ErrorInvalidRequest_calendarView1825.response")["error"]
    answer = asker.get(f"{FADO}/calendarView?startDateTime=2020-01-01&endDateTime=2026-01-01")
    assert answer.json()["error"] == {"code": theirs["code"], "message": theirs["message"]}


def test_the_calendar_itself_can_be_asked_for(asker: Asker) -> None:
    told = asker.get(f"{FADO}/calendar?$select=name,canEdit").json()
    assert told["name"] == "Calendar"
    assert told["canEdit"] is False
    assert "owner" not in told


def test_sharing_needs_more_than_the_basic_permission(asker: Asker, tenant: Tenant) -> None:
    tenant.unscope()
    tenant.grant("Calendars.ReadBasic.All")
    assert asker.get(f"{FADO}/calendar").status_code == 200
    assert asker.get(f"{FADO}/calendar/calendarPermissions").status_code == 403


def test_sharing_names_delegates_and_what_everybody_sees(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").delegates = (Delegate("Dana Levi", "dana.levi@contoso.example"),)
    tenant.room("Fado", sharing="freeBusyRead")
    rows = asker.get(f"{FADO}/calendar/calendarPermissions").json()["value"]
    theirs = example("users_id_calendar_calendarPermissions.response")["value"]
    assert [row["role"] for row in rows] == ["write", "freeBusyRead"]
    assert rows[1]["emailAddress"] == theirs[1]["emailAddress"]
    assert rows[1]["id"] == theirs[1]["id"]
    assert rows[0].keys() == theirs[0].keys()


def test_mailbox_settings_tell_zone_and_purpose(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado", timezone="GMT Standard Time")
    told = asker.get(f"{FADO}/mailboxSettings").json()
    assert (told["timeZone"], told["userPurpose"]) == ("GMT Standard Time", "room")
    theirs = example("users_id_mailboxSettings.response")
    assert theirs.keys() <= told.keys()
    assert asker.get(f"{FADO}/mailboxSettings/timeZone").json()["value"] == "GMT Standard Time"
    assert asker.get(f"{FADO}/mailboxSettings/userPurpose").json()["value"] == "room"
    hours = asker.get(f"{FADO}/mailboxSettings/workingHours").json()
    assert hours.keys() == example("users_id_mailboxSettings_workingHours.response").keys()
