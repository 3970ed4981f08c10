"""A Slack workspace on loopback, a clock that stands still, and our adapter between them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from tests.fake_slack import FakeSlack
from tests.slack.served import Clock, Served


@pytest.fixture(autouse=True)
def no_proxies(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.lower(), raising=False)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def fake(clock: Clock) -> Iterator[FakeSlack]:
    with FakeSlack(clock) as slack:
        yield slack


@pytest.fixture
def serve(fake: FakeSlack, clock: Clock) -> Iterator[Callable[..., Served]]:
    """A started bot, with whatever the test wants different."""
    with ExitStack() as stack:

        def start(*dispatch: Any, **settings: Any) -> Served:
            return stack.enter_context(Served(fake, clock, *dispatch, **settings))

        yield start


@pytest.fixture
def bot(serve: Callable[..., Served]) -> Served:
    """A bot that says who said what."""
    return serve()
