"""Writing into one mailbox's calendar, and deleting from it."""

from __future__ import annotations

from datetime import timedelta

import httpx
import pytest

from adapters.sandbox import Tenant
from tests.sandbox.asking import NOW, Asker, Json, code

FADO = "users/fado@contoso.example"
WEEK = "startDateTime=2026-11-23T00:00:00Z&endDateTime=2026-11-30T00:00:00Z"


def appointment(**changes: object) -> Json:
    return {
        "subject": "Fitting",
        "start": {"dateTime": "2026-11-23T12:00:00", "timeZone": "Romance Standard Time"},
        "end": {"dateTime": "2026-11-23T13:00:00", "timeZone": "Romance Standard Time"},
        "sensitivity": "private",
    } | changes


def delete(asker: Asker, key: str) -> httpx.Response:
    url = f"{asker.sandbox.url}/v1.0/{FADO}/events/{key}"
    return asker.http.delete(url, headers=asker.headers())


def subjects(asker: Asker) -> list[str]:
    page = asker.get(f"{FADO}/calendarView?{WEEK}").json()
    return [event["subject"] for event in page["value"]]


@pytest.fixture
def writing(tenant: Tenant) -> None:
    tenant.scope("Calendars.ReadWrite")


@pytest.mark.usefixtures("writing")
def test_what_is_written_shows_and_what_is_deleted_is_gone(asker: Asker) -> None:
    written = asker.post(f"{FADO}/events", appointment())
    event = written.json()
    assert written.status_code == 201
    assert event["start"] == {"dateTime": "2026-11-23T11:00:00.0000000", "timeZone": "UTC"}
    assert (event["isOrganizer"], event["attendees"]) == (True, [])
    assert subjects(asker) == ["Fitting"]
    deleted = delete(asker, event["id"])
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert subjects(asker) == []
    assert delete(asker, event["id"]).status_code == 404


@pytest.mark.usefixtures("writing")
@pytest.mark.parametrize(("shown", "view"), [("busy", "2"), ("free", "0"), ("tentative", "1")])
def test_what_is_written_blocks_as_it_says(asker: Asker, shown: str, view: str) -> None:
    asker.post(f"{FADO}/events", appointment(showAs=shown))
    told = asker.schedule(["fado@contoso.example"], NOW + timedelta(hours=1), hours=0.5)
    assert told.json()["value"][0]["availabilityView"] == view


@pytest.mark.usefixtures("writing")
@pytest.mark.parametrize(
    "wrong",
    [
        {"start": None},
        {"start": {"dateTime": "noon", "timeZone": "UTC"}},
        {"end": {"dateTime": "2026-11-22T12:00:00", "timeZone": "UTC"}},
        {"showAs": "asleep"},
    ],
)
def test_an_event_that_makes_no_sense_is_refused(asker: Asker, wrong: Json) -> None:
    answer = asker.post(f"{FADO}/events", appointment(**wrong))
    assert (answer.status_code, code(answer)) == (400, "ErrorInvalidRequest")
    assert subjects(asker) == []


def test_consent_allows_writing_too(asker: Asker, tenant: Tenant) -> None:
    tenant.grant("Calendars.ReadWrite")
    assert asker.post(f"{FADO}/events", appointment()).status_code == 201


def test_who_may_only_read_may_neither_write_nor_delete(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW, NOW + timedelta(hours=1), "Budget")
    key = asker.get(f"{FADO}/calendarView?{WEEK}").json()["value"][0]["id"]
    for answer in (asker.post(f"{FADO}/events", appointment()), delete(asker, key)):
        assert (answer.status_code, code(answer)) == (403, "ErrorAccessDenied")
    assert subjects(asker) == ["Budget"]
