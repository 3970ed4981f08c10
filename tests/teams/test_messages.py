"""Lines and presses in, cards out: in personal chats, group chats and channels."""

from __future__ import annotations

import pytest

from bot.people import Invocation
from bot.reply import NOTHING, Button, Buttons, Reply, Text, say
from tests.fake_channel import APP_ID, TENANT, FakeChannel, Json
from tests.teams.conftest import RunningBot

GROUP = {"id": "19:g@thread.v2", "conversationType": "groupChat", "tenantId": TENANT}
THREAD = {
    "id": "19:c@thread.tacv2;messageid=17",
    "conversationType": "channel",
    "tenantId": TENANT,
}
PRESSED = {"command_line": "rooms show Fado"}
ALONE = {"id": f"28:{APP_ID}", "name": "roomops", "isTargeted": True}


def mention(name: str) -> Json:
    bot = {"id": f"28:{APP_ID}", "name": name}
    return {"type": "mention", "text": f"<at>{name}</at>", "mentioned": bot}


def test_a_line_in_a_personal_chat_is_answered_in_its_turn(
    bot: RunningBot, channel: FakeChannel
) -> None:
    assert bot.says("rooms free 2pm") == "I heard you."

    (heard,) = bot.heard
    assert heard.text == "rooms free 2pm"
    assert str(heard.user) == "teams:aad-olivia"
    assert heard.user.name == "Olivia"
    assert str(heard.channel) == "teams:a:1"


def test_the_answer_carries_its_words_for_notifications_and_old_clients(
    bot: RunningBot, channel: FakeChannel
) -> None:
    bot.says("rooms free")

    (call,) = channel.calls
    assert call.body["summary"] == "I heard you."
    assert call.card["fallbackText"] == "I heard you."
    assert "text" not in call.body  # it would stand above the card


