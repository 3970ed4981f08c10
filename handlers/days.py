"""Days as people write them: "tomorrow", "next tuesday", "24th of december", "24.12.", "24/12".

The names of months and weekdays are python-dateutil's.  A day that could be two days
("05/06") or none ("31 feb") is said, not guessed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date, timedelta

from dateutil.parser import parserinfo

from bot.errors import Usage
from bot.text import quote
from handlers.durations import duration

FAR = timedelta(days=731)  # two years
RECENT = timedelta(days=31)  # "22 nov" on the 23rd is a slip, not next year


_NAMES = parserinfo()
_WEEKDAYS = [name for names in _NAMES.WEEKDAYS for name in names]
_MONTHS = [name for names in _NAMES.MONTHS for name in names]


def _any(*names: str) -> str:
    return "|".join(sorted((name.lower() for name in names), key=len, reverse=True))


_WEEKDAY = rf"(?P<weekday>{_any(*_WEEKDAYS, 'tues', 'weds', 'thur', 'thurs')})\b"
_MONTH = rf"(?P<month>{_any(*_MONTHS)})\b\.?"
AHEAD = rf" (?:{_any(*_WEEKDAYS)})\b"  # a weekday follows
_TH = r"(?:st|nd|rd|th)"
_YEAR = r"(?:,? (?P<year>(?:19|20)\d\d)(?!\d| ?-))?"
# What follows makes it a room or a number of something: "Monday Room", "May 4 people".
_NOT_ROOM = r"(?! (?:room|suite|lounge|hall|lab|library|studio|corner|boardroom)\b)"
_NOT_COUNT = (
    r"(?! (?:people|persons?|pax|ppl|seats?|seater|chairs?|guests?|attendees|participants"
    r"|colleagues|of us)\b)"
)
_BEFORE = rf"(?:{_WEEKDAY}\.?,? )?(?:the )?"
_PART = r"(?: (?P<part>morning|afternoon|evening|night))?"

_COUNT = r"(?:\d{1,40}|an?|one|two|three|four|five|six|seven)"


def label(day: date, *, year: bool = True) -> str:
    """Tue 24 Nov 2026."""
    weekday, month = _NAMES.WEEKDAYS[day.weekday()][0], _NAMES.MONTHS[day.month - 1][0]
    return f"{weekday} {day.day} {month}" + f" {day.year}" * year


def dates(said: str, today: date) -> tuple[date, ...]:
    """The days that DAY or LONELY text can mean, the likeliest first; Usage if there is none.

    A bare weekday is today or a week from today, or the next such day and the one after it.
    "next tuesday" is the Tuesday of next week, Monday to Sunday; "this tuesday" is as bare.
    A date without a year is the next one, unless it has just passed: then it is that one.
    """
    for form, meaning in _MEANINGS.items():
        if match := re.fullmatch(form, said, re.ASCII):
            days = meaning(match, today)
            _check(said, match, days[0], today)
            return days
    raise Usage(f"{quote(said)} is not a day", "Say for example tomorrow, fri or 2026-12-24.")


def part_of_day(said: str) -> str:
    """The "morning" of "tomorrow morning", "" where none was said."""
    last = said.rpartition(" ")[2].replace("tonight", "night")
    return last if last in ("morning", "afternoon", "evening", "night") else ""


def _near(match: re.Match[str], today: date) -> tuple[date, ...]:
    steps = {"tomorrow": 1, "tmrw": 1, "yesterday": -1, "day after tomorrow": 2}
    return (today + timedelta(days=steps.get(match["near"].removeprefix("the "), 0)),)


def _weekday(match: re.Match[str], today: date) -> tuple[date, ...]:
    wanted = _NAMES.weekday(match["weekday"][:3]) or 0
    if match["which"] == "next" or match["week"]:
        return (today + timedelta(days=7 - today.weekday() + wanted),)
    first = today + timedelta(days=(wanted - today.weekday()) % 7)
    return (first, first + timedelta(days=7))


def _later(match: re.Match[str], today: date) -> tuple[date, ...]:
    length = duration(match["length"]) or timedelta(0)
    if length > FAR:
        raise _far(match[0])
    return (today + length,)


def _month(match: re.Match[str], today: date) -> tuple[date, ...]:
    month = _NAMES.month(match["month"][:3]) or 0
    return (_dated(match[0], int(match["day"]), month, match["year"], today),)


def _numbers(match: re.Match[str], today: date) -> tuple[date, ...]:
    numbers = match["numbers"].rstrip(".")
    first, second, *rest = (int(n) for n in re.split(r"[-/.]", numbers))
    year = str(rest[0] + 2000 * (rest[0] < 100)) if rest else None
    # 24.12. is written day first everywhere; 05/06 and 05-06 are not.
    if "." in numbers or second <= 12 < first or first == second:
        return (_dated(match[0], first, second, year, today),)
    if first <= 12 < second:
        return (_dated(match[0], second, first, year, today),)
    if max(first, second) > 12:
        raise _no_such(match[0])
    ways = (f"{first} {_month_name(second)}", f"{second} {_month_name(first)}")
    raise Usage(
        f"{quote(match[0])} can be {ways[0]} or {ways[1]}",
        f"Say {ways[0].lower()} or {ways[1].lower()}.",
    )


def _iso(match: re.Match[str], today: date) -> tuple[date, ...]:
    year, month, day = re.split(r"[-/.]", match["iso"])
    return (_dated(match[0], int(day), int(month), year, today),)


def _monthday(match: re.Match[str], today: date) -> tuple[date, ...]:
    """The next day of that number; with a weekday, of this month or the next where they agree."""
    ahead = (today + timedelta(days=n) for n in range(63))
    found = [day for day in ahead if day.day == int(match["day"])]
    if not found:
        raise _no_such(match[0])
    weekday = _NAMES.weekday((match["weekday"] or "")[:3])
    return (next((day for day in found if day.weekday() == weekday), found[0]),)


def _dated(said: str, day: int, month: int, year: str | None, today: date) -> date:
    years = (int(year),) if year else range(today.year, today.year + 3)
    for candidate in years:
        try:
            found = date(candidate, month, day)
        except ValueError:
            continue
        if year or found >= today - RECENT:
            return found
    raise _no_such(said)


def _check(said: str, match: re.Match[str], day: date, today: date) -> None:
    if abs(day - today) > FAR:
        raise _far(said)
    said_weekday = match.groupdict().get("weekday")
    weekday = _NAMES.weekday(said_weekday[:3]) if said_weekday else None
    if weekday not in (None, day.weekday()):
        other = _NAMES.WEEKDAYS[weekday or 0][-1]
        raise Usage(f"{label(day)} is not a {other}", "Say the date or the weekday alone.")


def _month_name(month: int) -> str:
    return _NAMES.MONTHS[month - 1][0] if 1 <= month <= 12 else ""


def _no_such(said: str) -> Usage:
    return Usage(f"There is no such day as {quote(said)}", "Say for example 24 dec or 2026-12-24.")


def _far(said: str) -> Usage:
    return Usage(f"{quote(said)} is more than two years away", "Say a day within two years.")


_MEANINGS: dict[str, Callable[[re.Match[str], date], tuple[date, ...]]] = {
    rf"{_BEFORE}(?P<day>\d{{1,2}}){_TH}?[ -]?(?:of )?{_MONTH}{_YEAR}": _month,
    rf"{_BEFORE}{_MONTH} (?:the )?(?P<day>\d{{1,2}}){_TH}?{_YEAR}{_NOT_COUNT}": _month,
    rf"{_BEFORE}(?P<iso>\d{{4}}(?:-\d\d?-|/\d\d?/|\.\d\d?\.)\d\d?)": _iso,
    rf"{_BEFORE}(?P<numbers>\d\d?(?:/\d\d?/\d\d(?:\d\d)?|-\d\d?-\d{{4}}))": _numbers,
    rf"{_BEFORE}(?P<numbers>\d\d?\.\d\d?\.(?:(?:20)?\d\d)?)": _numbers,
    rf"(?P<near>today|tomorrow|tmrw|yesterday|(?:the )?day after tomorrow){_PART}": _near,
    r"(?P<near>tonight|this (?:morning|afternoon|evening))": _near,
    rf"(?:(?P<which>next|this|coming) )?{_WEEKDAY}\.?(?P<week> next week)?{_PART}{_NOT_ROOM}": (
        _weekday
    ),
    rf"in (?P<length>{_COUNT} (?:days?|weeks?))": _later,
    rf"{_BEFORE}(?P<numbers>\d\d?/\d\d?)": _numbers,
    rf"{_BEFORE}(?P<day>\d\d?){_TH}(?! (?:floor|level|of|{_any(*_MONTHS)})\b)": _monthday,
}
_FORMS = [re.sub(r"\?P<\w+>", "?:", form) for form in _MEANINGS]

DAY = "(?:" + "|".join(_FORMS[:-2]) + ")"
# Only a day where nothing follows that the numbers could count or name.
LONELY = "(?:" + "|".join(_FORMS[-2:]) + ")"
