"""The Teams app package, made from the registry of commands: manifest 1.29 and two icons."""

from __future__ import annotations

import io
import json
from collections.abc import Sequence
from importlib.resources import files
from typing import Any
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from adapters.teams.limits import (
    COMMAND_DESCRIPTION_CHARACTERS,
    COMMAND_TITLE_CHARACTERS,
    COMMANDS_A_LIST,
    cut,
)
from bot.command import Command

Json = dict[str, Any]

SCHEMA = "https://developer.microsoft.com/json-schemas/teams/v1.29/MicrosoftTeams.schema.json"
_ICONS = ("color.png", "outline.png")  # 192 and 32 pixels wide; the outline white on nothing
_FIRST_DAY = (1980, 1, 1, 0, 0, 0)  # of ZIP: the same commands make the same bytes

# Slash commands are targeted messages, of which chats of two have no need:
# learn.microsoft.com/microsoftteams/platform/agents-in-teams/agent-slash-commands
_TRIGGERS = {
    "personal": ["mention"],
    "team": ["mention", "slash"],
    "groupChat": ["mention", "slash"],
}


def package(
    commands: Sequence[Command],
    *,
    app_id: str,
    name: str = "roomops",
    version: str = "0.1.0",
    site: str = "https://example.com/roomops",
) -> bytes:
    """The zip that a Teams administrator uploads."""
    told = manifest(commands, app_id=app_id, name=name, version=version, site=site)
    here = files(__package__)
    parts = {"manifest.json": json.dumps(told, ensure_ascii=False, indent=2).encode()}
    parts |= {icon: here.joinpath(icon).read_bytes() for icon in _ICONS}
    packed = io.BytesIO()
    with ZipFile(packed, "w", ZIP_DEFLATED) as zipped:
        for path, content in parts.items():
            zipped.writestr(ZipInfo(path, _FIRST_DAY), content, ZIP_DEFLATED)
    return packed.getvalue()


def manifest(
    commands: Sequence[Command],
    *,
    app_id: str,
    name: str = "roomops",
    version: str = "0.1.0",
    site: str = "https://example.com/roomops",
) -> Json:
    """`site` is where website, /privacy and /terms of whoever runs the bot are found."""
    return {
        "$schema": SCHEMA,
        "manifestVersion": "1.29",
        "version": version,
        "id": app_id,
        "developer": {
            "name": name,
            "websiteUrl": site,
            "privacyUrl": f"{site}/privacy",
            "termsOfUseUrl": f"{site}/terms",
        },
        "name": {"short": name, "full": f"{name}: meeting rooms and their health"},
        "description": {
            "short": "Which meeting room is free, and is the room integration well?",
            "full": "Finds free meeting rooms from Microsoft 365 and watches over the service "
            "account, permissions and calendars that a room-booking integration depends on.",
        },
        "icons": {"color": _ICONS[0], "outline": _ICONS[1]},
        "accentColor": "#1F4E5F",
        "bots": [_bot(commands, app_id)],
        "validDomains": [],
    }


def _bot(commands: Sequence[Command], app_id: str) -> Json:
    return {
        "botId": app_id,
        "scopes": list(_TRIGGERS),
        "isNotificationOnly": False,
        "supportsTargetedMessages": True,
        # Teams wants a list of its own for every scope.
        "commandLists": [
            {"scopes": [scope], "triggers": triggers, "commands": _listed(commands)}
            for scope, triggers in _TRIGGERS.items()
        ],
    }


def _listed(commands: Sequence[Command]) -> list[Json]:
    """Every command: a list has twelve, so of more the last is `help`, which names the others."""
    if len(commands) <= COMMANDS_A_LIST:
        return [_entry(command.name, _described(command)) for command in commands]
    others = [command for command in commands if command.name != "help"]
    shown, rest = others[: COMMANDS_A_LIST - 1], others[COMMANDS_A_LIST - 1 :]
    names = ", ".join(command.name for command in rest)
    entries = [_entry(command.name, _described(command)) for command in shown]
    return [*entries, _entry("help", f"What I can do for you here; also {names}")]


def _described(command: Command) -> str:
    forms = " ".join(argument.form for argument in command.arguments)
    return f"{command.summary}: {command.name} {forms}" if forms else command.summary


def _entry(title: str, description: str) -> Json:
    return {
        "title": cut(title, COMMAND_TITLE_CHARACTERS),
        "description": cut(description, COMMAND_DESCRIPTION_CHARACTERS),
    }
