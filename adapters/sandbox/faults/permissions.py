"""The bot's permissions, each one taken away alone: no check may go quiet for the lack of it."""

from __future__ import annotations

from adapters.sandbox.effect import LosesPermissions
from adapters.sandbox.fault import Group, fault
from adapters.sandbox.permission import WANTED

_IN_EXCHANGE = ("Calendars.Read",)

FAULTS = tuple(
    fault(
        Group.PERMISSIONS,
        f"no-permission-{name}",
        f"The bot's app alone lacks {name}; its other permissions stay.",
        LosesPermissions(name, exchange=True),
    )
    for name in (*WANTED, *_IN_EXCHANGE)
)
