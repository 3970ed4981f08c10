"""A store on each kind of database, and lines to write into its audit."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime, timedelta
from typing import Protocol

import pytest

from adapters.store import Store, open_store
from bot.book import Book
from bot.ports import Entry

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Open(Protocol):
    def __call__(self, url: str, patience: float = 10) -> Store:
        """A store that is closed when the test ends; `patience` in seconds."""
        ...


@pytest.fixture
def replica() -> Iterator[Open]:
    with ExitStack() as ending:

        def opened(url: str, patience: float = 10) -> Store:
            store = open_store(url, lambda: NOON, timedelta(seconds=patience))
            ending.callback(store.close)
            return store

        yield opened


@pytest.fixture
def store(database_url: str, replica: Open) -> Store:
    return replica(database_url)


@pytest.fixture
def book(store: Store) -> Book:
    return store.book


def entry(invocation: str = "slack:1", at: datetime = NOON, text: str = "rooms list") -> Entry:
    return Entry(
        invocation=invocation,
        at=at,
        user="slack:U1",
        channel="slack:C1",
        text=text,
        command="rooms list",
        allowed=True,
    )
