"""Everything that Graph answers here: one module an area, each with its tuple of routes."""

from __future__ import annotations

from adapters.sandbox.route import Routes
from adapters.sandbox.routes import (
    apps,
    calendar,
    logs,
    organization,
    places,
    policies,
    roles,
    schedule,
    service_health,
    settings,
    users,
)

ROUTES = Routes(
    (
        *places.ROUTES,
        *schedule.ROUTES,
        *calendar.ROUTES,
        *settings.ROUTES,
        *users.ROUTES,
        *organization.ROUTES,
        *apps.ROUTES,
        *roles.ROUTES,
        *policies.ROUTES,
        *logs.ROUTES,
        *service_health.ROUTES,
    )
)
