"""Microsoft's log of who asked Graph what, as a workspace of Log Analytics has it.

Nothing is stored: the rows of any time are made from the story when somebody asks for them, so
the same time always has the same rows.
https://learn.microsoft.com/azure/azure-monitor/reference/tables/microsoftgraphactivitylogs
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from adapters.sandbox.mailbox import stable_id

Row = dict[str, Any]
Call = tuple[str, str]  # method, and the path with the mailbox in braces

TABLE = "MicrosoftGraphActivityLogs"
_OUTLOOK = stable_id("app", "Outlook")  # somebody else who asks all the time
_HOUR = 3600.0
_CALLS: tuple[Call, ...] = (
    ("GET", "users/{}/calendarView?startDateTime=2026-11-23T00:00:00Z"),
    ("POST", "users/{}/calendar/getSchedule"),
    ("GET", "users/{}/events/AAMkAGI1AAAt9AHjAAA="),
    ("PATCH", "users/{}/events/AAMkAGI1AAAt9AHjAAA="),
)
_POLL = _CALLS[0]


class Mood(StrEnum):
    """How the workspace answers."""

    WELL = "well"
    PARTIAL = "partial"  # an error beside the tables, with half of the rows
    THROTTLED = "throttled"
    DOWN = "down"
    SLOW = "slow"  # by tenant.slowness


@dataclass(frozen=True, slots=True)
class Burst:
    """So many more of the integration's requests an hour, answered `status`.

    To one mailbox, or to all rooms in turn.
    """

    per_hour: int
    since: datetime
    mailbox: str = ""
    status: int = 429


@dataclass(frozen=True, slots=True)
class ActivityLog:
    """`per_hour` is what the integration asks on an ordinary day, `delay` how late that is told."""

    workspace: str = stable_id("workspace", "contoso.example")
    readable: bool = True  # the bot's app has the role Log Analytics Reader
    table: bool = True  # something was once sent there
    sending: bool = True  # the diagnostic setting is on
    per_hour: int = 240
    delay: timedelta = timedelta(minutes=8)
    mood: Mood = Mood.WELL
    bursts: tuple[Burst, ...] = ()

    def rows(
        self, app_id: str, rooms: Sequence[str], start: datetime, end: datetime
    ) -> Iterator[Row]:
        """Everything from `start` up to `end`; `app_id` "" is an integration that cannot ask."""
        if not self.sending:
            return
        yield from self._row_of_others(start, end)
        if not app_id or not rooms:
            return
        for number, at in _beats(self.per_hour, start, end):
            call = _CALLS[number // len(rooms) % len(_CALLS)]
            yield self._row(at, app_id, call, rooms[number % len(rooms)], 200)
        for burst in self.bursts:
            for number, at in _beats(burst.per_hour, max(start, burst.since), end):
                whose = burst.mailbox or rooms[number % len(rooms)]
                yield self._row(at, app_id, _POLL, whose, burst.status)

    def _row_of_others(self, start: datetime, end: datetime) -> Iterator[Row]:
        for _, at in _beats(60, start, end):
            yield self._row(at, _OUTLOOK, ("GET", "me/messages"), "", 200)

    def _row(self, at: datetime, app_id: str, call: Call, mailbox: str, status: int) -> Row:
        method, path = call
        number = stable_id("request", f"{at.isoformat()} {app_id} {status}")
        return {
            "TimeGenerated": at,
            "AppId": app_id,
            "ApiVersion": "v1.0",
            "RequestMethod": method,
            "RequestUri": f"https://graph.microsoft.com/v1.0/{path.format(mailbox)}",
            "ResponseStatusCode": status,
            "RequestId": number,
            "OperationId": number,
            "ClientAuthMethod": 1,
            "DurationMs": 12 if status == 429 else 180,
            "TenantId": self.workspace,
            "Type": TABLE,
        }


def _beats(per_hour: int, start: datetime, end: datetime) -> Iterator[tuple[int, datetime]]:
    """Times evenly apart, counted from the beginning of time."""
    if not per_hour:
        return
    apart = _HOUR / per_hour
    number = -(-start.timestamp() // apart)
    while (at := number * apart) < end.timestamp():
        yield int(number), datetime.fromtimestamp(at, start.tzinfo)
        number += 1
