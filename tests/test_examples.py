"""Every example of every command is run, and every command stands in help, docs and manifests."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.manifests import all_commands, slack_manifest
from bot.pages import commands_page, settings_page
from bot.reply import Outcome
from bot.settings import VARIABLES
from handlers import COMMANDS
from tests.booked import finding, open_alert

DOCS = Path(__file__).parent.parent / "docs"
EXAMPLES = [example for command in COMMANDS for example in command.examples]


@pytest.fixture
def full_book(talk_contoso, clock):
    """Two alerts, the second of them acknowledged, and a silence, for those that name one."""
    for number in (1, 2):
        found = finding(f"rooms/denied/{number}", "3 rooms are denied to me.")
        open_alert(talk_contoso.desk.book, found, clock())
    talk_contoso("ack 2", channel="COPS")
    talk_contoso("silence confirm check=consent for 1h because of the example", channel="COPS")


@pytest.mark.parametrize("example", EXAMPLES)
def test_the_example_is_answered(talk_contoso, full_book, example):
    talk_contoso(example, channel="COPS")

    assert talk_contoso.reply.outcome is Outcome.ANSWERED


@pytest.mark.parametrize("command", all_commands(), ids=lambda command: command.name)
def test_a_command_stands_in_help_docs_and_the_manifest(talk, command):
    assert command.usage in talk("help", channel="COPS")
    assert f"## `{command.usage}`" in (DOCS / "commands.md").read_text()
    assert f"/{command.group}" in slack_manifest(None)
    assert command.examples


def test_the_generated_pages_are_fresh():
    assert (DOCS / "commands.md").read_text() == commands_page(all_commands())
    assert (DOCS / "settings.md").read_text() == settings_page()


@pytest.mark.parametrize("variable", VARIABLES)
def test_a_setting_stands_in_the_docs(variable):
    assert f"`{variable}`" in (DOCS / "settings.md").read_text()
