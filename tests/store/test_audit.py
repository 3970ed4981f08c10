"""The audit on SQLite and on PostgreSQL."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from threading import Barrier
from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from adapters.store import Store
from bot.ports import Entry
from bot.reply import Outcome
from tests.store.conftest import NOON, Open, entry


def test_a_line_stands_in_the_book_before_its_command_has_ended(store: Store) -> None:
    store.begin(entry())

    [line] = store.lines()

    assert line.entry == entry()
    assert (line.outcome, line.duration) == (None, None)


def test_a_line_says_how_its_command_ended_and_how_long_it_took(store: Store) -> None:
    number = store.begin(entry())
    assert number is not None

    store.end(number, Outcome.DENIED, timedelta(milliseconds=12.4))

    [line] = store.lines()
    assert (line.number, line.outcome) == (number, Outcome.DENIED)
    assert line.duration == timedelta(milliseconds=12)


def test_an_invocation_that_comes_twice_is_written_once(store: Store) -> None:
    first = store.begin(entry("slack:1"))
    again = store.begin(entry("slack:1", NOON + timedelta(minutes=1), "something else"))
    other = store.begin(entry("slack:2"))

    assert first is not None
    assert again is None
    assert other is not None
    assert [line.entry.invocation for line in store.lines()] == ["slack:2", "slack:1"]
    assert store.lines()[1].entry == entry("slack:1")


def test_of_sixteen_who_bring_one_invocation_to_two_replicas_one_wins(
    database_url: str, replica: Open
) -> None:
    replicas = (replica(database_url), replica(database_url))
    gate = Barrier(16)

    def bring(who: int) -> list[int | None]:
        gate.wait()
        return [replicas[who % 2].begin(entry(f"slack:{act}")) for act in range(10)]

    with ThreadPoolExecutor(16) as threads:
        answers = list(threads.map(bring, range(16)))

    winners = [
        [number for number in act if number is not None] for act in zip(*answers, strict=True)
    ]
    assert [len(numbers) for numbers in winners] == [1] * 10
    assert len(replicas[0].lines()) == 10


def test_the_newest_lines_come_first_and_only_as_many_as_asked(store: Store) -> None:
    for act in range(5):
        store.begin(entry(f"slack:{act}"))

    assert [line.entry.invocation for line in store.lines(2)] == ["slack:4", "slack:3"]


def test_pruning_forgets_what_is_older_and_nothing_else(store: Store) -> None:
    for hours in range(4):
        store.begin(entry(f"slack:{hours}", NOON + timedelta(hours=hours)))

    assert store.prune(NOON + timedelta(hours=2)) == 2
    assert store.prune(NOON + timedelta(hours=2)) == 0
    assert [line.entry.invocation for line in store.lines()] == ["slack:3", "slack:2"]


def test_a_great_many_old_lines_are_pruned_in_one_go(store: Store) -> None:
    for act in range(1001):
        store.begin(entry(f"slack:{act}"))

    assert store.prune(NOON + timedelta(seconds=1)) == 1001
    assert store.lines() == []


def test_a_number_is_never_given_twice_not_even_after_pruning(store: Store) -> None:
    before = store.begin(entry("slack:1"))
    store.prune(NOON + timedelta(days=1))
    after = store.begin(entry("slack:1"))

    assert before is not None
    assert after is not None
    assert after > before


def test_times_from_any_zone_come_back_in_utc_and_are_compared_as_moments(store: Store) -> None:
    tokyo = timezone(timedelta(hours=9))
    store.begin(entry("early", datetime(2026, 11, 23, 20, 59, tzinfo=tokyo)))  # 11:59 UTC
    store.begin(entry("late", datetime(2026, 11, 23, 12, 0, 0, 1, tzinfo=UTC)))

    assert store.prune(NOON) == 1
    [line] = store.lines()
    assert line.entry.at == NOON + timedelta(microseconds=1)
    assert line.entry.at.tzinfo == UTC


def test_text_that_no_database_can_hold_is_kept_with_marks_in_the_gaps(store: Store) -> None:
    store.begin(entry("slack:\x001", text="nul \x00, half an emoji \ud83d, end"))

    [line] = store.lines()
    assert line.entry.text == "nul \ufffd, half an emoji \ufffd, end"
    assert store.begin(entry("slack:\x001")) is None


def test_long_invocation_ids_are_told_apart_by_their_ends(store: Store) -> None:
    long = "teams:" + "🎈" * 5000

    assert store.begin(entry(long + "1")) is not None
    assert store.begin(entry(long + "2")) is not None
    assert store.begin(entry(long + "1")) is None


def test_the_end_of_a_line_that_was_pruned_meanwhile_is_no_trouble(store: Store) -> None:
    number = store.begin(entry())
    assert number is not None
    store.prune(NOON + timedelta(days=1))

    store.end(number, Outcome.ANSWERED, timedelta(seconds=1))

    assert store.lines() == []


_any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"))


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    drawn=st.builds(
        Entry,
        invocation=_any_text.filter(lambda text: len(text) < 150),
        at=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
        user=_any_text,
        channel=_any_text,
        text=_any_text,
        command=_any_text,
        allowed=st.booleans(),
    ),
    outcome=st.sampled_from(Outcome),
    seconds=st.integers(0, 100_000),
)
def test_every_entry_comes_back_as_it_was_written(
    store: Store, drawn: Entry, outcome: Outcome, seconds: int
) -> None:
    line = replace(drawn, invocation=f"{uuid4()}:{drawn.invocation}")
    number = store.begin(line)
    assert number is not None
    store.end(number, outcome, timedelta(seconds=seconds))

    read = store.lines(1)[0]

    assert (read.number, read.entry, read.outcome) == (number, line, outcome)
    assert read.duration == timedelta(seconds=seconds)
