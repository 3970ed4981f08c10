"""A mailbox's working hours as Graph writes them."""

from __future__ import annotations

from typing import Any

from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.stamp import of_day

# The shape of Microsoft's example for a zone that an old client wrote without a known name;
# these are the rules of central Europe.
_CUSTOM: dict[str, Any] = {
    "@odata.type": "#microsoft.graph.customTimeZone",
    "bias": -60,
    "name": "Customized Time Zone",
    "standardOffset": {
        "time": "03:00:00.0000000",
        "dayOccurrence": 5,
        "dayOfWeek": "sunday",
        "month": 10,
        "year": 0,
    },
    "daylightOffset": {
        "daylightBias": -60,
        "time": "02:00:00.0000000",
        "dayOccurrence": 5,
        "dayOfWeek": "sunday",
        "month": 3,
        "year": 0,
    },
}


def working_hours(mailbox: Mailbox) -> dict[str, Any] | None:
    hours = mailbox.hours
    if hours is None:
        return None
    return {
        "daysOfWeek": list(hours.days),
        "startTime": of_day(hours.start),
        "endTime": of_day(hours.end),
        "timeZone": _CUSTOM if hours.custom else {"name": mailbox.timezone},
    }
