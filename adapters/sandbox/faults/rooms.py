"""Single rooms: their mailbox, their place, their clock and their bookings."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.sandbox.effect import ChangesRoom, LeavesLists, MailboxIs
from adapters.sandbox.event import Event
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.mailbox import Delegate, Health, Mailbox, stable_id
from adapters.sandbox.room import RoomBook
from adapters.sandbox.scene import Scene

_GROUP = Group.ROOMS
_DAY, _HOUR = timedelta(days=1), timedelta(hours=1)


def _elsewhere(room: RoomBook, _: Scene) -> RoomBook:
    west, east = "Pacific Standard Time", "Tokyo Standard Time"
    return replace(room, timezone=east if room.timezone == west else west)


def _undescribed(room: RoomBook, _: Scene) -> RoomBook:
    return replace(room, city=None, building=None, floor=None, floor_label=None, capacity=None)


def _left_delegate(room: RoomBook, scene: Scene) -> RoomBook:
    who = Delegate(scene.leaver.name, scene.leaver.address)
    return replace(room, delegates=(*room.delegates, who))


def _twice(room: RoomBook, scene: Scene) -> RoomBook:
    start = next(_gaps(room, scene.at + _DAY))
    first = _meeting(room, start, scene.administrator, "First come")
    second = _meeting(room, start + _HOUR / 2, scene.person, "First served")
    return _with(room, first, second)


def _unanswered(room: RoomBook, scene: Scene) -> RoomBook:
    gaps = _gaps(room, scene.at + _HOUR)
    asked = [_meeting(room, next(gaps), scene.person, "Planning") for _ in range(4)]
    sent = scene.at - 3 * _DAY
    waiting = (
        replace(each, status="tentative", response="notResponded", created=sent) for each in asked
    )
    return _with(room, *waiting)


def _orphaned(room: RoomBook, scene: Scene) -> RoomBook:
    weeks = (next(_gaps(room, scene.at + week * 7 * _DAY)) for week in (1, 2, 3))
    return _with(room, *(_meeting(room, at, scene.leaver, "Board prep") for at in weeks))


def _gaps(room: RoomBook, after: datetime) -> Iterator[datetime]:
    """Full hours from then on after which nothing stands in the calendar for two hours."""
    at = after.replace(minute=0, second=0, microsecond=0) + _HOUR
    while True:
        if not room.calendar.between(at, at + 2 * _HOUR):
            yield at
            at += _HOUR
        at += _HOUR


def _meeting(room: RoomBook, start: datetime, who: Mailbox, subject: str) -> Event:
    key = stable_id("fault", room.address.lower(), start.isoformat(), subject)
    return Event(key, start, start + _HOUR, who.as_organizer, subject, location=room.name)


def _with(room: RoomBook, *more: Event) -> RoomBook:
    calendar = room.calendar.copy()
    calendar.add(more)
    return replace(room, calendar=calendar)


FAULTS = (
    fault(
        _GROUP,
        "room-dark",
        "One room's mailbox refuses the app (403).",
        MailboxIs(Health.DENIED),
    ),
    fault(
        _GROUP,
        "rooms-dark",
        "Every room's mailbox refuses the app (403): the Exchange scope is lost.",
        MailboxIs(Health.DENIED, every=True),
    ),
    fault(
        _GROUP,
        "on-premises-room",
        "One room's mailbox has moved to an on-premises server, where Graph cannot see it.",
        MailboxIs(Health.ON_PREMISES),
    ),
    fault(
        _GROUP,
        "room-vanished",
        "One room's address is gone from the directory, and Places has not noticed yet.",
        MailboxIs(Health.VANISHED),
    ),
    fault(
        _GROUP,
        "room-mailbox-gone",
        "One room has an address and no mailbox in Exchange Online.",
        MailboxIs(Health.NO_MAILBOX),
    ),
    fault(
        _GROUP,
        "room-wrong-mailbox-type",
        "One room's mailbox is a shared one, so that a scope of rooms leaves it out.",
        ChangesRoom(lambda room, _: replace(room, purpose="shared")),
    ),
    fault(
        _GROUP,
        "room-wrong-zone",
        "One room's mailbox has its working hours in a zone on the other side of the world.",
        ChangesRoom(_elsewhere),
    ),
    fault(
        _GROUP,
        "room-double-booked",
        "One room has two meetings that overlap, both accepted, tomorrow or soon after.",
        ChangesRoom(_twice),
    ),
    fault(
        _GROUP,
        "room-unanswered",
        "One room has left four invitations of the coming days tentative since three days ago.",
        ChangesRoom(_unanswered),
    ),
    fault(
        _GROUP,
        "room-orphaned",
        "One room is booked for three coming weeks by somebody who has left.",
        ChangesRoom(_orphaned),
    ),
    fault(
        _GROUP,
        "room-not-in-lists",
        "One room is in no room list.",
        LeavesLists(),
    ),
    fault(
        _GROUP,
        "room-hidden",
        "One room is hidden from address lists: Places does not list it, its mailbox answers.",
        ChangesRoom(lambda room, _: replace(room, hidden=True)),
    ),
    fault(
        _GROUP,
        "room-new",
        "One room was made five hours ago, and Places does not list it yet.",
        ChangesRoom(lambda room, at: replace(room, hidden=True, created=at.at - 5 * _HOUR)),
    ),
    fault(
        _GROUP,
        "room-undescribed",
        "One room has neither city nor building nor floor nor capacity.",
        ChangesRoom(_undescribed),
    ),
    fault(
        _GROUP,
        "delegate-left",
        "Somebody who has left is still delegate on one room's calendar.",
        ChangesRoom(_left_delegate),
    ),
)
