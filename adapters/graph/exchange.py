"""Mailboxes and Exchange's own roles as the doctor asks of them: bot.ports.Exchange."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from adapters.graph import assignments
from adapters.graph.batch import MOST
from adapters.graph.probe import probe, question
from adapters.graph.reader import Reader
from adapters.graph.refusal import Answer
from adapters.graph.survey import Turns, questions, survey
from adapters.graph.sweep import Sweep
from adapters.graph.timing import LONG_PATIENCE, PATIENCE, Timing
from adapters.graph.wire import Wire
from adapters.graph.write_probe import write_probe
from bot.errors import Trouble
from bot.tenancy import App, Assignment, Probe, Reach, Survey


class Exchange:
    """Shared by all threads of the process."""

    def __init__(self, wire: Wire, reader: Reader, sweep: Sweep, timing: Timing) -> None:
        self._wire, self._reader, self._sweep, self._timing = wire, reader, sweep, timing
        self._turns = Turns()

    def assignments(self, app: App) -> tuple[Assignment, ...]:
        """Its RBAC-for-Applications roles; Forbidden where they may not be read."""
        return assignments.read(self._reader, app)

    def probe(self, mailboxes: Sequence[str]) -> tuple[Probe, ...]:
        """Whether the bot can read each calendar, in the order asked.

        Trouble is raised only where Graph answers nothing at all, or the bot cannot sign in.
        """
        patience = PATIENCE if len(mailboxes) <= MOST else LONG_PATIENCE
        return self._probe(mailboxes, self._timing.until(patience))

    def survey(self, rooms: Sequence[str], deep: int) -> tuple[Survey, ...]:
        """Every room's reach; delegates and mailbox of `deep` of those that can be read.

        Others each time, so that all come round; whose turn it is not has no `why`.
        """
        until = self._timing.until(LONG_PATIENCE)
        probes = self._probe(rooms, until)
        readable = [p.mailbox for p in probes if p.reach is Reach.READ]
        chosen = self._turns.take(readable, deep)
        found = self._deep({p.mailbox: p for p in probes}, chosen, until)
        return tuple(found.get(p.mailbox, Survey(p)) for p in probes)

    def write_probe(self, room: str) -> Probe:
        """Whether the bot can write there: one event a year from now, deleted at once.

        READ means written and deleted.  Nothing is written twice; Trouble only where nothing
        was sent.
        """
        return write_probe(self._wire, room, self._timing)

    def _probe(self, mailboxes: Sequence[str], until: float) -> tuple[Probe, ...]:
        heard = self._sweep.ask([question(address) for address in mailboxes], until)
        now = self._timing.clock()
        return tuple(probe(a, answer, now) for a, answer in zip(mailboxes, heard, strict=True))

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
        return {a: survey(self._wire, seen[a], both, until) for a, *both in pairs}
