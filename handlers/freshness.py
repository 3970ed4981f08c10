"""Whether the checks are looked at: a list of alerts is worth as much as its last look."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.book import Round
from bot.check import Check
from bot.desk import Desk
from bot.finding import Unknown
from bot.selfcheck import is_late
from bot.watch import cadence
from bot.wording import few, lasting, plural
from handlers.alert_rows import ago
from handlers.chain import CHECKS


@dataclass(frozen=True, slots=True)
class Looked:
    """One check of the chain, its cadence and its last round."""

    check: Check
    every: timedelta
    round: Round | None
    is_late: bool

    @property
    def at(self) -> datetime | None:
        return self.round.finished_at if self.round else None

    @property
    def is_blind(self) -> bool:
        return self.round is not None and isinstance(self.round.result, Unknown)


@dataclass(frozen=True, slots=True)
class Freshness:
    chain: tuple[Looked, ...]
    now: datetime

    @property
    def late(self) -> tuple[Looked, ...]:
        return tuple(one for one in self.chain if one.is_late)

    @property
    def blind(self) -> tuple[Looked, ...]:
        return tuple(one for one in self.chain if one.is_blind and not one.is_late)

    @property
    def is_whole(self) -> bool:
        """Every check was looked at in time and could tell."""
        return not self.late and not self.blind

    @property
    def sentence(self) -> str:
        """When the checks were last run, and which could not tell."""
        times = [one.at for one in self.chain if one.at]
        if not times:
            return "No check has run yet, so I know nothing."
        if len(self.late) == len(self.chain):
            return (
                f"No check has run for {lasting(self.now - max(times))}: this is how it was then."
            )
        said = [f"The checks were last run {ago(min(times), self.now)}."]
        if self.late:
            rest = [one.at for one in self.chain if one.at and not one.is_late]
            overdue = few([f"{one.check.title} ({self._ago(one)})" for one in self.late])
            said = [f"The others were last run {ago(min(rest), self.now)}."] * bool(rest)
            said = [f"{plural(len(self.late), 'check')} overdue: {overdue}.", *said]
        if self.blind:
            could_not = few([one.check.title for one in self.blind])
            said.append(f"{plural(len(self.blind), 'check')} could not tell: {could_not}.")
        return " ".join(said)

    def _ago(self, one: Looked) -> str:
        return ago(one.at, self.now) if one.at else "never run"


def freshness(desk: Desk, now: datetime) -> Freshness:
    rounds = {one.check: one for one in desk.book.rounds.all()}
    return Freshness(
        tuple(_looked(check, rounds.get(check.name), desk, now) for check in CHECKS), now
    )


def _looked(check: Check, last: Round | None, desk: Desk, now: datetime) -> Looked:
    every = cadence(check, desk.interval)
    return Looked(check, every, last, is_late(last, every, now))
