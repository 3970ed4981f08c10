"""A mailbox's settings: zone, working hours and what kind of mailbox it is.

https://learn.microsoft.com/graph/api/user-get-mailboxsettings
"""

from __future__ import annotations

from typing import Any

from adapters.sandbox.call import Call, Json
from adapters.sandbox.hours import working_hours
from adapters.sandbox.odata import entity
from adapters.sandbox.permission import READ_SETTINGS
from adapters.sandbox.route import Route, Service


def _settings(call: Call) -> Json:
    owner = call.owner
    rendered: Json = {
        "archiveFolder": None,
        "timeZone": owner.timezone,
        "delegateMeetingMessageDeliveryOptions": "sendToDelegateOnly",
        "dateFormat": "yyyy-MM-dd",
        "timeFormat": "HH:mm",
        "userPurpose": owner.purpose,
        "automaticRepliesSetting": {"status": "disabled", "externalAudience": "all"},
        "language": {"locale": "en-US", "displayName": "English (United States)"},
        "workingHours": working_hours(owner),
    }
    return entity(call, rendered, _what(call))


def _hours(call: Call) -> Json:
    return {"@odata.context": call.context(f"{_what(call)}/workingHours")} | (
        working_hours(call.owner) or {}
    )


def _zone(call: Call) -> Json:
    return _value(call, "timeZone", call.owner.timezone)


def _purpose(call: Call) -> Json:
    return _value(call, "userPurpose", call.owner.purpose)


def _value(call: Call, name: str, value: Any) -> Json:
    return {"@odata.context": call.context(f"{_what(call)}/{name}"), "value": value}


def _what(call: Call) -> str:
    return f"users('{call.owner.id}')/mailboxSettings"


ROUTES = tuple(
    Route("GET", f"users/{{user}}/mailboxSettings{path}", Service.EXCHANGE, READ_SETTINGS, answer)
    for path, answer in (
        ("", _settings),
        ("/workingHours", _hours),
        ("/timeZone", _zone),
        ("/userPurpose", _purpose),
    )
)
