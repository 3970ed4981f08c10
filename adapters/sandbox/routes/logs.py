"""Logs: sign-ins and directory audits, newest first.

https://learn.microsoft.com/graph/api/signin-list
"""

from __future__ import annotations

from adapters.sandbox.call import Call, Json
from adapters.sandbox.odata import collection
from adapters.sandbox.permission import READ_ACTIVITY, READ_AUDITS
from adapters.sandbox.refusal import not_premium
from adapters.sandbox.route import Route, Service

_PAGE, _MOST = 1000, 1000


def _sign_ins(call: Call) -> Json:
    """Beta tells of every kind, version 1.0 of people at a keyboard alone."""
    if not call.tenant.records.premium:
        raise not_premium()
    rows = call.tenant.records.sign_ins
    if not call.beta:
        rows = [_of_people(row) for row in rows if row["isInteractive"]]
    return collection(call, rows, dict, "auditLogs/signIns", page=_PAGE, most=_MOST)


def _of_people(row: Json) -> Json:
    return {name: value for name, value in row.items() if name != "signInEventTypes"}


def _audits(call: Call) -> Json:
    rows = call.tenant.records.audits
    return collection(call, rows, dict, "auditLogs/directoryAudits", page=_PAGE, most=_MOST)


ROUTES = (
    Route("GET", "auditLogs/signIns", Service.DIRECTORY, READ_ACTIVITY, _sign_ins),
    Route("GET", "auditLogs/directoryAudits", Service.DIRECTORY, READ_AUDITS, _audits),
)
