"""What is given to Slack and Teams to install the bot, made from the command registry."""

from __future__ import annotations

from bot.access import Access, Verdict
from bot.command import Command
from bot.errors import Refused
from bot.help import help_command
from bot.settings import Settings
from bot.version import VERSION
from handlers import COMMANDS


def all_commands() -> tuple[Command, ...]:
    """Every command as the dispatcher knows it, help included."""
    commands: tuple[Command, ...] = COMMANDS
    return (*commands, help_command(lambda: commands, lambda *_: Verdict(Access.ADMIN)))


def slack_manifest(url: str | None) -> str:
    """YAML; `url` is the bot's public address, None means Socket Mode."""
    from adapters.slack.manifest import manifest

    return manifest(all_commands(), url=url)


def teams_package(settings: Settings, site: str | None) -> bytes:
    """The zip to upload; Refused when the bot's app id is not set."""
    from adapters.teams.package import package

    if settings.teams_app_id is None:
        raise Refused("ROOMOPS_TEAMS_APP_ID is missing", "The Teams package names the bot's app.")
    more = {"site": site} if site else {}
    return package(all_commands(), app_id=settings.teams_app_id, version=VERSION, **more)
