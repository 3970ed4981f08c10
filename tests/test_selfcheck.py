"""The bot's look at its own rounds."""

from __future__ import annotations

from datetime import timedelta

import pytest

from adapters.store import open_store
from bot.finding import Broken, Ok
from bot.selfcheck import rounds
from handlers import CHECKS
from tests.booked import looked
from tests.dying import UNASKED

EVERY = {check.name: timedelta(minutes=5) for check in CHECKS}


@pytest.fixture
def book(sqlite_url, clock):
    store = open_store(sqlite_url, clock)
    looked(store.book, clock())
    yield store.book
    store.close()


@pytest.fixture
def look(book, clock):
    """At the rounds, by a bot that began with the clock."""
    check = rounds(book, EVERY, clock())
    return lambda: check.look(UNASKED, clock())


def look_at(book, clock, *names):
    for name in names:
        fence = book.rounds.begin(name, timedelta(), "web-1", clock(), timedelta(minutes=1))
        book.rounds.end(fence, Ok("It is well."), (), (), clock())


def fingerprints(result):
    return [one.fingerprint for one in result.findings] if isinstance(result, Broken) else []


def test_checks_that_are_looked_at_in_time_are_well(look, clock):
    clock.forward(minutes=16)

    assert look() == Ok("All 9 checks are looked at in time.")


def test_a_check_that_nobody_looks_at_is_named(look, book, clock):
    clock.forward(minutes=17)
    look_at(book, clock, *(name for name in EVERY if name != "rooms"))

    assert fingerprints(look()) == ["rounds/overdue/rooms"]


def test_what_keeps_all_checks_from_being_looked_at_is_one_problem(look, clock):
    clock.forward(minutes=17)
    result = look()

    assert fingerprints(result) == ["rounds/overdue"]
    [found] = result.findings
    assert found.summary.startswith("9 checks have not been looked at in time, the first since ")
    assert "reach, credential, app" in found.consequence
