"""Which two moments somebody means by what they said, at the time they said it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from bot.errors import Usage
from bot.text import quote
from handlers import clocks, days
from handlers.clocks import Clock
from handlers.said import Said
from handlers.walls import moment

MORNING = 9 * 60  # minutes: when a day is said and no time


@dataclass(frozen=True, slots=True)
class Asked:
    """What was said, in `where` at `now` (aware UTC, a whole minute); `length` unless an end is."""

    said: Said
    now: datetime
    where: tzinfo
    length: timedelta

    def ends(self) -> tuple[datetime, datetime]:
        """Start and end in UTC; the end may be over, the start is at most in progress then."""
        first = self._days(self.said.day)[0] if self.said.day else self.today
        if self.said.start is None and first == self.today:
            return self._from_now()
        return self._from_wall()

    @property
    def here(self) -> datetime:
        """What clocks there show now."""
        return _wall(self.now, self.where)

    @property
    def today(self) -> date:
        return self.here.date()

    def _days(self, said: str) -> tuple[date, ...]:
        return days.dates(said, self.today) if said else (self.today,)

    def _from_now(self) -> tuple[datetime, datetime]:
        """Now has no wall clock to be misread: it stands also while an hour comes twice."""
        start = self.now + (self.said.delay or timedelta(0))
        if self.said.end is None:
            return start, start + self.length
        wall = _wall(start, self.where)
        if self.said.end_day:
            return start, moment(self._other_day(wall.date(), self.said.end), self.where)
        last = clocks.following(wall.hour * 60 + wall.minute, self.said.end)
        if last is None:
            until = quote(f"until {self.said.end.said}")
            raise Usage(
                f"It is {self.here:%H:%M} already, so {until} is past",
                f"Say until tomorrow {self.said.end.spelled}, or a later time.",
            )
        return start, moment(_at(wall.date(), last), self.where)

    def _from_wall(self) -> tuple[datetime, datetime]:
        first, last = self._minutes()
        found = self._days(self.said.day)
        if self.said.start and self.said.start.said == "midnight" and found[0] != self.today:
            raise self._which_midnight(found[0])
        pairs = [(_at(day, first), self._end(day, last)) for day in found]
        # Today's "mon 9am" is next Monday's once it is over; judged by the wall clock, so that
        # a time which does not exist today can still be one of next week.
        start, end = next(
            (pair for pair in pairs if (pair[1] or pair[0] + self.length) > self.here), pairs[0]
        )
        begins = moment(start, self.where)
        return begins, moment(end, self.where) if end else begins + self.length

    def _minutes(self) -> tuple[int, int | None]:
        """Start and end, where said, in minutes after the first day's midnight."""
        start, end = self.said.start, self.said.end
        if start and end and not self.said.end_day:
            return clocks.span(start, end)
        if start:
            return start.readings[0], None
        if end:
            hint = f"Say for example {self.said.day} 9:00-17:00."
            raise Usage(f"{quote(self.said.day)} has an end and no start", hint)
        return MORNING, None

    def _end(self, day: date, last: int | None) -> datetime | None:
        if self.said.end and self.said.end_day:
            return self._other_day(day, self.said.end)
        return None if last is None else _at(day, last)

    def _other_day(self, start: date, end: Clock) -> datetime:
        """An end with a day of its own: of a weekday, the first at or after the start."""
        found = self._days(self.said.end_day)
        day = next((day for day in found if day >= start), found[-1])
        return _at(day, end.readings[0])

    def _which_midnight(self, day: date) -> Usage:
        before, after = (days.label(day + timedelta(days=n)) for n in (0, 1))
        return Usage(
            f"Midnight of {days.label(day, year=False)} can be its first or its last minute",
            f"Say {before[4:].lower()} 00:00 or {after[4:].lower()} 00:00.",
        )


def _wall(moment: datetime, where: tzinfo) -> datetime:
    return moment.astimezone(where).replace(tzinfo=None, fold=0)


def _at(day: date, minutes: int) -> datetime:
    return datetime.combine(day, time(0)) + timedelta(minutes=minutes)
