"""What must be left alone until when: cool-downs, shared by all who ask.

Not safe for threads by itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from bot.errors import Trouble

_FEW = 64  # below it nothing is tidied

Rest = tuple[float, Trouble]  # seconds, or the time when it ends, and what caused it
NONE: Rest = (0.0, Trouble(""))


class Rests:
    def __init__(self) -> None:
        self._ends: dict[str, Rest] = {}
        self._tidy = _FEW

    def add(self, budget: str, end: float, trouble: Trouble, now: float) -> None:
        """Never shortens what was asked before."""
        known = self._ends.get(budget)
        if known is None or end >= known[0]:
            self._ends[budget] = (end, trouble)
        if len(self._ends) > self._tidy:
            self._ends = {key: rest for key, rest in self._ends.items() if rest[0] > now}
            self._tidy = max(_FEW, 2 * len(self._ends))

    def longest(self, budgets: Iterable[str], now: float) -> Rest:
        """Seconds until all of them may be asked again, and why."""
        found = NONE
        for budget in budgets:
            rest = self._ends.get(budget)
            if rest is not None and rest[0] - now > found[0]:
                found = (rest[0] - now, rest[1])
        return found

    def running(self, now: float) -> Iterator[tuple[str, float, Trouble]]:
        """Budget, seconds left and why, of each."""
        for budget, (end, trouble) in self._ends.items():
            if end > now:
                yield budget, end - now, trouble
