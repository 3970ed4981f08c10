"""The app package: what an administrator uploads, judged by Microsoft's own schema."""

from __future__ import annotations

import io
import json
from pathlib import Path
from zipfile import ZipFile

import pytest
from jsonschema.validators import validator_for
from PIL import Image

from adapters.teams.package import Json, manifest, package
from bot.access import Access
from bot.command import Argument, Command
from bot.reply import say
from tests.fake_channel import APP_ID

SCHEMA = Path(__file__).parent.parent / "data" / "teams" / "MicrosoftTeams.schema.1.29.json"
NAMES = (
    "rooms free", "rooms list", "rooms show", "health", "impersonation", "consent", "throttling",
    "doctor", "alerts", "ack", "silence", "unsilence", "status", "help",
)  # fmt: skip


def command(name: str) -> Command:
    argument = Argument("[WHEN]", "when")
    summary = f"what {name} does"
    return Command(name, summary, lambda *_: say("x"), (argument,), Access.MEMBER, (name,))


COMMANDS = tuple(map(command, NAMES))


def faults(made: Json) -> list[str]:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    return [error.message for error in validator_for(schema)(schema).iter_errors(made)]


@pytest.mark.parametrize("count", [1, 3, 12, 13, 14])
def test_the_manifest_is_valid(count: int) -> None:
    assert faults(manifest(COMMANDS[:count], app_id=APP_ID)) == []


def test_the_judge_judges() -> None:
    made = manifest(COMMANDS, app_id=APP_ID)
    assert faults({**made, "id": "x"})
    assert faults({**made, "colour": "red"})
    made["bots"][0]["commandLists"][0]["commands"] *= 2
    assert faults(made)


@pytest.mark.parametrize("count", [3, 12, 14])
def test_every_command_is_in_every_scope(count: int) -> None:
    (bot,) = manifest(COMMANDS[:count], app_id=APP_ID)["bots"]

    lists = bot["commandLists"]
    assert [scope for each in lists for scope in each["scopes"]] == bot["scopes"]
    for each in lists:
        told = " ".join(f"{entry['title']} {entry['description']}" for entry in each["commands"])
        assert [name for name in NAMES[:count] if name not in told] == []


def test_of_too_many_commands_the_last_is_help() -> None:
    (bot,) = manifest(COMMANDS, app_id=APP_ID)["bots"]

    for each in bot["commandLists"]:
        titles = [entry["title"] for entry in each["commands"]]
        assert titles == [*NAMES[:11], "help"]
        assert each["commands"][-1]["description"].endswith("also unsilence, status")


def test_commands_are_slash_commands_where_there_are_others_to_see_them() -> None:
    (bot,) = manifest(COMMANDS, app_id=APP_ID)["bots"]

    assert bot["supportsTargetedMessages"] is True
    triggers = {each["scopes"][0]: each["triggers"] for each in bot["commandLists"]}
    assert triggers["team"] == triggers["groupChat"] == ["mention", "slash"]


def test_the_package_opens() -> None:
    with ZipFile(io.BytesIO(package(COMMANDS, app_id=APP_ID))) as zipped:
        assert sorted(zipped.namelist()) == ["color.png", "manifest.json", "outline.png"]
        assert json.loads(zipped.read("manifest.json")) == manifest(COMMANDS, app_id=APP_ID)
        color = Image.open(io.BytesIO(zipped.read("color.png")))
        outline = Image.open(io.BytesIO(zipped.read("outline.png")))
    assert color.size == (192, 192)
    assert outline.size == (32, 32)
    # Teams wants the outline white, or nothing.
    red, green, blue, _ = outline.convert("RGBA").split()
    assert {band.getextrema() for band in (red, green, blue)} == {(255, 255)}


def test_the_same_commands_make_the_same_bytes() -> None:
    assert package(COMMANDS, app_id=APP_ID) == package(COMMANDS, app_id=APP_ID)
