"""The limits of services that are nobody's mailbox, and of Graph as a whole, for one app.

Each counts in a window that slides, so that no ten seconds, wherever they begin, hold more; what
is refused counts as well.  https://learn.microsoft.com/graph/throttling-limits
"""

from __future__ import annotations

import math
import re
from collections import deque
from dataclasses import dataclass

from adapters.sandbox.ask import Ask
from adapters.sandbox.refusal import Refusal, over_service_limit
from adapters.sandbox.route import Route, Service
from adapters.sandbox.tenant import Limits, Rate, Tenant

DIRECTORY, LOGS, HEALTH = "directory", "logs", "health"
_TOLD = 0.8  # of the directory's limit, from which on its answers say so
_MOSTLY = 0.5

# Resource units of a GET, by the route's template; anything else costs one.
_COSTS = (
    (re.compile(r"^subscribedSkus$"), 3),
    (re.compile(r"^groups/{\w+}/members"), 3),
    (re.compile(r"/(licenseDetails|memberOf|transitiveMemberOf|appRoleAssignments)"), 2),
    (re.compile(r"(^|/)oauth2PermissionGrants"), 2),
    (re.compile(r"^(users|applications)(/|\(|$)"), 2),
)


@dataclass(frozen=True, slots=True)
class Spent:
    """What it came to: headers of the answer, and the refusal where it was too much.

    `starved`: people were refused what rounds had used up.
    """

    headers: dict[str, str]
    refusal: Refusal | None = None
    starved: bool = False


def service(route: Route) -> str:
    """Whose limit a route counts in; "" where it is only Graph's."""
    if route.service is not Service.DIRECTORY:
        return ""
    if route.template.startswith("auditLogs/"):
        return LOGS
    return HEALTH if route.template.startswith("admin/serviceAnnouncement/") else DIRECTORY


def cost(route: Route, ask: Ask) -> int:
    """In resource units."""
    units = next((each for pattern, each in _COSTS if pattern.search(route.template)), 1)
    top = ask.query.get("$top", "")
    units -= ("$select" in ask.query) + (top.isdigit() and int(top) < 20)
    return max(1, units + ("$expand" in ask.query))


class Quota:
    """Used on the server's thread alone."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._passed = 0.0
        self._last: tuple[float, float] | None = None
        self._windows: dict[tuple[str, Rate], _Window] = {}

    def spend(self, route: Route, ask: Ask) -> Spent:
        """Count one operation."""
        limits, name, now = self._tenant.limits, service(route), self._now(ask)
        units = cost(route, ask) if name == DIRECTORY else 1
        low = is_round(ask)
        told = {"x-ms-resource-unit": str(units)} if name == DIRECTORY else {}
        over: tuple[str, _Window] | None = None
        for counted, rate in _rates(limits, name):
            window = self._windows.setdefault((counted, rate), _Window())
            window.add(units if counted == DIRECTORY else 1, now, rate, low=low)
            if counted == DIRECTORY and window.total >= _TOLD * rate.units:
                told["x-ms-throttle-limit-percentage"] = f"{window.total / rate.units:.1f}"
            if window.total > rate.units:
                over = over or (counted, window)
        if over is None:
            return Spent(told)
        counted, window = over
        wait = str(max(1, math.ceil(window.left(now))))
        if counted == DIRECTORY:
            told |= self._reasons()
        refusal = over_service_limit(wait, told)
        return Spent(told, refusal, starved=not low and window.low > _MOSTLY * window.total)

    def _reasons(self) -> dict[str, str]:
        app, tenant = self._tenant.app.client_id, self._tenant.id
        return {
            "x-ms-throttle-scope": f"Tenant_Application/ReadWrite/{app}/{tenant}",
            "x-ms-throttle-information": "ResourceUnitLimitExceeded",
        }

    def _now(self, ask: Ask) -> float:
        """Time has passed if either clock says so: a test may move its own instead of waiting."""
        at = ask.moment.at.timestamp(), ask.moment.monotonic
        if self._last is not None:
            self._passed += max(0.0, at[0] - self._last[0], at[1] - self._last[1])
        self._last = at
        return self._passed


def is_round(ask: Ask) -> bool:
    """Whether the client itself says that nobody waits for it."""
    return ask.headers.get("x-ms-throttle-priority", "").lower() == "low"


def _rates(limits: Limits, name: str) -> list[tuple[str, Rate]]:
    own = {DIRECTORY: limits.directory, LOGS: limits.logs, HEALTH: limits.health}.get(name, ())
    return [(name, rate) for rate in own] + [("", rate) for rate in limits.everything]


class _Window:
    """What was used lately, and what of it by rounds."""

    def __init__(self) -> None:
        self.total, self.low, self._length = 0, 0, 0.0
        self._used: deque[tuple[float, int, int]] = deque()

    def add(self, units: int, now: float, rate: Rate, *, low: bool) -> None:
        self._length = rate.seconds
        while self._used and self._used[0][0] + rate.seconds <= now:
            _, gone, gone_low = self._used.popleft()
            self.total, self.low = self.total - gone, self.low - gone_low
        self._used.append((now, units, units * low))
        self.total, self.low = self.total + units, self.low + units * low

    def left(self, now: float) -> float:
        """Seconds until the oldest is forgotten."""
        return self._used[0][0] + self._length - now
