"""Zone names as Exchange knows them: Windows names and IANA names alike."""

from __future__ import annotations

from functools import lru_cache
from zoneinfo import ZoneInfo

from tzlocal.windows_tz import win_tz

_UTC = frozenset({"utc", "tzone://microsoft/utc", "z"})
_WINDOWS = {name.lower(): iana for name, iana in win_tz.items()}


@lru_cache(maxsize=1024)
def zone(name: str) -> ZoneInfo:
    """The zone of that name; LookupError if Exchange would refuse it."""
    key = name.strip().lower()
    try:
        return ZoneInfo("UTC" if key in _UTC else _WINDOWS.get(key, name.strip()))
    except (LookupError, ValueError, OSError) as wrong:  # OSError: “Europe” is a directory
        raise LookupError(name) from wrong
