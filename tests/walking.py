"""The fixtures of every walk: a tenant, a standing clock, a store, and a person who talks."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import pytest

from adapters.graph import connect
from adapters.sandbox import Sandbox, Tenant, empty, seeded
from adapters.store import open_store
from bot.access import Policy
from bot.dispatch import Dispatcher
from bot.load import load
from bot.people import Channel, Invocation, User
from bot.reply import Reply, plain
from bot.wiring import services_of
from handlers import COMMANDS

MONDAY = datetime(2026, 11, 23, 10, 0, tzinfo=UTC)


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

    def press(self, label: str) -> str:
        """Press a button of the last answer, by its label."""
        from bot.reply import Buttons

        for block in self.reply.blocks:
            if isinstance(block, Buttons):
                for button in block.buttons:
                    if button.label == label:
                        return self(button.command_line)
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


def talking(tenant: Tenant, clock: Clock, store, **more) -> Iterator[Talk]:
    with Sandbox(tenant, clock=clock) as sandbox:
        settings, _ = load({**sandbox.settings(), **more})
        graph = connect(settings, clock)
        services = services_of(settings, graph)
        policy = Policy(ops_channels=frozenset({"slack:COPS"}))
        talk = Talk(Dispatcher(COMMANDS, policy, store, services, lambda: 0.0), clock)
        talk.sandbox, talk.graph = sandbox, graph
        yield talk
        graph.close()


@pytest.fixture
def talk(tenant, clock, store) -> Iterator[Talk]:
    """Speak to a whole bot about the empty tenant."""
    yield from talking(tenant, clock, store)


@pytest.fixture
def talk_contoso(contoso, clock, store) -> Iterator[Talk]:
    """Speak to a whole bot about the demo's tenant."""
    yield from talking(contoso, clock, store)
