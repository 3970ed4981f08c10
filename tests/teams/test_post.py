"""Speaking first: where the bot was added or spoken to, and nowhere else."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.ports import Chat
from bot.reply import NOTHING, Reply, say
from tests.fake_channel import APP_ID, TENANT, FakeChannel, Json
from tests.polling import eventually
from tests.teams.conftest import Clock, RunningBot
from tests.teams.judge import card_faults
from tests.teams.test_messages import GROUP, THREAD

CHANNEL = "19:c@thread.tacv2"
ALERT = say("Corona is dark.")
PERSONAL = {"id": "a:1", "conversationType": "personal", "tenantId": TENANT}


def stands(channel: FakeChannel, where: str) -> list[tuple[str, list[str]]]:
    """What we said first there: the words of each message, and of the replies under it."""
    said = [(head.text, [line.text for line in head.replies]) for head in channel.wall(where)]
    return [each for each in said if each != ("I heard you.", [])]


def post(bot: RunningBot, where: str, reply: Reply, thread: str = "") -> str:
    """Post where the bot was told about; it writes that down beside its turns."""
    eventually(lambda: bot.notebook.get(f"teams:{where}"))
    chat: Chat = bot.teams
    return chat.post(where, reply, thread)


def test_in_a_channel_a_post_begins_a_thread(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)

    assert post(bot, CHANNEL, ALERT) == "m2"
    call = channel.calls[-1]
    assert (call.method, call.path) == ("POST", "/v3/conversations")
    assert call.body["isGroup"] is True
    assert call.body["channelData"] == {"channel": {"id": CHANNEL}, "tenant": {"id": TENANT}}
    assert call.body["tenantId"] == TENANT
    assert call.body["bot"] == {"id": f"28:{APP_ID}"}
    assert call.words == "Corona is dark."
    assert call.body["activity"]["summary"] == "Corona is dark."
    assert "mark" not in str(call.body)


def test_the_schema_accepts_what_is_posted(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)
    post(bot, CHANNEL, ALERT)
    bot.teams.edit(CHANNEL, "m2", ALERT)

    assert [card_faults(call.card) for call in channel.calls[1:]] == [[], []]


def test_the_thread_of_a_post_is_continued(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)
    head = post(bot, CHANNEL, ALERT)
    bot.teams.post(CHANNEL, say("Still dark (2 h)."), head)

    assert channel.calls[-1].path == f"/v3/conversations/{CHANNEL};messageid={head}/activities"
    assert stands(channel, CHANNEL) == [("Corona is dark.", ["Still dark (2 h)."])]


@pytest.mark.parametrize("where", [PERSONAL, GROUP])
def test_chats_know_no_threads(bot: RunningBot, channel: FakeChannel, where: Json) -> None:
    bot.says("help", conversation=where)
    chat = where["id"]
    head = post(bot, chat, ALERT)
    bot.teams.post(chat, say("Still dark (2 h)."), head)

    call = channel.calls[-1]
    assert (call.method, call.path) == ("POST", f"/v3/conversations/{chat}/activities")
    # Without its tenant the connector refuses a message that answers nothing.
    assert call.body["channelData"] == {"tenant": {"id": TENANT}}
    assert call.body["conversation"]["tenantId"] == TENANT
    assert call.body["from"]["id"] == f"28:{APP_ID}"
    assert "replyToId" not in call.body
    assert stands(channel, chat) == [("Corona is dark.", []), ("Still dark (2 h).", [])]


@pytest.mark.parametrize("where", [PERSONAL, GROUP, THREAD])
def test_a_message_is_replaced(bot: RunningBot, channel: FakeChannel, where: Json) -> None:
    bot.says("help", conversation=where)
    chat = where["id"].partition(";")[0]
    head = post(bot, chat, ALERT)
    bot.teams.edit(chat, head, say("Corona is back."))

    assert channel.calls[-1].method == "PUT"
    assert channel.calls[-1].path.endswith(f"/activities/{head}")
    assert stands(channel, chat)[-1] == ("Corona is back.", [])


def test_a_reply_in_a_thread_is_replaced_too(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)
    head = post(bot, CHANNEL, ALERT)
    reply = bot.teams.post(CHANNEL, say("Still dark."), head)
    bot.teams.edit(CHANNEL, reply, say("Still dark (2 h)."))
    bot.teams.post(CHANNEL, say("Still dark (4 h)."), reply)

    assert stands(channel, CHANNEL) == [
        ("Corona is dark.", ["Still dark (2 h).", "Still dark (4 h)."])
    ]


def test_after_a_restart_the_message_and_its_thread_go_on(
    bot: RunningBot, channel: FakeChannel, clock: Clock, settings: dict[str, Any]
) -> None:
    bot.says("help", conversation=THREAD)
    head = post(bot, CHANNEL, ALERT)
    again = RunningBot(channel, clock, **settings)
    again.notebook = bot.notebook
    with again:
        again.teams.edit(CHANNEL, head, say("Corona is back."))
        again.teams.post(CHANNEL, say("It lasted 2 h."), head)

    assert stands(channel, CHANNEL) == [("Corona is back.", ["It lasted 2 h."])]


def test_a_deleted_message_is_missing(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)
    head = post(bot, CHANNEL, ALERT)
    channel.delete(CHANNEL, head)

    with pytest.raises(Missing) as caught:
        bot.teams.edit(CHANNEL, head, ALERT)
    assert caught.value.code == "ActivityNotFoundInConversation"


def test_teams_does_not_let_a_bot_look(bot: RunningBot) -> None:
    chat: Chat = bot.teams
    assert chat.find(CHANNEL, "alert-7") is None


def test_nothing_is_not_posted(bot: RunningBot, channel: FakeChannel) -> None:
    assert bot.teams.post("19:x", NOTHING) == ""
    assert channel.calls == []


def test_a_message_whose_id_teams_kept_to_itself_cannot_be_changed(
    bot: RunningBot, channel: FakeChannel
) -> None:
    bot.says("help", conversation=GROUP)
    eventually(lambda: bot.notebook.get(f"teams:{GROUP['id']}"))
    channel.fail(202, taken=True)
    message = bot.teams.post(GROUP["id"], ALERT)

    with pytest.raises(Missing, match="never told me the id"):
        bot.teams.edit(GROUP["id"], message, ALERT)
    assert bot.teams.post(GROUP["id"], ALERT, message)


@pytest.mark.parametrize("where", ["19:x@thread.tacv2", "19:x@thread.v2", "a:9"])
def test_where_the_bot_was_never_installed_an_alert_waits(bot: RunningBot, where: str) -> None:
    with pytest.raises(Missing) as caught:
        bot.teams.post(where, ALERT)
    assert caught.value.code == "not_installed"
    assert caught.value.sentence == (
        f"I am not installed in {where} yet. Add the app to that channel or chat."
    )


def test_installed_later_it_speaks_without_a_restart(bot: RunningBot, channel: FakeChannel) -> None:
    with pytest.raises(Missing):
        bot.teams.post("19:general@thread.tacv2", ALERT)
    bot.hears(installed(channel))

    assert post(bot, "19:general@thread.tacv2", ALERT)


def test_a_channel_of_a_known_team_is_met_when_it_is_needed(
    bot: RunningBot, channel: FakeChannel
) -> None:
    """Its channels could not be read when the app was added, and nobody spoke there since."""
    bot.hears(installed(channel))
    eventually(lambda: channel.asked["channels"])
    eventually(lambda: bot.notebook.get("teams/installed"))
    channel.channels = ["19:general@thread.tacv2", "19:ops@thread.tacv2"]

    head = bot.teams.post("19:ops@thread.tacv2", ALERT)
    bot.teams.post("19:ops@thread.tacv2", say("Still dark."), head)
    assert stands(channel, "19:ops@thread.tacv2") == [("Corona is dark.", ["Still dark."])]
    assert channel.asked["channels"] == 2
    with pytest.raises(Missing, match="not installed in 19:other"):
        bot.teams.post("19:other@thread.tacv2", ALERT)


def test_a_team_that_the_bot_was_taken_out_of_opens_no_channel(
    bot: RunningBot, channel: FakeChannel
) -> None:
    bot.hears(installed(channel))
    eventually(lambda: bot.notebook.get("teams/installed"))
    channel.channels, channel.installed = ["19:ops@thread.tacv2"], False

    with pytest.raises(Missing, match="not installed"):
        bot.teams.post("19:ops@thread.tacv2", ALERT)

    bot.hears(installed(channel, "remove"))
    eventually(lambda: bot.notebook.get("teams/installed") == "{}")


@pytest.mark.parametrize(
    ("fault", "heard"),
    [({"hang_up": True}, 1), ({"status": 500}, 1), ({"status": 503}, 4), ({"status": 504}, 4)],
    ids=str,
)
@pytest.mark.parametrize("where", [GROUP, THREAD])
def test_what_teams_may_have_taken_is_not_repeated_blindly(
    bot: RunningBot, channel: FakeChannel, where: Json, fault: Json, heard: int
) -> None:
    """Only the answers that Microsoft asks to be repeated are."""
    bot.says("help", conversation=where)
    chat = where["id"].partition(";")[0]
    eventually(lambda: bot.notebook.get(f"teams:{chat}"))
    before = channel.asked["said"]
    channel.fail(**fault, times=9)

    with pytest.raises(Unreachable):
        bot.teams.post(chat, ALERT)
    assert channel.asked["said"] - before == heard


def test_a_lost_answer_leaves_one_message(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)
    eventually(lambda: bot.notebook.get(f"teams:{CHANNEL}"))
    channel.fail(taken=True, hang_up=True)

    with pytest.raises(Unreachable):
        bot.teams.post(CHANNEL, ALERT)
    assert stands(channel, CHANNEL) == [("Corona is dark.", [])]


def test_an_answer_that_comes_too_late_leaves_one_message(
    channel: FakeChannel, clock: Clock, settings: dict[str, Any]
) -> None:
    with RunningBot(channel, clock, **settings, longest_post=0.5) as bot:
        bot.says("help", conversation=THREAD)
        eventually(lambda: bot.notebook.get(f"teams:{CHANNEL}"))
        channel.fail(taken=True, late=30)

        with pytest.raises(Unreachable, match="No answer within"):
            bot.teams.post(CHANNEL, ALERT)
    channel.mend()
    assert stands(channel, CHANNEL) == [("Corona is dark.", [])]


def test_an_edit_whose_answer_is_lost_is_made_again(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)
    head = post(bot, CHANNEL, ALERT)
    channel.fail(taken=True, hang_up=True)
    bot.teams.edit(CHANNEL, head, say("Corona is back."))

    assert stands(channel, CHANNEL) == [("Corona is back.", [])]


@pytest.mark.parametrize(
    ("status", "code", "kind", "says"),
    [
        (403, "BotNotInConversationRoster", Missing, "not in that Teams conversation"),
        (403, "MessageWritesBlocked", Forbidden, "does not let me speak"),
        (403, "BotDisabledByAdmin", Forbidden, "does not let me speak"),
        (404, "ConversationNotFound", Missing, "knows no such conversation"),
        (401, "Unauthorized", Forbidden, "did not accept my token"),
    ],
)
def test_a_place_that_is_closed_stays_closed_until_somebody_acts(
    bot: RunningBot, channel: FakeChannel, status: int, code: str, kind: type[Trouble], says: str
) -> None:
    bot.says("help", conversation=THREAD)
    eventually(lambda: bot.notebook.get(f"teams:{CHANNEL}"))
    channel.close(CHANNEL, status, code)

    with pytest.raises(kind, match=says) as caught:
        bot.teams.post(CHANNEL, ALERT)
    assert (caught.value.code, bool(caught.value.hint)) == (code, True)
    channel.mend()
    assert bot.teams.post(CHANNEL, ALERT)


def test_waits_add_up_to_ten_seconds_at_most(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help")
    eventually(lambda: bot.notebook.get("teams:a:1"))
    channel.fail(429, times=9, Retry_After="6")

    with pytest.raises(Throttled):
        bot.teams.post("a:1", ALERT)
    assert bot.slept == [6.0]


def installed(channel: FakeChannel, action: str = "add", **more: Any) -> Json:
    general = {"id": "19:general@thread.tacv2", "conversationType": "channel", "tenantId": TENANT}
    data = {"tenant": {"id": TENANT}, "team": {"id": "19:general@thread.tacv2"}}
    return channel.activity(
        None, **{"type": "installationUpdate", "action": action, "conversation": general,
                 "channelData": data, **more}
    )  # fmt: skip


def test_an_installation_in_a_team_opens_all_its_channels(
    bot: RunningBot, channel: FakeChannel
) -> None:
    """Nobody has to speak in the ops channel before the first alert."""
    channel.channels = ["19:general@thread.tacv2", "19:ops@thread.tacv2"]
    bot.hears(installed(channel))

    eventually(lambda: bot.notebook.get("teams:19:ops@thread.tacv2"))
    assert post(bot, "19:ops@thread.tacv2", ALERT)


def test_a_new_channel_is_open_at_once(bot: RunningBot, channel: FakeChannel) -> None:
    data = {
        "tenant": {"id": TENANT},
        "team": {"id": "19:general@thread.tacv2"},
        "channel": {"id": "19:new@thread.tacv2"},
        "eventType": "channelCreated",
    }
    bot.hears(installed(channel, type="conversationUpdate", channelData=data))

    assert post(bot, "19:new@thread.tacv2", ALERT)


@pytest.mark.parametrize(
    "gone",
    [
        {"action": "remove"},
        {"type": "conversationUpdate", "membersRemoved": [{"id": f"28:{APP_ID}"}]},
    ],
)
def test_where_the_bot_was_taken_out_it_is_silent(
    bot: RunningBot, channel: FakeChannel, gone: Json
) -> None:
    bot.hears(installed(channel))
    bot.hears(installed(channel, **gone))

    eventually(lambda: bot.notebook.get("teams:19:general@thread.tacv2") == "")
    with pytest.raises(Missing):
        bot.teams.post("19:general@thread.tacv2", ALERT)


def test_somebody_else_may_leave(bot: RunningBot, channel: FakeChannel) -> None:
    bot.hears(installed(channel))
    left = [{"id": "29:olivia"}]
    bot.hears(installed(channel, type="conversationUpdate", membersRemoved=left))

    assert post(bot, "19:general@thread.tacv2", ALERT)


def test_another_tenant_is_not_remembered(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", channelData={"tenant": {"id": "99999999-0000-0000-0000-000000000009"}})

    with pytest.raises(Missing):
        bot.teams.post("a:1", ALERT)


def test_a_restart_forgets_no_conversation(
    bot: RunningBot, channel: FakeChannel, clock: Clock, settings: dict[str, Any]
) -> None:
    bot.says("help", conversation=THREAD)
    again = RunningBot(channel, clock, **settings)
    again.notebook = bot.notebook
    with again:
        assert post(again, CHANNEL, ALERT)


class Broken:
    """A notebook whose database is down."""

    def get(self, key: str) -> str | None:
        raise Unreachable("The database does not answer")

    def put(self, key: str, value: str) -> None:
        raise Unreachable("The database does not answer")


def test_a_broken_notebook_costs_no_answer(
    channel: FakeChannel, clock: Clock, settings: dict[str, Any]
) -> None:
    bot = RunningBot(channel, clock, **settings)
    bot.notebook = Broken()  # type: ignore[assignment]  # a notebook all the same
    with bot:
        assert bot.says("rooms free") == "I heard you."
        with pytest.raises(Unreachable, match="database"):
            bot.teams.post("a:1", ALERT)


@pytest.mark.parametrize("status", [412, 429, 502, 503, 504])
def test_a_busy_connector_is_asked_again(
    bot: RunningBot, channel: FakeChannel, status: int
) -> None:
    bot.says("help")
    channel.fail_next = [(status, {})] * 3
    post(bot, "a:1", ALERT)

    assert channel.calls[-1].words == "Corona is dark."
    assert bot.slept == [0.5, 1.0, 2.0]


def test_retry_after_is_obeyed(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help")
    channel.fail_next = [(429, {"Retry-After": "7"}), (429, {"Retry-After": "Wed, 21 Oct 2026"})]
    post(bot, "a:1", ALERT)

    assert bot.slept == [7.0, 1.0]


def test_whoever_is_asked_to_wait_long_is_told_so(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help")
    channel.fail_next = [(429, {"Retry-After": "60"})]

    with pytest.raises(Throttled) as caught:
        post(bot, "a:1", ALERT)
    assert caught.value.retry_after.total_seconds() == 60
    assert bot.slept == []


@pytest.mark.parametrize(
    ("status", "trouble"),
    [(400, Trouble), (401, Forbidden), (403, Forbidden), (404, Missing), (500, Unreachable)],
)
def test_a_refusal_is_told_and_not_repeated(
    bot: RunningBot, channel: FakeChannel, status: int, trouble: type[Trouble]
) -> None:
    bot.says("help")
    channel.fail_next = [(status, {"MS-CV": "cv-1"})]

    with pytest.raises(trouble) as caught:
        post(bot, "a:1", ALERT)
    assert caught.value.code == f"Code{status}"
    assert caught.value.request_id == "cv-1"
    assert channel.fail_next == []


def test_patience_ends(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help")
    channel.fail_next = [(503, {})] * 9

    with pytest.raises(Unreachable, match="503"):
        post(bot, "a:1", ALERT)
    assert len(channel.fail_next) == 5


def test_a_connector_that_is_gone_is_a_sentence(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help")
    page = eventually(lambda: bot.notebook.get("teams:a:1")) or ""
    bot.notebook.put("teams:a:1", page.replace(str(channel.port), "1"))

    with pytest.raises(Unreachable, match="Teams does not answer"):
        post(bot, "a:1", ALERT)


def test_nothing_is_posted_before_the_start_and_after_the_stop(
    bot: RunningBot, channel: FakeChannel
) -> None:
    bot.says("help")
    eventually(lambda: bot.notebook.get("teams:a:1"))
    asyncio.run_coroutine_threadsafe(bot.teams.stop(), bot.loop).result(10)

    with pytest.raises(Unreachable, match="not running"):
        bot.teams.post("a:1", ALERT)
    assert bot.hears(channel.activity()).status_code == 503


def test_many_threads_may_post_at_once(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help")
    eventually(lambda: bot.notebook.get("teams:a:1"))
    with ThreadPoolExecutor(16) as pool:
        posted = list(pool.map(lambda n: bot.teams.post("a:1", say(f"alert {n}")), range(32)))

    assert len(set(posted)) == 32
