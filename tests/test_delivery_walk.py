"""Channels that fail, and what becomes of what there is to say: over HTTP, by a standing clock."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.store import Store, open_store
from bot.check import Check
from bot.desk import Desk
from bot.finding import Broken, Finding, Ok, Remedy, Result, Severity
from bot.people import Channel, Invocation, User
from bot.reply import Reply, plain, say
from bot.selfcheck import delivery
from bot.silence import Matcher, Silence
from bot.speaker import Speaker
from bot.version import VERSION
from bot.watch import Surroundings, Watch
from handlers.status import status
from tests.dying import UNASKED
from tests.fake_channel import FakeChannel
from tests.fake_slack import FakeSlack
from tests.polling import eventually
from tests.slack.served import Served
from tests.teams.conftest import RunningBot
from tests.teams.test_messages import THREAD
from tests.walking import Clock
from tests.wall import Message

SLACK, TEAMS = Channel("slack", "C1"), Channel("teams", "19:c@thread.tacv2")
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
DEVELOPMENT = {
    "app_id": None, "app_password": None, "tenant_id": None, "login_url": "http://127.0.0.1:9",
    "ca_bundle": None, "openid_url": None, "issuer": None, "development": True,
}  # fmt: skip


def fault(name: str, rooms: int = 0) -> Finding:
    addresses = tuple(f"room{n}@contoso.example" for n in range(rooms))
    return Finding(
        name, name, f"{name} is broken.", Severity.CRITICAL, "Rooms stop syncing.",
        Remedy("Mend it."), rooms=addresses,
    )  # fmt: skip


@dataclass
class World:
    """A bot that watches for `faults` and tells of them where it can."""

    clock: Clock
    store: Store
    fake: FakeSlack
    slack: Served
    teams: RunningBot
    channels: tuple[Channel, ...]
    faults: dict[str, Finding] = field(default_factory=dict)

    def __post_init__(self) -> None:
        book = self.store.book
        self.speaker = Speaker(
            book, {"slack": self.slack.slack, "teams": self.teams.teams}, self.clock, "r1",
            lambda _: {}, lambda _: say("the day"),
        )  # fmt: skip
        self.watch = Watch(
            checks=(Check("rooms", "Rooms", "", self._look), delivery(book)),
            services=UNASKED, book=book, channels=self.channels, clock=self.clock, holder="r1",
            interval=5 * MINUTE, surroundings=Surroundings(lambda *_: "", lambda *_: ()),
            pause=lambda _: None,
        )  # fmt: skip
        self.desk = Desk(
            *[None] * 4, timezone="UTC", book=book, channels=self.channels, interval=5 * MINUTE
        )  # type: ignore[arg-type]

    def _look(self, *_: object) -> Result:
        return Broken(tuple(self.faults.values())) if self.faults else Ok("It is well.")

    def breaks(self, *names: str, rooms: int = 0) -> None:
        self.faults |= {name: fault(name, rooms) for name in names}
        self.watch.everything()

    def mends(self) -> None:
        self.faults = {}
        self.watch.everything()

    def speak(self) -> None:
        for channel in self.channels:
            while self.speaker.deliver(channel):
                pass

    def wait(self, length: timedelta, step: timedelta = 30 * SECOND) -> None:
        """Time passes, with a look and a word at each step."""
        end = self.clock() + length
        while self.clock() < end:
            self.clock.at = min(end, self.clock() + step)
            self.watch.everything()
            self.speak()

    def status(self) -> str:
        self.store.book.replicas.beat("r1", VERSION, self.clock())
        return plain(self.asked("status"))

    def asked(self, text: str) -> Reply:
        me = User("local", "local")
        line = Invocation(me, Channel("local", "t"), text, self.clock(), str(self.clock()))
        return status(line, self.desk)

    def install(self) -> None:
        activity = self.teams.channel.activity("help", conversation=THREAD)
        assert self.teams.hears(activity).status_code == 200
        eventually(lambda: self.teams.notebook.get(f"teams:{TEAMS.id}"))

    def on_slack(self) -> list[Message]:
        return self.fake.wall(SLACK.id)

    def on_teams(self) -> list[Message]:
        wall = self.teams.channel.wall(TEAMS.id)
        return [message for message in wall if message.text != "I heard you."]


@pytest.fixture(scope="module")
def channel() -> Iterator[FakeChannel]:
    with FakeChannel() as running:
        yield running


@pytest.fixture
def make(sqlite_url, clock, channel) -> Iterator:
    """A world with these channels; `patience` is that of one call to Slack, in seconds."""
    channel.forget()
    with ExitStack() as stack:

        def made(*channels: Channel, patience: float = 12, fake: FakeSlack | None = None) -> World:
            store = open_store(sqlite_url, clock)
            stack.callback(store.close)
            fake = fake or stack.enter_context(FakeSlack(clock))
            bot = Served(
                fake, clock, lambda line: status(line, world.desk),
                patience=patience,
            )  # fmt: skip
            slack = stack.enter_context(bot)
            teams = stack.enter_context(RunningBot(channel, clock, **DEVELOPMENT))
            world = World(clock, store, fake, slack, teams, channels)
            return world

        yield made


@pytest.fixture
def world(make) -> World:
    """With Slack alone."""
    return make(SLACK)


@pytest.fixture
def both(make) -> World:
    """With Slack and Teams, where the bot is installed."""
    made = make(SLACK, TEAMS)
    made.install()
    return made


def heads(wall: list[Message]) -> list[str]:
    """The title of each message, as far as these walks go into it."""
    title = re.compile(r"#\d+ (Resolved: )?(\w+ is broken|Not all that I say arrives in \w+)")
    found = [title.search(message.text) for message in wall]
    return [match[0] if match else message.text for match, message in zip(found, wall, strict=True)]


def lines(message: Message) -> list[str]:
    """The first word of each line of its thread."""
    return [" ".join(re.findall(r"\w+", line.text)[:1]) for line in message.replies]


# Faults that pass


def test_a_channel_that_asks_to_wait_is_left_alone_as_long_as_it_asks(world):
    """Whatever else there is to say there, and whatever becomes due meanwhile."""
    world.fake.fail("chat.postMessage", 429, Retry_After="90")
    world.breaks(*(f"f{n:02}" for n in range(12)))
    world.speak()
    world.breaks("another")
    world.wait(89 * SECOND)
    assert len(world.fake.called("chat.postMessage")) == 1
    assert "slack:C1" in world.status()
    assert "Slack asks me to slow down" in world.status()

    world.wait(SECOND)

    assert len(world.on_slack()) == 13
    assert "nothing waits" in world.status()


BAD = [{"status": 500}, {"status": 503}, {"hang_up": True}, {"late": 30}]


@pytest.mark.parametrize("failure", BAD, ids=str)
@pytest.mark.parametrize("taken", [False, True], ids=["not taken", "taken"])
def test_what_was_cut_off_is_said_in_the_end_and_stands_once(make, failure, taken):
    world = make(SLACK, patience=0.3 if "late" in failure else 12)
    world.fake.fail("chat.postMessage", **failure, taken=taken)
    world.breaks("consent")
    world.speak()
    assert len(world.on_slack()) == taken

    world.wait(MINUTE)

    assert heads(world.on_slack()) == ["#1 consent is broken"]
    assert world.on_slack()[0].replies == ()


@pytest.mark.parametrize("failure", BAD[:3], ids=str)
@pytest.mark.parametrize("taken", [False, True], ids=["not taken", "taken"])
def test_a_line_that_was_cut_off_stands_once_in_the_thread(world, failure, taken):
    world.breaks("consent")
    world.speak()
    world.fake.fail("chat.postMessage", **failure, taken=taken)
    world.breaks("consent", rooms=2)
    world.speak()

    world.wait(MINUTE)

    [stands] = world.on_slack()
    assert lines(stands) == ["Worse"]


def test_a_reminder_that_was_cut_off_stands_once(world):
    world.breaks("consent")
    world.speak()
    world.fake.fail("chat.postMessage", hang_up=True, taken=True)
    world.wait(HOUR + 5 * MINUTE, step=5 * MINUTE)

    [stands] = world.on_slack()
    assert lines(stands) == ["Still"]


def test_what_was_said_to_nobody_is_said_when_somebody_listens(make, clock):
    with FakeSlack(clock) as gone:
        world = make(SLACK, fake=gone)
    world.breaks("consent")
    world.speak()
    assert "Slack did not answer" in world.status()

    back = make(SLACK)
    back.faults = world.faults
    back.wait(MINUTE)

    assert heads(back.on_slack()) == ["#1 consent is broken"]


# Faults that stay until somebody acts

GONE = {
    "channel_not_found": "I see no such Slack channel",
    "is_archived": "That Slack channel is archived",
    "not_in_channel": "I am not in that Slack channel",
    "token_revoked": "Slack does not accept the bot's token",
    "account_inactive": "Slack does not accept the bot's token",
}


@pytest.mark.parametrize("error", GONE)
def test_a_channel_that_takes_nothing_is_told_of_in_the_other_and_hears_it_all_later(both, error):
    if error in ("token_revoked", "account_inactive"):
        both.fake.revoked = error
    else:
        both.fake.close(SLACK.id, error)
    both.breaks("consent")
    both.speak()
    assert "I am not heard in slack:C1" in both.status()
    assert GONE[error] in both.status()
    assert heads(both.on_teams()) == ["#1 consent is broken"]

    both.wait(4 * MINUTE)
    assert "Not all that I say arrives in slack:C1" in both.on_teams()[1].text
    assert GONE[error] in both.on_teams()[1].text
    assert both.on_slack() == []

    both.fake.mend()
    both.wait(16 * MINUTE)
    assert "#1 consent is broken" in heads(both.on_slack())
    assert "#2 Resolved: Not all that I say arrives in slack" in heads(both.on_teams())
    assert "I am not heard" not in both.status()


def test_a_lone_channel_that_takes_nothing_shows_in_the_status(world):
    world.fake.close(SLACK.id)
    world.breaks("consent")
    world.wait(HOUR, step=MINUTE)

    assert "I am not heard in slack:C1." in world.status()
    assert len(world.fake.called("chat.postMessage")) < 30

    world.fake.mend()
    world.wait(15 * MINUTE)
    assert "#1 consent is broken" in heads(world.on_slack())


def test_what_stands_in_a_channel_that_comes_back_goes_on_there(world):
    """Who was put out of a private channel sees none; its message stands there all the same."""
    world.breaks("consent")
    world.speak()
    world.fake.close(SLACK.id)
    world.breaks("consent", rooms=3)
    world.speak()

    world.fake.mend()
    world.wait(MINUTE)

    [stands] = world.on_slack()
    assert lines(stands) == ["Worse"]


# Messages that are gone


def delete(world: World) -> None:
    [stands] = world.on_slack()
    for line in stands.replies:
        world.fake.delete(SLACK.id, line.id)
    world.fake.delete(SLACK.id, stands.id)


def test_a_message_that_somebody_deleted_goes_on_as_a_new_one(world):
    world.breaks("consent")
    world.speak()
    delete(world)
    world.breaks("consent", rooms=2)
    world.speak()

    [stands] = world.on_slack()
    assert "My message about this is gone; it goes on here." in stands.text
    assert lines(stands) == ["Worse"]

    world.mends()
    world.speak()
    assert heads(world.on_slack()) == ["#1 Resolved: consent is broken"]


def test_a_reminder_goes_on_where_it_is_seen(world):
    """Nothing but time has passed, so that nothing had to be edited."""
    world.breaks("consent")
    world.speak()
    delete(world)
    world.wait(HOUR)

    [stands] = world.on_slack()
    assert lines(stands) == ["Still"]
    assert "nothing waits" in world.status()


@pytest.mark.parametrize("taken", [False, True], ids=["not taken", "taken"])
def test_the_end_is_told_though_the_message_is_gone_and_the_answer_too(world, taken):
    world.breaks("consent")
    world.speak()
    delete(world)
    world.fake.fail("chat.postMessage", hang_up=True, taken=taken)
    world.mends()
    world.wait(MINUTE)

    assert heads(world.on_slack()) == ["#1 Resolved: consent is broken"]


# Messages that are refused for themselves


@pytest.mark.parametrize(("error", "times"), [("invalid_arguments", 1), ("invalid_blocks", 2)])
def test_a_message_that_slack_refuses_for_good_holds_up_no_other(world, error, times):
    """A refused layout is said as text at once; here that is refused too."""
    world.fake.fail("chat.postMessage", body={"ok": False, "error": error}, times=times)
    world.breaks("bad")
    world.breaks("good")
    world.breaks("well")
    world.speak()

    assert heads(world.on_slack()) == ["#2 good is broken", "#3 well is broken"]
    assert f"alert/1: Slack refused: {error}" in world.status()

    world.wait(MINUTE)
    assert len(world.on_slack()) == 3


@pytest.mark.parametrize(("status", "code"), [(400, "BadSyntax"), (413, "MessageSizeTooBig")])
def test_a_message_that_teams_refuses_for_good_holds_up_no_other(both, status, code):
    both.teams.channel.fail(status, code)
    both.breaks("bad")
    both.breaks("good")
    both.speak()

    assert heads(both.on_teams()) == ["#2 good is broken"]
    assert f"alert/1: Teams refused it: {code}" in both.status()


def crashing(addresses):
    """Names of rooms, where one has three."""
    if len(addresses) == 3:
        raise RuntimeError("a bug")
    return {}


def test_a_message_that_crashes_us_holds_up_no_other(world):
    world.breaks("bad", rooms=3)
    world.breaks("good")
    broken = Speaker(
        world.store.book, world.speaker.chats, world.clock, "r1", crashing,
        lambda _: say("the day"),
    )  # fmt: skip
    broken.deliver(SLACK)

    assert heads(world.on_slack()) == ["#2 good is broken"]
    assert "alert/1: Telling it went wrong on my side (RuntimeError)" in world.status()


# Teams, which lets nobody look


def test_where_the_bot_is_not_installed_alerts_wait_and_are_seen_to(make):
    world = make(SLACK, TEAMS)
    world.breaks("consent")
    world.wait(4 * MINUTE)
    assert "I am not installed in 19:c@thread.tacv2 yet" in world.status()
    assert "#2 Not all that I say arrives in teams" in heads(world.on_slack())

    world.install()
    world.wait(15 * MINUTE)

    assert "#1 consent is broken" in heads(world.on_teams())
    assert "#2 Resolved: Not all that I say arrives in teams" in heads(world.on_slack())


@pytest.mark.parametrize("taken", [False, True], ids=["not taken", "taken"])
def test_on_teams_a_lost_answer_loses_nothing_and_may_say_it_twice(both, taken):
    """A bot may not read there, so what was taken without our knowing stays as it is."""
    both.teams.channel.fail(hang_up=True, taken=taken)
    both.breaks("consent")
    both.wait(MINUTE)
    assert len(both.on_teams()) == 1 + taken

    both.mends()
    both.speak()
    assert heads(both.on_teams())[-1] == "#1 Resolved: consent is broken"


def test_on_teams_the_end_of_what_was_perhaps_told_is_told(both):
    both.teams.channel.fail(hang_up=True, taken=True)
    both.breaks("consent")
    both.speak()
    both.mends()
    both.wait(MINUTE)

    assert heads(both.on_teams())[-1] == "#1 Resolved: consent is broken"


# People meanwhile


def test_an_end_that_a_silence_kept_quiet_is_told_as_soon_as_the_silence_is_taken_back(world):
    world.breaks("consent")
    world.speak()
    silences, now = world.store.book.silences, world.clock()
    silence = silences.add(
        Silence(
            matcher=Matcher(check="rooms"), begins=now, until=now + 24 * HOUR,
            author="slack:U1 Olivia", reason="known",
        ),
        [SLACK],
    )  # fmt: skip
    world.mends()
    world.speak()
    assert heads(world.on_slack()) == ["#1 consent is broken"]

    world.wait(MINUTE)
    silences.end(silence.number, "slack:U1 Olivia", world.clock(), [SLACK])
    world.speak()

    assert heads(world.on_slack())[0] == "#1 Resolved: consent is broken"


def test_commands_are_answered_while_a_channel_is_silent(world):
    world.fake.fail("chat.postMessage", late=60)
    world.breaks("consent")
    speaking = threading.Thread(target=world.speak)
    speaking.start()
    eventually(lambda: world.fake.called("chat.postMessage"))

    world.slack.post(world.fake.command("/roomops status"))
    [answer] = eventually(lambda: world.fake.answers)

    assert "Alerts go to" in answer["text"]
    assert speaking.is_alive()
    world.fake.mend()
    speaking.join()
