"""The app manifest, judged by Slack's published schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from jsonschema import Draft7Validator

from adapters.slack import manifest
from bot.access import Access
from bot.command import Argument, Command
from bot.reply import say

SCHEMA = Path(__file__).parent.parent / "data" / "slack-manifest.schema.2.0.0.json"


def command(name: str, summary: str, *arguments: str) -> Command:
    forms = tuple(Argument(form, "…") for form in arguments)
    return Command(name, summary, lambda *_: say(""), forms, Access.MEMBER)


COMMANDS = (
    command("rooms free", "rooms that are free", "[WHEN]", "[for DURATION]"),
    command("rooms show", "one room", "ROOM"),
    command("health", "the service account: is it well?"),
    command("help", "what I can do"),
)


def read(**how: object) -> dict:
    return yaml.safe_load(manifest(COMMANDS, **{"url": "https://bot.example/", **how}))


@pytest.mark.parametrize("url", ["https://bot.example", None])
@pytest.mark.parametrize("name", ["roomops", "r" * 100])
@pytest.mark.parametrize("commands", [COMMANDS, COMMANDS * 1000])
def test_slacks_schema_accepts_it(url, name, commands):
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    written = yaml.safe_load(manifest(commands, url=url, name=name))

    assert [error.message for error in Draft7Validator(schema).iter_errors(written)] == []


def test_each_group_of_commands_is_one_slash_command():
    roomops, rooms = sorted(read()["features"]["slash_commands"], key=lambda c: -len(c["command"]))

    assert rooms["command"] == "/rooms"
    assert rooms["description"] == "rooms that are free; one room"
    assert rooms["usage_hint"] == "free [WHEN] [for DURATION] | show ROOM"
    assert roomops["command"] == "/roomops"
    assert roomops["usage_hint"] == "health | help"


def test_over_http_everything_goes_to_one_address():
    app = read()

    assert {c["url"] for c in app["features"]["slash_commands"]} == {
        "https://bot.example/slack/events"
    }
    assert app["settings"]["interactivity"]["request_url"] == "https://bot.example/slack/events"
    assert app["settings"]["socket_mode_enabled"] is False


def test_in_socket_mode_there_is_no_address():
    app = read(url=None)

    assert "http" not in str(app)
    assert app["settings"]["socket_mode_enabled"] is True
    assert app["settings"]["interactivity"]["is_enabled"] is True


def test_it_asks_for_the_scopes_that_the_bot_looks_for():
    assert read()["oauth_config"]["scopes"]["bot"] == [
        "channels:history",
        "chat:write",
        "chat:write.public",
        "commands",
        "groups:history",
        "usergroups:read",
        "users:read",
    ]


def test_every_scope_says_what_it_is_for():
    written = manifest(COMMANDS, url=None)

    _, _, scopes = written.partition("    bot:\n")
    asked = [line for line in scopes.splitlines() if line.startswith("    - ")]
    assert len(asked) == 7
    assert all("  # " in line for line in asked)
    assert "- channels:history  # finds its own alerts again after a lost answer" in written
