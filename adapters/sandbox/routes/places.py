"""Places: rooms and room lists.  Buildings and floors are empty, as in most tenants.

https://learn.microsoft.com/graph/api/place-list
"""

from __future__ import annotations

from adapters.sandbox.call import Call, Json
from adapters.sandbox.odata import collection, entity
from adapters.sandbox.permission import READ_PLACES
from adapters.sandbox.refusal import no_such_place
from adapters.sandbox.room import RoomBook, RoomList
from adapters.sandbox.route import Route, Service

_PAGE = 100  # whatever $top asks for; the page does not name a larger one
_BUILDINGS_PAGE = 1000


def _listed(call: Call) -> list[RoomBook]:
    return [room for room in call.tenant.rooms if not room.hidden]


def _rooms(call: Call) -> Json:
    return collection(
        call,
        _listed(call),
        RoomBook.place,
        "places/microsoft.graph.room",
        page=_PAGE,
        most=_PAGE,
        keep=("id",),
    )


def _room_lists(call: Call) -> Json:
    return collection(
        call,
        call.tenant.room_lists,
        RoomList.place,
        "places/microsoft.graph.roomList",
        page=_PAGE,
        most=_PAGE,
        keep=("id",),
    )


def _rooms_of_list(call: Call) -> Json:
    """By the list's address; its id is not taken here."""
    key = call.keys["place"]
    held = next((each for each in call.tenant.room_lists if _is(each.address, key)), None)
    if held is None:
        raise no_such_place(key)
    members = {address.lower() for address in held.members}
    return collection(
        call,
        [room for room in _listed(call) if room.address.lower() in members],
        RoomBook.place,
        f"places('{key}')/microsoft.graph.roomList/rooms",
        page=_PAGE,
        most=_PAGE,
        keep=("id",),
    )


def _place(call: Call) -> Json:
    key = call.keys["place"].lower()
    for kind, each in _every_place(call):
        rendered = each.place()
        names = (rendered["id"], rendered["placeId"], rendered["emailAddress"])
        if key in [name.lower() for name in names]:
            typed = {"@odata.type": f"#microsoft.graph.{kind}", **rendered}
            return entity(call, typed, "places/$entity", keep=("@odata.type", "id"))
    raise no_such_place(call.keys["place"])


def _every_place(call: Call) -> list[tuple[str, RoomBook | RoomList]]:
    rooms = [("room", room) for room in _listed(call)]
    return [*rooms, *(("roomList", held) for held in call.tenant.room_lists)]


def _nothing(call: Call) -> Json:
    """Empty until an administrator runs Set-PlacesSettings -EnableBuildings."""
    kind = call.path.split("?")[0].rsplit(".", 1)[-1]
    what = f"places/microsoft.graph.{kind}"
    return collection(call, (), dict, what, page=_BUILDINGS_PAGE, most=_BUILDINGS_PAGE)


def _is(address: str, key: str) -> bool:
    return address.lower() == key.lower()


ROUTES = (
    Route("GET", "places/microsoft.graph.room", Service.PLACES, READ_PLACES, _rooms),
    Route("GET", "places/microsoft.graph.roomList", Service.PLACES, READ_PLACES, _room_lists),
    *(
        Route("GET", f"places/microsoft.graph.{kind}", Service.PLACES, READ_PLACES, _nothing)
        for kind in ("building", "floor", "section", "desk", "workspace")
    ),
    Route("GET", "places/{place}", Service.PLACES, READ_PLACES, _place),
    Route(
        "GET",
        "places/{place}/microsoft.graph.roomList/rooms",
        Service.PLACES,
        READ_PLACES,
        _rooms_of_list,
    ),
)
