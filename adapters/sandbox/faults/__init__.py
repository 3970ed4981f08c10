"""Everything that can be broken in the tenant, by name; one module a heading."""

from __future__ import annotations

from adapters.sandbox.fault import Fault
from adapters.sandbox.faults import (
    account,
    activity,
    consent,
    integration,
    own_app,
    permissions,
    rooms,
    scope,
    service,
    throttling,
)

# In the order of the causal chain; the long list of permissions last.
EVERY: tuple[Fault, ...] = (
    *service.FAULTS,
    *throttling.FAULTS,
    *activity.FAULTS,
    *own_app.FAULTS,
    *integration.FAULTS,
    *consent.FAULTS,
    *account.FAULTS,
    *scope.FAULTS,
    *rooms.FAULTS,
    *permissions.FAULTS,
)

FAULTS: dict[str, Fault] = {fault.name: fault for fault in EVERY}
