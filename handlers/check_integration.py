"""The integration's own throttling, from Graph's activity log; looked at where one is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.check import Check
from bot.finding import Broken, Result
from bot.ports import Services
from handlers import activity_seen


def look(services: Services, now: datetime) -> Result:
    """An hour of the log is long enough: a second round would tell nothing new."""
    result = activity_seen.look(services, now)
    if not isinstance(result, Broken):
        return result
    return replace(result, findings=tuple(replace(one, settled=True) for one in result.findings))


CHECK = Check(
    "integration",
    "Integration's throttling",
    "whether Microsoft throttles the integration, as Graph's activity log tells",
    look,
    depends_on=("credential", "app"),
)
