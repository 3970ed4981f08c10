"""Each fault does what its name says, while the sandbox runs, and is gone when it is mended."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable

import httpx
import pytest

from adapters.sandbox import FAULTS, Group, Sandbox, Tenant
from tests.polling import eventually
from tests.sandbox.asking import NOW, Asker, code
from tests.sandbox.states import STATES
from tests.sandbox.test_monitor import FAULTY

ROOMS = "places/microsoft.graph.room"
FADO = "users/fado@contoso.example/calendar"
ALL = [f"{name}@contoso.example" for name in ("fado", "alfama", "belem")]


def _status(path: str) -> Callable[[Asker], object]:
    return lambda asker: (asker.get(path).status_code, code(asker.get(path)))


def _wait(asker: Asker) -> object:
    answer = asker.get(FADO)
    return answer.status_code, answer.headers.get("Retry-After")


def _aadsts(asker: Asker) -> object:
    return asker.sign_in().json()["error_codes"]


def _body(asker: Asker) -> object:
    answer = asker.get(ROOMS)
    return answer.status_code, answer.headers["Content-Type"].split(";")[0]


def _not_json(asker: Asker) -> object:
    answer = asker.get(ROOMS)
    with pytest.raises(json.JSONDecodeError):
        answer.json()
    return answer.status_code


def _broken_off(asker: Asker) -> object:
    with pytest.raises(httpx.RemoteProtocolError):
        asker.get(ROOMS)
    return "broken off"


def _dropped(asker: Asker) -> object:
    with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
        asker.get(ROOMS)
    return "dropped"


def _near(asker: Asker) -> object:
    return asker.get("organization").headers.get("x-ms-throttle-limit-percentage")


BUSY = (429, "ApplicationThrottled")
DARK = (403, "ErrorAccessDenied")
SEEN = {
    "consent-lost": (_status(ROOMS), DARK),
    "access-lost": (_status(FADO), (401, "NoPermissionsInAccessToken")),
    "place-permission-lost": (_status(ROOMS), DARK),
    "calendars-permission-lost": (_status(FADO), DARK),
    "settings-permission-lost": (_status("users/fado@contoso.example/mailboxSettings"), DARK),
    "secret-expired": (_aadsts, [7000222]),
    "secret-wrong": (_aadsts, [7000215]),
    "app-disabled": (_aadsts, [7000112]),
    "app-deleted": (_aadsts, [700016]),
    "conditional-access": (_aadsts, [53003]),
    "entra-down": (lambda asker: asker.sign_in().status_code, 503),
    "room-dark": (_status(FADO), DARK),
    "rooms-dark": (_status("users/belem@contoso.example/calendar"), DARK),
    "on-premises-room": (_status(FADO), (404, "MailboxNotEnabledForRESTAPI")),
    "room-vanished": (_status(FADO), (404, "ErrorInvalidUser")),
    "throttled-room": (_status(FADO), (429, "ApplicationThrottled")),
    "throttled-room-hour": (_wait, (429, "3600")),
    "throttled-mailboxes": (_status("users/belem@contoso.example/calendar"), BUSY),
    "throttled": (_status("organization"), (429, "TooManyRequests")),
    "throttled-quiet": (_wait, (429, None)),
    "directory-throttled": (_status("organization"), (429, "TooManyRequests")),
    "logs-throttled": (_status("auditLogs/directoryAudits"), (429, "TooManyRequests")),
    "directory-busy": (_near, "0.9"),
    "retry-after-date": (_wait, (429, "Mon, 23 Nov 2026 10:00:05 GMT")),
    "retry-after-hour": (_wait, (429, "3600")),
    "retry-after-zero": (_wait, (429, "0")),
    "outage": (_wait, (503, "5")),
    "outage-quiet": (_wait, (503, None)),
    "gateway-timeout": (_wait, (504, None)),
    "reset": (_dropped, "dropped"),
    "html": (_body, (200, "text/html")),
    "truncated": (_not_json, 200),
    "cut-off": (_broken_off, "broken off"),
    "empty": (lambda asker: asker.get(ROOMS).content, b""),
    "wrong-envelope": (lambda asker: asker.get(ROOMS).json()["value"], "not a list"),
}
ELSEWHERE = {"entra-slow", "slow", "silent", "wrong-types", "lying-schedule"}  # tests of their own
ELSEWHERE |= STATES.keys() | {"clock-skew"}  # states.py
ELSEWHERE |= FAULTY.keys() | {"activity-slow"}  # test_monitor.py


def renewed(asker: Asker) -> None:
    """Get a token if there is one to be had."""
    asker.bearer = asker.sign_in().json().get("access_token", asker.bearer)


def healthy(asker: Asker) -> bool:
    renewed(asker)
    asked = (ROOMS, FADO, "users/fado@contoso.example/mailboxSettings", "organization")
    return all(asker.get(path).status_code == 200 for path in asked)


@pytest.mark.parametrize("name", SEEN)
def test_a_fault_does_what_its_name_says_and_mends(asker: Asker, tenant: Tenant, name: str) -> None:
    look, expected = SEEN[name]
    assert healthy(asker)
    tenant.break_(name)
    renewed(asker)
    assert look(asker) == expected
    assert tenant.faults() == (name,)
    tenant.mend(name)
    assert healthy(asker)


def test_every_fault_is_tested_and_has_a_sentence() -> None:
    permissions = {name for name, fault in FAULTS.items() if fault.group is Group.PERMISSIONS}
    assert set(FAULTS) == SEEN.keys() | ELSEWHERE | permissions
    for fault in FAULTS.values():
        assert fault.summary.endswith(".")
        assert "\n" not in fault.summary


def test_an_unknown_fault_is_refused_with_the_list_of_those_there_are(tenant: Tenant) -> None:
    with pytest.raises(LookupError, match="room-dark"):
        tenant.break_("coffee-spilt")


def test_faults_add_up_and_are_mended_together(asker: Asker, tenant: Tenant) -> None:
    tenant.break_("room-dark", room="Alfama")
    tenant.break_("on-premises-room", room="Belém")
    told = asker.schedule(ALL).json()["value"]
    assert [each.get("error", {}).get("responseCode") for each in told] == [None, "5037", "5016"]
    tenant.mend()
    assert all("error" not in each for each in asker.schedule(ALL).json()["value"])


def test_mending_a_fault_leaves_a_room_as_it_was_before(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").on_premises()
    tenant.break_("rooms-dark")
    tenant.mend()
    assert code(asker.get(FADO)) == "MailboxNotEnabledForRESTAPI"
    tenant.room("Fado").mend()
    assert asker.get(FADO).status_code == 200


def test_a_fault_of_one_room_picks_a_room_that_is_well(tenant: Tenant, asker: Asker) -> None:
    tenant.room("Fado").on_premises()
    tenant.break_("room-dark")
    assert asker.get("users/alfama@contoso.example/calendar").status_code == 403


def test_a_fault_of_one_room_leaves_the_others_alone(asker: Asker, tenant: Tenant) -> None:
    for name in ("room-dark", "throttled-room", "on-premises-room"):
        tenant.break_(name)
        assert asker.get("users/alfama@contoso.example/calendar").status_code == 200


def test_faults_of_consent_call_in_the_tokens_that_are_out(asker: Asker, tenant: Tenant) -> None:
    """Nobody waits an hour for a demo: the old token is answered as if it had run out."""
    asker.renew()
    tenant.break_("place-permission-lost")
    assert code(asker.get(ROOMS)) == "InvalidAuthenticationToken"
    asker.renew()
    assert code(asker.get(ROOMS)) == "ErrorAccessDenied"
    tenant.mend()
    assert code(asker.get(ROOMS)) == "InvalidAuthenticationToken"


def test_lost_consent_leaves_what_exchange_assigned(asker: Asker, tenant: Tenant) -> None:
    tenant.break_("consent-lost")
    assert asker.get(FADO).status_code == 200


def test_while_sign_in_is_down_a_token_keeps_working(asker: Asker, tenant: Tenant) -> None:
    asker.renew()
    tenant.break_("entra-down")
    assert asker.get(ROOMS).status_code == 200


@pytest.mark.parametrize(("fault", "act"), [("slow", "get"), ("entra-slow", "sign_in")])
def test_slow_answers_come_after_the_clients_patience(
    asker: Asker, tenant: Tenant, fault: str, act: str
) -> None:
    asker.renew()
    tenant.slowness = 60
    tenant.break_(fault)
    asker.http.timeout = httpx.Timeout(0.2)
    with pytest.raises(httpx.ReadTimeout):
        asker.get(ROOMS) if act == "get" else asker.sign_in()


def test_a_silent_service_never_answers_and_hangs_up_when_mended(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    asker.renew()
    tenant.break_("silent")
    ended: list[str] = []

    def ask() -> None:
        with pytest.raises((httpx.RemoteProtocolError, httpx.ReadError)):
            asker.get(ROOMS)
        ended.append("hung up")

    asking = threading.Thread(target=ask)
    asking.start()
    eventually(lambda: sandbox.referee.calls)
    assert ended == []
    tenant.mend()
    asking.join()
    assert ended == ["hung up"]
    assert sandbox.referee.calls[0].status == 0


def test_a_sandbox_that_is_silent_still_ends_at_once(tenant: Tenant) -> None:
    with Sandbox(tenant) as sandbox:
        asker = Asker(sandbox)
        asker.renew()
        tenant.break_("silent")
        asker.http.timeout = httpx.Timeout(0.1)
        with pytest.raises(httpx.ReadTimeout):
            asker.get(ROOMS)
        asker.http.close()


def test_wrong_types_reach_every_field_that_a_client_reads(asker: Asker, tenant: Tenant) -> None:
    for number in range(7):
        tenant.room(f"Cell {number}", capacity=4).busy(NOW, NOW.replace(hour=11))
    tenant.break_("wrong-types")
    places = asker.get(ROOMS).json()["value"]
    assert places[0]["capacity"] == "eight"
    assert {type(place) for place in places} == {dict, str}
    rooms = [f"cell.{number}@contoso.example" for number in range(7)]
    told = asker.schedule(rooms).json()["value"]
    assert "scheduleItems" not in told[0]
    assert told[1]["scheduleItems"][0]["start"]["timeZone"] is None
    assert told[1]["workingHours"]["timeZone"] is None
    assert told[2]["scheduleItems"] == "busy"
    assert told[4]["scheduleId"] is None
    assert told[6] == "schedule"


def test_a_lying_schedule_contradicts_itself(asker: Asker, tenant: Tenant) -> None:
    tenant.break_("lying-schedule")
    told = asker.schedule(ALL).json()["value"]
    assert [each["scheduleId"].split("@")[0] for each in told] == [
        "fado",
        "belem",
        "belem",
        "nobody.asked",
    ]
    assert set(told[0]["availabilityView"]) == {"2"}
    assert told[0]["scheduleItems"] == []


def test_faults_can_be_switched_while_others_are_asking(asker: Asker, tenant: Tenant) -> None:
    asker.renew()

    def switch() -> None:
        for number in range(200):
            tenant.room(f"Cell {number}").busy(NOW, NOW.replace(hour=11))
            tenant.break_("room-dark")
            tenant.mend()

    switching = threading.Thread(target=switch)
    switching.start()
    seen = {asker.get(FADO).status_code for _ in range(50)}
    switching.join()
    assert seen <= {200, 403}
    assert asker.get(FADO).status_code == 200
