"""One question to Graph: what is asked, whose budget it uses, and what it needs.

All but one are questions, getSchedule and $batch of reads among them, so they may be asked again
without harm.  The one that writes goes through `Wire.once` (see write_probe.py).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from adapters.graph.services import charged

Json = dict[str, Any]

PLACES = "places"  # whose budget it is when it is nobody's mailbox
GRAPH = "graph"  # ... and when a refusal is about everything

_MAILBOX = "mailbox:"
BATCH = "$batch"  # the operation that is many

V1, BETA = "/v1.0", "/beta"

_PLACES_NEED = "Grant its app the application permission Place.Read.All, with admin consent."
CALENDARS_NEED = (
    "Grant its app the application permission Calendars.ReadBasic.All, with admin consent, or the "
    "Exchange role “Application Calendars.Read” over the rooms."
)


@dataclass(frozen=True, slots=True)
class Question:
    """`path` comes after the version, or is the absolute URL of a next page.

    `wish` completes “may not …”; `need` is the act that would allow it.  `budgets` begin with the
    narrowest, which a refusal is about unless it says otherwise, and end with GRAPH; one that is
    named several times is used as often, as by the items of a batch, or in resource units.
    `permission` is the application permission in `need`, where there is just one.
    """

    operation: str
    path: str
    wish: str
    need: str
    budgets: tuple[str, ...]
    body: Json | None = field(default=None, repr=False)  # None: a GET
    prefer: str = ""
    permission: str = ""
    version: str = V1
    verb: str = ""  # "": GET, or POST where there is a body

    @property
    def method(self) -> str:
        return self.verb or ("GET" if self.body is None else "POST")


def literal(text: str) -> str:
    """A string in OData, to stand in a path or a filter, quotes included."""
    return quote("'" + text.replace("'", "''") + "'", safe="'@", errors="replace")


def segment(address: str) -> str:
    """An address or id as one segment of a path."""
    return quote(address, safe="@", errors="replace")


def mailbox(address: str) -> str:
    """The budget of one mailbox; Outlook counts for each app and mailbox."""
    return f"{_MAILBOX}{address.casefold()}"


def mailbox_of(budget: str) -> str:
    """The address whose budget it is, in lower case; "" for a service's."""
    return budget.removeprefix(_MAILBOX) if budget.startswith(_MAILBOX) else ""


def places(operation: str, path: str) -> Question:
    wish, budgets = "read the room directory", (PLACES, GRAPH)
    return Question(operation, path, wish, _PLACES_NEED, budgets, permission="Place.Read.All")


def directory(operation: str, path: str, wish: str, permission: str, version: str = V1) -> Question:
    """A question about the tenant itself, which one application permission allows."""
    need = f"Grant its app the application permission {permission}, with admin consent."
    budgets = (*charged(path), GRAPH)
    return Question(operation, path, wish, need, budgets, permission=permission, version=version)


def schedules(through: str, body: Json) -> Question:
    """getSchedule, addressed to the mailbox `through` and charged to it."""
    return Question(
        "getSchedule",
        f"/users/{segment(through)}/calendar/getSchedule",
        "read room calendars",
        CALENDARS_NEED,
        (mailbox(through), GRAPH),
        body,
        'outlook.timezone="UTC"',
    )
