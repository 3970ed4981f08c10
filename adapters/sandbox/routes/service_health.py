"""Microsoft's own word on its services: health, issues and the Message Center.

https://learn.microsoft.com/graph/api/serviceannouncement-list-healthoverviews
"""

from __future__ import annotations

from adapters.sandbox.call import Call, Json
from adapters.sandbox.odata import collection, entity
from adapters.sandbox.permission import READ_HEALTH, READ_MESSAGES
from adapters.sandbox.records import SERVICES
from adapters.sandbox.refusal import no_such_object
from adapters.sandbox.route import Route, Service

_PAGE, _MOST = 100, 1000
_ROOT = "admin/serviceAnnouncement"


def _overviews(call: Call) -> Json:
    rows = [_overview(call, name) for name in SERVICES]
    return collection(call, rows, dict, f"{_ROOT}/healthOverviews", page=_PAGE, most=_MOST)


def _one(call: Call) -> Json:
    """By the service's display name, not its id."""
    name = call.keys["service"]
    if name not in SERVICES:
        raise no_such_object(name)
    return entity(call, _overview(call, name), f"{_ROOT}/healthOverviews/$entity")


def _overview(call: Call, name: str) -> Json:
    issues = [issue for issue in call.tenant.records.issues if issue["service"] == name]
    open_ones = [issue for issue in issues if not issue["isResolved"]]
    status = open_ones[0]["status"] if open_ones else "serviceOperational"
    overview = {"id": SERVICES[name], "service": name, "status": status}
    return overview | ({"issues": issues} if call.expands("issues") else {})


def _issues(call: Call) -> Json:
    rows = call.tenant.records.issues
    return collection(call, rows, dict, f"{_ROOT}/issues", page=_PAGE, most=_MOST)


def _messages(call: Call) -> Json:
    rows = call.tenant.records.messages
    return collection(call, rows, dict, f"{_ROOT}/messages", page=_PAGE, most=_MOST)


ROUTES = tuple(
    Route("GET", f"{_ROOT}/{path}", Service.DIRECTORY, needs, answer)
    for path, needs, answer in (
        ("healthOverviews", READ_HEALTH, _overviews),
        ("healthOverviews/{service}", READ_HEALTH, _one),
        ("issues", READ_HEALTH, _issues),
        ("messages", READ_MESSAGES, _messages),
    )
)
