"""What the bot says of itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.finding import Unknown
from bot.people import Channel
from bot.reply import Tone
from bot.version import VERSION
from handlers.status import status
from tests.booked import finding, looked, open_alert
from tests.walking import OPS


@pytest.fixture
def say(talk):
    """Talk in the ops channel."""
    return lambda line: talk(line, channel="COPS")


@pytest.fixture
def book(talk, clock):
    """A replica is alive and has looked at everything just now."""
    book = talk.desk.book
    book.replicas.beat("web-1", VERSION, clock())
    looked(book, clock())
    return book


def test_a_bot_that_was_never_started_says_so(say, talk):
    said = say("status")
    assert said.startswith("I am not on duty. Nobody runs the checks and tells alerts")
    assert "Consent | never looked | – | – | 5 min | overdue" in said
    assert talk.reply.tone is Tone.BAD


def test_a_bot_that_does_its_work_is_well(say, talk, book):
    said = say("status")
    assert said.startswith("I am well. 1 replica, 9 checks on time, nothing waits to be told.")
    assert f"Version: {VERSION}" in said
    assert "Replicas: 1 alive, last heard just now" in said
    assert talk.reply.tone is Tone.GOOD


def test_a_replica_that_fell_silent_is_named(say, talk, book, clock):
    clock.forward(minutes=2)
    book.replicas.beat("web-2", VERSION, clock())
    said = say("status")
    assert "Replicas: 1 alive" in said
    assert f"web-1 | {VERSION} | 2 min ago | silent" in said


def test_what_was_seen_before_the_clock_was_set_back_is_no_proof(say, talk, book, clock):
    clock.forward(minutes=-60)
    said = say("status")
    assert said.startswith("I am not on duty.")
    assert "9 checks on time" not in said
    assert "Consent | ok | just now | 0.0 s | 5 min | overdue" in said
    assert talk.reply.tone is Tone.BAD


def test_without_any_replica_nobody_is_on_duty(say, talk, book, clock):
    clock.forward(minutes=2)
    assert say("status").startswith("I am not on duty.")
    assert talk.reply.tone is Tone.BAD


def test_a_check_that_is_overdue_is_named(say, book, clock):
    clock.forward(hours=1)
    book.replicas.beat("web-1", VERSION, clock())
    fence = book.rounds.begin("rooms", timedelta(), "web-1", clock(), timedelta(minutes=1))
    book.rounds.end(fence, Unknown("Graph is down."), (), (), clock())
    said = say("status")
    assert said.startswith("I run, but not well. 8 checks are overdue: Reach")
    assert "Rooms | cannot tell | just now" in said
    assert "Consent | ok | 60 min ago | 0.0 s | 5 min | overdue" in said


def test_a_round_that_runs_shows(say, book, clock):
    clock.forward(minutes=4, seconds=50)
    book.replicas.beat("web-1", VERSION, clock())
    book.rounds.begin("rooms", timedelta(), "web-1", clock(), timedelta(minutes=1))
    assert "Rooms | ok | 4 min ago | 0.0 s | 5 min | looking now" in say("status")


def test_a_channel_that_does_not_hear_is_named_with_the_reason(say, talk, book, clock):
    open_alert(book, finding("consent/missing", "Consent is missing."), clock())
    book.outbox.enqueue("alert/1", [OPS], clock())
    (task,) = book.outbox.claim("web-1", OPS, clock(), timedelta(minutes=1), 1)
    book.outbox.put_off(task, clock() + timedelta(minutes=5), "I am not installed there yet")
    clock.forward(seconds=30)

    said = say("status")

    assert said.startswith("I run, but not well. I am not heard in slack:COPS.")
    assert "slack:COPS | 1 | just now | I am not installed there yet" in said
    assert talk.reply.tone is Tone.WARN


def test_a_message_that_nobody_takes_up_is_a_fault(say, book, clock):
    book.outbox.enqueue("alert/1", [OPS], clock())
    assert "1 message on the way." in say("status")
    clock.forward(minutes=3)
    book.replicas.beat("web-1", VERSION, clock())
    said = say("status")
    assert said.startswith(
        "I run, but not well. 1 message for slack:COPS waited for more than two minutes."
    )
    assert "Alerts go to slack:COPS: 1 message waiting for 3 min" in said


def test_when_a_channel_last_heard_is_known(say, book, clock):
    open_alert(book, finding("consent/missing", "Consent is missing."), clock())
    book.outbox.enqueue("alert/1", [OPS], clock())
    (task,) = book.outbox.claim("web-1", OPS, clock(), timedelta(minutes=1), 1)
    from bot.notification import Told

    told = Told(topic="alert/1", channel=OPS, message="1.2", spoken_at=clock())
    assert book.outbox.tell(task, told, None)

    assert "Alerts go to slack:COPS: last told just now, nothing waits" in say("status")


def test_without_a_channel_the_setting_is_named(talk, book, clock):
    from bot.people import Invocation, User
    from bot.reply import plain

    nowhere = replace(talk.desk, channels=())
    me = Invocation(User("local", "local"), Channel("local", "t"), "status", clock(), "1")
    said = plain(status(me, nowhere))
    assert "set ROOMOPS_SLACK_OPS_CHANNEL or ROOMOPS_TEAMS_OPS_CONVERSATION" in said


def test_a_check_that_could_not_tell_is_the_tenants_trouble_and_not_mine(say, talk, book, clock):
    looked(book, clock(), rooms=Unknown("Graph is down."))
    said = say("status")
    assert said.startswith("I am well.")
    assert "1 check could not tell: Rooms." in said
    assert talk.reply.tone is Tone.WARN


def test_alerts_and_silences_are_counted(say, book, clock):
    open_alert(book, finding("consent/missing", "Consent is missing."), clock())
    say("silence 1 for 1h because we know")
    said = say("status")
    assert "Alerts: 1 silenced" in said
    assert "Silences: 1" in said
