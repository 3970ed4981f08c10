"""What an answer says while Microsoft slows the bot down: how old it is, and why."""

from __future__ import annotations

from datetime import datetime

from bot.ports import FRESH, Services
from bot.reply import Block, Note
from bot.throttling import Standing, Step
from handlers.details import age, old
from handlers.throttling_words import clock


def aged(services: Services, read_at: datetime | None, now: datetime) -> list[Block]:
    """A note where calendars come from memory: who makes it so, and how old they are."""
    standing = services.pressure.standing()
    if standing.step < Step.PAUSED or standing.is_down:
        return old(read_at, now)
    since = f"Microsoft is slowing me down since {clock(standing.since, now)}"
    if read_at is None:
        return [Note((f"{since}{_again(standing)}.",))]
    if now - read_at <= FRESH:
        return [Note((f"{since}; what I could still read is fresh.",))]
    return [Note((f"{since}; these states are {age(now - read_at)} old.",))]


def _again(standing: Standing) -> str:
    """When everything may be asked again, where that is known."""
    everything = [one.left for one in standing.cooling if not one.mailbox]
    longest = max(everything or [one.left for one in standing.cooling], default=None)
    return f"; ask again in {age(longest)}" if longest else ""


def aged_directory(services: Services, now: datetime) -> list[Block]:
    """For an answer that tells the age of its directory itself."""
    standing = services.pressure.standing()
    if standing.step < Step.PAUSED:
        return []
    since = clock(standing.since, now)
    return [Note((f"Microsoft is slowing me down since {since}; this list is from memory.",))]
