"""Places: rooms and room lists, page by page."""

from __future__ import annotations

from adapters.sandbox import Tenant
from tests.sandbox.asking import Asker, code
from tests.sandbox.schema import example, faults

ROOMS = "places/microsoft.graph.room"


def names(body: dict[str, list[dict[str, str]]]) -> list[str]:
    return [place["displayName"] for place in body["value"]]


def test_a_room_is_told_with_everything_that_is_recorded(asker: Asker) -> None:
    fado = asker.get(ROOMS).json()["value"][0]
    assert fado["emailAddress"] == "fado@contoso.example"
    assert (fado["capacity"], fado["building"], fado["floorNumber"]) == (10, "Baixa", 2)
    assert fado["address"]["city"] == "Lisbon"
    assert fado["videoDeviceName"] == "Teams Room"


def test_what_is_not_recorded_is_null(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Bare")
    bare = asker.get(ROOMS).json()["value"][-1]
    assert [bare[key] for key in ("capacity", "building", "floorNumber", "address")] == [None] * 4


def test_rooms_have_the_properties_of_microsofts_example(asker: Asker) -> None:
    theirs = example("places_microsoft.graph.room.response")["value"][0]
    assert theirs.keys() <= asker.get(ROOMS).json()["value"][0].keys()


def test_rooms_come_a_hundred_at_a_time(asker: Asker, tenant: Tenant) -> None:
    for number in range(205):
        tenant.room(f"Cell {number}")
    page, found = asker.get(ROOMS).json(), []
    sizes = []
    while page:
        sizes.append(len(page["value"]))
        found += names(page)
        link = page.get("@odata.nextLink")
        page = asker.get(link).json() if link else None
    assert sizes == [100, 100, 8]
    assert len(set(found)) == 208


def test_top_cannot_ask_for_more_than_a_hundred(asker: Asker, tenant: Tenant) -> None:
    for number in range(120):
        tenant.room(f"Cell {number}")
    assert len(asker.get(f"{ROOMS}?$top=500").json()["value"]) == 100


def test_a_next_link_is_absolute_and_keeps_what_was_asked(asker: Asker) -> None:
    page = asker.get(f"{ROOMS}?$top=1&$skip=1&$select=displayName&$count=true").json()
    assert names(page) == ["Alfama"]
    assert page["@odata.count"] == 3
    link = page["@odata.nextLink"]
    assert link.startswith(f"{asker.sandbox.url}/v1.0/{ROOMS}?")
    assert asker.get(link).json()["value"] == [
        {"id": asker.get(ROOMS).json()["value"][2]["id"], "displayName": "Belém"}
    ]


def test_the_last_page_has_no_next_link(asker: Asker) -> None:
    assert "@odata.nextLink" not in asker.get(ROOMS).json()


def test_rooms_can_be_filtered(asker: Asker) -> None:
    assert names(asker.get(f"{ROOMS}?$filter=capacity gt 8").json()) == ["Fado", "Belém"]
    assert names(asker.get(f"{ROOMS}?$filter=building eq 'baixa'").json()) == ["Fado", "Alfama"]


def test_a_hidden_room_is_not_listed_and_still_answers(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").hide()
    assert "Fado" not in names(asker.get(ROOMS).json())
    assert "error" not in asker.schedule(["fado@contoso.example"]).json()["value"][0]


def test_a_vanished_room_is_listed_until_places_notices(asker: Asker, tenant: Tenant) -> None:
    tenant.room("Fado").vanish()
    assert "Fado" in names(asker.get(ROOMS).json())
    assert asker.get("users/fado@contoso.example").status_code == 404


def test_a_room_list_names_its_rooms(asker: Asker) -> None:
    lists = asker.get("places/microsoft.graph.roomlist").json()
    assert names(lists) == ["Lisbon rooms"]
    address = lists["value"][0]["emailAddress"]
    rooms = asker.get(f"places/{address}/microsoft.graph.roomlist/rooms")
    assert names(rooms.json()) == ["Fado", "Alfama"]


def test_a_room_list_is_addressed_by_mail_address_not_by_id(asker: Asker) -> None:
    key = asker.get("places/microsoft.graph.roomlist").json()["value"][0]["id"]
    assert asker.get(f"places/{key}/microsoft.graph.roomlist/rooms").status_code == 404


def test_one_place_says_what_it_is(asker: Asker) -> None:
    room = asker.get("places/fado@contoso.example").json()
    assert room["@odata.type"] == "#microsoft.graph.room"
    assert asker.get(f"places/{room['placeId']}").json() == room
    assert faults("/places/{place-id}", room) == []
    held = asker.get("places/lisbon.rooms@contoso.example").json()
    assert held["@odata.type"] == "#microsoft.graph.roomList"


def test_an_unknown_place_is_404(asker: Asker) -> None:
    answer = asker.get("places/nowhere@contoso.example")
    assert (answer.status_code, code(answer)) == (404, "ErrorItemNotFound")


def test_buildings_and_floors_are_empty_until_somebody_enables_them(asker: Asker) -> None:
    for kind in ("building", "floor"):
        assert asker.get(f"places/microsoft.graph.{kind}").json()["value"] == []


def test_every_kind_of_name_survives_the_wire(asker: Asker, tenant: Tenant) -> None:
    odd = ['O\'Brien "Boardroom" #4', "<!channel>", "חדר", "🚀", "x" * 200]
    for name in odd:
        tenant.room(name)
    assert names(asker.get(ROOMS).json())[3:] == odd
