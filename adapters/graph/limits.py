"""Microsoft's documented limits for one app in one tenant, as data with source and date.

What is not documented has no rate here, and is learned from the answers alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from adapters.graph.question import GRAPH, PLACES
from adapters.graph.services import DIRECTORY, HEALTH, LOGS

MAILBOX = "mailbox"
MONITOR = "monitor"  # Azure Monitor, which is not Graph: it says nothing of how Graph does
_PAGE = "https://learn.microsoft.com/graph/throttling-limits"
_AZURE = "https://learn.microsoft.com/azure/azure-monitor/service-limits"
_READ = date(2026, 11, 23)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many units in so many seconds."""

    units: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Limit:
    """`at_once` 0 means any number at a time."""

    rates: tuple[Rate, ...]
    source: str
    at_once: int = 0
    read: date = _READ


Limits = Mapping[str, Limit]

_OUTLOOK = (Rate(10_000, 600),)

# Resource units of a tenant's directory in ten seconds, for tenants below so many users.
_SIZES = ((50, 3_500), (501, 5_000))
_LARGE = 8_000

LIMITS: Limits = {
    GRAPH: Limit((Rate(130_000, 10),), _PAGE),
    MAILBOX: Limit(_OUTLOOK, f"{_PAGE}#outlook-service-limits", at_once=4),
    # Places have no mailbox of their own; Outlook's limits are taken to hold for them too.
    PLACES: Limit(_OUTLOOK, f"{_PAGE}#outlook-service-limits", at_once=4),
    # In resource units, of a small tenant: see `of_size`.
    DIRECTORY: Limit((Rate(3_500, 10),), f"{_PAGE}#identity-and-access-service-limits"),
    LOGS: Limit((Rate(5, 10),), f"{_PAGE}#identity-and-access-reports-service-limits"),
    HEALTH: Limit((Rate(240, 60), Rate(800, 3_600)), f"{_PAGE}#service-communications-limits"),
    MONITOR: Limit((Rate(200, 30),), f"{_AZURE}#user-query-throttling", at_once=5),
}


def kind(budget: str) -> str:
    """What the limit of a budget is filed under."""
    return MAILBOX if budget.startswith("mailbox:") else budget


def of_size(limits: Limits, users: int) -> Limits:
    """The same for a tenant of so many users."""
    units = next((units for most, units in _SIZES if users < most), _LARGE)
    return {**limits, DIRECTORY: replace(limits[DIRECTORY], rates=(Rate(units, 10),))}


def scaled(limits: Limits, by: float) -> Limits:
    """Every rate times `by`; what is allowed at a time stays."""
    return {
        name: replace(limit, rates=tuple(replace(r, units=r.units * by) for r in limit.rates))
        for name, limit in limits.items()
    }
