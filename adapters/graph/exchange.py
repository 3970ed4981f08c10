"""Mailboxes and Exchange's own roles as the doctor asks of them: bot.ports.Exchange."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain
from threading import Lock

from adapters.graph import assignments
from adapters.graph.batch import MOST
from adapters.graph.calendars import Calendars
from adapters.graph.probe import SETTLED, probe, question
from adapters.graph.reader import Reader
from adapters.graph.refusal import Answer
from adapters.graph.schedule import Window
from adapters.graph.strays import Lookout
from adapters.graph.survey import Surveyed, questions, survey
from adapters.graph.sweep import Sweep
from adapters.graph.timing import LONG_PATIENCE, PATIENCE, Timing
from adapters.graph.turns import Turns
from adapters.graph.wire import Wire
from adapters.graph.write_probe import Writes
from bot.errors import Trouble
from bot.rooms import Room, RoomState
from bot.tenancy import Account, App, Assignment, Probe, Reach, Strays, Survey
from bot.tenancy import Calendars as Looked

_REFUSALS = (Reach.DENIED, Reach.POLICY)
_OLDEST = timedelta(days=1)
_MOST_REFUSED = 20_000


@dataclass(frozen=True, slots=True)
class _Sample:
    addresses: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Refused:
    probe: Probe
    at: datetime


class Exchange:
    """Shared by all threads of the process."""

    def __init__(
        self, wire: Wire, reader: Reader, sweep: Sweep, timing: Timing, calendars: Calendars
    ) -> None:
        self._wire, self._reader, self._sweep, self._timing = wire, reader, sweep, timing
        self._calendars = calendars
        self._turns, self._samples, self._surveyed = Turns(), Turns(), Surveyed()
        self._lock = Lock()
        self._refused: dict[str, _Refused] = {}  # those that refused when they were asked last
        self._lookout = Lookout(reader, sweep, timing)
        self._writes = Writes(wire, timing)

    def assignments(self, holder: App | Account) -> tuple[Assignment, ...]:
        """Its RBAC-for-Applications roles; Forbidden where they may not be read."""
        return assignments.read(self._reader, holder)

    def probe(self, mailboxes: Sequence[str]) -> tuple[Probe, ...]:
        """Whether the bot can read each calendar, in the order asked.

        Trouble is raised only where Graph answers nothing at all, or the bot cannot sign in.
        """
        patience = PATIENCE if len(mailboxes) <= MOST else LONG_PATIENCE
        return self._probe(mailboxes, self._timing.until(patience))

    def sample(self, rooms: Sequence[str], most: int) -> tuple[Probe, ...]:
        """So many of them, others each time but for the same asker; and all that refused last."""
        until = self._timing.until(LONG_PATIENCE)
        chosen = self._timing.recall("sample")
        if not isinstance(chosen, _Sample) or not set(chosen.addresses) <= set(rooms):
            chosen = _Sample(tuple(self._samples.take(rooms, most)))
            self._timing.keep("sample", chosen)
        asked = set(chosen.addresses)
        probes = self._probe([room for room in rooms if room in asked], until)
        with self._lock:
            refused = [self._refused.get(a.casefold()) for a in rooms if a not in asked]
        oldest = self._timing.clock() - _OLDEST
        return (*probes, *(old.probe for old in refused if old and old.at >= oldest))

    def survey(self, rooms: Sequence[str], deep: int) -> tuple[Survey, ...]:
        """Every room's reach; delegates and mailbox of `deep` of those that can be read.

        Others each time, so that all come round; the rest as last seen within a day.
        """
        until = self._timing.until(LONG_PATIENCE)
        probes = self._probe(rooms, until)
        readable = [p.mailbox for p in probes if p.reach is Reach.READ]
        chosen = self._turns.take(readable, deep)
        found = self._deep({p.mailbox: p for p in probes}, chosen, until)
        now = self._timing.clock()
        return tuple(found.get(p.mailbox) or self._surveyed.recall(p, now) for p in probes)

    def calendars(
        self,
        rooms: Sequence[Room],
        start: datetime,
        end: datetime,
        most: int,
        odd: Callable[[RoomState], bool],
    ) -> Looked:
        """At most so many rooms' calendars, others each time; what was odd is seen to be over."""
        return self._calendars.look(rooms, Window(start, end), most, odd)

    def strays(self, listed: Sequence[str], most: int) -> Strays:
        """Rooms' mailboxes that are not listed; `most` mailboxes are asked what they are."""
        return self._lookout.look(listed, most)

    def write_probe(self, room: str, fresh: timedelta) -> Probe:
        """Whether the bot can write there: one event a year from now, deleted at once.

        READ means written and deleted.  Nothing is written twice; Trouble only where nothing
        was sent.
        """
        return self._writes.probe(room, fresh)

    def _probe(self, mailboxes: Sequence[str], until: float) -> tuple[Probe, ...]:
        """What each told the same asker just now, or tells when asked."""
        known = {a: told for a in mailboxes if isinstance(told := self._recall(a), Probe)}
        asked = [address for address in mailboxes if address not in known]
        heard = self._sweep.ask([question(address) for address in asked], until)
        now = self._timing.clock()
        for address, answer in zip(asked, heard, strict=True):
            known[address] = made = probe(address, answer, now)
            self._note(made, now)
            if made.reach in SETTLED:
                self._timing.keep(("probe", address.casefold()), made)
        return tuple(known[address] for address in mailboxes)

    def _note(self, made: Probe, now: datetime) -> None:
        key = made.mailbox.casefold()
        with self._lock:
            if made.reach in _REFUSALS and len(self._refused) < _MOST_REFUSED:
                self._refused[key] = _Refused(made, now)
            elif made.reach in SETTLED:
                self._refused.pop(key, None)

    def _recall(self, address: str) -> object | None:
        return self._timing.recall(("probe", address.casefold()))

    def _deep(
        self, seen: dict[str, Probe], chosen: Sequence[str], until: float
    ) -> dict[str, Survey]:
        asked = list(chain.from_iterable(map(questions, chosen)))
        heard: Sequence[Answer | Trouble]
        try:
            heard = self._sweep.ask(asked, until)
        except Trouble as trouble:
            heard = [trouble] * len(asked)  # what was seen of their reach stays true
        pairs = zip(chosen, heard[::2], heard[1::2], strict=True)
        told = {a: survey(self._wire, seen[a], both, self._timing, until) for a, *both in pairs}
        return {a: self._surveyed.learnt(one) for a, one in told.items()}
