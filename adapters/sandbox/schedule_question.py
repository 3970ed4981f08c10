"""The body of getSchedule, read as Exchange reads it: names in any case, refusals in its words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from adapters.sandbox.call import known_zone
from adapters.sandbox.refusal import Refusal, bad_request, outlook_bad_request
from adapters.sandbox.stamp import moment

_MOST = 20  # https://learn.microsoft.com/graph/outlook-get-free-busy-schedule
_LONGEST = timedelta(days=62)  # microsoftgraph/microsoft-graph-docs#19703
_SHORTEST_SLOT, _LONGEST_SLOT = 5, 1440  # minutes


@dataclass(frozen=True, slots=True)
class Question:
    """Who is asked about, over which window, in slots of how many minutes."""

    addresses: tuple[str, ...]
    start: datetime
    end: datetime
    zone: ZoneInfo  # the start's own, in which all-day entries lie
    slot: int


def read(body: Any) -> Question:
    fields = _lowered(body)
    addresses = _addresses(fields.get("schedules"))
    start, zone = _moment(fields.get("starttime"), "startTime")
    end, _ = _moment(fields.get("endtime"), "endTime")
    _check_window(start, end)
    return Question(addresses, start, end, zone, _slot(fields.get("availabilityviewinterval", 30)))


def _lowered(value: Any) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise bad_request("Unable to read JSON request payload.")
    return {str(key).lower(): each for key, each in value.items()}


def _addresses(value: Any) -> tuple[str, ...]:
    if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
        raise bad_request("The value of parameter 'schedules' is not a collection of strings.")
    if not value:
        raise outlook_bad_request(
            "ErrorMailboxDataArrayEmpty", "There are no target users in the EmailAddress array."
        )
    if len(value) > _MOST:
        # The words of microsoftgraph/microsoft-graph-docs#7046, where the number was still 100.
        raise outlook_bad_request(
            "ErrorMailboxDataArrayTooBig",
            "There are too many target users in the EmailAddress array. "
            f"The allowed size = {_MOST}; the actual size = {len(value)}.",
        )
    return tuple(value)


def _moment(value: Any, name: str) -> tuple[datetime, ZoneInfo]:
    fields = _lowered(value)
    zone = known_zone(str(fields.get("timezone") or ""))
    try:
        return moment(str(fields.get("datetime")), zone), zone
    except ValueError as wrong:
        text = f"The value '{fields.get('datetime')}' of parameter '{name}' is invalid."
        raise outlook_bad_request("ErrorInvalidParameter", text) from wrong


def _check_window(start: datetime, end: datetime) -> None:
    if end <= start:
        raise outlook_bad_request(
            "ErrorInvalidTimeInterval",
            "The time duration specified for FreeBusyViewOptions.TimeWindow is invalid.",
        )
    if end - start > _LONGEST:
        days = math.ceil((end - start) / timedelta(days=1))
        raise outlook_bad_request(
            "ErrorTimeIntervalTooBig",
            "The requested time duration specified for FreeBusyViewOptions.TimeWindow is too "
            f"long. The allowed limit = {_LONGEST.days} days; the actual limit = {days} days.",
        )


def _slot(value: Any) -> int:
    if value is None:  # microsoftgraph/microsoft-graph-docs#4494
        raise Refusal(500, "InternalServerError", "Object reference not set to an instance.")
    if not isinstance(value, int) or not _SHORTEST_SLOT <= value <= _LONGEST_SLOT:
        raise outlook_bad_request(
            "ErrorInvalidMergedFreeBusyInterval",
            "The merged free/busy interval is out of range: "
            f"from {_SHORTEST_SLOT} to {_LONGEST_SLOT} minutes.",
        )
    return value
