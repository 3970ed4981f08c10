"""Microsoft's own word on its services: what is wrong with Exchange Online and Entra right now.

https://learn.microsoft.com/graph/api/serviceannouncement-list-issues
"""

from __future__ import annotations

from adapters.graph import plain
from adapters.graph.question import Json, directory
from adapters.graph.reader import Reader
from bot.finding import Evidence
from bot.tenancy import ServiceIssue

_OURS = frozenset({"exchange online", "microsoft entra"})
_ISSUES = directory(
    "serviceHealth",
    "/admin/serviceAnnouncement/issues?$filter=isResolved%20eq%20false"
    "&$select=id,title,service,classification,startDateTime,isResolved",
    "read Microsoft 365 service health",
    "ServiceHealth.Read.All",
)


def issues(reader: Reader) -> tuple[tuple[ServiceIssue, ...], Evidence]:
    """What is open, newest first as Microsoft lists it; Trouble where it may not be read."""
    heard = reader.one(_ISSUES)
    open_ones = [row for row in reader.rows(heard) if _matters(row)]
    return tuple(map(_issue, open_ones)), heard.saying(f"{len(open_ones)} open")


def _matters(row: Json) -> bool:
    service = plain.text(row.get("service")).casefold()
    return service in _OURS and row.get("isResolved") is not True


def _issue(row: Json) -> ServiceIssue:
    return ServiceIssue(
        id=plain.text(row.get("id")),
        service=plain.text(row.get("service")),
        title=plain.text(row.get("title")),
        is_incident=plain.text(row.get("classification")).casefold() == "incident",
        since=plain.moment(row.get("startDateTime")),
    )