def test_the_answer_goes_to_the_line_that_asked(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("rooms free", id="1700")

    (call,) = channel.calls
    assert (call.method, call.path) == ("POST", "/v3/conversations/a:1/activities/1700")
    assert call.authorization == "Bearer token-1-https://api.botframework.com/.default"


def test_in_a_channel_the_answer_stands_in_the_thread_of_the_question(
    bot: RunningBot, channel: FakeChannel
) -> None:
    entities = [mention("roomops")]
    bot.says("<at>roomops</at>&nbsp;rooms free 2pm\r\n", conversation=THREAD, entities=entities)

    (heard,) = bot.heard
    assert heard.text == "rooms free 2pm"
    assert str(heard.channel) == "teams:19:c@thread.tacv2"
    (call,) = channel.calls
    assert call.path.startswith("/v3/conversations/19:c@thread.tacv2;messageid=17/activities/")


def test_a_group_chat_is_answered_too(bot: RunningBot, channel: FakeChannel) -> None:
    entities = [mention("roomops")]
    assert bot.says("<at>roomops</at> rooms free", conversation=GROUP, entities=entities)
    assert str(bot.heard[0].channel) == "teams:19:g@thread.v2"
    assert channel.calls[0].query == {}


def test_a_slash_command_is_answered_for_its_sender_alone(
    bot: RunningBot, channel: FakeChannel
) -> None:
    bot.says("/rooms free 2pm", conversation=GROUP, recipient=ALONE)

    (call,) = channel.calls
    assert call.path == "/v3/conversations/19:g@thread.v2/activities"
    assert call.query == {"isTargetedActivity": "true"}
    assert call.body["recipient"]["id"] == "29:olivia"
    assert call.body["recipient"]["isTargeted"] is True


def test_what_is_for_everybody_is_said_to_everybody(bot: RunningBot, channel: FakeChannel) -> None:
    bot.reply = lambda _: Reply((Text(("Alert 7 is acknowledged.",)),), private=False)
    bot.says("/roomops ack 7", conversation=GROUP, recipient=ALONE)

    assert channel.calls[0].query == {}


def test_a_button_of_a_private_answer_is_answered_in_private(
    bot: RunningBot, channel: FakeChannel
) -> None:
    """Teams asks bots to see to it: pressing must not publish what one person saw."""
    bot.reply = lambda _: Reply((Buttons((Button("Show Fado", "rooms show Fado"),)),))
    bot.says("/rooms free", conversation=GROUP, recipient=ALONE)
    pressed = channel.calls[0].card["body"][0]["actions"][0]["data"]

    channel.calls.clear()
    bot.hears(channel.activity(None, value=pressed, replyToId="m1", conversation=GROUP))

    assert bot.heard[-1].text == "rooms show Fado"
    assert channel.calls[0].query == {"isTargetedActivity": "true"}


def test_a_pressed_button_is_a_line_that_somebody_typed(
    bot: RunningBot, channel: FakeChannel
) -> None:
    assert bot.hears(channel.activity(None, value=PRESSED, replyToId="m1")).status_code == 200

    (heard,) = bot.heard
    assert heard.text == "rooms show Fado"
    assert channel.calls[0].words == "I heard you."


def execute(channel: FakeChannel, data: object, **more: object) -> Json:
    action = {"type": "Action.Execute", "verb": "run", "data": data}
    value = {"action": action, "trigger": "manual"}
    return channel.activity(
        None, type="invoke", name="adaptiveCard/action", value=value, replyToId="m1", **more
    )


def test_an_executed_action_is_answered_with_its_card(
    bot: RunningBot, channel: FakeChannel
) -> None:
    answered = bot.hears(execute(channel, PRESSED))

    assert answered.status_code == 200
    assert answered.json()["type"] == "application/vnd.microsoft.card.adaptive"
    assert "I heard you." in answered.text
    assert bot.heard[0].text == "rooms show Fado"
    assert channel.calls == []


@pytest.mark.parametrize("data", [None, {}, [], "x", {"command_line": 7}, {"other": "x"}])
def test_an_action_of_no_card_of_ours_is_refused(
    bot: RunningBot, channel: FakeChannel, data: object
) -> None:
    assert bot.hears(execute(channel, data)).status_code == 400
    assert bot.heard == []


def test_nothing_to_say_says_nothing(bot: RunningBot, channel: FakeChannel) -> None:
    """A line that was answered before must not be answered again."""
    bot.reply = lambda _: NOTHING

    assert bot.hears(channel.activity()).status_code == 200
    answered = bot.hears(execute(channel, PRESSED))
    assert answered.status_code == 200
    assert answered.json()["type"] == "application/vnd.microsoft.activity.message"
    assert channel.calls == []


def test_a_redelivery_is_known_by_its_id_and_another_chat_is_not(
    bot: RunningBot, channel: FakeChannel
) -> None:
    """Ids of messages count milliseconds: two chats may well have the same."""
    for _ in range(2):
        bot.hears(channel.activity(id="1700000000000"))
    bot.hears(channel.activity(id="1700000000000", conversation=GROUP))

    first, again, elsewhere = (heard.id for heard in bot.heard)
    assert first == again != elsewhere


def test_presses_without_an_id_are_told_apart(bot: RunningBot, channel: FakeChannel) -> None:
    press = execute(channel, PRESSED, id=None)
    for activity in (
        press,
        press,
        {**press, "timestamp": "2026-11-23T10:00:01.000Z"},
        {**press, "from": {"id": "29:bob"}},
        execute(channel, {"command_line": "help"}, id=None),
    ):
        assert bot.hears(activity).status_code == 200

    ids = [heard.id for heard in bot.heard]
    assert ids[0] == ids[1]
    assert len(set(ids)) == 4


@pytest.mark.parametrize(
    ("told", "zone"),
    [
        ({"localTimezone": "Europe/Lisbon"}, "Europe/Lisbon"),
        ({"entities": [{"type": "clientInfo", "timezone": "Asia/Kolkata"}]}, "Asia/Kolkata"),
        ({"localTimezone": "W. Europe Standard Time"}, None),
        ({"localTimezone": "../../etc/passwd"}, None),
        ({"localTimezone": ""}, None),
        ({}, None),
    ],
)
def test_the_zone_of_the_sender_is_known_where_it_exists(
    bot: RunningBot, channel: FakeChannel, told: Json, zone: str | None
) -> None:
    bot.says("rooms free", **told)

    assert bot.heard[0].user.timezone == zone


def test_a_bug_of_ours_is_an_apology_with_an_incident(
    bot: RunningBot, channel: FakeChannel
) -> None:
    def bug(_: Invocation) -> Reply:
        raise LookupError("secret detail")

    bot.reply = bug
    assert bot.hears(channel.activity()).status_code == 200
    answered = bot.hears(execute(channel, PRESSED))

    assert "incident" in channel.calls[0].body["text"]
    assert channel.calls[0].query == {}
    assert answered.status_code == 200
    assert "incident" in answered.json()["value"]
    assert "secret detail" not in f"{channel.calls}{answered.text}"


def test_an_apology_for_what_was_asked_alone_is_said_alone(
    bot: RunningBot, channel: FakeChannel
) -> None:
    def bug(_: Invocation) -> Reply:
        raise LookupError("secret detail")

    bot.reply = bug
    bot.hears(channel.activity(conversation=GROUP, recipient=ALONE))

    assert channel.calls[0].query == {"isTargetedActivity": "true"}


def test_an_answer_that_cannot_be_said_ends_the_turn_well(
    bot: RunningBot, channel: FakeChannel
) -> None:
    channel.fail_next = [(403, {})]

    assert bot.hears(channel.activity()).status_code == 200
    assert bot.says("again") == "I heard you."


def test_other_activities_are_none_of_our_business(bot: RunningBot, channel: FakeChannel) -> None:
    for kind in ("messageReaction", "messageUpdate", "messageDelete", "typing", "event"):
        assert bot.hears(channel.activity("rooms free", type=kind)).status_code == 200

    assert bot.heard == []
    assert channel.calls == []


def test_a_personal_installation_is_greeted_once(bot: RunningBot, channel: FakeChannel) -> None:
    for action in ("add", "add-upgrade", "remove-upgrade"):
        bot.hears(channel.activity(None, type="installationUpdate", action=action))

    (call,) = channel.calls
    assert "Say help" in call.words
    assert bot.heard == []


def test_a_team_is_not_greeted(bot: RunningBot, channel: FakeChannel) -> None:
    bot.hears(channel.activity(None, type="installationUpdate", action="add", conversation=THREAD))

    assert channel.calls == []


def test_a_long_answer_is_one_card(bot: RunningBot, channel: FakeChannel) -> None:
    bot.reply = lambda _: say("x" * 100_000)

    assert bot.says("rooms list").endswith("…")
