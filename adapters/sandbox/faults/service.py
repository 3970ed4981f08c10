"""Microsoft's services, and everything between them and us."""

from __future__ import annotations

from datetime import timedelta

from adapters.sandbox.effect import (
    ChangesRecords,
    Lie,
    Refuses,
    SignInDown,
    SignInSlow,
    SkewsClock,
    Slow,
    Wire,
)
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.records import Records
from adapters.sandbox.scene import Scene

_GROUP = Group.SERVICE
_TWO_HOURS = timedelta(hours=2)


def _incident(records: Records, scene: Scene) -> None:
    title = "Some users may be unable to access calendars of room mailboxes"
    records.announced("Exchange Online", title, scene.at - _TWO_HOURS)


def _advisory(records: Records, scene: Scene) -> None:
    title = "Some sign-in logs are delayed"
    records.announced("Microsoft Entra", title, scene.at - _TWO_HOURS, incident=False)


def _notice(records: Records, scene: Scene) -> None:
    records.posted("Exchange Web Services (EWS) will be disabled in your tenant", scene.at)


FAULTS = (
    fault(
        _GROUP,
        "entra-down",
        "Sign-in answers 503; tokens already held keep working.",
        SignInDown(),
    ),
    fault(
        _GROUP,
        "entra-slow",
        "Sign-in takes seconds; tokens already held keep working.",
        SignInSlow(),
    ),
    fault(
        _GROUP,
        "outage",
        "Graph answers 503 and says when to come back.",
        Refuses(503, retry_after=True),
    ),
    fault(
        _GROUP,
        "outage-quiet",
        "Graph answers 503 and does not say when to come back.",
        Refuses(503),
    ),
    fault(
        _GROUP,
        "gateway-timeout",
        "Graph answers 504.",
        Refuses(504),
    ),
    fault(_GROUP, "slow", "Each answer takes seconds.", Slow()),
    fault(_GROUP, "silent", "Graph accepts calls and never answers.", Wire.SILENT),
    fault(_GROUP, "reset", "Graph closes the connection instead of answering.", Wire.RESET),
    fault(
        _GROUP,
        "html",
        "Every answer is 200 and a sign-in page, as behind a captive proxy.",
        Wire.HTML,
    ),
    fault(_GROUP, "truncated", "Every answer is 200 and JSON that ends half-way.", Wire.TRUNCATED),
    fault(_GROUP, "cut-off", "The connection closes in the middle of each answer.", Wire.CUT_OFF),
    fault(_GROUP, "empty", "Every answer is 200 with an empty body.", Wire.EMPTY),
    fault(
        _GROUP,
        "wrong-types",
        "Fields have the wrong types: eight as a word, zones and items that are null or missing.",
        Lie.TYPES,
    ),
    fault(
        _GROUP,
        "wrong-envelope",
        "Every answer is 200, and its value is a string.",
        Lie.ENVELOPE,
    ),
    fault(
        _GROUP,
        "lying-schedule",
        "Schedules contradict themselves: busy without items, rooms missing, twice or unasked.",
        Lie.SCHEDULE,
    ),
    fault(
        _GROUP,
        "clock-skew",
        "Microsoft's clocks are ten minutes ahead of ours: the Date of every answer.",
        SkewsClock(timedelta(minutes=10)),
    ),
    fault(
        _GROUP,
        "microsoft-incident",
        "Microsoft reports an open incident of Exchange Online since two hours ago.",
        ChangesRecords(_incident),
    ),
    fault(
        _GROUP,
        "microsoft-advisory",
        "Microsoft reports an open advisory of Microsoft Entra since two hours ago.",
        ChangesRecords(_advisory),
    ),
    fault(
        _GROUP,
        "ews-notice",
        "The Message Center says that EWS will be switched off in this tenant in a week.",
        ChangesRecords(_notice),
    ),
)
