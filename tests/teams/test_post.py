"""Speaking first: where the bot was added or spoken to, and nowhere else."""

from __future__ import annotations

import asyncio
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.ports import Chat
from bot.reply import Reply, say
from tests.fake_channel import APP_ID, TENANT, FakeChannel, Json
from tests.polling import eventually
from tests.teams.conftest import Clock, RunningBot
from tests.teams.test_messages import GROUP, THREAD

CHANNEL = "19:c@thread.tacv2"
ALERT = say("Corona is dark.")


def post(bot: RunningBot, where: str, reply: Reply, thread: str = "") -> str:
    """Post where the bot was told about; it writes that down beside its turns."""
    eventually(lambda: bot.notebook.get(f"teams:{where}"))
    chat: Chat = bot.teams
    return chat.post(where, reply, thread)


def test_a_channel_that_was_spoken_in_may_be_posted_to(
    bot: RunningBot, channel: FakeChannel
) -> None:
    bot.says("help", conversation=THREAD)

    assert post(bot, CHANNEL, ALERT) == "m2"
    call = channel.calls[-1]
    assert (call.method, call.path) == ("POST", f"/v3/conversations/{CHANNEL}/activities")
    assert call.words == "Corona is dark."
    assert call.body["summary"] == "Corona is dark."
    # Without its tenant the connector refuses a message that answers nothing.
    assert call.body["channelData"] == {"tenant": {"id": TENANT}}
    assert call.body["conversation"]["tenantId"] == TENANT
    assert call.body["from"]["id"] == f"28:{APP_ID}"
    assert "replyToId" not in call.body


def test_a_thread_of_a_channel_is_continued(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)
    post(bot, CHANNEL, ALERT, thread="1700")

    assert channel.calls[-1].path == f"/v3/conversations/{CHANNEL};messageid=1700/activities"


def test_chats_know_no_threads(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=GROUP)
    post(bot, "19:g@thread.v2", ALERT, thread="1700")

    assert channel.calls[-1].path == "/v3/conversations/19:g@thread.v2/activities"


def test_a_message_is_replaced(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("help", conversation=THREAD)
    eventually(lambda: bot.notebook.get(f"teams:{CHANNEL}"))
    bot.teams.edit(CHANNEL, "1700", ALERT)

    call = channel.calls[-1]
    assert (call.method, call.path) == ("PUT", f"/v3/conversations/{CHANNEL}/activities/1700")
    assert call.words == "Corona is dark."


def test_where_the_bot_was_never_heard_of_it_cannot_speak(bot: RunningBot) -> None:
    with pytest.raises(Missing, match="never told me about 19:x"):
        bot.teams.post("19:x", ALERT)


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
    [(400, Unreachable), (401, Forbidden), (403, Forbidden), (404, Missing), (500, Unreachable)],
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
