"""The directory of rooms: pages, lists, batches, and what is odd about some entries."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.graph import Graph
from adapters.graph.places import room_of
from adapters.sandbox import Sandbox, Tenant
from bot.errors import Forbidden, Unreachable
from bot.rooms import Room
from tests.graph.conftest import Connect
from tests.graph.scripted import Asked, Said, Script, Scripted, error

FULL = {
    "id": "3162F1E1-C4C0-604B-51D8-91DA78989EB1",
    "emailAddress": "cf100@contoso.com",
    "displayName": "Conf Room 100",
    "address": {
        "street": "4567 Main Street",
        "city": "Buffalo",
        "state": "NY",
        "postalCode": "98052",
        "countryOrRegion": "USA",
    },
    "geoCoordinates": {"latitude": 47.640568390488625, "longitude": -122.1293731033803},
    "phone": "000-000-0000",
    "nickname": "Conf Room",
    "label": "100",
    "capacity": 50,
    "building": "1",
    "floorNumber": 1,
    "floorLabel": "First",
    "isWheelChairAccessible": False,
    "bookingType": "standard",
    "tags": ["bean bags"],
    "audioDeviceName": None,
    "videoDeviceName": None,
    "displayDeviceName": "surface hub",
}


def test_a_room_as_microsoft_documents_it() -> None:
    assert room_of(FULL) == Room(
        "cf100@contoso.com",
        "Conf Room 100",
        capacity=50,
        building="1",
        floor_number=1,
        floor_label="First",
        city="Buffalo",
        state="NY",
        country="USA",
        nickname="Conf Room",
        label="100",
        phone="000-000-0000",
        display="surface hub",
        tags=("bean bags",),
        accessible=False,
        booking_type="standard",
    )


def test_the_older_spelling_of_the_display_is_known() -> None:
    older = {key: value for key, value in FULL.items() if key != "displayDeviceName"}
    room = room_of(older | {"displayDevice": "surface hub"})
    assert room is not None
    assert room.display == "surface hub"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"capacity": "eight", "floorNumber": "second"}, {"capacity": None, "floor_number": None}),
        ({"capacity": 8.0, "floorNumber": -1}, {"capacity": 8, "floor_number": -1}),
        ({"capacity": 8.5}, {"capacity": None}),
        ({"capacity": True}, {"capacity": None}),
        ({"capacity": 0}, {"capacity": None}),
        ({"capacity": -4}, {"capacity": None}),
        ({"capacity": float("nan")}, {"capacity": None}),
        ({"capacity": float("inf")}, {"capacity": None}),
        ({"capacity": 10**400}, {"capacity": None}),
        ({"tags": None, "address": "Main Street"}, {"tags": (), "city": ""}),
        ({"tags": ["a", 7, None, " "]}, {"tags": ("a",)}),
        ({"displayName": 7}, {"name": "Conf Room"}),
        ({"displayName": " ", "nickname": None}, {"name": "cf100@contoso.com"}),
        ({"isWheelChairAccessible": "yes"}, {"accessible": None}),
        ({"displayName": "A\x00B\x1b[31m‮C\n"}, {"name": "A B [31m C"}),
        ({"displayName": "<!channel> O'Neil #1"}, {"name": "<!channel> O'Neil #1"}),
        ({"displayName": "غرفة الاجتماعات"}, {"name": "غرفة الاجتماعات"}),
    ],
)
def test_what_is_of_the_wrong_type_is_not_recorded(
    changes: dict[str, Any], expected: dict[str, Any]
) -> None:
    room = room_of(FULL | changes)
    assert room is not None
    assert {name: getattr(room, name) for name in expected} == expected


@pytest.mark.parametrize("address", [None, "", 7, "..", "no at sign", "a b@c", "x" * 300 + "@c"])
def test_a_room_needs_an_address(address: Any) -> None:
    assert room_of(FULL | {"emailAddress": address}) is None


def test_every_page_is_read(sandbox: Sandbox, tenant: Tenant, graph: Graph) -> None:
    for number in range(250):
        tenant.room(f"Room {number}")
    assert len(graph.catalogue().rooms) == 250
    assert sandbox.referee.operations == 3 + 1


def test_room_lists_are_read_twenty_in_a_batch(
    sandbox: Sandbox, tenant: Tenant, graph: Graph
) -> None:
    for number in range(45):
        tenant.room_list(f"List {number:02}", f"Room {number}", "Everywhere")
    catalogue = graph.catalogue()
    by_name = {room.name: room.lists for room in catalogue.rooms}
    assert by_name["Room 7"] == ("List 07",)
    assert len(by_name["Everywhere"]) == 45
    assert catalogue.problem == ""
    posts = [call for call in sandbox.referee.calls if call.path == "/$batch"]
    assert len(posts) == 3
    assert not sandbox.referee.violations


def listing(**answers: Said) -> Script:
    """One room, and room lists by the local part of their address, asked for in a batch."""
    lists = [{"emailAddress": f"{name}@x", "displayName": name.title()} for name in answers]

    def graph(asked: Asked) -> Said:
        if asked.path.endswith("/microsoft.graph.room"):
            return Said(body={"value": [{"emailAddress": "fado@x", "displayName": "Fado"}]})
        if asked.path.endswith("/microsoft.graph.roomlist"):
            return Said(body={"value": lists})
        if asked.path.endswith("/$batch"):
            items = [
                {
                    "id": each["id"],
                    "status": said.status,
                    "headers": said.headers,
                    "body": said.body,
                }
                for each in asked.body["requests"]
                for said in [answers[each["url"].split("/")[2].split("@")[0]]]
            ]
            return Said(body={"responses": items[::-1]})
        return Said(body={"value": [{"emailAddress": "alone@x", "displayName": "Asked alone"}]})

    return graph


def test_items_of_a_batch_that_fail_for_the_moment_are_asked_alone(
    scripted: Scripted, told: Graph
) -> None:
    scripted.graph = listing(
        well=Said(body={"value": [{"emailAddress": "FADO@X"}]}),
        slow=error(429, "TooManyRequests", Retry_After="3"),
        away=error(503, "serviceNotAvailable"),
        torn=error(500, "InternalServerError"),
        gone=error(404, "ErrorItemNotFound"),
    )
    catalogue = told.catalogue()
    assert {room.name: room.lists for room in catalogue.rooms} == {
        "Fado": ("Well",),
        "Asked alone": ("Slow", "Away", "Torn"),
    }
    assert catalogue.problem.startswith("The room list Gone could not be read")
    alone = [asked.path for asked in scripted.asked if "@x/" in asked.path]
    assert alone == [
        "/v1.0/places/slow@x/microsoft.graph.roomlist/rooms",
        "/v1.0/places/away@x/microsoft.graph.roomlist/rooms",
        "/v1.0/places/torn@x/microsoft.graph.roomlist/rooms",
    ]


def test_next_links_inside_a_batch_are_followed(scripted: Scripted, told: Graph) -> None:
    link = f"{scripted.url}/v1.0/places/long@x/microsoft.graph.roomlist/rooms?$skip=1"
    first = {"value": [{"emailAddress": "fado@x"}], "@odata.nextLink": link}
    scripted.graph = listing(long=Said(body=first))
    assert {room.name: room.lists for room in told.catalogue().rooms} == {
        "Fado": ("Long",),
        "Asked alone": ("Long",),
    }


@pytest.mark.parametrize(
    "answer",
    [
        Said(body={"responses": "none"}),
        Said(body={"responses": [None, 7, {"id": "0"}, {"id": "0", "status": "ok"}]}),
        Said(body={}),
        Said(200, b"<html>"),
        error(500, "InternalServerError"),
    ],
)
def test_a_batch_that_makes_no_sense_costs_the_lists_and_not_the_rooms(
    scripted: Scripted, told: Graph, answer: Said
) -> None:
    usual = listing(one=Said())

    def graph(asked: Asked) -> Said:
        if asked.path.endswith("/$batch"):
            return answer
        return error(500, "Oops") if "one@x" in asked.path else usual(asked)

    scripted.graph = graph
    catalogue = told.catalogue()
    assert [room.name for room in catalogue.rooms] == ["Fado"]
    assert "could not be read" in catalogue.problem


def test_a_body_that_is_no_object_comes_in_base64(scripted: Scripted, told: Graph) -> None:
    said = "eyJ2YWx1ZSI6IFt7ImVtYWlsQWRkcmVzcyI6ICJmYWRvQHgifV19"
    scripted.graph = listing(coded=Said(body=said))
    assert told.catalogue().rooms[0].lists == ("Coded",)


def test_without_the_permission_the_missing_one_is_named(tenant: Tenant, graph: Graph) -> None:
    tenant.break_("place-permission-lost")
    with pytest.raises(Forbidden) as refused:
        graph.catalogue()
    assert "may not read the room directory" in str(refused.value)
    assert "Place.Read.All" in refused.value.hint


def test_rooms_without_an_address_are_counted_and_duplicates_merged(
    scripted: Scripted, told: Graph
) -> None:
    scripted.script(
        Said(
            body={
                "value": [
                    {"emailAddress": "fado@x", "displayName": "Fado"},
                    {"emailAddress": "FADO@x", "displayName": "Other", "capacity": 8},
                    {"displayName": "Nowhere"},
                    "a room",
                    None,
                ]
            }
        ),
        Said(body={"value": []}),
    )
    catalogue = told.catalogue()
    assert catalogue.rooms == (Room("fado@x", "Fado", capacity=8),)
    assert catalogue.problem.startswith("3 rooms have no address in the directory")


@pytest.mark.parametrize("elsewhere", ["https://evil.example", "{root}.evil.example", "http"])
def test_a_next_link_that_leads_elsewhere_is_not_followed(
    scripted: Scripted, told: Graph, elsewhere: str
) -> None:
    root = elsewhere.format(root=scripted.url).replace("http", "http", 1)
    link = f"{root}/v1.0/places/microsoft.graph.room?$skip=100"
    scripted.script(Said(body={"value": [], "@odata.nextLink": link}))
    with pytest.raises(Unreachable, match="somewhere else"):
        told.catalogue()
    assert len(scripted.asked) == 1


@pytest.mark.parametrize("link", [7, True, {"a": 1}, "/v1.0/places", "//evil.example/v1.0/x"])
def test_a_next_link_that_is_no_link_is_not_followed(
    scripted: Scripted, told: Graph, link: Any
) -> None:
    scripted.script(Said(body={"value": [], "@odata.nextLink": link}))
    with pytest.raises(Unreachable):
        told.catalogue()


def test_pages_that_go_round_are_left(scripted: Scripted, told: Graph) -> None:
    link = f"{scripted.url}/v1.0/places/microsoft.graph.room?$skip=100"
    scripted.script(Said(body={"value": [], "@odata.nextLink": link}))
    with pytest.raises(Unreachable, match="no end"):
        told.catalogue()
    assert len(scripted.asked) == 2


def test_the_next_link_is_used_as_it_is(scripted: Scripted, told: Graph) -> None:
    link = f"{scripted.url}/v1.0/places/microsoft.graph.room?$skiptoken=a%2Bb%3D%3D&$top=1"
    scripted.script(Said(body={"value": [], "@odata.nextLink": link}), Said(body={"value": []}))
    told.catalogue()
    assert scripted.asked[1].path == link.removeprefix(scripted.url)


@pytest.mark.parametrize("fault", ["wrong-types", "wrong-envelope"])
def test_a_lying_directory_is_trouble_or_a_problem_and_nothing_else(
    tenant: Tenant, graph: Graph, fault: str
) -> None:
    for number in range(14):
        tenant.room(f"Room {number}", capacity=8)
    tenant.break_(fault)
    try:
        catalogue = graph.catalogue()
    except Unreachable:
        assert fault == "wrong-envelope"
    else:
        assert "no address" in catalogue.problem
        assert all(isinstance(room.capacity, int | None) for room in catalogue.rooms)


def test_names_of_every_kind_come_through(
    tenant: Tenant, joined: Connect, sandbox: Sandbox
) -> None:
    names = ["O'Neil #1", "<!channel>", "São João", "غرفة", "A/B?c=d&e", '"quoted"', "100% %2F"]
    for name in names:
        tenant.room(name)
    graph = joined(sandbox.settings())
    assert {room.name for room in graph.catalogue().rooms} == set(names)
