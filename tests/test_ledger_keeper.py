"""What was asked gets into the database, whatever happens to it on the way."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from adapters.graph.ledger import Ledger as Memory
from adapters.metrics import Metrics
from bot.errors import Trouble
from bot.ledger_keeper import Alarm, Felt, Keeper
from bot.ports import Unpressed
from bot.throttling import By, Tally
from tests.walking import MONDAY

MINUTE = timedelta(minutes=1)


@dataclass
class Full:
    """A database that takes nothing for a while."""

    book: object
    full: bool = True
    tried: list[int] = field(default_factory=list)

    def write(self, holder, buckets, standing, now):
        self.tried.append(len(buckets))
        if self.full:
            raise Trouble("The disk is full")
        self.book.write(holder, buckets, standing, now)


@pytest.fixture
def memory(clock):
    return Memory(clock)


def felt(memory) -> Felt:
    return Felt(memory, Unpressed().standing)


def asked(memory, clock, times: int = 1, **more) -> None:
    """In this minute, which ends."""
    for _ in range(times):
        memory.answered("getSchedule", "fado@x", "rooms free", more.get("status", 200))
    clock.forward(minutes=1)


def test_a_minute_that_has_ended_is_kept_once(store, memory, clock):
    keeper = Keeper(felt(memory), store.book.ledger, "r1", clock)
    asked(memory, clock, 3)

    keeper.keep()
    keeper.keep()

    [first, running] = store.book.ledger.spells(MONDAY, MONDAY + 2 * MINUTE, MINUTE)
    assert first.sum == Tally(By.ALL, "", 3)
    assert running.sum == Tally(By.ALL, "")  # book is kept, and nothing has ended


def test_what_could_not_be_written_is_written_later(store, memory, clock):
    full = Full(store.book.ledger)
    keeper = Keeper(felt(memory), full, "r1", clock)
    asked(memory, clock, 3)
    keeper.keep()
    asked(memory, clock, 4, status=429)
    keeper.keep()
    full.full = False

    keeper.keep()

    assert full.tried == [1, 2, 2]
    spells = store.book.ledger.spells(MONDAY, MONDAY + 2 * MINUTE, MINUTE)
    assert [one.sum.requests for one in spells if one.sum] == [3, 4]
    assert [one.sum.throttled for one in spells if one.sum] == [0, 4]


def test_a_minute_is_seen_by_everybody_until_it_is_written(store, memory, clock):
    full = Full(store.book.ledger)
    known = felt(memory)
    keeper = Keeper(known, full, "r1", clock)
    asked(memory, clock, 3)
    memory.answered("getSchedule", "fado@x", "rooms free", 200)

    def seen() -> list[int]:
        return [bucket.tallies[0].requests for bucket in known.recent()]

    keeper.keep()
    assert seen() == [3, 1]
    full.full = False
    keeper.keep()
    assert seen() == [1]


def test_who_comes_while_it_is_written_does_not_write_it_again(store, memory, clock):
    class Slow(Full):
        def write(self, *given):
            keeper.keep()
            super().write(*given)

    slow = Slow(store.book.ledger, full=False)
    keeper = Keeper(felt(memory), slow, "r1", clock)
    asked(memory, clock, 3)

    keeper.keep()

    assert slow.tried == [1]


def test_old_minutes_become_hours_and_the_oldest_are_forgotten(store, memory, clock):
    ledger = store.book.ledger
    keeper = Keeper(felt(memory), ledger, "r1", clock)
    asked(memory, clock, 3)
    keeper.keep()

    clock.forward(days=3)
    keeper.tidy()
    assert ledger.spells(MONDAY, MONDAY + 60 * MINUTE, 60 * MINUTE)[0].sum == Tally(By.ALL, "", 3)

    clock.forward(days=6)
    keeper.tidy()
    assert ledger.spells(MONDAY, MONDAY + 60 * MINUTE, 60 * MINUTE)[0].sum is None


def test_prometheus_sees_what_was_kept_and_how_it_stands(store, memory, clock):
    metrics = Metrics("1")
    metrics.pressed(Unpressed().standing)
    keeper = Keeper(felt(memory), store.book.ledger, "r1", clock, [metrics.asked])
    asked(memory, clock, 3, status=429)
    keeper.keep()
    keeper.keep()

    page = metrics.page().decode()

    for line in ("roomops_graph_requests_total 3.0", "roomops_graph_throttled_total 3.0",
                 "roomops_graph_waits_total 0.0", "roomops_graph_step 0.0",
                 "roomops_graph_headroom 1.0", "roomops_graph_cooling 0.0"):  # fmt: skip
        assert line in page


def test_an_alarm_that_rings_often_is_answered_once():
    alarm = Alarm()
    assert not alarm.answered()
    alarm.ring()
    alarm.ring()
    assert alarm.answered()
    assert not alarm.answered()
