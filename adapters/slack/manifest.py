"""The Slack app manifest, from the registry of commands.

One slash command per group, so that "/rooms free" and "/roomops health" are both completed
by Slack; schema: github.com/slackapi/manifest-schema, 2.0.0.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import yaml

from adapters.slack.home import PATH, SCOPES
from adapters.slack.limits import cut
from bot.command import Command

DESCRIPTION = "Free rooms, and the health of the room-booking integration behind them"
LONG = (
    "Asks Microsoft 365 which meeting rooms are free, and shows how the service account, its "
    "permissions and the calendars of a room-booking integration are doing. Answers only the "
    "person who asked, unless told otherwise, and writes every command into its audit."
)


def manifest(commands: Sequence[Command], *, url: str | None, name: str = "roomops") -> str:
    """YAML to paste into api.slack.com, each scope with its reason; no `url`: Socket Mode."""
    where = {} if url is None else {"request_url": f"{url.rstrip('/')}{PATH}"}
    app = {
        "display_information": {
            "name": cut(name, 35),
            "description": DESCRIPTION,
            "long_description": LONG,
        },
        "features": {
            "bot_user": {"display_name": cut(name, 80), "always_online": True},
            "slash_commands": _slash_commands(commands, where.get("request_url")),
        },
        "oauth_config": {"scopes": {"bot": list(SCOPES)}},
        "settings": {
            "interactivity": {"is_enabled": True, **where},
            "org_deploy_enabled": False,
            "socket_mode_enabled": url is None,
            "token_rotation_enabled": False,
        },
    }
    written = yaml.safe_dump(app, sort_keys=False, allow_unicode=True, width=100)
    return re.sub(r"(?m)^ +- ([\w.:]+)$", _with_its_reason, written)


def _with_its_reason(line: re.Match[str]) -> str:
    reason = SCOPES.get(line[1])
    return f"{line[0]}  # {reason}" if reason else line[0]


def _slash_commands(commands: Sequence[Command], url: str | None) -> list[dict[str, Any]]:
    groups: dict[str, list[Command]] = {}
    for command in commands:
        groups.setdefault(command.group, []).append(command)
    return [_slash_command(group, members, url) for group, members in sorted(groups.items())]


def _slash_command(group: str, members: Sequence[Command], url: str | None) -> dict[str, Any]:
    summaries = "; ".join(command.summary for command in members)
    hints = " | ".join(command.usage.removeprefix(f"/{group} ") for command in members)
    return {
        "command": f"/{group}",
        **({"url": url} if url else {}),
        "description": cut(summaries, 140),
        "usage_hint": cut(hints, 250),
        "should_escape": False,
    }
