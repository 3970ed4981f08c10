"""Outlook's own limits for one app: calls at a time to a mailbox, and calls in ten minutes."""

from __future__ import annotations

import math
from collections import Counter
from datetime import datetime

from adapters.sandbox.refusal import Refusal, over_mailbox_limit
from adapters.sandbox.tenant import Tenant

_SHORTLY = "2"  # seconds; what a mailbox asks for that is merely crowded


class Throttle:
    """Counts by mailbox; used on the server's thread alone."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._in_flight: Counter[str] = Counter()
        self._low: Counter[str] = Counter()
        self._windows: dict[str, tuple[datetime, int]] = {}

    def enter(
        self, mailbox: str, now: datetime, *, low: bool = False
    ) -> tuple[int, Refusal | None]:
        """How many are in flight with this one, and the refusal if that is too many.

        `low`: the client says that nobody waits for it.
        """
        self._in_flight[mailbox] += 1
        self._low[mailbox] += low
        refusal = self._over_window(mailbox, now)
        if self._in_flight[mailbox] > self._tenant.limits.concurrent:
            refusal = over_mailbox_limit("MailboxConcurrency", _SHORTLY)
        return self._in_flight[mailbox], refusal

    def is_crowded_by_rounds(self, mailbox: str) -> bool:
        """Whether most of what is in flight there is of low priority."""
        return self._low[mailbox] * 2 > self._in_flight[mailbox]

    def leave(self, mailbox: str, *, low: bool = False) -> None:
        self._in_flight[mailbox] -= 1
        self._low[mailbox] -= low
        if not self._in_flight[mailbox]:
            del self._in_flight[mailbox]
            del self._low[mailbox]

    def _over_window(self, mailbox: str, now: datetime) -> Refusal | None:
        """Calls that are refused count as well."""
        limits = self._tenant.limits
        opened, count = self._windows.get(mailbox, (now, 0))
        age = (now - opened).total_seconds()
        if not 0 <= age < limits.window:
            opened, count, age = now, 0, 0.0
        self._windows[mailbox] = (opened, count + 1)
        if count < limits.requests:
            return None
        return over_mailbox_limit("MailboxRequests", str(math.ceil(limits.window - age)))
