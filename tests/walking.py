"""The fixtures of every walk: a tenant, a standing clock, a store, and a person who talks."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from adapters.graph import connect
from adapters.sandbox import Sandbox, Tenant, empty, seeded
from adapters.store import open_store
from bot.access import Policy
from bot.dispatch import Dispatcher
from bot.load import load
from bot.people import Channel, Invocation, User
from bot.reply import Reply, plain
from bot.wiring import desk_of, services_of
from handlers import COMMANDS

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)
OPS = Channel("slack", "COPS")


class Clock:
    """Time stands still until a test moves it."""

    def __init__(self) -> None:
        self.at = MONDAY

    def __call__(self) -> datetime:
        return self.at

    def forward(self, **length: float) -> None:
        self.at += timedelta(**length)


class Talk:
    """A person: `said = talk("rooms free 2pm")`; `reply` is the last answer as it was."""

    def __init__(self, dispatch: Callable[[Invocation], Reply], clock: Clock) -> None:
        self._dispatch, self._clock = dispatch, clock
        self.reply = Reply(())

    def __call__(
        self, text: str, user: User | None = None, channel: str = "C1", act: str = ""
    ) -> str:
        who = user or User("slack", "U1", "Olivia")
        where = Channel(who.platform, channel)
        line = Invocation(who, where, text, self._clock(), act or uuid.uuid4().hex)
        self.reply = self._dispatch(line)
        return plain(self.reply)

    def press(self, label: str, channel: str = "C1") -> str:
        """Press a button of the last answer, by its label."""
        from bot.reply import Buttons

        for block in self.reply.blocks:
            if isinstance(block, Buttons):
                for button in block.buttons:
                    if button.label == label:
                        return self(button.command_line, channel=channel)
        raise AssertionError(f"no button {label!r}")


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tenant() -> Tenant:
    """An empty tenant; a test sets it up in sentences."""
    return empty()


@pytest.fixture
def contoso() -> Tenant:
    """The demo's tenant: forty rooms, a lived-in calendar."""
    return seeded(MONDAY)


@pytest.fixture
def store(sqlite_url, clock):
    book = open_store(sqlite_url, clock)
    yield book
    book.close()


FAST = 20


def hurried(settings, clock):
    """A client for which time passes twenty times as fast, where real waits are in the way."""
    return connect(
        settings,
        clock,
        sleep=lambda seconds: Event().wait(seconds / FAST),
        monotonic=lambda: time.monotonic() * FAST,
    )


def talking(tenant: Tenant, clock: Clock, store, connect=connect, **more) -> Iterator[Talk]:
    with Sandbox(tenant, clock=clock) as sandbox:
        settings, _ = load({**sandbox.settings(), **more})
        graph = connect(settings, clock)
        interval = timedelta(seconds=settings.check_interval)
        desk = desk_of(services_of(settings, graph), store.book, (OPS,), interval)
        policy = Policy(ops_channels=frozenset({str(OPS)}))
        talk = Talk(Dispatcher(COMMANDS, policy, store, desk, lambda: 0.0), clock)
        talk.sandbox, talk.graph, talk.desk = sandbox, graph, desk
        yield talk
        graph.close()


@pytest.fixture
def talk(tenant, clock, store) -> Iterator[Talk]:
    """Speak to a whole bot about the empty tenant."""
    yield from talking(tenant, clock, store)


@pytest.fixture
def talk_hurried(tenant, clock, store) -> Iterator[Talk]:
    """The same, where waiting for a Graph that refuses takes little time."""
    yield from talking(tenant, clock, store, hurried)


@pytest.fixture
def talk_contoso(contoso, clock, store) -> Iterator[Talk]:
    """Speak to a whole bot about the demo's tenant."""
    yield from talking(contoso, clock, store)
