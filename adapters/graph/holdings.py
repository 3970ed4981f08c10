"""Every budget that is in use, and what of it each request takes and gives back.

Those that are idle are forgotten, so ten thousand mailboxes cost nothing a moment later.  Not
safe for threads by itself.
"""

from __future__ import annotations

from adapters.graph.budget import ENDLESS, Budget
from adapters.graph.limits import MAILBOX, MONITOR, Limits, kind
from adapters.graph.question import GRAPH
from adapters.graph.queue import Ask

_FEW = 128  # below it nothing is forgotten


class Holdings:
    """`share` is the part of every limit that is ours; `rounds` counts what rounds have in flight.

    A budget without a limit (a name that nobody limits) is never held back.
    """

    def __init__(self, limits: Limits) -> None:
        self.limits = limits
        self.share = 1.0
        self.rounds = 0
        self._held: dict[str, Budget] = {}
        self._tidy = _FEW

    def of(self, budget: str, now: float) -> Budget:
        held = self._held.get(budget)
        if held is None:
            if len(self._held) >= self._tidy:
                self._forget(now)
            held = self._held[budget] = Budget(self.limits[kind(budget)], now)
        return held

    def is_counted(self, budget: str) -> bool:
        """Whether it matters how many are in flight."""
        return self.limits[kind(budget)].at_once > 0

    def relimit(self, limits: Limits) -> None:
        """Other limits; of services that nobody asks right now they hold at once."""
        other = {name for name in limits if limits[name] != self.limits[name]}
        self.limits = limits
        for budget, held in list(self._held.items()):
            if kind(budget) in other and not held.in_flight:
                del self._held[budget]

    def wait(
        self, ask: Ask, now: float, units: dict[str, int], places: dict[str, int], *, spare: bool
    ) -> float:
        """Seconds until it fits beside what is reserved; ENDLESS until somebody leaves."""
        if not self._fits(ask, now, places):
            return ENDLESS
        longest = 0.0
        for budget, wanted in ask.units.items():
            ahead, held = units.get(budget, 0), self.of(budget, now)
            longest = max(longest, held.delay(wanted, now, self.share, ahead=ahead, spare=spare))
        return longest

    def reserve(self, ask: Ask, now: float, units: dict[str, int], places: dict[str, int]) -> bool:
        """What one who comes before takes; of places it cannot have yet, all, so that nobody
        overtakes it there.  Whether it has its places."""
        fits = self._fits(ask, now, places)
        for budget, wanted in ask.places.items():
            places[budget] = places.get(budget, 0) + wanted
        if fits:
            for budget, wanted in ask.units.items():
                units[budget] = units.get(budget, 0) + wanted
        return fits

    def take(self, ask: Ask, now: float) -> None:
        for budget, units in ask.units.items():
            self.of(budget, now).take(units, now)
        for budget, places in ask.places.items():
            self.of(budget, now).in_flight += places
        self.rounds += ask.is_scheduled

    def leave(self, ask: Ask) -> None:
        for budget, places in ask.places.items():
            self._held[budget].in_flight -= places
        self.rounds -= ask.is_scheduled

    def tightest(self, now: float) -> tuple[float, str]:
        """The largest used share of any limit of Graph's, and whose."""
        graphs = ((held, budget) for budget, held in self._held.items() if budget != MONITOR)
        used = ((held.used(now, self.share), budget) for held, budget in graphs)
        return max(used, default=(0.0, ""))

    def eased(self, now: float) -> str:
        """A service that we spare because it told us to; "" where there is none."""
        services = (name for name in self.limits if name not in (MAILBOX, GRAPH, MONITOR))
        held = ((name, self._held.get(name)) for name in services)
        return next((name for name, each in held if each and each.ease(now) < 1.0), "")

    def _fits(self, ask: Ask, now: float, places: dict[str, int]) -> bool:
        return all(
            self.of(budget, now).places(wanted, places.get(budget, 0), self.share, now)
            for budget, wanted in ask.places.items()
        )

    def _forget(self, now: float) -> None:
        self._held = {key: held for key, held in self._held.items() if not held.is_idle(now)}
        self._tidy = max(_FEW, 2 * len(self._held))
