"""The directory of rooms, kept and read anew in the background.

Whoever asks gets the one that is there, with its age; only the very first has to wait.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, wait
from concurrent.futures import TimeoutError as Late
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

import structlog

from adapters.graph.asker import on_behalf_of, working
from adapters.graph.refusal import TooSlow
from adapters.graph.timing import LONG_PATIENCE, PATIENCE, Timing
from bot.asking import Asker, Urgency
from bot.errors import Trouble
from bot.rooms import Catalogue

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=15)
ASKER = "room directory"
_PAUSE = timedelta(minutes=1)  # between a failure and the next try, while an old one is there
_MOMENT = 2.0  # seconds in which a round's reading may still spare one of one's own

Reading = Future[Catalogue]


class Shelf:
    """Shared by all threads of the process.

    It is read as a round's question, which goes after people's; but not where somebody waits for
    the first one.
    """

    def __init__(self, read: Callable[[float], Catalogue], timing: Timing) -> None:
        """`read` gets the time until when it may take, and may raise Trouble."""
        self._read, self._timing = read, timing
        self._lock = Lock()
        self._kept: Catalogue | None = None
        self._reading: dict[Urgency, Reading] = {}
        self._failed_at: datetime | None = None
        self._closed = Event()
        self._warm = False

    def catalogue(self) -> Catalogue:
        """The newest that is known; Trouble only where none was ever read."""
        with self._lock:
            kept = self._kept
            if kept is not None and self._is_due(kept):
                self._refresh(Urgency.ROUND)
        return kept if kept is not None else self._first(self._timing.until(PATIENCE))

    def _first(self, until: float) -> Catalogue:
        """From the reading that is under way, unless that is a round's which is held up."""
        with self._lock:
            warming = self._reading.get(Urgency.ROUND)
        if warming is not None:
            done, _ = wait((warming,), min(_MOMENT, self._timing.left(until)))
            if done and not warming.exception():
                return warming.result()
        with self._lock:
            if self._kept is not None:
                return self._kept
            reading = self._refresh(working().urgency)
        try:
            return reading.result(self._timing.left(until))
        except Late:
            text = "The room directory is still being read"
            raise TooSlow(text, "Ask again in a moment.") from None

    def keep_warm(self) -> None:
        """Read it now and whenever it is no longer fresh, until closed."""
        with self._lock:
            if self._warm:
                return
            self._warm = True
            self._refresh(Urgency.ROUND)
        Thread(target=self._keep_warm, name="graph-catalogue-clock", daemon=True).start()

    def close(self) -> None:
        self._closed.set()

    def _keep_warm(self) -> None:
        while not self._closed.wait(FRESH.total_seconds()):
            with self._lock:
                self._refresh(Urgency.ROUND)

    def _is_due(self, kept: Catalogue) -> bool:
        now = self._timing.clock()
        if timedelta() <= now - kept.read_at < FRESH:
            return False
        return self._failed_at is None or not timedelta() <= now - self._failed_at < _PAUSE

    def _refresh(self, urgency: Urgency) -> Reading:
        """The reading that is under way, or a new one; needs the lock."""
        reading = self._reading.get(Urgency.PERSON) or self._reading.get(urgency)
        if reading is None:
            reading = self._reading[urgency] = Future()
            run = Thread(target=self._run, args=(urgency, reading), name="graph-catalogue")
            run.daemon = True
            run.start()
        return reading

    def _run(self, urgency: Urgency, reading: Reading) -> None:
        try:
            with on_behalf_of(Asker(ASKER, urgency), self._timing.monotonic()):
                read = self._read(self._timing.until(LONG_PATIENCE))
        except Trouble as trouble:
            log.warning("graph.catalogue_failed", kind=type(trouble).__name__, code=trouble.code)
            self._failed(urgency, reading, trouble, trouble.sentence)
        except BaseException as bug:
            log.exception("graph.catalogue_bug")
            text = "Something went wrong on my side while I read the room directory."
            self._failed(urgency, reading, bug, text)
        else:
            log.info("graph.catalogue_read", rooms=len(read.rooms), problem=bool(read.problem))
            self._landed(urgency, reading, read)

    def _failed(self, urgency: Urgency, reading: Reading, why: BaseException, problem: str) -> None:
        with self._lock:
            del self._reading[urgency]
            self._failed_at = self._timing.clock()
            if self._kept is not None:
                self._kept = replace(self._kept, problem=problem)
            if not reading.done():
                reading.set_exception(why)

    def _landed(self, urgency: Urgency, reading: Reading, read: Catalogue) -> None:
        """Whoever waits has it, though they wait for another reading."""
        with self._lock:
            del self._reading[urgency]
            self._failed_at, self._kept = None, read
            for each in (reading, *self._reading.values()):
                if not each.done():
                    each.set_result(read)
