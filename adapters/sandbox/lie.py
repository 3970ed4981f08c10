"""Answers that are well-formed JSON and untrue: to their types, or to themselves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from adapters.sandbox.effect import Lie

Json = dict[str, Any]

_UNASKED = "nobody.asked@contoso.example"


def told(lie: Lie, path: str, body: Json) -> Json:
    """`body` as the lie has it; `path` is the route's template."""
    match lie:
        case Lie.ENVELOPE:
            return {**body, "value": "not a list"}
        case Lie.SCHEDULE:
            return _contradicted(body) if path.endswith("getSchedule") else body
        case Lie.TYPES:
            return _mistyped(path, body)


def _contradicted(body: Json) -> Json:
    """The first busy without an item, the second left out, the third twice, and a stranger."""
    asked = body["value"]
    heard = [*asked[:1], *asked[2:3], *asked[2:]]
    if heard:
        view = heard[0].get("availabilityView", "")
        heard[0] = {**heard[0], "availabilityView": "2" * len(view), "scheduleItems": []}
        heard.append({**heard[0], "scheduleId": _UNASKED})
    return {**body, "value": heard}


def _mistyped(path: str, body: Json) -> Json:
    if not isinstance(body.get("value"), list):
        return {name: [value] for name, value in body.items()}
    if path.endswith("getSchedule"):
        return {**body, "value": _each(body["value"], _SCHEDULE)}
    if path.startswith("/places"):
        return {**body, "value": _each(body["value"], _PLACE)}
    return {**body, "value": [7, None, *body["value"]]}


def _each(items: list[Json], wrong: tuple[Callable[[Json], object], ...]) -> list[object]:
    """Each item goes wrong in its own way, in turn."""
    return [wrong[index % len(wrong)](item) for index, item in enumerate(items)]


def _without(*names: str) -> Callable[[Json], Json]:
    return lambda item: {name: value for name, value in item.items() if name not in names}


def _null_zones(item: Json) -> Json:
    items = item.get("scheduleItems") or []
    nameless = [{**each, "start": {**each["start"], "timeZone": None}} for each in items]
    hours = {**(item.get("workingHours") or {}), "timeZone": None}
    return {**item, "scheduleItems": nameless, "workingHours": hours}


_SCHEDULE: tuple[Callable[[Json], object], ...] = (
    _without("scheduleItems"),
    _null_zones,
    lambda item: {**item, "scheduleItems": "busy"},
    lambda item: {**item, "scheduleItems": [{"status": 2, "start": None, "end": "noon"}]},
    lambda item: {**item, "scheduleId": None},
    lambda item: {**item, "availabilityView": 0, "workingHours": []},
    lambda _: "schedule",
)
_PLACE: tuple[Callable[[Json], object], ...] = (
    lambda item: {**item, "capacity": "eight", "floorNumber": "second"},
    lambda item: {**item, "tags": None, "address": "Main Street"},
    lambda item: {**item, "displayName": 7, "isWheelChairAccessible": "yes"},
    lambda item: {**item, "emailAddress": None},
    lambda item: {**item, "tags": "whiteboard", "building": 3},
    _without("displayName", "capacity"),
    lambda _: "room",
)
