"""One getSchedule question: at most twenty rooms, asked through one mailbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from adapters.graph import freebusy
from adapters.graph.question import Json, schedules
from adapters.graph.refusal import Garbled
from adapters.graph.timing import Timing
from adapters.graph.wire import Wire
from bot.rooms import Room, RoomState

MOST = 20  # https://learn.microsoft.com/graph/outlook-get-free-busy-schedule


@dataclass(frozen=True, slots=True)
class Window:
    """Aware, end exclusive."""

    start: datetime
    end: datetime

    def covers(self, other: Window) -> bool:
        return self.start <= other.start and other.end <= self.end


class Schedules:
    """getSchedule, asked and read."""

    def __init__(self, wire: Wire, timing: Timing) -> None:
        self._wire, self._timing = wire, timing

    def ask(
        self, rooms: Sequence[Room], through: str, window: Window, until: float, *, patient: bool
    ) -> list[RoomState]:
        """One state a room; Trouble where the whole question failed.

        With `patient` a throttled mailbox is waited for; else Throttled comes back at once.
        """
        question = schedules(through, _body(rooms, window))
        answer = self._wire.ask(question, until, elsewhere=not patient)
        value, at = answer.get("value"), self._timing.clock()
        if not isinstance(value, list):
            raise Garbled("Microsoft Graph's answer makes no sense", at=at)
        try:
            return freebusy.states(rooms, value, window.start, window.end, at)
        except RecursionError:  # JSON that is nested as deep as it can be parsed
            raise Garbled("Microsoft Graph's answer makes no sense", at=at) from None


def _body(rooms: Sequence[Room], window: Window) -> Json:
    return {
        "schedules": [room.address for room in rooms],
        "startTime": _time(window.start),
        "endTime": _time(window.end),
        "availabilityViewInterval": freebusy.slot(window.start, window.end),
    }


def _time(at: datetime) -> Json:
    return {"dateTime": at.astimezone(UTC).replace(tzinfo=None).isoformat(), "timeZone": "UTC"}
