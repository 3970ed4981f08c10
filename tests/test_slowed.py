"""What an answer from memory says of why it is old: Microsoft slows the bot down, or is away."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.reply import Reply, plain
from bot.throttling import DOWN, Standing, Step
from handlers.slowed import aged
from tests.pressing import NOW, cooling, standing

REFUSED = "Microsoft refuses many of the bot's requests for now"
SLOWED = "Microsoft is slowing me down since 10:25 UTC; these states are 60 s old."
AWAY = "Graph does not answer just now; this is what I read then."


@dataclass(frozen=True)
class Pressure:
    at: Standing

    def standing(self) -> Standing:
        return self.at


@dataclass(frozen=True)
class World:
    pressure: Pressure


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (standing(step=Step.PAUSED, why=REFUSED), SLOWED),  # between two cool-downs, too
        (standing(cooling("graph", 4), step=Step.PAUSED, why=REFUSED), SLOWED),
        (standing(step=Step.PAUSED, why=DOWN), AWAY),
        (standing(cooling("mailbox:fado@x", 4), step=Step.PAUSED, why=DOWN), AWAY),
        (standing(), AWAY),
    ],
)
def test_an_old_answer_says_whether_microsoft_refuses_or_is_away(at, said):
    blocks = aged(World(Pressure(at)), NOW - timedelta(seconds=60), NOW)
    assert plain(Reply(tuple(blocks))).strip() == said
