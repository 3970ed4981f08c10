"""From a line typed or pressed in Slack to its answer, over real signed HTTP."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Event

import pytest

from bot.access import Policy
from bot.dispatch import Dispatcher
from bot.people import Standing
from bot.ports import Entry, Services
from bot.reply import NOTHING, Button, Buttons, say
from tests.polling import eventually


def test_a_slash_command_is_acknowledged_empty_and_answered_to_its_asker_alone(bot, fake):
    ack = bot.post(fake.command("/rooms free 2pm"))

    assert (ack.status_code, ack.text) == (200, "")
    [answer] = eventually(lambda: fake.answers)
    assert answer["response_type"] == "ephemeral"
    assert answer["text"] == "Olivia: rooms free 2pm"
    assert answer["replace_original"] is False


def test_a_line_tells_who_where_when_and_which_act(bot, fake, clock):
    bot.post(fake.command("/roomops health", channel_id="C7", trigger_id="13.7.abc"))

    [line] = eventually(lambda: bot.invocations)
    assert str(line.user) == "slack:U1"
    assert line.user.timezone == "Europe/Lisbon"
    assert str(line.channel) == "slack:C7"
    assert (line.text, line.id, line.at) == ("roomops health", "13.7.abc", clock.now)


def test_acknowledgements_do_not_wait_for_work(serve, fake):
    """Twenty askers, four workers; no work may end before every asker is acknowledged."""
    gate = Event()

    def stuck(invocation):
        assert gate.wait(20)
        return say(invocation.text)

    bot = serve(stuck, workers=4)
    with ThreadPoolExecutor(20) as askers:
        acks = list(askers.map(lambda i: bot.post(fake.command(f"/rooms {i}")), range(20)))
    gate.set()

    assert [ack.status_code for ack in acks] == [200] * 20
    eventually(lambda: len(fake.answers) == 20)


def test_a_reply_that_is_not_private_is_said_to_the_channel(serve, fake):
    bot = serve(lambda _: replace(say("all of you"), private=False))

    bot.post(fake.command("/rooms free"))

    [answer] = eventually(lambda: fake.answers)
    assert answer["response_type"] == "in_channel"


def test_nothing_to_say_is_not_said(serve, fake):
    bot = serve(lambda line: NOTHING if line.text == "rooms" else say("next"))

    bot.post(fake.command("/rooms"))
    eventually(lambda: bot.invocations)
    bot.post(fake.command("/rooms next"))

    [answer] = eventually(lambda: fake.answers)
    assert answer["text"] == "next"
    assert not fake.refused


def test_a_button_is_a_command_that_somebody_typed_for_you(serve, fake):
    bot = serve(lambda line: replace(say(line.text), blocks=(Buttons((Button("Go", "a & b"),)),)))
    bot.post(fake.command("/rooms free"))
    [first] = eventually(lambda: fake.answers)
    value = first["blocks"][0]["elements"][0]["value"]

    bot.post(fake.press(value, user={"id": "U2"}))

    eventually(lambda: len(fake.answers) == 2)
    assert [line.text for line in bot.invocations] == ["rooms free", "a & b"]
    assert bot.invocations[1].user.name == "Rui"
    assert fake.answers[1]["response_type"] == "ephemeral"
    assert fake.answers[1]["replace_original"] is False


def test_a_button_in_a_thread_is_answered_in_the_thread(bot, fake):
    bot.post(fake.press("health", container={"type": "message", "thread_ts": "17.1"}))

    [answer] = eventually(lambda: fake.answers)
    assert answer["thread_ts"] == "17.1"


def test_what_a_person_types_arrives_as_typed(bot, fake):
    """Slack escapes three characters on the way."""
    bot.post(fake.command("/rooms free in R&D <2>"))

    [line] = eventually(lambda: bot.invocations)
    assert line.text == "rooms free in R&D <2>"


def test_what_a_button_says_arrives_as_it_was_given(bot, fake):
    bot.post(fake.press("rooms show R&amp;D &lt;2&gt;"))

    [line] = eventually(lambda: bot.invocations)
    assert line.text == "rooms show R&D <2>"


def test_an_act_without_a_trigger_is_known_by_its_response_url(bot, fake):
    for url in ("1", "2", "2"):
        address = f"{fake.url}/answers/{url}"
        bot.post(fake.command(f"/rooms {url}", trigger_id="", response_url=address))
        bot.post(fake.press(f"health {url}", trigger_id=None, response_url=address))

    eventually(lambda: len(bot.invocations) == 5)
    ids = {line.text: line.id for line in bot.invocations}
    assert all(ids.values())
    assert len(set(ids.values())) == 4


def test_an_answer_shows_no_preview_and_looks_for_no_links(bot, fake):
    bot.post(fake.command("/rooms https://example.com <!channel> @here"))

    [answer] = eventually(lambda: fake.answers)
    assert answer["unfurl_links"] is answer["unfurl_media"] is answer["mrkdwn"] is False
    assert answer["parse"] == "none"
    assert "<!channel>" not in str(answer["blocks"])
    assert "<" not in answer["text"]


def test_the_same_delivery_twice_is_answered_once(bot, fake):
    request = fake.command("/rooms free")

    acks = [bot.post(request), bot.post(request), bot.post(request, **{"X-Slack-Retry-Num": "1"})]
    bot.post(fake.command("/rooms last"))

    assert [ack.status_code for ack in acks] == [200] * 3
    eventually(lambda: len(fake.answers) == 2)
    assert [line.text for line in bot.invocations] == ["rooms free", "rooms last"]


class Book:
    """An audit that knows an act when it sees it again."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []

    def begin(self, entry: Entry) -> int | None:
        if entry.invocation in {known.invocation for known in self.entries}:
            return None
        self.entries.append(entry)
        return len(self.entries)

    def end(self, *_: object) -> None: ...


