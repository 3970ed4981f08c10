"""A meeting room: a mailbox that Places describes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self, TypedDict

from adapters.sandbox.mailbox import Hours, Mailbox, stable_id


class Details(TypedDict, total=False):
    """What can be said of a room.  Unsaid or None means: not recorded."""

    address: str
    timezone: str | None
    hours: Hours | None
    sharing: str
    city: str | None
    building: str | None
    floor: int | None
    floor_label: str | None
    capacity: int | None
    video: str | None
    audio: str | None
    display: str | None
    tags: tuple[str, ...]
    accessible: bool | None
    nickname: str | None
    label: str | None
    phone: str | None
    street: str | None
    state: str | None
    country: str | None
    postal_code: str | None
    booking_type: str


@dataclass(slots=True, eq=False)
class RoomBook(Mailbox):
    """A room and its book of meetings."""

    city: str | None = None
    building: str | None = None
    floor: int | None = None
    floor_label: str | None = None
    capacity: int | None = None
    video: str | None = None
    audio: str | None = None
    display: str | None = None
    tags: tuple[str, ...] = ()
    accessible: bool | None = None
    nickname: str | None = None
    label: str | None = None
    phone: str | None = None
    street: str | None = None
    state: str | None = None
    country: str | None = None
    postal_code: str | None = None
    booking_type: str = "standard"
    hidden: bool = False  # from address lists, and so from Places

    def describe(self, details: Details) -> Self:
        for key, value in details.items():
            setattr(self, key, value)
        return self

    def hide(self) -> Self:
        """Hidden from address lists: Places does not list it, its calendar still answers."""
        self.hidden = True
        return self

    def mend(self) -> Self:
        self.hidden = False
        return Mailbox.mend(self)

    @property
    def place_id(self) -> str:
        return stable_id("place", self.address.lower())

    def place(self) -> dict[str, Any]:
        """As microsoft.graph.room; the shape of Microsoft's place-list page of 2025."""
        return {
            "id": stable_id("places", self.address.lower()).upper(),
            "placeId": self.place_id,
            "emailAddress": self.address,
            "displayName": self.name,
            "address": self._postal_address(),
            "geoCoordinates": None,
            "phone": self.phone or "",
            "nickname": self.nickname or self.name,
            "label": self.label,
            "capacity": self.capacity,
            "building": self.building,
            "floorNumber": self.floor,
            "floorLabel": self.floor_label,
            "isWheelChairAccessible": self.accessible,
            "bookingType": self.booking_type,
            "tags": list(self.tags),
            "audioDeviceName": self.audio,
            "videoDeviceName": self.video,
            "displayDeviceName": self.display,
            "parentId": None,
            "teamsEnabledState": "enabled" if self.video else "unknown",
        }

    def _postal_address(self) -> dict[str, str | None] | None:
        parts = {
            "street": self.street,
            "city": self.city,
            "state": self.state,
            "postalCode": self.postal_code,
            "countryOrRegion": self.country,
        }
        return parts if any(parts.values()) else None


@dataclass(frozen=True, slots=True)
class RoomList:
    """A distribution list of rooms; `members` are addresses."""

    address: str
    name: str
    members: tuple[str, ...]

    def place(self) -> dict[str, Any]:
        return {
            "id": stable_id("places", self.address.lower()).upper(),
            "placeId": stable_id("place", self.address.lower()),
            "emailAddress": self.address,
            "displayName": self.name,
            "address": None,
            "geoCoordinates": None,
            "phone": None,
            "label": None,
            "isWheelChairAccessible": None,
            "parentId": None,
            "tags": [],
        }
