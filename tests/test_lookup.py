"""From a typed line to the command it means."""

from __future__ import annotations

import pytest

from bot.access import Access
from bot.command import Command
from bot.errors import Usage
from bot.lookup import Lookup
from bot.reply import say


def command(name: str) -> Command:
    return Command(name, name, lambda *_: say(name), access=Access.MEMBER)


NAMES = ("rooms free", "rooms show", "rooms list", "health", "help")
lookup = Lookup([command(name) for name in NAMES])


@pytest.mark.parametrize(
    ("typed", "name", "rest"),
    [
        ("rooms free 2pm", "rooms free", "2pm"),
        ("/rooms free 2pm", "rooms free", "2pm"),
        ("roomops rooms free 2pm", "rooms free", "2pm"),
        ("/roomops /rooms free 2pm", "rooms free", "2pm"),
        ("free 2pm", "rooms free", "2pm"),
        ("ROOMS FREE 2pm", "rooms free", "2pm"),
        ("rooms", "rooms free", ""),  # a group alone means its first command
        ("rooms 2pm", "rooms free", "2pm"),
        ("rooms help", "help", "rooms"),
        ("rooms help show", "help", "rooms show"),
        ("health", "health", ""),
        ("/roomops health", "health", ""),
        ("", "help", ""),
        ("/roomops", "help", ""),
        ("help rooms free", "help", "rooms free"),
    ],
)
def test_a_line_means_a_command_with_or_without_its_slash(typed, name, rest):
    found, arguments = lookup(typed)

    assert (found.name, arguments) == (name, rest)


@pytest.mark.parametrize(
    ("typed", "hint"),
    [
        ("helth", "Did you mean health?"),
        ("rooms fre 2pm", "Did you mean free?"),
        ("xyzzy", "Say /roomops help to see what I can do."),
    ],
)
def test_an_unknown_word_is_answered_with_the_nearest_name(typed, hint):
    with pytest.raises(Usage) as wrong:
        lookup(typed)

    assert hint in wrong.value.sentence


def test_two_commands_of_one_name_are_refused_at_the_start():
    with pytest.raises(ValueError, match="same name"):
        Lookup([command("help"), command("help")])
