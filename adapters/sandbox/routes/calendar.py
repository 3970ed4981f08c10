"""One mailbox's calendar: itself, its events, and who may do what with it.

https://learn.microsoft.com/graph/api/user-list-calendarview
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import get_args
from uuid import uuid4

from adapters.sandbox.call import Call, Json, known_zone
from adapters.sandbox.event import Event, Status
from adapters.sandbox.mailbox import Delegate, Mailbox, stable_id
from adapters.sandbox.odata import collection, entity
from adapters.sandbox.permission import READ_CALENDAR, READ_SHARING, WRITE_CALENDAR
from adapters.sandbox.refusal import no_such_item, outlook_bad_request
from adapters.sandbox.route import Route, Service
from adapters.sandbox.stamp import local, moment, utc

_PAGE, _MOST = 10, 1000
_LONGEST = 1825  # days; microsoftgraph/microsoft-graph-docs#6284
_EVERYBODY = "RGVmYXVsdA=="  # “Default” in base64, as Exchange names the organization's row
_CALENDAR_FOLDER = "Calendar"
_AHEAD = timedelta(days=7)  # how long before a meeting it was booked, where nothing else is said
_NEVER = "0001-01-01T00:00:00Z"  # what Graph says where nobody has answered


def _calendar(call: Call) -> Json:
    owner = call.owner
    rendered = {
        "id": stable_id("calendar", owner.address.lower()),
        "name": _CALENDAR_FOLDER,
        "color": "auto",
        "hexColor": "",
        "isDefaultCalendar": True,
        "changeKey": stable_id("changeKey", owner.address.lower()),
        "canShare": False,
        "canViewPrivateItems": True,
        "canEdit": False,
        "allowedOnlineMeetingProviders": ["teamsForBusiness"],
        "defaultOnlineMeetingProvider": "teamsForBusiness",
        "isTallyingResponses": True,
        "isRemovable": False,
        "owner": _address(owner),
    }
    return entity(call, rendered, f"users('{owner.id}')/calendar/$entity", keep=("id",))


def _view(call: Call) -> Json:
    start, end = _bound(call, "startDateTime"), _bound(call, "endDateTime")
    if end < start:
        text = "Your request can't be completed. The start date must be before the end date."
        raise outlook_bad_request("ErrorInvalidRequest", text)
    if end - start > timedelta(days=_LONGEST):
        raise outlook_bad_request(
            "ErrorInvalidRequest",
            "Your request can't be completed. The range between the start and end dates is "
            f"greater than the allowed range. Maximum number of days: {_LONGEST}",
        )
    return collection(
        call,
        call.owner.calendar.between(start, end),
        lambda event: _timed(call, event),
        f"users('{call.owner.id}')/calendarView",
        page=_PAGE,
        most=_MOST,
        keep=("id",),
    )


def _timed(call: Call, event: Event) -> Json:
    zone, name = call.zone, call.zone_name
    if event.all_day:  # these float: midnight in whatever zone was asked for
        times = {"start": _floating(event.start, name), "end": _floating(event.end, name)}
    else:
        times = {"start": local(event.start, zone, name), "end": local(event.end, zone, name)}
    return _event(call.owner, event) | times


def _write(call: Call) -> Json:
    """An appointment of the mailbox's own; whom it invites is not looked at."""
    said = call.body if isinstance(call.body, dict) else {}
    owner = call.tenant.kept(call.owner)
    status = said.get("showAs", "busy")
    start, end = _said(said, "start"), _said(said, "end")
    if status not in get_args(Status) or end < start:
        raise outlook_bad_request("ErrorInvalidRequest", "The event is not valid.")
    event = Event(
        str(uuid4()),
        start,
        end,
        owner.as_organizer,
        str(said.get("subject", "")),
        status,
        said.get("sensitivity") == "private",
        response="organizer",
        created=call.now,
    )
    owner.calendar.add([event])
    return entity(call, _timed(call, event), f"users('{owner.id}')/events/$entity", keep=("id",))


