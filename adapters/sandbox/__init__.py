"""A Microsoft 365 tenant on this machine: Entra and Graph behind real HTTPS, for demo and tests.

    with Sandbox(seeded(now)) as sandbox:
        sandbox.tenant.room("Fado").deny()
        ...  # any client, pointed at sandbox.url with sandbox.ca_bundle

It never imports the client that it is there to test.
"""

from __future__ import annotations

from adapters.sandbox.fault import Fault, Group
from adapters.sandbox.faults import FAULTS
from adapters.sandbox.mailbox import Hours, Mailbox
from adapters.sandbox.referee import Record, Referee, Violation
from adapters.sandbox.room import RoomBook
from adapters.sandbox.seed import big, empty, healthy, seeded
from adapters.sandbox.server import Sandbox
from adapters.sandbox.tenant import Limits, Rate, Tenant

__all__ = [
    "FAULTS",
    "Fault",
    "Group",
    "Hours",
    "Limits",
    "Mailbox",
    "Rate",
    "Record",
    "Referee",
    "RoomBook",
    "Sandbox",
    "Tenant",
    "Violation",
    "big",
    "empty",
    "healthy",
    "seeded",
]