@pytest.fixture
def door():
    return Dispatcher((), Policy(), Book(), Services(None, None, None, None, "UTC"), lambda: 0.0)


def test_an_act_that_is_delivered_again_and_signed_again_is_answered_once(serve, fake, clock, door):
    bot = serve(door)
    fields = fake.command_fields("/roomops help")
    bot.post(fake.command("/roomops help", **fields))
    eventually(lambda: fake.answers)

    clock.forward(seconds=60)
    retry = {"X-Slack-Retry-Num": "1", "X-Slack-Retry-Reason": "http_timeout"}
    assert bot.post(fake.command("/roomops help", **fields), **retry).status_code == 200
    bot.post(fake.command("/roomops what"))

    eventually(lambda: len(fake.answers) == 2)
    assert len(bot.invocations) == 3
    assert "what" in fake.answers[1]["text"]


@pytest.mark.parametrize("line", ["/other thing", "/rooms", "/roomops", "/roomops \x00 fnord", "/"])
def test_an_unknown_command_gets_a_sentence(serve, fake, door, line):
    bot = serve(door)

    assert bot.post(fake.command(line)).status_code == 200

    [answer] = eventually(lambda: fake.answers)
    assert answer["text"]


PEOPLE = [
    ("member", {}, Standing.MEMBER),
    ("single-channel guest", {"is_restricted": True, "is_ultra_restricted": True}, Standing.GUEST),
    ("multi-channel guest", {"is_restricted": True}, Standing.GUEST),
    ("of another workspace", {"team_id": "T9"}, Standing.EXTERNAL),
    ("a guest of another workspace", {"team_id": "T9", "is_restricted": True}, Standing.EXTERNAL),
    ("in a shared channel", {"team_id": "T9", "is_stranger": False}, Standing.EXTERNAL),
    ("a stranger", {"is_stranger": True}, Standing.EXTERNAL),
    (
        "of our enterprise",
        {"team_id": "T2", "enterprise_user": {"enterprise_id": "E1"}},
        Standing.MEMBER,
    ),
    (
        "of another enterprise",
        {"team_id": "T2", "enterprise_user": {"enterprise_id": "E2"}},
        Standing.EXTERNAL,
    ),
    ("deactivated", {"deleted": True}, Standing.UNKNOWN),
    ("without a workspace", {"team_id": None}, Standing.UNKNOWN),
]


@pytest.mark.parametrize(("who", "profile", "standing"), PEOPLE, ids=[who for who, *_ in PEOPLE])
def test_a_persons_standing_is_what_slack_says_about_them(serve, fake, who, profile, standing):
    fake.home["enterprise_id"] = "E1"
    fake.person("U5", "Somebody", **profile)
    bot = serve()

    bot.post(fake.command("/rooms free", user_id="U5"))

    [line] = eventually(lambda: bot.invocations)
    assert line.user.standing is standing


def test_without_an_enterprise_nobody_is_of_the_same_enterprise(serve, fake):
    fake.person("U5", "Somebody", team_id="T9", enterprise_user={"enterprise_id": ""})
    bot = serve()

    bot.post(fake.command("/rooms free", user_id="U5"))

    [line] = eventually(lambda: bot.invocations)
    assert line.user.standing is Standing.EXTERNAL


