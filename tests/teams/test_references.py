"""Where the bot may speak: what was heard last holds, whatever is still being written."""

from __future__ import annotations

import asyncio

import pytest

from adapters.edge import Edge
from adapters.teams.references import Memory, Reference, References, Unmet

GENERAL, OPS = "19:general@thread.tacv2", "19:ops@thread.tacv2"
TEAM = Reference("https://smba.example/", GENERAL, "channel", "28:app", "t", GENERAL)


@pytest.mark.parametrize("heard", ["before", "after"])
def test_a_list_of_channels_that_comes_late_brings_no_team_back(heard: str) -> None:
    """Teams is asked for them when we are added; we may have been taken out by the answer."""

    async def story() -> Reference | Unmet:
        edge = Edge(2)
        references = References(Memory(), edge)
        await references.remember(TEAM)
        both = [references.forget(GENERAL), references.learn(TEAM, [GENERAL, OPS])]
        await asyncio.gather(*(both if heard == "after" else reversed(both)))
        found = await edge.call(references.find, GENERAL)
        edge.close()
        return found

    assert asyncio.run(story()) == Unmet(GENERAL, ())
