"""The makings of alerts for tests: checks, findings, diagnoses and a small remembered world."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from bot.alert import Alert, Change, Event
from bot.check import Check
from bot.diagnosis import Diagnosis, Examined, diagnose
from bot.finding import Broken, Finding, Ok, Owner, Remedy, Result, Severity, Unknown
from bot.reconcile import LATELY, reconcile

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
ROUND = timedelta(minutes=5)
OK, BLIND = Ok("well"), Unknown("I may not look.")


def check(name: str, *above: str) -> Check:
    return Check(name, name.title(), name, lambda *_: OK, depends_on=above)


CONSENT, SCOPE = check("consent"), check("scope", "consent")
ROOMS = check("rooms", "consent", "scope")
CHECKS = (CONSENT, SCOPE, ROOMS)


def finding(
    fingerprint: str = "consent/missing",
    severity: Severity = Severity.CRITICAL,
    summary: str = "",
    rooms: Sequence[str] = (),
    owner: Owner = Owner.BOTH,
) -> Finding:
    return Finding(
        fingerprint,
        "the app",
        summary or f"{fingerprint} is broken.",
        severity,
        "Rooms stop syncing.",
        Remedy("Mend it."),
        rooms=tuple(rooms),
        owner=owner,
    )


def broken(*findings: Finding) -> Broken:
    return Broken(findings)


def warning(fingerprint: str, summary: str = "", rooms: Sequence[str] = ()) -> Finding:
    return finding(fingerprint, Severity.WARNING, summary, rooms)


def diagnosis(results: Mapping[str, Result], now: datetime = NOW) -> Diagnosis:
    return diagnose([Examined(c, results.get(c.name, OK), now) for c in CHECKS])


@dataclass
class World:
    """What a bot would remember; rounds, people and time act on it one at a time."""

    now: datetime = NOW
    results: dict[str, Result] = field(default_factory=dict)
    alerts: dict[int, Alert] = field(default_factory=dict)
    history: dict[int, list[tuple[int, Event]]] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    events: int = 0

    def round(self, *looked: str, **results: Result) -> list[Change]:
        """Five minutes later every check, or those named, is looked at."""
        self.now += ROUND
        names = looked or tuple(one.name for one in CHECKS)
        self.results.update(results)
        for name in names:
            blind = isinstance(self.results.get(name, OK), Unknown)
            self.unknown[name] = self.unknown.get(name, 0) + 1 if blind else 0
        changes = reconcile(
            names,
            diagnosis(self.results, self.now),
            self.open(),
            [a for a in self.alerts.values() if _lately(a, self.now)],
            self.unknown,
            self.now,
        )
        for change in changes:
            self.keep(change)
        return changes

    def open(self) -> list[Alert]:
        return [alert for alert in self.alerts.values() if not alert.is_over]

    def keep(self, change: Change) -> None:
        """As the store does: a number for what is new, a version for each write."""
        before, after = change.before, change.after
        if after is None:
            assert before is not None
            del self.alerts[before.number]
            return
        number = before.number if before else len(self.history) + 1
        version = before.version + 1 if before else 1
        if before:
            assert self.alerts[number] == before
        self.alerts[number] = replace(after, number=number, version=version)
        told = self.history.setdefault(number, [])
        for event in change.events:
            self.events += 1
            told.append((self.events, event))

    def of(self, fingerprint: str) -> Alert | None:
        """The alert that is not over."""
        found = [alert for alert in self.open() if alert.fingerprint == fingerprint]
        assert len(found) < 2
        return found[0] if found else None

    def kinds(self, number: int) -> list[str]:
        return [event.kind.value for _, event in self.history[number]]


def _lately(alert: Alert, now: datetime) -> bool:
    return alert.resolved_at is not None and now - alert.resolved_at <= LATELY
