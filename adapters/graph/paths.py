"""Through which mailbox to ask: what Outlook counts is the mailbox in the path.

Each chunk goes through one of its own rooms, so no two share a budget.  Mailboxes that refused
are avoided for a while; ones that answered lately help out where a chunk has none of its own.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Collection, Iterable
from threading import Lock

from adapters.graph.governor import Governor
from adapters.graph.question import mailbox
from adapters.graph.timing import Timing

_AVOIDED = 600.0  # seconds
_KEPT = 32  # mailboxes that answered lately
_MOST = 20_000  # mailboxes that refused


class Paths:
    """Shared by all threads of the process."""

    def __init__(self, governor: Governor, timing: Timing) -> None:
        self._governor, self._timing = governor, timing
        self._lock = Lock()
        self._good: OrderedDict[str, None] = OrderedDict()
        self._bad: dict[str, float] = {}

    def first(self, addresses: Iterable[str]) -> str:
        """The best of a chunk's own mailboxes to begin with."""
        own = list(addresses)
        return self._open(own, ()) or self._open(self._lately(), ()) or own[0]

    def another(
        self, addresses: Iterable[str], tried: Collection[str], *, last: bool
    ) -> str | None:
        """One that was not tried and may answer; for the `last` try rather one that just did."""
        own, lately = list(addresses), self._lately()
        order = (lately, own) if last else (own, lately)
        return self._open(order[0], tried) or self._open(order[1], tried)

    def worked(self, address: str) -> None:
        with self._lock:
            self._bad.pop(address, None)
            self._good[address] = None
            self._good.move_to_end(address)
            if len(self._good) > _KEPT:
                self._good.popitem(last=False)

    def refused(self, address: str) -> None:
        with self._lock:
            if len(self._bad) >= _MOST:
                self._bad.clear()
            self._good.pop(address, None)
            self._bad[address] = self._timing.after(_AVOIDED)

    def _lately(self) -> list[str]:
        with self._lock:
            return list(reversed(self._good))

    def _open(self, addresses: Iterable[str], tried: Collection[str]) -> str | None:
        for address in addresses:
            avoided = self._timing.left(self._bad.get(address, 0.0))
            if address in tried or avoided or self._governor.cooling(mailbox(address)):
                continue
            return address
        return None
