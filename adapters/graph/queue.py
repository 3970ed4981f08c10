"""Who waits for a turn, and in which order: people first, fair between askers, rounds not never.

Within a lane the askers take turns, whoever went last coming last, so that one command with a
hundred questions does not hold up another with one.  Not safe for threads by itself.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import chain, zip_longest
from threading import Event

from adapters.graph.asker import Working
from adapters.graph.limits import MONITOR
from adapters.graph.question import mailbox_of
from bot.asking import Urgency

_GUARANTEED = 8  # one turn in so many is a round's while one waits


@dataclass(slots=True, eq=False)
class Ask:
    """One request that wants to go: how much of which budgets it uses, and for whom."""

    units: dict[str, int]
    places: dict[str, int]  # of those, what matters while it is in flight
    who: Working
    until: float
    operation: str
    gate: Event | None = field(default=None)  # set where it waits for a place

    @property
    def is_round(self) -> bool:
        return self.who.urgency is Urgency.ROUND

    @property
    def is_scheduled(self) -> bool:
        """Whether it is a round's question to Graph, which Azure Monitor is not."""
        return self.is_round and MONITOR not in self.units

    @property
    def mailbox(self) -> str:
        """Whose it is; "" where it is a service's."""
        return mailbox_of(next(iter(self.units), ""))


class Queue:
    def __init__(self) -> None:
        self._lanes: dict[Urgency, dict[str, list[Ask]]] = {urgency: {} for urgency in Urgency}
        self._size = 0
        self._in_a_row = 0  # people who went while a round waited

    def __len__(self) -> int:
        return self._size

    def __contains__(self, ask: Ask) -> bool:
        return ask in self._lanes[ask.who.urgency].get(ask.who.name, ())

    def add(self, ask: Ask) -> None:
        """At the end of its asker's own; nothing where it waits already."""
        if ask not in self:
            self._lanes[ask.who.urgency].setdefault(ask.who.name, []).append(ask)
            self._size += 1

    def drop(self, ask: Ask) -> None:
        """It waits no more."""
        lane = self._lanes[ask.who.urgency]
        if ask in (waiting := lane.get(ask.who.name, ())):
            assert isinstance(waiting, list)
            waiting.remove(ask)
            self._size -= 1
            if not waiting:
                del lane[ask.who.name]

    def went(self, ask: Ask) -> None:
        """It got its turn: its asker comes after the others now."""
        self.drop(ask)
        lane = self._lanes[ask.who.urgency]
        if (waiting := lane.pop(ask.who.name, None)) is not None:
            lane[ask.who.name] = waiting
        waits = self._lanes[Urgency.ROUND] and not ask.is_round
        self._in_a_row = self._in_a_row + 1 if waits else 0

    def order(self) -> Iterator[Ask]:
        """All of them, the next one first."""
        people, rounds = (_turns(lane) for lane in self._lanes.values())
        if self.owes_a_round:
            first = next(rounds)
            return chain((first,), people, rounds)
        return chain(people, rounds)

    @property
    def owes_a_round(self) -> bool:
        """Whether a round comes first for once."""
        return self._in_a_row >= _GUARANTEED - 1 and bool(self._lanes[Urgency.ROUND])


def _turns(lane: dict[str, list[Ask]]) -> Iterator[Ask]:
    for row in zip_longest(*lane.values()):
        yield from (ask for ask in row if ask is not None)
