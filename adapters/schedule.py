"""When the clock asks: APScheduler on the loop, the work itself in threads of its own.

Jobs stand in code and are kept in memory; what must survive stands in the database.  A job store
shared by two schedulers runs every job twice: https://github.com/agronholm/apscheduler/issues/129
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, timedelta
from threading import Thread

import structlog
from apscheduler.events import EVENT_JOB_MISSED, JobExecutionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from adapters import clock
from bot.errors import Trouble

log = structlog.get_logger(__name__)

# Threads: looking takes long and may be given up, speaking is short and is waited for at the end.
WORKERS = {"look": 16, "speak": 4}
# A grace of None: a job that is late by anything runs once, and now; the default of 1 s drops it.
MIND = 5.0  # seconds between looks at whether the clock was set back
_JOBS = {"coalesce": True, "max_instances": 1, "misfire_grace_time": None}

Work = Callable[[], object]


class Schedule:
    """Made and started on the running loop."""

    def __init__(self, mind: float = MIND) -> None:
        self._mind = mind
        self._minding: asyncio.Task[None] | None = None
        self._pools = {
            kind: ThreadPoolExecutor(most, thread_name_prefix=kind)
            for kind, most in WORKERS.items()
        }
        self._scheduler = AsyncIOScheduler(timezone=UTC, job_defaults=_JOBS)
        self._scheduler.add_listener(_missed, EVENT_JOB_MISSED)

    def every(
        self, interval: timedelta, name: str, work: Work, first: timedelta, kind: str = "look"
    ) -> None:
        """Run it again and again, `first` from now; never twice at a time."""
        self._scheduler.add_job(
            self._run,
            "interval",
            (name, work, kind),
            seconds=interval.total_seconds(),
            next_run_time=clock.now() + first,
            id=name,
        )

    def daily(self, hour: int, zone: str, name: str, work: Work) -> None:
        trigger = CronTrigger(hour=hour, timezone=zone)
        self._scheduler.add_job(self._run, trigger, (name, work, "look"), id=name)

    def start(self) -> None:
        self._scheduler.start()
        self._minding = asyncio.create_task(self._mind_the_clock(), name="clock")

    def halt(self) -> None:
        """Begin nothing any more; what is under way goes on."""
        if self._minding:
            self._minding.cancel()
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)

    async def drain(self, kind: str) -> None:
        """Wait for what is under way, which the scheduler's own shutdown would cancel."""
        loop = asyncio.get_running_loop()
        await loop.run_in_executor(None, self._pools[kind].shutdown)

    async def _mind_the_clock(self) -> None:
        """Jobs are due by the wall clock: set back by an hour, they would rest for an hour."""
        while True:
            await asyncio.sleep(self._mind)
            now = clock.now()
            for job in self._scheduler.get_jobs():
                if isinstance(job.trigger, IntervalTrigger) and job.next_run_time:
                    ahead = job.next_run_time - now - job.trigger.interval
                    if ahead > timedelta(seconds=MIND):
                        log.warning("schedule.clock_set_back", job=job.id)
                        job.modify(next_run_time=now)

    async def _run(self, name: str, work: Work, kind: str) -> None:
        """The last door of a job: it may fail, the schedule goes on."""
        loop = asyncio.get_running_loop()
        try:
            await asyncio.shield(loop.run_in_executor(self._pools[kind], work))
        except asyncio.CancelledError:  # halted; what is under way goes on in its thread
            log.debug("schedule.left", job=name)
        except Trouble as trouble:  # expected, such as a database that restarts; again in time
            log.warning("schedule.refused", job=name, why=str(trouble))
        except Exception:
            log.exception("schedule.failed", job=name)


def _missed(event: JobExecutionEvent) -> None:
    log.warning("schedule.missed", job=event.job_id)


@contextmanager
def apart(fill: Callable[[Schedule], None]) -> Iterator[None]:
    """A schedule on a loop of its own, beside a main thread that has none."""
    loop = asyncio.new_event_loop()
    thread = Thread(target=loop.run_forever, name="schedule", daemon=True)
    thread.start()

    async def begin() -> Schedule:
        made = Schedule()
        fill(made)
        made.start()
        return made

    async def end(made: Schedule) -> None:
        made.halt()
        for kind in WORKERS:
            await made.drain(kind)

    try:
        running = asyncio.run_coroutine_threadsafe(begin(), loop).result()
        try:
            yield
        finally:
            asyncio.run_coroutine_threadsafe(end(running), loop).result()
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()