def test_an_unknown_person_is_asked_about_again_soon(bot, fake, clock):
    fake.fail("users.info", body={"ok": False, "error": "fatal_error"})
    bot.post(fake.command("/rooms free"))
    eventually(lambda: fake.answers)

    clock.forward(seconds=31)
    bot.post(fake.command("/rooms free"))

    eventually(lambda: len(fake.answers) == 2)
    assert [line.user.standing for line in bot.invocations] == [Standing.UNKNOWN, Standing.MEMBER]


@pytest.mark.parametrize(
    "failure",
    [
        {"body": {"ok": False, "error": "user_not_found"}},
        {"body": {"ok": False, "error": "missing_scope", "needed": "users:read"}},
        {"status": 500, "body": "<html>", "times": 9},
        {"body": "[1, 2]"},
        {"body": '{"ok": tru'},
        {"body": {"ok": True}},
        {"body": {"ok": True, "user": "U1"}},
        {"hang_up": True, "times": 9},
    ],
    ids=str,
)
def test_whom_slack_does_not_tell_us_about_is_unknown(bot, fake, failure):
    fake.fail("users.info", **failure)

    bot.post(fake.command("/rooms free"))

    [line] = eventually(lambda: bot.invocations)
    assert line.user.standing is Standing.UNKNOWN


def test_an_outside_person_is_refused_with_a_sentence(serve, fake, door):
    fake.person("U5", "Somebody", team_id="T9")
    bot = serve(door)

    bot.post(fake.command("/rooms free", user_id="U5"))

    [answer] = eventually(lambda: fake.answers)
    assert "another organization" in answer["text"]


def test_slack_is_asked_about_a_person_once_an_hour(bot, fake, clock):
    with ThreadPoolExecutor(8) as askers:
        list(askers.map(lambda i: bot.post(fake.command(f"/rooms {i}")), range(8)))
    eventually(lambda: len(fake.answers) == 8)
    assert len(fake.called("users.info")) == 1

    clock.forward(minutes=61)
    bot.post(fake.command("/rooms free"))
    eventually(lambda: len(fake.called("users.info")) == 2)


def test_a_zone_that_nobody_knows_is_no_zone(bot, fake):
    fake.person("U5", "Somebody", tz="Mars/Olympus")

    bot.post(fake.command("/rooms free", user_id="U5"))

    [line] = eventually(lambda: bot.invocations)
    assert line.user.timezone is None


IGNORED = [
    {"type": "event_callback", "team_id": "T1", "event": {"type": "app_mention", "user": "U1"}},
    {"type": "event_callback", "event": {"type": "message", "subtype": "bot_message"}},
    {"type": "app_rate_limited", "team_id": "T1"},
]


@pytest.mark.parametrize("event", IGNORED, ids=lambda event: event["type"])
def test_events_that_nobody_listens_to_are_acknowledged(bot, fake, event):
    import json

    request = fake.sign(json.dumps(event))

    ack = bot.post(request, **{"Content-Type": "application/json"})

    assert (ack.status_code, ack.text) == (200, "")


@pytest.mark.parametrize(
    "changes",
    [
        {"type": "view_submission", "view": {"id": "V1", "callback_id": "c"}},
        {"type": "shortcut", "callback_id": "c"},
        {"type": "message_action", "callback_id": "c"},
        {"type": "block_suggestion", "action_id": "a"},
        {"type": "something_new"},
        {"actions": []},
        {"actions": [{"type": "button", "action_id": "x"}]},
        {"actions": [{"type": "static_select", "action_id": "x", "selected_option": {}}]},
        {"channel": None},
        {"response_url": None},
        {"user": {}},
    ],
    ids=str,
)
def test_interactions_that_nobody_listens_to_are_acknowledged_or_refused(bot, fake, changes):
    ack = bot.post(fake.press("health", **changes))

    assert ack.status_code in (200, 400)
    assert ack.text in ("", "I cannot read that\n")
    assert not bot.invocations


def test_the_address_proves_itself_to_slack(bot, fake):
    request = fake.sign('{"type": "url_verification", "challenge": "abc"}')

    answer = bot.post(request, **{"Content-Type": "application/json"})

    assert (answer.status_code, answer.json()) == (200, {"challenge": "abc"})


def test_slacks_check_of_the_certificate_is_answered(bot, fake):
    request = replace(fake.sign("ssl_check=1&token=legacy"), headers={})

    answer = bot.post(request, **{"Content-Type": "application/x-www-form-urlencoded"})

    assert (answer.status_code, answer.text) == (200, "")
