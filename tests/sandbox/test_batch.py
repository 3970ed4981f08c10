"""JSON batches: each item with its own answer, and never more than four at Outlook."""

from __future__ import annotations

import threading

import pytest

from adapters.sandbox import Sandbox, Tenant
from tests.polling import eventually
from tests.sandbox.asking import NOW, Asker, Json, code, question
from tests.sandbox.schema import example, faults


def item(key: str, url: str = "/organization", **more: object) -> Json:
    return {"id": key, "method": "GET", "url": url, **more}


def by_id(answer: object) -> dict[str, Json]:
    return {each["id"]: each for each in answer.json()["responses"]}  # type: ignore[attr-defined]


def test_each_item_has_its_own_status_headers_and_body(asker: Asker) -> None:
    answer = asker.batch(
        item("1"),
        item("2", "users/nobody@contoso.example"),
        item("3", "/users/clara.canary@contoso.example/calendar"),
    )
    told = by_id(answer)
    assert answer.status_code == 200
    assert {key: each["status"] for key, each in told.items()} == {"1": 200, "2": 404, "3": 403}
    assert told["1"]["body"]["value"][0]["displayName"] == "Contoso"
    assert told["3"]["body"]["error"]["code"] == "ErrorAccessDenied"
    assert set(told["1"]) == set(example("batch.response")["responses"][0])
    assert faults("/$batch", answer.json(), method="post") == []


def test_answers_come_in_an_order_of_graphs_own(asker: Asker) -> None:
    asked = [str(number) for number in range(5)]
    told = [each["id"] for each in asker.batch(*map(item, asked)).json()["responses"]]
    assert told != asked
    assert sorted(told) == asked


def test_an_item_may_carry_a_body_and_headers(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW, NOW.replace(hour=11))
    address = "fado@contoso.example"
    told = asker.batch(
        {
            "id": "a",
            "method": "POST",
            "url": f"/users/{address}/calendar/getSchedule",
            "headers": {
                "Content-Type": "application/json",
                "Prefer": 'outlook.timezone="Asia/Tokyo"',
            },
            "body": question([address], NOW, NOW.replace(hour=12)),
        }
    )
    schedule = by_id(told)["a"]["body"]["value"][0]
    assert schedule["scheduleItems"][0]["start"]["timeZone"] == "Asia/Tokyo"


def test_an_item_whose_dependency_failed_is_424(asker: Asker) -> None:
    told = by_id(
        asker.batch(
            item("good"),
            item("bad", "/users/nobody@contoso.example"),
            item("after good", dependsOn=["good"]),
            item("after bad", dependsOn=["good", "bad"]),
        )
    )
    assert told["after good"]["status"] == 200
    assert told["after bad"]["status"] == 424


@pytest.mark.parametrize(
    "requests",
    [
        [],
        [item(str(number)) for number in range(21)],
        [item("a"), item("A")],
        [item("a", dependsOn=["b"])],
        [item("a", "https://graph.microsoft.com/v1.0/organization")],
        [{"id": "a", "url": "/organization"}],
        [item("a", body={"x": 1})],
        ["organization"],
        [item("a", headers=["Prefer"])],
        [item("a", dependsOn=[["b"]])],
        [{"id": 1, "method": "GET", "url": "/organization"}],
    ],
)
def test_a_batch_that_breaks_the_rules_is_refused_as_a_whole(
    asker: Asker, requests: list[object]
) -> None:
    answer = asker.batch(*requests)  # type: ignore[arg-type]
    assert (answer.status_code, code(answer)) == (400, "BadRequest")


def test_a_throttled_item_says_itself_when_to_come_back(asker: Asker, tenant: Tenant) -> None:
    tenant.break_("throttled-room", room="Alfama")
    told = by_id(
        asker.batch(
            item("1", "/users/fado@contoso.example/calendar"),
            item("2", "/users/alfama@contoso.example/calendar"),
        )
    )
    assert told["1"]["status"] == 200
    assert told["2"]["status"] == 429
    assert told["2"]["headers"]["Retry-After"] == "5"


def test_no_more_than_four_items_reach_outlook_at_a_time(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    rooms = [tenant.room(f"Cell {number}").address for number in range(12)]
    items = [item(room, f"/users/{room}/calendar") for room in rooms] + [item("directory")]
    asker.renew()
    answers: list[object] = []
    with tenant.held():
        asking = threading.Thread(target=lambda: answers.append(asker.batch(*items)))
        asking.start()
        eventually(lambda: sandbox.referee.in_flight == 5)  # four, and one at the directory
    asking.join()
    assert {each["status"] for each in by_id(answers[0]).values()} == {200}
    assert sandbox.referee.operations == 13
    assert sandbox.referee.violations == []
