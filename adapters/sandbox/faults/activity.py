"""The integration's own throttling, and the log that alone tells of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

from adapters.sandbox.activity_log import Burst, Mood
from adapters.sandbox.effect import ChangesRecords
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.records import Records
from adapters.sandbox.scene import Scene

_GROUP = Group.THROTTLING
_AGO = timedelta(hours=3)  # so that the log, which comes late, tells of it at once


def _burst(per_hour: int, *, one: bool = False) -> Callable[[Records, Scene], None]:
    def change(records: Records, scene: Scene) -> None:
        address = scene.room.address if one and scene.room else ""
        told = (*records.activity.bursts, Burst(per_hour, scene.at - _AGO, address))
        records.activity = replace(records.activity, bursts=told)

    return change


def _log(**changes: Any) -> ChangesRecords:
    """The log is otherwise."""

    def change(records: Records, _: Scene) -> None:
        records.activity = replace(records.activity, **changes)

    return ChangesRecords(change)


FAULTS = (
    fault(
        _GROUP,
        "integration-throttled",
        "For three hours Microsoft has refused one in ten of the integration's requests, all about "
        "one room; the activity log says so.",
        ChangesRecords(_burst(26, one=True)),
    ),
    fault(
        _GROUP,
        "integration-storm",
        "For three hours Microsoft has refused one in three of the integration's requests, in "
        "every room; the activity log says so.",
        ChangesRecords(_burst(120)),
    ),
    fault(
        _GROUP,
        "activity-forbidden",
        "The bot's app has no role on the workspace with the Graph activity logs.",
        _log(readable=False),
    ),
    fault(
        _GROUP,
        "activity-table-missing",
        "The workspace never got any Graph activity logs.",
        _log(table=False, sending=False),
    ),
    fault(
        _GROUP,
        "activity-stopped",
        "The workspace has got no Graph activity logs for more than a day.",
        _log(sending=False),
    ),
    fault(
        _GROUP,
        "activity-late",
        "Graph activity logs come five hours late.",
        _log(delay=timedelta(hours=5)),
    ),
    fault(
        _GROUP,
        "activity-moved",
        "The workspace with the Graph activity logs is another one now.",
        _log(workspace="00000000-0000-0000-0000-000000000000"),
    ),
    fault(
        _GROUP,
        "activity-partial",
        "Azure Monitor answers with a part of the rows and says that there were errors.",
        _log(mood=Mood.PARTIAL),
    ),
    fault(
        _GROUP,
        "activity-throttled",
        "Azure Monitor answers 429 with Retry-After; Graph is well.",
        _log(mood=Mood.THROTTLED),
    ),
    fault(
        _GROUP,
        "activity-down",
        "Azure Monitor answers 503; Graph is well.",
        _log(mood=Mood.DOWN),
    ),
    fault(
        _GROUP,
        "activity-slow",
        "Azure Monitor takes seconds for each answer; Graph is well.",
        _log(mood=Mood.SLOW),
    ),
)
