"""Speaking first, and who is in a user group: the ports that other threads call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.reply import NOTHING, Button, Buttons, Reply, Text, say
from tests.slack.judge import lively


def test_a_message_is_posted_and_edited_in_place(bot, fake):
    message = bot.slack.post("C1", say("the consent is lost"))
    bot.slack.edit("C1", message, say("the consent is back"))

    [(place, hangs)] = fake.messages.items()
    assert place == ("C1", message)
    assert hangs["text"] == "the consent is back"
    assert hangs["unfurl_links"] in (False, "0", "false")


def test_a_message_is_posted_under_another(bot, fake):
    head = bot.slack.post("C1", say("the consent is lost"))
    reminder = bot.slack.post("C1", say("still"), head)

    assert fake.messages["C1", reminder]["thread_ts"] == head


def test_nothing_is_not_posted(bot, fake):
    assert bot.slack.post("C1", NOTHING) == ""
    assert not fake.messages


def test_a_hostile_message_is_posted_inert(bot, fake):
    message = bot.slack.post("C1", say("<!channel> @here https://evil.example/ <@U1>"))

    assert not lively(fake.messages["C1", message])


def test_a_layout_that_slack_refuses_is_posted_as_text(bot, fake):
    fake.fail("chat.postMessage", body={"ok": False, "error": "msg_blocks_too_long"})
    reply = Reply((Text(("3 rooms",)), Buttons((Button("More", "rooms more"),))))

    message = bot.slack.post("C1", reply)

    assert fake.messages["C1", message]["text"] == "3 rooms\n[More] rooms more"


REFUSALS = [
    ({"body": {"ok": False, "error": "channel_not_found"}}, Missing, "Invite me"),
    ({"body": {"ok": False, "error": "not_in_channel"}}, Forbidden, "Invite me"),
    ({"body": {"ok": False, "error": "is_archived"}}, Missing, "archived"),
    ({"body": {"ok": False, "error": "thread_not_found"}}, Missing, "thread"),
    ({"body": {"ok": False, "error": "restricted_action"}}, Forbidden, "Let apps post there"),
    (
        {"body": {"ok": False, "error": "restricted_action_read_only_channel"}},
        Forbidden,
        "Let apps post there",
    ),
    ({"body": {"ok": False, "error": "access_denied"}}, Forbidden, "administrators"),
    *(
        ({"body": {"ok": False, "error": error}}, Forbidden, "SLACK_BOT_TOKEN")
        for error in ("account_inactive", "invalid_auth", "not_authed", "token_expired")
    ),
    ({"body": {"ok": False, "error": "token_revoked"}}, Forbidden, "SLACK_BOT_TOKEN"),
    (
        {"body": {"ok": False, "error": "missing_scope", "needed": "chat:write"}},
        Forbidden,
        "chat:write",
    ),
    ({"body": {"ok": False, "error": "no_such_thing_yet"}}, Trouble, "no_such_thing_yet"),
    ({"body": {"ok": False, "error": "fatal_error"}}, Unreachable, "fatal_error"),
    ({"body": {"ok": False, "error": "internal_error"}}, Unreachable, "internal_error"),
    ({"body": {"ok": False, "error": "message_limit_exceeded"}}, Throttled, "30 s"),
    ({"body": {"ok": True}}, Unreachable, "makes no sense"),
    ({"status": 429, "Retry_After": "60", "times": 2}, Throttled, "60 s"),
    ({"body": {"ok": False, "error": "ratelimited"}, "Retry_After": "9"}, Throttled, "9 s"),
    ({"status": 429, "Retry_After": "9" * 5000}, Throttled, "30 s"),
    ({"status": 429, "Retry_After": "soon"}, Throttled, "30 s"),
    ({"status": 502, "body": "<html>bad gateway"}, Unreachable, "HTTP 502"),
    ({"status": 500, "body": "oops"}, Unreachable, "HTTP 500"),
    ({"status": 503}, Unreachable, "HTTP 503"),
    ({"hang_up": True}, Unreachable, "did not answer"),
    ({"body": '{"ok": tr'}, Unreachable, "HTTP 200"),
]


@pytest.mark.parametrize(
    ("failure", "kind", "says"), REFUSALS, ids=[str(r[0])[:60] for r in REFUSALS]
)
def test_what_slack_refuses_is_trouble_with_a_sentence(bot, fake, failure, kind, says):
    fake.fail("chat.postMessage", **failure)

    with pytest.raises(kind) as trouble:
        bot.slack.post("C1", say("hello"))

    assert says in trouble.value.sentence
    assert fake.bot_token not in repr(trouble.value)


def test_a_short_wait_is_waited_for(bot, fake):
    fake.fail("chat.postMessage", 429, Retry_After="0")

    assert bot.slack.post("C1", say("hello"))


def test_slacks_own_request_id_is_kept_for_its_support(bot, fake):
    fake.fail("chat.postMessage", body={"ok": False, "error": "fatal_error"}, x_slack_req_id="r7")

    with pytest.raises(Trouble) as trouble:
        bot.slack.post("C1", say("hello"))

    assert (trouble.value.request_id, trouble.value.code) == ("r7", "fatal_error")


def test_the_members_of_a_group_are_asked_for_once_in_five_minutes(bot, fake, clock):
    fake.groups["S1"] = ["U1", "U2"]
    with ThreadPoolExecutor(8) as askers:
        found = list(askers.map(bot.slack.members, ["S1"] * 8))

    assert set(found) == {frozenset({"U1", "U2"})}
    assert len(fake.called("usergroups.users.list")) == 1

    fake.groups["S1"] = ["U2"]
    clock.forward(minutes=6)
    assert bot.slack.members("S1") == {"U2"}


def test_a_plan_without_groups_says_what_to_do_instead(bot, fake):
    fake.fail("usergroups.users.list", body={"ok": False, "error": "plan_upgrade_required"})

    with pytest.raises(Trouble) as trouble:
        bot.slack.members("S1")

    assert trouble.value.sentence == (
        "This Slack plan has no user groups. Name people by their ids instead: slack:U…."
    )


def test_a_refusal_about_a_group_is_remembered_for_a_minute(bot, fake, clock):
    for _ in range(3):
        with pytest.raises(Missing):
            bot.slack.members("S1")
    assert len(fake.called("usergroups.users.list")) == 1

    fake.groups["S1"] = ["U1"]
    clock.forward(seconds=61)
    assert bot.slack.members("S1") == {"U1"}


def test_a_group_answer_that_makes_no_sense_is_not_an_empty_group(bot, fake):
    fake.fail("usergroups.users.list", body={"ok": True, "users": "U1"})

    with pytest.raises(Unreachable):
        bot.slack.members("S1")
