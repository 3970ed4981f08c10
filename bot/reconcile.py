"""What a round saw, against what stood: the changes that make them agree.  Pure.

What could not be seen ends nothing; what hangs on a cause that stands is told there, and
nowhere else.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from bot.alert import Alert, Change
from bot.damping import RETURN
from bot.diagnosis import Diagnosis
from bot.lifecycle import began, burdened, folded, seen, then, unfolded, unseen
from bot.sighting import Sighting, burdens, grown, sightings
from bot.sighting import unseen as unseen_of

LATELY = RETURN  # how far back the alerts that are over have to reach


def reconcile(
    looked: Collection[str],
    diagnosis: Diagnosis,
    open_alerts: Sequence[Alert],
    lately: Sequence[Alert],
    unknown: Mapping[str, int],
    now: datetime,
) -> list[Change]:
    """One change an alert at most, causes first; nothing where nothing changed.

    Only findings of the checks in `looked` begin or end; the others of the diagnosis give causes.
    `lately` are alerts that ended within LATELY.  `unknown` counts the rounds in a row in which
    each check could not tell, this one included.
    """
    alerts = {alert.fingerprint: alert for alert in open_alerts if not alert.is_over}
    sights = sightings(looked, diagnosis, alerts, unknown)
    blind = unseen_of(looked, diagnosis)
    standing = _Standing(alerts, _latest(lately), blind, now)
    for fingerprint, alert in alerts.items():
        if alert.check in blind and fingerprint not in sights and not _hidden(alert, blind):
            standing.take(unseen(alert, now))
    fresh = [sight for sight in sights.values() if sight.is_fresh]
    for sight in sorted(fresh, key=lambda one: bool(one.cause)):  # roots first: they must stand
        standing.see(sight)
    for fingerprint, alert in alerts.items():
        seen_by = sights.get(fingerprint)
        # What its check can tell and does not see is about to be over, and left alone.
        is_blind = alert.check in blind and _hidden(alert, blind)
        if alert.because_of and (is_blind if seen_by is None else seen_by.is_fresh):
            standing.free(fingerprint, sights)
    for fingerprint, lines in _lines(sights, burdens(diagnosis)).items():
        standing.burden(fingerprint, lines)
    return standing.changes()


class _Standing:
    """The alerts as they will stand, and the change that leads there."""

    def __init__(
        self,
        alerts: Mapping[str, Alert],
        former: Mapping[str, Alert],
        blind: Mapping[str, tuple[str, ...]],
        now: datetime,
    ) -> None:
        self._alerts = alerts
        self._former = former
        self._blind = blind
        self._now = now
        self._changes: dict[str, Change] = {}

    def changes(self) -> list[Change]:
        return [one for one in self._changes.values() if one.events or one.after != one.before]

    def take(self, change: Change) -> None:
        alert = change.after or change.before
        if alert:
            self._changes[alert.fingerprint] = change

    def see(self, sight: Sighting) -> None:
        """It begins or goes on; a symptom of what stands is folded, and begins nothing."""
        alert = self._alerts.get(sight.finding.fingerprint)
        is_symptom = bool(sight.cause) and self._stands(sight.cause)
        if alert is None:
            if not is_symptom and not self._waits(sight):
                former = self._former.get(sight.finding.fingerprint)
                self.take(began(sight.check, sight.finding, former, self._now))
            return
        if is_symptom and not alert.stands:  # nobody heard of it yet: its cause tells of it
            self.take(Change(alert, None))
            return
        finding = sight.finding
        if _hidden(alert, self._blind):
            finding = grown(alert.finding, finding)
        change = seen(alert, finding, self._now)
        if is_symptom:
            change = then(change, lambda one: folded(one, sight.cause, self._now))
        self.take(change)

    def free(self, fingerprint: str, sights: Mapping[str, Sighting]) -> None:
        """Speak of it again, where what it was laid to is over or explains it no more."""
        change = self._change(fingerprint)
        cause = change.after.because_of if change.after else ""
        explains = cause not in sights and self._stands(cause)
        sight = sights.get(fingerprint)
        if sight and sight.cause and sight.cause == cause:
            explains = self._stands(cause)
        if cause and not explains:
            self.take(then(change, lambda one: unfolded(one, self._now)))

    def burden(self, fingerprint: str, lines: tuple[str, ...]) -> None:
        """A new alert's symptoms are part of what it opens with."""
        change = self._change(fingerprint)
        if change.after is None or not change.after.stands:
            return
        more = then(change, lambda one: burdened(one, lines, self._now))
        self.take(more if change.before else Change(None, more.after, change.events))

    def _waits(self, sight: Sighting) -> bool:
        """Blind, because of what was seen once only: if that is forgotten, it speaks itself."""
        cause = self._change(sight.cause).after if sight.cause else None
        return cause is not None and not cause.is_over

    def _change(self, fingerprint: str) -> Change:
        alert = self._alerts.get(fingerprint)
        return self._changes.get(fingerprint) or Change(alert, alert)

    def _stands(self, fingerprint: str) -> bool:
        after = self._change(fingerprint).after
        return after is not None and after.stands


def _hidden(alert: Alert, blind: Mapping[str, tuple[str, ...]]) -> bool:
    """Whether its check could not judge it; that it is blind no more, it can always tell."""
    return not alert.is_blindness and alert.fingerprint.startswith(blind.get(alert.check, ()))


def _latest(lately: Sequence[Alert]) -> dict[str, Alert]:
    """The last that ended, by fingerprint."""
    ended = [alert for alert in lately if alert.resolved_at]
    return {a.fingerprint: a for a in sorted(ended, key=lambda a: (a.resolved_at, a.number))}


def _lines(
    sights: Mapping[str, Sighting], lines: Mapping[str, tuple[str, ...]]
) -> dict[str, tuple[str, ...]]:
    """For every cause that is seen; one that is about to be over keeps what it had."""
    return {
        fingerprint: lines.get(fingerprint, ())
        for fingerprint, sight in sights.items()
        if not sight.cause
    }
