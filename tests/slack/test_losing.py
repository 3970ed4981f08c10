"""When Slack is busy, gone or of another opinion: what is said again, and when we give up."""

from __future__ import annotations

import pytest

from bot.reply import Reply, Table, Text, say
from tests.polling import eventually
from tests.slack.served import Served


def answered(bot, fake):
    bot.post(fake.command("/rooms free"))
    eventually(lambda: fake.answers)
    return bot.naps


def uses_when_given_up(bot, fake):
    """How often the first answer was tried, once a second one has come through."""
    bot.post(fake.command("/rooms free"))
    eventually(lambda: fake.uses)
    [first] = fake.uses
    fake.mend()
    answered(bot, fake)
    return fake.uses[first]


def test_an_answer_waits_as_long_as_slack_asks(bot, fake):
    fake.fail("answer", 429, Retry_After="17")

    assert answered(bot, fake) == [17.5]


@pytest.mark.parametrize("failure", [{"status": 500}, {"status": 503}, {"hang_up": True}], ids=str)
def test_an_answer_that_was_lost_is_said_again_after_growing_pauses(bot, fake, failure):
    fake.fail("answer", **failure, times=3)

    assert answered(bot, fake) == [0.75, 1.5, 3.0]


def test_an_answer_is_said_at_most_five_times(bot, fake):
    """A response_url has five uses in thirty minutes."""
    fake.fail("answer", 500, times=5)
    bot.post(fake.command("/rooms free"))
    eventually(lambda: len(bot.naps) == 4)

    answered(bot, fake)

    assert sorted(fake.uses.values()) == [1, 5]


@pytest.mark.parametrize("wait", ["1800", "99999999999", "9" * 400])
def test_an_answer_that_would_come_too_late_is_given_up(bot, fake, wait):
    fake.fail("answer", 429, Retry_After=wait, times=9)

    assert uses_when_given_up(bot, fake) == 1
    assert not bot.naps


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 404, "body": '{"ok": false, "error": "expired_url"}'},
        {"status": 200, "body": '{"ok": false, "error": "used_url"}'},
        {"status": 410, "body": "channel_is_archived"},
        {"status": 302, "Location": "https://elsewhere.example/"},
    ],
    ids=str,
)
def test_an_answer_that_slack_will_never_take_is_not_repeated(bot, fake, failure):
    fake.fail("answer", **failure, times=9)

    assert uses_when_given_up(bot, fake) == 1
    assert not bot.naps


@pytest.mark.parametrize(
    "failure",
    [
        {"status": 400, "body": "invalid_blocks"},
        {"status": 500, "body": '{"ok":false,"error":"msg_blocks_too_long"}'},
        {"status": 200, "body": '{"ok": false, "error": "invalid_attachments"}'},
    ],
    ids=str,
)
def test_a_layout_that_slack_refuses_is_said_as_text(serve, fake, failure):
    bot = serve(lambda _: say("3 rooms are free"))
    fake.fail("answer", **failure)

    bot.post(fake.command("/rooms free"))

    [answer] = eventually(lambda: fake.answers)
    assert answer["text"] == "3 rooms are free"
    assert "blocks" not in answer


def test_a_reply_that_crashes_the_renderer_is_logged_and_harms_nobody(serve, fake):
    bot = serve(lambda line: say(None) if line.text == "bad" else say("good"))

    bot.post(fake.command("/bad"))
    bot.post(fake.command("/good"))

    [answer] = eventually(lambda: fake.answers)
    assert answer["text"] == "good"


def test_stopping_waits_for_answers_under_way(fake, clock):
    def late(invocation):
        assert bot.stopping.wait(20)
        return say("late")

    with Served(fake, clock, late) as bot:
        bot.post(fake.command("/rooms free"))
        eventually(lambda: bot.invocations)

    [answer] = fake.answers
    assert answer["text"] == "late"


def test_answers_share_connections(bot, fake):
    for number in range(5):
        bot.post(fake.command(f"/rooms {number}"))
        eventually(lambda number=number: len(fake.answers) == number + 1)

    assert len(fake.ports) == 1


def test_a_table_that_is_too_long_says_how_many_rows_are_missing(serve, fake):
    table = Table(("Room", "Seats"), tuple((f"Room {i}", str(i)) for i in range(500)))
    bot = serve(lambda _: Reply((Text(("500 rooms",)), table)))

    bot.post(fake.command("/rooms list"))

    [answer] = eventually(lambda: fake.answers)
    shown = len(answer["blocks"][1]["rows"]) - 1
    assert f"{500 - shown} more rows do not fit" in str(answer["blocks"][2])
    assert not fake.refused
