"""One live message an alert: posted once, edited in place, found again after a lost answer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
import structlog
from slack_sdk.models.metadata import Metadata

from bot.errors import Forbidden, Missing, Throttled, Unreachable
from bot.ports import Chat
from bot.reply import say
from tests.polling import eventually

LOST = say("the consent is lost")
MARK = "alert-7"
ROOT = Path(__file__).parent.parent.parent


def test_a_message_bears_its_mark_where_people_do_not_see_it(bot, fake):
    chat: Chat = bot.slack
    message = chat.post("C1", LOST, mark=MARK)

    [call] = fake.called("chat.postMessage")
    judged = Metadata(**call["metadata"])
    assert (judged.event_type, judged.event_payload) == ("roomops_alert", {"mark": MARK})
    assert MARK not in call["text"] + str(call["blocks"])
    assert bot.slack.find("C1", MARK) == message


def test_without_a_mark_there_is_no_metadata(bot, fake):
    bot.slack.post("C1", LOST)

    [call] = fake.called("chat.postMessage")
    assert "metadata" not in call


@pytest.mark.parametrize("mark", ["", MARK])
def test_an_edited_message_is_found_by_its_mark_all_the_same(bot, fake, mark):
    message = bot.slack.post("C1", LOST, mark=MARK)
    bot.slack.edit("C1", message, say("the consent is back"), mark)

    assert bot.slack.find("C1", MARK) == message
    [stands] = fake.wall("C1")
    assert (stands.text, stands.mark) == ("the consent is back", MARK)


def test_a_thread_holds_the_history_and_is_never_sent_to_the_channel_too(bot, fake):
    head = bot.slack.post("C1", LOST, mark=MARK)
    bot.slack.post("C1", say("Still broken (2 h)"), head, "alert-7-e1")
    line = bot.slack.post("C1", say("It is over"), head, "alert-7-e2")

    [stands] = fake.wall("C1")
    assert [reply.text for reply in stands.replies] == ["Still broken (2 h)", "It is over"]
    assert all("reply_broadcast" not in call for call in fake.called("chat.postMessage"))
    assert bot.slack.find("C1", "alert-7-e2", head) == line
    assert bot.slack.find("C1", "alert-7-e2") == ""
    assert bot.slack.find("C1", "alert-7-e3", head) == ""


def test_nothing_hangs_in_a_thread_whose_root_is_gone(bot, fake):
    head = bot.slack.post("C1", LOST, mark=MARK)
    fake.delete("C1", head)

    assert bot.slack.find("C1", MARK) == ""
    assert bot.slack.find("C1", "alert-7-e1", head) == ""
    with pytest.raises(Missing):
        bot.slack.post("C1", say("Still broken (2 h)"), head)


def test_what_others_write_is_not_ours_whatever_its_mark(bot, fake):
    theirs = {"event_type": "roomops_alert", "event_payload": {"mark": MARK}}
    fake.chatter("C1", "me too", metadata=theirs)
    fake.chatter("C1", "me too", metadata={"event_type": "task_created", "event_payload": {}})

    assert bot.slack.find("C1", MARK) == ""


def test_it_is_found_behind_what_people_wrote_since(bot, fake):
    message = bot.slack.post("C1", LOST, mark=MARK)
    for number in range(450):
        fake.chatter("C1", f"line {number}")

    assert bot.slack.find("C1", MARK) == message
    assert len(fake.called("conversations.history")) == 3


def test_it_is_found_at_the_end_of_a_long_thread(bot, fake):
    head = bot.slack.post("C1", LOST, mark=MARK)
    for number in range(250):
        fake.chatter("C1", f"line {number}", thread_ts=head)
    line = bot.slack.post("C1", say("It is over"), head, "alert-7-e2")

    assert bot.slack.find("C1", "alert-7-e2", head) == line


def test_the_search_ends_in_a_channel_without_end(bot, fake):
    for number in range(1100):
        fake.chatter("C1", f"line {number}")

    assert bot.slack.find("C1", MARK) == ""
    assert len(fake.called("conversations.history")) == 5


@pytest.mark.parametrize(
    "failure",
    [{"hang_up": True}, {"status": 500}, {"status": 503}, {"status": 502}, {"late": 30}],
    ids=str,
)
def test_a_message_whose_answer_is_lost_hangs_once_and_is_found(serve, fake, failure):
    """Slack took it, we do not know: nothing may say it a second time without looking."""
    bot = serve(patience=0.5 if "late" in failure else 12)
    fake.fail("chat.postMessage", **failure, taken=True)

    with pytest.raises(Unreachable):
        bot.slack.post("C1", LOST, mark=MARK)

    [stands] = fake.wall("C1")
    assert bot.slack.find("C1", MARK) == stands.id
    assert len(fake.called("chat.postMessage")) == 1


def test_a_message_that_slack_never_took_is_not_found(bot, fake):
    fake.fail("chat.postMessage", hang_up=True)
    with pytest.raises(Unreachable):
        bot.slack.post("C1", LOST, mark=MARK)

    assert fake.wall("C1") == []
    assert bot.slack.find("C1", MARK) == ""


@pytest.mark.parametrize("failure", [{"hang_up": True}, {"status": 500}], ids=str)
def test_an_edit_whose_answer_is_lost_is_made_again(bot, fake, failure):
    """To change it twice to the same is to change it once."""
    message = bot.slack.post("C1", LOST)
    fake.fail("chat.update", **failure, taken=True)
    bot.slack.edit("C1", message, say("the consent is back"))

    [stands] = fake.wall("C1")
    assert stands.text == "the consent is back"
    assert len(fake.called("chat.update")) == 2


def test_a_message_that_slack_had_no_time_for_is_posted_after_the_wait(bot, fake):
    fake.fail("chat.postMessage", 429, Retry_After="0")
    bot.slack.post("C1", LOST, mark=MARK)

    assert len(fake.wall("C1")) == 1


def test_a_long_wait_is_told_and_not_waited_for(bot, fake):
    fake.fail("chat.postMessage", 429, Retry_After="90")

    with pytest.raises(Throttled) as trouble:
        bot.slack.post("C1", LOST)
    assert trouble.value.retry_after.total_seconds() == 90
    assert len(fake.called("chat.postMessage")) == 1


@pytest.mark.parametrize(
    ("error", "kind"),
    [
        ("message_not_found", Missing),
        ("cant_update_message", Missing),
        ("edit_window_closed", Missing),
        ("channel_not_found", Missing),
        ("is_archived", Missing),
        ("not_in_channel", Forbidden),
        ("token_revoked", Forbidden),
        ("account_inactive", Forbidden),
    ],
)
def test_why_a_message_cannot_be_changed(bot, fake, error, kind):
    message = bot.slack.post("C1", LOST)
    fake.fail("chat.update", body={"ok": False, "error": error})

    with pytest.raises(kind) as trouble:
        bot.slack.edit("C1", message, LOST)
    assert trouble.value.code == error


def test_a_deleted_message_is_missing(bot, fake):
    message = bot.slack.post("C1", LOST)
    fake.delete("C1", message)

    with pytest.raises(Missing, match="gone"):
        bot.slack.edit("C1", message, LOST)


def test_somebody_elses_message_is_not_ours_to_change(bot, fake):
    with pytest.raises(Missing, match="changed no more"):
        bot.slack.edit("C1", fake.chatter("C1", "hello"), LOST)


def test_a_channel_that_is_gone_and_comes_back(bot, fake):
    fake.close("C1")
    with pytest.raises(Missing, match="no such Slack channel"):
        bot.slack.post("C1", LOST)
    with pytest.raises(Missing):
        bot.slack.find("C1", MARK)

    fake.mend()
    assert bot.slack.post("C1", LOST)


def test_a_revoked_token_stays_revoked_until_somebody_acts(bot, fake):
    fake.revoked = "token_revoked"
    for ask in (lambda: bot.slack.post("C1", LOST), lambda: bot.slack.find("C1", MARK)):
        with pytest.raises(Forbidden, match="does not accept") as trouble:
            ask()
        assert trouble.value.hint == "Check SLACK_BOT_TOKEN."


@pytest.mark.parametrize(("channel", "scope"), [("C1", "channels"), ("G1", "groups"), ("D1", "im")])
def test_without_the_scope_it_cannot_look_and_says_so_once(bot, fake, channel, scope):
    fake.scopes = "chat:write"
    with structlog.testing.capture_logs() as logged:
        assert bot.slack.find(channel, MARK) is None
        assert bot.slack.find(channel, MARK) is None

    [warning] = [line for line in logged if line["event"] == "slack.cannot_look"]
    assert f"{scope}:history" in warning["fix"]


def test_from_outside_a_public_channel_it_may_speak_but_not_look(bot, fake):
    assert bot.slack.post("C1", LOST, mark=MARK)
    fake.fail("conversations.history", body={"ok": False, "error": "not_in_channel"})

    assert bot.slack.find("C1", MARK) is None


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        ({"status": 429, "Retry_After": "60"}, Throttled),
        ({"status": 502, "body": "<html>"}, Unreachable),
        ({"hang_up": True, "times": 9}, Unreachable),
        ({"body": {"ok": True}}, Unreachable),
        ({"body": {"ok": True, "messages": "none"}}, Unreachable),
    ],
    ids=str,
)
def test_who_cannot_look_now_does_not_say_that_it_is_not_there(bot, fake, failure, kind):
    fake.fail("conversations.history", **failure)

    with pytest.raises(kind):
        bot.slack.find("C1", MARK)


def test_what_a_killed_process_said_stands_and_is_found_by_the_next(bot, fake):
    fake.fail("chat.postMessage", taken=True, late=60)
    words = [sys.executable, "-m", "tests.slack.on_its_own", fake.api_url, "C1", MARK]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        [stands] = eventually(lambda: fake.wall("C1"), seconds=30)
        process.kill()
        assert stands.id not in process.stdout.read()  # it never heard that Slack took it

    assert bot.slack.find("C1", MARK) == stands.id
