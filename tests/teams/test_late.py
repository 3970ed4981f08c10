"""Work that takes longer than Teams waits: the request is answered first, the person later."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from bot.people import Invocation
from bot.reply import Reply, say
from tests.fake_channel import TENANT, FakeChannel
from tests.polling import eventually
from tests.teams.conftest import Clock, RunningBot
from tests.teams.test_messages import ALONE, GROUP, PRESSED, execute


@pytest.fixture
def gate() -> Iterator[threading.Event]:
    opened = threading.Event()
    yield opened
    opened.set()


@pytest.fixture
def slow(
    channel: FakeChannel, clock: Clock, settings: dict[str, Any], gate: threading.Event
) -> Iterator[RunningBot]:
    """A bot whose every command lasts until the gate is opened."""

    def wait(_: Invocation) -> Reply:
        gate.wait(20)
        return say("Done at last.")

    with RunningBot(channel, clock, **settings, patience=timedelta(seconds=0.05)) as running:
        running.reply = wait
        yield running
        gate.set()


def test_long_work_is_answered_later_where_it_was_asked(
    slow: RunningBot, channel: FakeChannel, gate: threading.Event
) -> None:
    assert slow.hears(channel.activity(id="1700")).status_code == 200
    assert channel.calls == []

    gate.set()
    (call,) = eventually(lambda: channel.calls)
    assert call.words == "Done at last."
    assert call.path == "/v3/conversations/a:1/activities/1700"


def test_a_late_answer_to_a_slash_command_is_private_as_well(
    slow: RunningBot, channel: FakeChannel, gate: threading.Event
) -> None:
    slow.hears(channel.activity(conversation=GROUP, recipient=ALONE))

    gate.set()
    (call,) = eventually(lambda: channel.calls)
    assert call.query == {"isTargetedActivity": "true"}


def test_a_long_action_says_that_it_goes_on_and_then_what_came_of_it(
    slow: RunningBot, channel: FakeChannel, gate: threading.Event
) -> None:
    answered = slow.hears(execute(channel, PRESSED))
    assert answered.status_code == 200
    assert "still at it" in answered.json()["value"]

    gate.set()
    (call,) = eventually(lambda: channel.calls)
    assert call.words == "Done at last."


def test_many_long_commands_block_nothing(
    slow: RunningBot, channel: FakeChannel, gate: threading.Event
) -> None:
    """Twelve at once on four workers, and every request is answered before any command ends."""
    for number in range(12):
        assert slow.hears(channel.activity(id=str(number))).status_code == 200
    assert channel.calls == []

    gate.set()
    eventually(lambda: len(channel.calls) == 12)


def test_a_bug_in_late_work_is_an_apology_too(
    slow: RunningBot, channel: FakeChannel, gate: threading.Event
) -> None:
    def bug(_: Invocation) -> Reply:
        gate.wait(20)
        raise LookupError("secret detail")

    slow.reply = bug
    slow.hears(channel.activity())
    gate.set()

    (call,) = eventually(lambda: channel.calls)
    assert "incident" in call.body["text"]


def test_begun_answers_are_said_before_the_bot_stops(
    channel: FakeChannel, clock: Clock, settings: dict[str, Any], gate: threading.Event
) -> None:
    bot = RunningBot(channel, clock, **settings, patience=timedelta(0))
    with bot:

        def wait(_: Invocation) -> Reply:
            gate.wait(20)
            return say("Done at last.")

        bot.reply = wait
        bot.hears(channel.activity())
        eventually(lambda: bot.heard)
        threading.Timer(0.1, gate.set).start()

    assert [call.words for call in channel.calls] == ["Done at last."]


def test_the_tenant_named_with_the_answer_is_the_bots_own(
    slow: RunningBot, channel: FakeChannel, gate: threading.Event
) -> None:
    slow.hears(channel.activity())
    gate.set()

    (call,) = eventually(lambda: channel.calls)
    assert call.body["conversation"]["tenantId"] == TENANT
