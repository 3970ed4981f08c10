"""How hard pressed we are: the ladder's step from what cools down, fails and is refused.

It also knows when that is news for those who want to hear of it at once.  Not safe for threads by
itself.
"""

from __future__ import annotations

from datetime import timedelta

from adapters.graph.breaker import Breaker
from adapters.graph.budget import ENDLESS
from adapters.graph.holdings import Holdings
from adapters.graph.ladder import Facts, Ladder
from adapters.graph.limits import MONITOR
from adapters.graph.pulse import Pulse
from adapters.graph.question import GRAPH, mailbox_of
from adapters.graph.rests import Rests
from adapters.graph.timing import PATIENCE, Timing
from bot.throttling import Cooling, Standing, Step

LONG = 60.0  # seconds; a Retry-After from here on is news
_OFTEN = 0.5  # seconds between two looks where nothing large happened


class Pressure:
    """Reads what the gate keeps; writes only its own."""

    def __init__(self, timing: Timing, holdings: Holdings, rests: Rests, breaker: Breaker) -> None:
        self._timing, self._holdings, self._rests = timing, holdings, rests
        self._breaker = breaker
        self._pulse = Pulse()
        self._ladder = Ladder(timing.clock())
        self._judged = -ENDLESS
        self.has_news = False

    @property
    def step(self) -> Step:
        return self._ladder.step

    def beat(self, status: int, retry_after: float, now: float) -> None:
        """One request was answered."""
        was = self._pulse.is_storm(now)
        self._pulse.beat(now, throttled=status == 429)
        self.has_news |= retry_after >= LONG or (self._pulse.is_storm(now) and not was)
        self.judge(now, at_once=self.has_news)

    def judge(self, now: float, *, at_once: bool = False) -> None:
        if at_once or now - self._judged >= _OFTEN:
            self._judged = now
            self.has_news |= self._ladder.judge(self._facts(now), now, self._timing.clock())

    def news(self) -> bool:
        """Whether there is some that nobody was told yet; now somebody is."""
        news, self.has_news = self.has_news, False
        return news

    def standing(self, now: float) -> Standing:
        self.judge(now, at_once=True)
        rests = sorted(self._rests.running(now), key=lambda rest: -rest[1])
        used, tightest = self._holdings.tightest(now)
        return Standing(
            self._ladder.step,
            self._ladder.since,
            self._ladder.why,
            tuple(Cooling(b, timedelta(seconds=left), str(why)) for b, left, why in rests),
            max(0.0, 1.0 - used),
            tightest,
        )

    def _facts(self, now: float) -> Facts:
        graph, long, mailboxes, service = 0.0, 0, 0, self._holdings.eased(now)
        for budget, left, _ in self._rests.running(now):
            if budget == GRAPH:
                graph = left
            elif mailbox_of(budget):
                mailboxes += 1
                long += left > PATIENCE
            elif budget != MONITOR:
                service = budget
        down, storm = self._breaker.is_open, self._pulse.is_storm(now)
        return Facts(graph, service, mailboxes, long, down, storm)
