"""The fixtures of alert walks: a wall that remembers what hangs where, and a bot on duty."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.graph import connect
from adapters.sandbox import Sandbox, Tenant
from adapters.store import open_store
from bot.access import Policy
from bot.dispatch import Dispatcher
from bot.duty import duty
from bot.errors import Missing, Trouble
from bot.load import load
from bot.people import Channel
from bot.reply import Reply, plain
from bot.wiring import assemble
from handlers import COMMANDS
from tests.walking import Clock, Talk

OPS = Channel("wall", "ops")


@dataclass
class Hanging:
    """One message on the wall, its thread below it."""

    text: str
    reply: Reply
    mark: str
    thread: list[str] = field(default_factory=list)


class Wall:
    """A chat platform that remembers what hangs where.  `trouble` is what it answers next."""

    def __init__(self) -> None:
        self.messages: dict[str, Hanging] = {}
        self.marks: dict[str, str] = {}
        self.trouble: Trouble | None = None
        self.takes_and_is_lost = False
        self.calls = 0
        self.posted = 0  # messages, the deleted ones included

    def post(self, channel: str, reply: Reply, thread: str = "", mark: str = "") -> str:
        self._answer()
        if thread:
            self.messages[thread].thread.append(plain(reply))
            self.marks[f"{thread}/{mark}"] = thread
        else:
            self.posted += 1
            number = f"m{self.posted}"
            self.messages[number] = Hanging(plain(reply), reply, mark)
            self.marks[f"/{mark}"] = number
        if self.takes_and_is_lost:
            raise Trouble("The reply was lost")
        return thread or number

    def edit(self, channel: str, message: str, reply: Reply, mark: str = "") -> None:
        self._answer()
        if message not in self.messages:
            raise Missing("That message is gone")
        hanging = self.messages[message]
        hanging.text, hanging.reply = plain(reply), reply

    def find(self, channel: str, mark: str, thread: str = "") -> str | None:
        self._answer()
        found = self.marks.get(f"{thread}/{mark}", "")
        return found if thread or found in self.messages else ""

    def _answer(self) -> None:
        self.calls += 1
        if self.trouble is not None:
            raise self.trouble

    @property
    def texts(self) -> list[str]:
        return [one.text for one in self.messages.values()]

    @property
    def heads(self) -> list[str]:
        """The first line of each message."""
        return [text.splitlines()[0] for text in self.texts]


class OnDuty:
    """A whole bot that watches a tenant; `tick` looks at everything and says what is due."""

    def __init__(
        self, settings, clock: Clock, wall: Wall, holder: str = "r1", connect=connect
    ) -> None:
        self.bot = assemble(settings, {}, clock, lambda: 0.0, (OPS,), connect)
        self.wall, self.clock = wall, clock
        self.duty = duty(settings, self.bot, {"wall": wall}, holder)
        policy = Policy(ops_channels=frozenset({"slack:COPS"}))
        dispatch = Dispatcher(COMMANDS, policy, self.bot.store, self.bot.desk, lambda: 0.0)
        self._talk = Talk(dispatch, clock)

    def only(self, *names: str) -> None:
        """From now on nothing else is looked at, which takes less time."""
        watch = self.duty.watch
        watch.checks = tuple(check for check in watch.checks if check.name in names)

    def look(self) -> None:
        self.duty.beat()
        self.duty.watch.everything()

    def speak(self) -> None:
        while self.duty.speaker.deliver(OPS):
            pass

    def tick(self, times: int = 1) -> None:
        """So many rounds of every check, five minutes apart, each spoken of."""
        for _ in range(times):
            self.clock.forward(minutes=5)
            self.look()
            self.speak()

    def wait(self, **length: float) -> None:
        """Time passes with rounds every five minutes."""
        for _ in range(int(timedelta(**length) / timedelta(minutes=5))):
            self.tick()

    def said(self, text: str) -> str:
        return self._talk(text, channel="COPS")

    def press(self, label: str) -> str:
        return self._talk.press(label, channel="COPS")

    def close(self) -> None:
        self.duty.close()
        self.bot.close()


@contextmanager
def on_duty(
    tenant: Tenant, clock: Clock, url: str, connect=connect, **more: str
) -> Iterator[OnDuty]:
    with Sandbox(tenant, clock=clock) as sandbox:
        settings, _ = load({**sandbox.settings(), "ROOMOPS_DATABASE_URL": url, **more})
        made = OnDuty(settings, clock, Wall(), connect=connect)
        made.sandbox, made.settings = sandbox, settings
        yield made
        made.close()


@pytest.fixture
def watching(contoso, clock, sqlite_url) -> Iterator[OnDuty]:
    """A bot on duty for the demo's tenant."""
    with on_duty(contoso, clock, sqlite_url) as made:
        yield made


__all__ = ["OPS", "Hanging", "OnDuty", "Wall", "on_duty", "open_store", "watching"]
