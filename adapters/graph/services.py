"""Which of Microsoft's services answers a path that is nobody's mailbox, and what it costs there.

https://learn.microsoft.com/graph/throttling-limits#identity-and-access-service-limits
"""

from __future__ import annotations

import re

DIRECTORY = "directory"
LOGS = "logs"
HEALTH = "health"

_ELSEWHERE = (("/auditlogs/", LOGS), ("/admin/serviceannouncement/", HEALTH))

# Resource units of a GET; what is not named costs one.
_COSTS = (
    (re.compile(r"/subscribedskus$"), 3),
    (re.compile(r"/groups/[^/]+/(members|transitivemembers)"), 3),
    (re.compile(r"/(licensedetails|memberof|transitivememberof|approleassignments)"), 2),
    (re.compile(r"/oauth2permissiongrants"), 2),
    (re.compile(r"^/(applications|users)(/?$|\(|/)"), 2),
)


def charged(path: str) -> tuple[str, ...]:
    """The budget of that path, named once for each unit that it costs."""
    plain, _, query = path.lower().partition("?")
    other = next((name for prefix, name in _ELSEWHERE if plain.startswith(prefix)), "")
    return (other,) if other else (DIRECTORY,) * _cost(plain, query)


def _cost(plain: str, query: str) -> int:
    cost = next((units for pattern, units in _COSTS if pattern.search(plain)), 1)
    top = re.search(r"\$top=(\d+)", query)
    cost -= ("$select=" in query) + bool(top and int(top[1]) < 20)
    return max(1, cost + ("$expand=" in query))
