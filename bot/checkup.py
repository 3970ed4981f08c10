"""`roomops doctor`: the chain in a terminal, with progress while it runs."""

from __future__ import annotations

from collections.abc import Callable

from adapters import clock
from bot.check import Check
from bot.diagnosis import Diagnosis, Examined
from bot.examine import examine
from bot.export import to_json, to_markdown, word
from bot.reply import Reply
from bot.settings import Settings
from bot.version import VERSION
from bot.wiring import connected, services_of
from handlers import CHECKS
from handlers.doctor import details, first_screen, tone


def checkup(settings: Settings, progress: Callable[[str], None]) -> Diagnosis:
    """Look at every link; `progress` gets a line before and after each while it runs."""
    client = connected(settings)

    def told(check: Check, one: Examined | None) -> None:
        step = f"[{CHECKS.index(check) + 1}/{len(CHECKS)}] {check.title}"
        progress(f"{step}: {word(one.result)}" if one else f"{step} …")

    try:
        return examine(CHECKS, services_of(settings, client), clock.now, told)
    finally:
        client.close()


def whole(diagnosis: Diagnosis) -> Reply:
    """The first screen and, below it, every link in depth."""
    screen = first_screen(diagnosis)
    depth = (block for verdict in diagnosis.verdicts for block in details(verdict))
    return Reply((*screen.blocks[:-1], *depth), tone(diagnosis))


def exported(diagnosis: Diagnosis, markdown: bool) -> str:
    return to_markdown(diagnosis, VERSION) if markdown else to_json(diagnosis, VERSION)
