"""What alerts look like in Slack, Teams and a terminal: as agreed, and as the vendors take it."""

from __future__ import annotations

import json

import pytest

from adapters.slack.limits import MESSAGE
from adapters.slack.render import render as slack
from adapters.teams.limits import CARD_BYTES
from adapters.teams.message import as_message
from adapters.teams.payload import size
from adapters.teams.render import render as teams
from bot.reply import Buttons
from tests.carded import FOLDER, LINK, REPLIES, written
from tests.slack.judge import faults, lively
from tests.teams.judge import alive, card_faults


@pytest.mark.parametrize("name", REPLIES)
def test_an_alert_looks_as_agreed_on_every_platform(name):
    agreed = {
        suffix: (FOLDER / f"{name}.{suffix}").read_text(encoding="utf-8")
        for suffix in ("slack.json", "teams.json", "txt")
    }

    assert written(name) == agreed


def test_nothing_is_agreed_that_is_not_said_any_more():
    assert {path.name.partition(".")[0] for path in FOLDER.iterdir()} == set(REPLIES)


@pytest.mark.parametrize("name", REPLIES)
def test_slack_takes_it_and_nothing_in_it_is_alive_but_our_own_link(name):
    message = slack(REPLIES[name])

    assert faults(message) == []
    assert lively(message, (LINK,)) == []
    assert len(json.dumps(message["blocks"], ensure_ascii=False)) < MESSAGE * 1.1


@pytest.mark.parametrize("name", REPLIES)
def test_teams_takes_it_and_nothing_in_it_is_alive(name):
    card = teams(REPLIES[name])

    assert card_faults(card) == []
    assert [text for text in alive(_without_our_link(card)) if text] == []
    assert size(card) <= CARD_BYTES
    assert as_message(REPLIES[name]).summary


def _without_our_link(card):
    return json.loads(json.dumps(card).replace(json.dumps(LINK)[1:-1], ""))


@pytest.mark.parametrize("name", REPLIES)
def test_what_can_be_pressed_is_the_same_on_both_platforms(name):
    lines = [
        button.command_line
        for block in REPLIES[name].blocks
        if isinstance(block, Buttons)
        for button in block.buttons
    ]

    assert _values(slack(REPLIES[name])["blocks"]) == lines
    assert _command_lines(teams(REPLIES[name])["body"]) == lines


def _values(blocks):
    actions = [block for block in blocks if block["type"] == "actions"]
    return [element["value"] for block in actions for element in block["elements"]]


def _command_lines(body):
    sets = [part for part in body if part["type"] == "ActionSet"]
    return [action["data"]["command_line"] for part in sets for action in part["actions"]]


def test_a_name_of_four_thousand_characters_pushes_neither_the_fix_nor_the_buttons_out():
    for text in written("hostile").values():
        assert "Fix: " in text
        assert "Run check again" in text
        assert "not fit into" not in text


def test_a_command_of_several_statements_is_a_line_for_each():
    """What is copied out of a card has to run."""
    *_, first, second, _ = written("open-critical")["txt"].splitlines()

    assert first.startswith("$graph = ")
    assert second.startswith("New-MgServicePrincipalAppRoleAssignment ")
