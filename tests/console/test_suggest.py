"""What Tab offers."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from adapters.console.suggest import Suggester
from bot.errors import Unreachable
from tests.console.world import COMMANDS, EXTRAS, rooms_and_places

suggest = Suggester(COMMANDS, EXTRAS, rooms_and_places)


def offered(line: str) -> list[str]:
    """The line as each suggestion would leave it."""
    return [line[: len(line) - found.typed] + found.text for found in suggest(line)]


@pytest.mark.parametrize(
    ("line", "completed"),
    [
        ("ro", ["rooms free", "rooms show"]),
        ("/ro", ["/rooms free", "/rooms show", "/roomops health", "/roomops help"]),
        ("/roomops he", ["/roomops health", "/roomops help"]),
        ("fr", ["free"]),
        ("HEA", ["health"]),
        ("b", ["break"]),
        ("break s", ["break slow-graph"]),
        ("ex", ["exit"]),
        ("rooms free f", ["rooms free for", "rooms free Fado"]),
        ("free 2pm in bele", ["free 2pm in Belém"]),
        ("rooms free in sala d", ["rooms free in Sala do Mar", "rooms free in Sala da Serra"]),
        ("rooms show o'", ["rooms show O'Brien #3"]),
        ("/rooms show o'brien", ["/rooms show O'Brien #3"]),
        ("rooms show Fado", []),
        ("rooms free in Lisbon i", []),
        ("help rooms s", ["help rooms show"]),
        ("health ", []),
        ("nonsense ", []),
    ],
)
def test_a_begun_line_goes_on(line: str, completed: list[str]) -> None:
    assert offered(line) == completed


def test_an_empty_line_offers_everything_but_the_end() -> None:
    assert offered("") == [
        "rooms free", "rooms show", "health", "help", "free", "show", "break", "faults",
    ]  # fmt: skip


def test_after_a_command_its_own_words_come_first_then_the_rooms() -> None:
    assert [found.text for found in suggest("rooms free ")] == [
        "for", "in", "people", "accessible", *rooms_and_places(),
    ]  # fmt: skip


def test_names_that_cannot_be_read_disturb_nobody() -> None:
    def unreachable() -> Sequence[str]:
        raise Unreachable("Graph does not answer")

    assert [found.text for found in Suggester(COMMANDS, {}, unreachable)("rooms show ")] == []


def test_a_name_is_offered_as_it_can_be_typed() -> None:
    found = list(Suggester(COMMANDS, {}, lambda: ["Fa\x1b[31mdo"])("rooms show fa"))
    assert [suggestion.text for suggestion in found] == ["Fa [31mdo"]
