"""A silence: a rule about speaking, with an end, an author and a reason; no state of an alert."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alert import Alert

IDLE = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Matcher:
    """Which alerts are meant: all that is named must agree; what is "" agrees with everything."""

    fingerprint: str = ""  # this very problem, also when it returns
    check: str = ""
    site: str = ""
    severity: str = ""
    subject: str = ""

    def concerns(self, alert: Alert) -> bool:
        """Whether it is of what is meant, be it of more besides: for lists."""
        return self._agrees(alert) and self._fits(alert, any)

    def covers(self, alert: Alert) -> bool:
        """Whether all of it is meant: for silences, which must not hide what they do not name."""
        return self._agrees(alert) and self._fits(alert, all)

    def _agrees(self, alert: Alert) -> bool:
        finding = alert.finding
        return (
            self.fingerprint in ("", finding.fingerprint)
            and self.check in ("", alert.check)
            and self.severity in ("", finding.severity.name.lower())
        )

    def _fits(self, alert: Alert, quantity: Callable[[Iterable[bool]], bool]) -> bool:
        site, subject = self.site.casefold(), self.subject.casefold()
        sites, rooms = alert.sites, alert.finding.rooms
        in_site = bool(sites) and quantity(one.casefold() == site for one in sites)
        of_rooms = bool(rooms) and quantity(one.casefold() == subject for one in rooms)
        about = of_rooms or subject == alert.finding.subject.casefold()
        return (not site or in_site) and (not subject or about)

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

    def is_idle(self, now: datetime) -> bool:
        """Longer than a day, and it has kept nothing quiet for a day: nobody needs it."""
        last = max(self.begins, self.matched_at or self.begins)
        return self.until - self.begins > IDLE and now - last >= IDLE
