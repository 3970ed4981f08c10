"""The directory of rooms, kept and read anew in the background.

Whoever asks gets the one that is there, with its age; only the very first has to wait.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as Late
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Event, Lock, Thread

import structlog

from adapters.graph.refusal import TooSlow
from adapters.graph.timing import LONG_PATIENCE, PATIENCE, Timing
from bot.errors import Trouble
from bot.rooms import Catalogue

log = structlog.get_logger(__name__)

FRESH = timedelta(minutes=15)
_PAUSE = timedelta(minutes=1)  # between a failure and the next try, while an old one is there


class Shelf:
    """Shared by all threads of the process."""

    def __init__(self, read: Callable[[float], Catalogue], timing: Timing) -> None:
        """`read` gets the time until when it may take, and may raise Trouble."""
        self._read, self._timing = read, timing
        self._lock = Lock()
        self._kept: Catalogue | None = None
        self._reading: Future[Catalogue] | None = None
        self._failed_at: datetime | None = None
        self._closed = Event()
        self._warm = False

    def catalogue(self) -> Catalogue:
        """The newest that is known; Trouble only where none was ever read."""
        with self._lock:
            kept = self._kept
            if kept is not None and not self._is_due(kept):
                return kept
            reading = self._refresh()
        if kept is not None:
            return kept
        try:
            return reading.result(PATIENCE)
        except Late:
            text = "The room directory is still being read"
            raise TooSlow(text, "Ask again in a moment.") from None

    def keep_warm(self) -> None:
        """Read it now and whenever it is no longer fresh, until closed."""
        with self._lock:
            if self._warm:
                return
            self._warm = True
            self._refresh()
        Thread(target=self._keep_warm, name="graph-catalogue-clock", daemon=True).start()

    def close(self) -> None:
        self._closed.set()

    def _keep_warm(self) -> None:
        while not self._closed.wait(FRESH.total_seconds()):
            with self._lock:
                self._refresh()

    def _is_due(self, kept: Catalogue) -> bool:
        now = self._timing.clock()
        if timedelta() <= now - kept.read_at < FRESH:
            return False
        return self._failed_at is None or not timedelta() <= now - self._failed_at < _PAUSE

    def _refresh(self) -> Future[Catalogue]:
        """The reading that is under way, or a new one; needs the lock."""
        if self._reading is None:
            self._reading = Future()
            Thread(target=self._run, name="graph-catalogue", daemon=True).start()
        return self._reading

    def _run(self) -> None:
        assert self._reading is not None
        reading = self._reading
        try:
            read = self._read(self._timing.until(LONG_PATIENCE))
        except Trouble as trouble:
            log.warning("graph.catalogue_failed", kind=type(trouble).__name__, code=trouble.code)
            self._landed(None, trouble.sentence)
            reading.set_exception(trouble)
        except BaseException as bug:
            log.exception("graph.catalogue_bug")
            self._landed(None, "Something went wrong on my side while I read the room directory.")
            reading.set_exception(bug)
        else:
            log.info("graph.catalogue_read", rooms=len(read.rooms), problem=bool(read.problem))
            self._landed(read, "")
            reading.set_result(read)

    def _landed(self, read: Catalogue | None, problem: str) -> None:
        with self._lock:
            self._reading = None
            self._failed_at = self._timing.clock() if read is None else None
            if read is not None:
                self._kept = read
            elif self._kept is not None:
                self._kept = replace(self._kept, problem=problem)
