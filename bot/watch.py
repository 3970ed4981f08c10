"""Rounds: look at a check when its turn comes, and let the alerts follow from what was seen.

Every replica runs this; the book gives each round to one of them.  What a round found and what
follows from it are written in one transaction, or not at all.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot.alert import Alert, Change, Kind
from bot.asking import Asker, Urgency
from bot.book import Book, Fence, Round
from bot.check import Check
from bot.diagnosis import Diagnosis, Examined, diagnose
from bot.examine import NOT_ASKED, look
from bot.finding import Broken, Ok, Result, Severity, Unknown
from bot.people import Channel
from bot.ports import Clock, Services
from bot.reconcile import LATELY, reconcile

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=60)  # how long a dead replica keeps a round from the others
PATIENCE = timedelta(minutes=4)  # of one check; its lease is renewed meanwhile
_JUST_NOW = timedelta(seconds=20)  # a cause that was looked at since then is not asked again
_TRIES, _TRY = 100, 0.3  # how often, and how many seconds apart, a running cause is waited for
_QUICKEST = timedelta(seconds=5)
_USUAL = timedelta(minutes=5)  # the interval for which the checks state their own `every`

Chain = tuple[str, ...]  # the checks whose looks wait for this one, the outermost first


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What an alert tells beside its finding; neither ever raises."""

    impact: Callable[[Services, Sequence[str] | None, datetime], str]
    sites: Callable[[Services, Sequence[str]], tuple[str, ...]]


def cadence(check: Check, interval: timedelta) -> timedelta:
    """How often it is looked at: its own pace, never slower than ten intervals."""
    return max(_QUICKEST, interval * min(10.0, check.every / _USUAL))


