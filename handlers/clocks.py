"""Times of day as people write them, in 12 and 24 hours, and the spans between two of them.

A clock that is written in full ("14:00", "02:30", "2pm") is what it says.  An hour that is
written with neither am or pm nor a leading zero ("2", "2:30", "9") has two readings; 1 to 6
lean to the afternoon, 7 to 11 to the morning, and the other end of a span can decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from bot.errors import Usage
from bot.text import quote

NOON, DAY = 12 * 60, 24 * 60  # minutes

# What cannot be anything but a time, and what needs a word beside it to be one.
STRONG = (
    r"(?:noon|midday|midnight|\d{1,2}(?:[:.]\d{2})? ?[ap](?:\.m\b\.?|m\b)"
    r"|\d{1,2}:\d{2}(?::\d{2})?(?: ?h(?:rs)?\b)?|\d{1,2} ?o'?clock|(?:0\d|[12]\d|[7-9])h\d{2})"
)
WEAK = r"(?:(?:[01]?\d|2[0-4])(?:[.][0-5]\d|h(?:[0-5]\d)?)?|(?:[01]\d|2[0-4])[0-5]\d)"

_WORDS = {"noon": NOON, "midday": NOON, "midnight": DAY}
_CLOCK = re.compile(
    r"(?P<hour>\d{1,2})(?:(?P<mark>[:.h]?)(?P<minute>\d{2}))?(?::(?P<second>\d{2}))?"
    r" ?(?:(?P<half>[ap])\.?m\.?|(?P<round>h(?:rs)?)|o'?clock)?",
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Clock:
    """A time of day as it was said.

    `readings` are minutes after midnight, the likeliest first, 24:00 = 1440;
    `named` if am, pm, noon or midnight was said.
    """

    said: str = field(compare=False)
    readings: tuple[int, ...]
    named: bool = field(default=False, compare=False)

    @property
    def spelled(self) -> str:
        """As it was said where that is plain, else its likeliest reading: "2pm", "08:00"."""
        if self.named or len(self.readings) == 1:
            return self.said
        return in_24(self.readings[0])


def in_24(minutes: int) -> str:
    return f"{minutes // 60:02}:{minutes % 60:02}"


def clock(said: str) -> Clock:
    """The time that STRONG or WEAK text says; Usage if there is no such time."""
    if said in _WORDS:
        return Clock(said, (_WORDS[said],), named=True)
    match = _CLOCK.fullmatch(said)
    if match is None:
        raise Usage(f"{quote(said)} is not a time of day", "Say for example 14:00 or 2pm.")
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if int(match["second"] or 0):
        raise Usage(f"{quote(said)} has seconds", "I think in whole minutes: say 14:00 or 2pm.")
    if match["half"]:
        return _twelve(said, hour, minute, match["half"])
    if minute > 59 or (hour, minute) > (24, 0):
        hint = "Hours go from 0:00 to 24:00, minutes to 59; say for example 14:00 or 2pm."
        raise Usage(f"{quote(said)} is not a time of day", hint)
    plain = match["mark"] in (":", ".", None) and not match["round"] and said[0] != "0"
    exact = not plain or hour == 0 or hour > 12 or said.startswith("12:")
    return Clock(said, _readings(hour * 60 + minute, exact=exact))


def _twelve(said: str, hour: int, minute: int, half: str) -> Clock:
    if not 1 <= hour <= 12 or minute > 59:
        instead = (
            f"say {hour}:{minute:02}" if hour < 24 and minute < 60 else "say for example 14:00"
        )
        hint = f"With am or pm, hours go from 1 to 12; {instead}."
        raise Usage(f"{quote(said)} is not a time of day", hint)
    return Clock(said, (hour % 12 * 60 + minute + NOON * (half == "p"),), named=True)


def _readings(minutes: int, *, exact: bool) -> tuple[int, ...]:
    if exact or minutes > NOON:
        return (minutes,)
    if minutes == NOON:
        return (NOON, DAY)  # 10-12, but also 11pm-12
    early, late = minutes, minutes + NOON
    return (early, late) if minutes >= 7 * 60 else (late, early)


def narrow(time: Clock, part: str) -> Clock:
    """The readings that lie in a part of the day: "morning", or any other for after noon."""
    readings = tuple(r for r in time.readings if (r < NOON) == (part == "morning"))
    if not readings:
        raise Usage(f"{quote(time.said)} is not in the {part}", "Say the time alone.")
    return replace(time, readings=readings)


def span(start: Clock, end: Clock) -> tuple[int, int]:
    """Both ends in minutes after the first midnight, over the next one at need; or Usage."""
    said = quote(f"{start.said}-{end.said}")
    if start.readings == end.readings:
        raise Usage(f"{said} has no length", "Say an end after the start, or for 1h.")
    first = _first(start, end)
    last = following(first, end)
    if last is None:
        hint = "Say the earlier time first; a span over midnight is like 23:00-01:00."
        raise Usage(f"{said} ends before it starts", hint)
    return first, last


def _first(start: Clock, end: Clock) -> int:
    """2-3pm is an hour, 11-1pm too; 9-17:00 starts in the morning."""
    if len(end.readings) > 1:
        return start.readings[0]
    goal = end.readings[0]
    if end.named:
        return min(start.readings, key=lambda r: (goal - r - 1) % DAY)
    return next((r for r in start.readings if r < goal), start.readings[0])


def following(start: int, end: Clock) -> int | None:
    """The first reading of `end` after `start`; over midnight only what looks like a night.

    That is: from the afternoon to the morning, within 12 hours, or 8 where the end says
    neither am nor pm nor a leading zero.  15:00-14:00 is a mistake rather than 23 hours.
    """
    longest = NOON if len(end.readings) == 1 else 8 * 60
    return min(_after(start, end.readings, longest), default=None)


def _after(start: int, readings: Iterable[int], longest: int) -> Iterable[int]:
    for reading in readings:
        over = reading + DAY
        if reading > start:
            yield reading
        elif reading == 0 or (reading < NOON <= start and over - start <= longest):
            yield over
