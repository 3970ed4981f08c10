"""A round over ten thousand mailboxes at full speed, and fifty people who ask meanwhile.

The sandbox runs in a process of its own and enforces Microsoft's limits; both sides have them
scaled so that the round takes seconds.  Run it with `python tests/benchmarks/bench_governor.py`;
it exits 1 on a missed target.
"""

from __future__ import annotations

import logging
import multiprocessing
import statistics
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from multiprocessing.connection import Connection
from pathlib import Path
from threading import Thread
from timeit import timeit

import structlog

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.graph import Graph, connect
from adapters.graph.governor import Governor
from adapters.graph.limits import LIMITS, scaled
from adapters.graph.question import GRAPH, mailbox
from adapters.graph.timing import Timing
from adapters.sandbox import Limits, Sandbox, big
from bot.asking import Asker, Urgency
from bot.load import load
from bot.rooms import Room
from tests.polling import eventually

MAILBOXES = 10_000
PER_SECOND = 550.0  # what the whole app may ask here; documented are 13,000
SCALE = PER_SECOND / 13_000
PEOPLE, EACH = 50, 4
TARGET_RATE, TARGET_LATENCY, TARGET_TURN = 0.90, 2.0, 100.0


@contextmanager
def tenant() -> Iterator[tuple[Connection, dict[str, str]]]:
    ours, theirs = multiprocessing.Pipe()
    process = multiprocessing.get_context("spawn").Process(target=_serve, args=(theirs,))
    process.start()
    try:
        yield ours, ours.recv()
    finally:
        ours.send("end")
        process.join()


def _serve(pipe: Connection) -> None:
    with Sandbox(big(datetime.now(UTC), MAILBOXES)) as sandbox:
        sandbox.tenant.limits = Limits().scaled(SCALE)
        sandbox.tenant.latency = 0.02
        pipe.send(sandbox.settings())
        while pipe.recv() == "count":
            referee = sandbox.referee
            told = [call.status for call in referee.calls]
            pipe.send((referee.operations, told.count(429), [v.rule for v in referee.violations]))
            referee.reset()


def client(settings: dict[str, str]) -> Graph:
    known, _ = load(settings)
    return connect(known, lambda: datetime.now(UTC), limits=scaled(LIMITS, SCALE))


def commands(graph: Graph, rooms: list[Room]) -> list[float]:
    """Fifty people at a time, each of whom asks about a few rooms; how long each of them waited."""

    def one(number: int) -> float:
        start = datetime.now(UTC) + timedelta(hours=number, minutes=number)
        began = time.perf_counter()
        with graph.asking(Asker(f"free {number % 5}")):
            states = graph.availability(rooms[number * 5 : number * 5 + 5], start, start + _HOUR)
        assert not any(state.unreadable for state in states)
        return time.perf_counter() - began

    took: list[float] = []
    with ThreadPoolExecutor(PEOPLE) as pool:
        for turn in range(EACH):
            took += pool.map(one, range(turn * PEOPLE, (turn + 1) * PEOPLE))
            # They come by and by, so that they meet the whole round and not its beginning alone.
            ends = time.monotonic() + 1.0
            eventually(lambda ends=ends: time.monotonic() >= ends)
    return took


_HOUR = timedelta(hours=1)


def main() -> int:
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    found = [Room(each.address, each.name) for each in big(datetime.now(UTC), MAILBOXES).rooms]
    with tenant() as (pipe, settings):
        graph = client(settings)
        graph.probe()
        commands(graph, found)  # connections are open now
        pipe.send("count")
        pipe.recv()
        idle = commands(graph, found)
        pipe.send("count")
        pipe.recv()
        seconds: list[float] = []

        def sweep() -> None:
            with graph.asking(Asker("reach", Urgency.ROUND)):
                began = time.perf_counter()
                probes = graph.exchange.probe([room.address for room in found])
                seconds.append(time.perf_counter() - began)
            assert {probe.reach for probe in probes} == {"read"}

        thread = Thread(target=sweep)
        thread.start()
        eventually(lambda: graph.governor.waiting)  # the round has filled its limit
        busy = commands(graph, found)
        alive = thread.is_alive()
        thread.join()
        pipe.send("count")
        operations, throttled, violations = pipe.recv()
        waits = [tally for bucket in graph.governor.ledger.take() for tally in bucket.tallies]
        graph.close()
    rate = operations / seconds[0] / PER_SECOND
    ratio = statistics.median(busy) / statistics.median(idle)
    worst = _high(busy) / _high(idle)
    turn = _turn() * 1e6
    print(f"round           {seconds[0]:.1f} s, {operations} operations, {throttled} 429s")
    print(f"rate            {rate:.1%} of the documented maximum")
    print(
        f"people, idle    median {statistics.median(idle) * 1000:.0f} ms, p95 {_high(idle):.3f} s"
    )
    print(
        f"people, busy    median {statistics.median(busy) * 1000:.0f} ms, p95 {_high(busy):.3f} s"
    )
    print(f"ratio           median {ratio:.2f}, p95 {worst:.2f}   ({len(waits)} tallies)")
    print(f"one turn        {turn:.1f} µs with the ledger's line")
    verdicts = {
        f"at least {TARGET_RATE:.0%} of the documented rate": rate >= TARGET_RATE,
        "zero 429s": not throttled,
        "no violation": not violations,
        "people asked while the round ran": alive,
        f"people wait at most {TARGET_LATENCY} times as long": ratio <= TARGET_LATENCY,
        f"a turn takes at most {TARGET_TURN} µs": turn <= TARGET_TURN,
    }
    for verdict, held in verdicts.items():
        print(f"  {'ok    ' if held else 'MISSED'}  {verdict}")
    return 0 if all(verdicts.values()) else 1


def _high(took: list[float]) -> float:
    return statistics.quantiles(took, n=20)[-1]


def _turn() -> float:
    """Seconds that the gate and the ledger cost one request."""
    timing = Timing(lambda: datetime.now(UTC), time.monotonic, time.sleep, lambda: 0.5)
    governor = Governor(timing)
    budgets = [(mailbox(f"room{number}@x"), GRAPH) for number in range(5_000)]

    def turns() -> None:
        for each in budgets:
            with governor.turn(each, timing.after(20), "calendar"):
                governor.ledger.answered("calendar", each[0], "reach", 200)

    return timeit(turns, number=1) / len(budgets)


if __name__ == "__main__":
    sys.exit(main())