@dataclass(slots=True)
class Watch:
    """`checks` are in causal order.  Safe in many threads; a round blocks until it is done."""

    checks: Sequence[Check]
    services: Services
    book: Book
    channels: Sequence[Channel]
    clock: Clock
    holder: str
    interval: timedelta
    surroundings: Surroundings
    pause: Callable[[float], None]  # seconds
    _running: dict[Fence, datetime] = field(default_factory=dict)
    _closing: bool = False

    def round(self, check: Check) -> bool:
        """Look, if it is this replica's turn; whether it was and was written down."""
        return self._round(check, cadence(check, self.interval))

    def everything(self) -> None:
        """Look at every check now, causes first, whenever it was looked at last."""
        for check in self.checks:
            self._round(check, timedelta())

    def now(self, name: str) -> None:
        """Look at one check now, whenever it was looked at last."""
        for check in self.checks:
            if check.name == name:
                self._round(check, timedelta())

    def keep(self) -> None:
        """Hold on to the rounds that are under way; call it more often than the lease."""
        now = self.clock()
        for fence in list(self._running):
            self.book.rounds.keep(fence, now, LEASE)

    def close(self) -> None:
        """What a round sees from now on is the bot's own end, and is not written down."""
        self._closing = True

    def _round(self, check: Check, every: timedelta, chain: Chain = ()) -> bool:
        now = self.clock()
        fence = self.book.rounds.begin(check.name, every, self.holder, now, LEASE)
        if fence is None:
            return False
        self._running[fence] = now
        try:
            return self._finish(check, fence, (*chain, check.name))
        finally:
            del self._running[fence]

    def _finish(self, check: Check, fence: Fence, chain: Chain) -> bool:
        before = {one.check: one for one in self.book.rounds.all()}
        result = self._look(check, before, chain)
        if _is_news(before.get(check.name), result):
            self._ask_the_causes(self._causes(check, result), before, chain)
        if self._closing:
            # A lease of nothing: whoever comes next looks at once.
            self.book.rounds.keep(fence, self.clock(), timedelta())
            return False
        changes = self._changes(check, result)
        done = self.book.rounds.end(fence, result, changes, self.channels, self.clock())
        if done is None:
            log.warning("round.lost", extra={"check": check.name})
            return False
        log.info("round.ended", extra={"check": check.name, "changes": len(changes)})
        self._after(check, changes, chain)
        return True

    def _look(self, check: Check, before: Mapping[str, Round], chain: Chain) -> Result:
        for cause in self._above(check):
            if _is_dead_end(before.get(cause.name)):
                # Somebody has to ask whether it answers again; if not, nothing below can.
                self._round(cause, timedelta(), chain)
                if _is_dead_end(self._last(cause)):
                    return NOT_ASKED
        with self.services.asking(Asker(f"check {check.name}", Urgency.ROUND, PATIENCE)):
            return look(check, self.services, self.clock)

    def _causes(self, check: Check, result: Result) -> list[Check]:
        """What it depends on, and what it names itself as the reason why it is blind."""
        named = result.cause.partition("/")[0] if isinstance(result, Unknown) else ""
        above = self._above(check)
        return [one for one in self.checks if one in above or one.name == named]

    def _ask_the_causes(
        self, causes: Sequence[Check], before: Mapping[str, Round], chain: Chain
    ) -> None:
        """Before a symptom is accused; else it would be told before its cause is."""
        fresh = self.clock() - _JUST_NOW
        for cause in causes:
            last = before.get(cause.name)
            asked = last is not None and last.started_at is not None and last.started_at >= fresh
            if asked or cause.name in chain:  # those in the chain wait for this very look
                continue
            if not self._round(cause, timedelta(), chain):
                self._await(cause)

    def _await(self, check: Check) -> None:
        """Another thread or replica looks at it just now: what it sees is what counts."""
        for _ in range(_TRIES):
            last = self._last(check)
            if self._closing or last is None or not last.is_running(self.clock()):
                return
            self.pause(_TRY)

    def _last(self, check: Check) -> Round | None:
        return next((one for one in self.book.rounds.all() if one.check == check.name), None)

    def _above(self, check: Check) -> list[Check]:
        """Everything that it depends on, causes first."""
        names = set(check.depends_on)
        for one in reversed(self.checks):
            if one.name in names:
                names |= set(one.depends_on)
        return [one for one in self.checks if one.name in names]

    def _changes(self, check: Check, result: Result) -> list[Change]:
        now = self.clock()
        rounds = {one.check: one for one in self.book.rounds.all()}
        unknown = {name: one.unknown for name, one in rounds.items()}
        unknown[check.name] = unknown.get(check.name, 0) + 1 if isinstance(result, Unknown) else 0
        diagnosis = self._diagnosis(check, result, rounds, now)
        alerts = self.book.alerts
        changes = reconcile(
            {check.name}, diagnosis, alerts.open(), alerts.resolved(now - LATELY), unknown, now
        )
        return [self._furnished(change, now) for change in changes]

    def _diagnosis(
        self, check: Check, result: Result, rounds: Mapping[str, Round], now: datetime
    ) -> Diagnosis:
        examined = []
        for one in self.checks:
            last = rounds.get(one.name)
            if one.name == check.name:
                examined.append(Examined(one, result, now))
            elif last and last.result and last.finished_at and self._is_current(one, last, now):
                examined.append(Examined(one, last.result, last.finished_at))
        return diagnose(examined)

    def _is_current(self, check: Check, last: Round, now: datetime) -> bool:
        """A cause that has not been looked at for long explains nothing any more."""
        assert last.finished_at is not None
        return now - last.finished_at < 3 * cadence(check, self.interval)

    def _furnished(self, change: Change, now: datetime) -> Change:
        """With where it is and, once when it begins, what it does to people."""
        alert = change.after
        if alert is None or not _begins(change):
            return change
        rooms = alert.finding.rooms
        sites = self.surroundings.sites(self.services, rooms) if rooms else ()
        impact = ""
        if alert.finding.severity is Severity.CRITICAL:
            with self.services.asking(Asker("impact", Urgency.ROUND, timedelta(seconds=20))):
                impact = self.surroundings.impact(self.services, rooms or None, now)
        return replace(change, after=replace(alert, sites=sites, impact=impact))

    def _after(self, check: Check, changes: Iterable[Change], chain: Chain) -> None:
        """Where a cause is over, what hung on it is looked at now and not a round later."""
        if not any(_ends_a_cause(change) for change in changes):
            return
        for one in self.checks:
            if check.name in {above.name for above in self._above(one)}:
                self._round(one, timedelta(), chain)


def _is_news(last: Round | None, result: Result) -> bool:
    """Whether it stands worse than at its last round."""
    if isinstance(result, Ok) or result is NOT_ASKED:
        return False
    known = _fingerprints(last.result) if last and last.result else frozenset()
    if isinstance(result, Unknown):
        return not (last and isinstance(last.result, Unknown))
    return not _fingerprints(result) <= known


def _fingerprints(result: Result) -> frozenset[str]:
    if isinstance(result, Broken):
        return frozenset(finding.fingerprint for finding in result.findings)
    return frozenset()


def _is_dead_end(last: Round | None) -> bool:
    return last is not None and isinstance(last.result, Broken) and last.result.dead_end


def _begins(change: Change) -> bool:
    return any(event.kind in (Kind.OPENED, Kind.WORSE, Kind.UNFOLDED) for event in change.events)


def _ends_a_cause(change: Change) -> bool:
    ended = any(event.kind is Kind.RESOLVED for event in change.events)
    alert: Alert | None = change.after
    return ended and alert is not None and alert.finding.severity is Severity.CRITICAL
