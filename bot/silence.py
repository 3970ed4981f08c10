"""A silence: a rule about speaking, with an end, an author and a reason; no state of an alert."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.alert import Alert


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which alerts are meant: all that is named must agree; what is "" agrees with everything."""

    fingerprint: str = ""  # this very problem, also when it returns
    check: str = ""
    site: str = ""
    severity: str = ""
    subject: str = ""

    def covers(self, alert: Alert) -> bool:
        finding = alert.finding
        return (
            self.fingerprint in ("", finding.fingerprint)
            and self.check in ("", alert.check)
            and (not self.site or self.site.casefold() in map(str.casefold, alert.sites))
            and self.severity in ("", finding.severity.name.lower())
            and (not self.subject or _concerns(self.subject.casefold(), alert))
        )

    @property
    def is_empty(self) -> bool:
        return self == Matcher()


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Rules that `ended_at` closes are kept for the history."""

    matcher: Matcher
    begins: datetime
    until: datetime
    author: str
    reason: str
    number: int = 0
    matched_at: datetime | None = None  # when it last kept something quiet
    ended_at: datetime | None = None
    ended_by: str = ""

    def holds(self, now: datetime) -> bool:
        return self.ended_at is None and self.begins <= now < self.until

    def covers(self, alert: Alert, now: datetime) -> bool:
        return self.holds(now) and self.matcher.covers(alert)


def _concerns(subject: str, alert: Alert) -> bool:
    return subject == alert.finding.subject.casefold() or subject in map(
        str.casefold, alert.finding.rooms
    )