def _said(said: Json, name: str) -> datetime:
    """A dateTimeTimeZone of the body."""
    given = said.get(name)
    try:
        zone = known_zone(given["timeZone"])  # type: ignore[index]  # whatever was sent
        return moment(given["dateTime"], zone).astimezone(UTC)  # type: ignore[index]
    except (TypeError, KeyError, ValueError, AttributeError) as wrong:
        text = f"The value of '{name}' is not a dateTimeTimeZone."
        raise outlook_bad_request("ErrorInvalidRequest", text) from wrong


def _delete(call: Call) -> Json:
    if not call.tenant.kept(call.owner).calendar.remove(call.keys["event"]):
        raise no_such_item()
    return {}


def _bound(call: Call, name: str) -> datetime:
    text = call.query.get(name.lower())
    if text is None:
        raise outlook_bad_request(
            "ErrorInvalidParameter",
            "This request requires a time window specified by the query string parameters "
            "StartDateTime and EndDateTime.",
        )
    try:
        return moment(text, UTC)
    except ValueError as wrong:  # a “+” that was not quoted arrives as a space
        text = f"The value '{text}' of parameter '{name}' is invalid."
        raise outlook_bad_request("ErrorInvalidParameter", text) from wrong


def _floating(midnight: datetime, name: str) -> dict[str, str]:
    return {"dateTime": f"{midnight:%Y-%m-%d}T00:00:00.0000000", "timeZone": name}


def _event(owner: Mailbox, event: Event) -> Json:
    """As microsoft.graph.event on the room's copy; start and end are the caller's to add."""
    return {
        "id": event.id,
        "iCalUId": event.id.replace("-", "").upper(),
        "subject": event.subject,
        "isAllDay": event.all_day,
        "isCancelled": False,
        "isOrganizer": event.organizer.address.lower() == owner.address.lower(),
        "showAs": event.status,
        "sensitivity": "private" if event.private else "normal",
        "type": "singleInstance",
        "seriesMasterId": None,
        "createdDateTime": utc(event.created or event.start - _AHEAD),
        "responseStatus": {"response": event.response, "time": _answered(event)},
        "location": {"displayName": event.location, "locationType": "default"},
        "organizer": {
            "emailAddress": {"name": event.organizer.name, "address": event.organizer.address}
        },
        "attendees": []
        if event.response == "organizer"
        else [
            {
                "type": "resource",
                "status": {"response": event.response, "time": _answered(event)},
                "emailAddress": _address(owner),
            }
        ],
    }


def _answered(event: Event) -> str:
    return _NEVER if event.response in ("none", "notResponded", "organizer") else utc(event.start)


def _permissions(call: Call) -> Json:
    owner = call.owner
    rows = [
        _row(stable_id("permission", who.address), who.role, _address(who))
        for who in owner.delegates
    ]
    rows.append(_row(_EVERYBODY, owner.sharing, {"name": "My Organization"}))
    what = f"users('{owner.id}')/calendar/calendarPermissions"
    return collection(call, rows, dict, what, page=_PAGE, most=_MOST, keep=("id",))


def _address(who: Delegate | Mailbox) -> dict[str, str]:
    return {"name": who.name, "address": who.address}


def _row(key: str, role: str, who: dict[str, str]) -> Json:
    return {
        "id": key,
        "isRemovable": key != _EVERYBODY,
        "isInsideOrganization": True,
        "role": role,
        "allowedRoles": ["none", "freeBusyRead", "limitedRead", "read", "write"],
        "emailAddress": who,
    }


ROUTES = (
    Route("GET", "users/{user}/calendar", Service.EXCHANGE, READ_CALENDAR, _calendar),
    Route("GET", "users/{user}/calendarView", Service.EXCHANGE, READ_CALENDAR, _view),
    Route("GET", "users/{user}/calendar/calendarView", Service.EXCHANGE, READ_CALENDAR, _view),
    Route("POST", "users/{user}/events", Service.EXCHANGE, WRITE_CALENDAR, _write, status=201),
    Route(
        "DELETE",
        "users/{user}/events/{event}",
        Service.EXCHANGE,
        WRITE_CALENDAR,
        _delete,
        status=204,
    ),
    Route(
        "GET",
        "users/{user}/calendar/calendarPermissions",
        Service.EXCHANGE,
        READ_SHARING,
        _permissions,
    ),
)
