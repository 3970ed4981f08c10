"""Jobs run again and again, whatever becomes of one run and of the clock."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from structlog.testing import capture_logs

from adapters.schedule import Schedule
from bot.errors import Unreachable

LONG, SOON = timedelta(hours=1), timedelta(milliseconds=1)


@pytest.fixture
def run():
    """Until the work was done so often."""

    def runs(work: Callable[[], object], every: timedelta, first: timedelta, times: int) -> None:
        asyncio.run(asyncio.wait_for(_runs(work, every, first, times), 10))

    return runs


async def _runs(work: Callable[[], object], every: timedelta, first: timedelta, times: int) -> None:
    done, loop = asyncio.Semaphore(0), asyncio.get_running_loop()

    def counted() -> None:
        loop.call_soon_threadsafe(done.release)
        work()

    schedule = Schedule(mind=0.01)
    schedule.every(every, "it", counted, first)
    schedule.start()
    for _ in range(times):
        await done.acquire()
    schedule.halt()
    await schedule.drain("look")


def test_a_clock_that_is_set_back_by_an_hour_keeps_no_job_for_an_hour(run):
    run(lambda: None, SOON, LONG, 2)  # due in an hour, by the clock as it is now


def test_a_job_that_is_refused_by_the_database_says_so_in_one_line_and_runs_again(run):
    def refused() -> None:
        raise Unreachable("I cannot reach my database")

    with capture_logs() as said:
        run(refused, SOON, SOON, 2)

    lines = [line for line in said if line["event"] == "schedule.refused"]
    assert lines[0]["why"] == "I cannot reach my database"
    assert not any("exc_info" in line for line in said)


def test_a_job_that_goes_wrong_runs_again(run):
    with capture_logs() as said:
        run(lambda: 1 / 0, SOON, SOON, 2)

    assert "schedule.failed" in {line["event"] for line in said}
