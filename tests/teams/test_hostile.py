"""Signed nonsense: nothing that an activity carries may crash a turn."""

from __future__ import annotations

import copy
import random
from typing import Any

import pytest

from tests.fake_channel import FakeChannel, Json
from tests.teams.conftest import RunningBot
from tests.teams.test_messages import ALONE, GROUP, PRESSED, execute, mention
from tests.teams.test_render import LIVE

ODD: list[Any] = [
    None, "", " ", "x" * 5000, 0, -1, 1.5, 10**30, True, [], {}, [[]], [None], {"id": None},
    {"id": []}, {"id": {"id": "x"}}, {"": ""}, "\ud800", "\x00", "2026-13-45T99:99:99Z", [1, "x"],
    {"type": 7}, [{"type": 7}], [{"type": "mention", "mentioned": []}], "9" * 400,
]  # fmt: skip


def places(part: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Where in the activity something stands."""
    if isinstance(part, dict):
        return [path, *(p for key, value in part.items() for p in places(value, (*path, key)))]
    if isinstance(part, list):
        return [path, *(p for n, value in enumerate(part) for p in places(value, (*path, n)))]
    return [path]


def changed(activity: Json, path: tuple[Any, ...], value: Any) -> Any:
    if not path:
        return value
    made = copy.deepcopy(activity)
    at: Any = made
    for key in path[:-1]:
        at = at[key]
    at[path[-1]] = value
    return made


def activities(channel: FakeChannel) -> list[Json]:
    entities = [mention("roomops"), {"type": "clientInfo", "timezone": "Europe/Lisbon"}]
    return [
        channel.activity("<at>roomops</at> help", entities=entities, conversation=GROUP),
        channel.activity("help", recipient=ALONE, conversation=GROUP, localTimezone="UTC"),
        channel.activity(None, value=PRESSED, replyToId="m1"),
        execute(channel, PRESSED),
        channel.activity(None, type="installationUpdate", action="add"),
        channel.activity(None, type="conversationUpdate", membersRemoved=[{"id": "29:x"}]),
    ]


def test_signed_nonsense_crashes_nothing(
    bot: RunningBot, channel: FakeChannel, capsys: pytest.CaptureFixture[str]
) -> None:
    chance = random.Random(7)
    for whole in activities(channel):
        for path in chance.sample(places(whole), min(25, len(places(whole)))):
            nonsense = changed(whole, path, chance.choice(ODD))
            status = bot.hears(nonsense).status_code
            assert status < 500, (status, path, nonsense)

    assert "turn_failed" not in capsys.readouterr().out
    channel.calls.clear()
    assert bot.says("rooms free") == "I heard you."


def test_hostile_lines_are_heard_as_they_are(bot: RunningBot, channel: FakeChannel) -> None:
    for text in (*LIVE, *(a + b for a, b in zip(LIVE, reversed(LIVE), strict=True))):
        assert bot.hears(channel.activity(text.encode("utf-8", "replace").decode())).ok

    assert len(bot.heard) == 2 * len(LIVE)
    assert {call.words for call in channel.calls} == {"I heard you."}
