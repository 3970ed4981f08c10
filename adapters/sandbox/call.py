"""One question to Graph as a route sees it: after the door, before the answer."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.present import Present
from adapters.sandbox.refusal import Refusal, bad_request
from adapters.sandbox.zone import zone

Json = dict[str, Any]

_PREFERRED_ZONE = re.compile(r'outlook\.timezone\s*=\s*"?([^",;]+)"?', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Call:
    """`keys` is what stood in the braces of the route's template; query names are lower case."""

    tenant: Present
    now: datetime
    root: str  # where the version starts, as in https://localhost:8443/v1.0
    path: str  # as asked, still quoted, from the version on
    keys: Mapping[str, str]
    query: Mapping[str, str]
    headers: Mapping[str, str]  # names in lower case
    body: Any = None
    roles: frozenset[str] = frozenset()  # what the token carries
    mailbox: Mailbox | None = None  # whose it is, on routes under users/{user} in Exchange

    @property
    def owner(self) -> Mailbox:
        if self.mailbox is None:
            raise LookupError("this route has no mailbox")
        return self.mailbox

    @property
    def beta(self) -> bool:
        return self.root.endswith("/beta")

    def expands(self, name: str) -> bool:
        asked = self.query.get("$expand", "").lower()
        return name.lower() in [part.partition("(")[0].strip() for part in asked.split(",")]

    @property
    def zone_name(self) -> str:
        """The zone that the caller prefers, in the caller's words."""
        preferred = _PREFERRED_ZONE.search(self.headers.get("prefer", ""))
        return preferred[1].strip() if preferred else "UTC"

    @property
    def zone(self) -> ZoneInfo:
        return known_zone(self.zone_name)

    def reaches(self, mailbox: Mailbox | None, wanted: frozenset[str]) -> bool:
        """Whether consent or an Exchange role gives one of these permissions over the mailbox."""
        consented = self.roles & wanted and not self.tenant.policy_blocks(mailbox)
        return bool(consented) or self.tenant.scoped(wanted, mailbox)

    def whole(self, option: str, default: int) -> int:
        """A query option that is a whole number from 0."""
        text = self.query.get(option, str(default))
        if not text.isascii() or not text.isdigit():
            raise bad_request(f"Invalid value '{text}' for {option} query option found.")
        return int(text)

    def context(self, what: str) -> str:
        return f"{self.root}/$metadata#{what}"


def known_zone(name: str) -> ZoneInfo:
    """Refusal 400 where Exchange would refuse the name."""
    try:
        return zone(name)
    except LookupError as wrong:
        text = (
            "A valid TimeZone value must be specified. "
            f"The following TimeZone value is not supported: '{name}'."
        )
        raise Refusal(400, "TimeZoneNotSupportedException", text, bare=True) from wrong
