"""On which step of the degrade ladder we stand: pure, from what is known right now.

Up at once; down to SLOW as soon as the cause is over, and to NORMAL a minute later.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.graph.timing import PATIENCE
from bot.throttling import DOWN, Step

CALM = 60.0  # seconds without a cause before everything runs again
MANY = 10  # mailboxes that cool down at a time: no longer a matter of single rooms
_SEVERAL = 3


@dataclass(frozen=True, slots=True)
class Facts:
    """`graph` is how many seconds all of Graph must be left alone; mailboxes are those that cool
    down, and those that do so for longer than a person waits."""

    graph: float = 0.0
    service: str = ""  # one that must be left alone, or that has little left
    mailboxes: int = 0
    long: int = 0
    down: bool = False
    storm: bool = False


class Ladder:
    """Not safe for threads by itself."""

    def __init__(self, at: datetime) -> None:
        self.step, self.since, self.why = Step.NORMAL, at, ""
        self._calm_from: float | None = None

    def judge(self, facts: Facts, now: float, at: datetime) -> bool:
        """Whether the step is another one now; `now` is monotonic."""
        step, why = _wanted(facts)
        if step is Step.NORMAL and self.step is not Step.NORMAL:
            if self._calm_from is None:
                self._calm_from = now
            if now - self._calm_from < CALM:
                step, why = Step.SLOW, _AFTERWARDS
        else:
            self._calm_from = None
        changed = step is not self.step
        if changed:
            self.since = at
        self.step, self.why = step, why
        return changed


def _wanted(facts: Facts) -> tuple[Step, str]:
    if facts.graph > PATIENCE:
        return Step.RATIONED, _GRAPH
    if facts.long >= MANY:
        return Step.RATIONED, f"Microsoft asks to leave {facts.mailboxes} mailboxes alone"
    return next((pair for holds, pair in _lesser(facts) if holds), (Step.NORMAL, ""))


def _lesser(facts: Facts) -> tuple[tuple[bool, tuple[Step, str]], ...]:
    many = f"Microsoft asks to leave {facts.mailboxes} mailboxes alone"
    few = f"{facts.service} is near its limit or asks to be left alone"
    return (
        (facts.down, (Step.PAUSED, DOWN)),
        (facts.graph > 0, (Step.PAUSED, _GRAPH)),
        (facts.mailboxes >= MANY, (Step.PAUSED, many)),
        (facts.storm, (Step.PAUSED, "Microsoft refuses many of the bot's requests for now")),
        (facts.mailboxes >= _SEVERAL, (Step.SLOW, many)),
        (bool(facts.service), (Step.SLOW, few)),
    )


_GRAPH = "Microsoft asks to leave all of Graph alone"
_AFTERWARDS = "It was throttled a moment ago"
