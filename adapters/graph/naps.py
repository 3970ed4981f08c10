"""Sleeps of threads that wait for Graph: in slices, so that a close of the bot ends them all."""

from __future__ import annotations

from adapters.graph.refusal import Slowed
from adapters.graph.timing import Timing
from bot.errors import Trouble, Unreachable

SLICE = 1.0  # seconds after which a sleeper looks up


class Naps:
    """Shared by all threads of the process."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._closed = False

    def close(self) -> None:
        self._closed = True

    def check(self) -> None:
        """Unreachable once the bot closes."""
        if self._closed:
            raise Unreachable("The bot is closing")

    def nap(self, seconds: float, until: float) -> None:
        """Not beyond `until`; Unreachable when the bot closes meanwhile."""
        end = min(self._timing.monotonic() + seconds, until)
        while (left := end - self._timing.monotonic()) > 0:
            self.check()
            self._timing.sleep(min(left, SLICE))

    def rest(self, seconds: float, trouble: Trouble, until: float) -> None:
        """Sleep through a cool-down; its trouble at once, where it is longer than the patience."""
        if seconds >= self._timing.left(until):
            raise told(trouble, seconds)
        self.nap(seconds, until)


def told(trouble: Trouble, seconds: float) -> Trouble:
    """What somebody hears of a cool-down that has so many seconds left."""
    heard = trouble.later(seconds) if isinstance(trouble, Slowed) else trouble
    return heard.with_traceback(None)
