"""What was said about time, each thing at most once: "2pm" and "3pm" together are refused."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.errors import Usage
from bot.text import quote
from handlers import days
from handlers.clocks import Clock, clock, narrow
from handlers.durations import MINUTE, duration
from handlers.phrases import Kind, Phrase
from handlers.zones import zone_of

MOST = timedelta(days=7)  # of an interval; Graph's getSchedule itself ends at 62 days


@dataclass(frozen=True, slots=True)
class Said:
    """None and "" mean: not said.  `day` and `end_day` are for `days.dates`."""

    now: bool = False
    delay: timedelta | None = None
    length: timedelta | None = None
    day: str = ""
    start: Clock | None = None
    end: Clock | None = None
    end_day: str = ""
    zone: str = ""
    offset: timedelta | None = None


_Fact = bool | timedelta | str | Clock

_TWO = {
    "day": ("days", "Say one day."),
    "start": ("times", "Say one, or a span like 14:00-15:00."),
    "end": ("ends", "Say one."),
    "end_day": ("days to end on", "Say one."),
    "delay": ("times", "Say one."),
    "length": ("lengths", "Say one."),
    "zone": ("time zones", "Say one."),
    "offset": ("offsets", "Say one."),
}


def gather(phrases: Sequence[Phrase]) -> Said:
    """Usage where two phrases contradict each other, or one speaks of no time in particular."""
    facts: dict[str, _Fact] = {}
    source: dict[str, str] = {}
    for phrase in phrases:
        for name, fact in _facts(phrase):
            if facts.setdefault(name, fact) != fact:
                noun, hint = _TWO[name]
                both = f"{quote(source[name])} and {quote(phrase.said)}"
                raise Usage(f"{both} are two different {noun}", hint)
            source.setdefault(name, phrase.said)
    said = Said(**facts)  # type: ignore[arg-type]  # _facts pairs each name with its own type
    _agree(said, source)
    return said


def _facts(phrase: Phrase) -> Iterator[tuple[str, _Fact]]:
    """The fields of Said that one phrase fills."""
    match phrase.kind:
        case Kind.NOW:
            yield "now", True
        case Kind.DELAY:
            yield "delay", _length(phrase, days.FAR, "two years ahead")
        case Kind.LENGTH:
            yield "length", _length(phrase, MOST, f"{MOST.days} days")
        case Kind.ZONE:
            yield "zone", zone_of(phrase.parts["zone"]) or "UTC"
        case Kind.ABBREVIATION:
            hint = "Say its name, like America/New_York, or its offset, like UTC-5."
            raise Usage(f"{quote(phrase.said)} is no single time zone", hint)
        case Kind.VAGUE:
            hint = "Say a start and an end or a length, like tomorrow 14:00-15:00 or 2pm for 45m."
            raise Usage(f"{quote(phrase.said)} is not an exact time", hint)
        case Kind.STAMP | Kind.DAY | Kind.RANGE | Kind.START | Kind.END | Kind.OFFSET:
            yield from _parts(phrase)


def _parts(phrase: Phrase) -> Iterator[tuple[str, _Fact]]:
    ends = phrase.kind is Kind.END
    for name, text in phrase.parts.items():
        if name == "day":
            yield ("end_day" if ends else "day"), text
        elif name == "offset":
            yield name, _offset(phrase.said, text)
        elif name == "clock":
            yield ("end" if ends else "start"), clock(text)
        else:
            yield name, clock(text)


def _length(phrase: Phrase, most: timedelta, limit: str) -> timedelta:
    text = phrase.parts["length"]
    length = duration("an hour" if text == "hour" else text)
    if length is None:
        raise Usage(f"{quote(phrase.said)} is no length of time", "Say for example 45m or 1h30m.")
    if length < MINUTE:
        raise Usage(f"{quote(phrase.said)} is less than a minute", "Say for example for 30m.")
    if length > most:
        raise Usage(f"{quote(phrase.said)} is more than {limit}", f"Say at most {limit}.")
    return length


def _offset(said: str, text: str) -> timedelta:
    match = re.fullmatch(r"([+-])(\d\d?):?(\d\d)?", "+0" if text == "z" else text, re.ASCII)
    sign, hours, minutes = match.groups() if match else ("+", "99", None)
    offset = timedelta(hours=int(hours), minutes=int(minutes or 0))
    if offset > timedelta(hours=14) or int(minutes or 0) > 59:  # the farthest is Kiritimati
        raise Usage(f"No clock is at {quote(said)}", "Offsets are like UTC+1, UTC-4 or UTC+5:30.")
    return -offset if sign == "-" else offset


def _agree(said: Said, source: dict[str, str]) -> None:
    """An interval has one start and one end."""
    rivals = [("now", "delay", "start"), ("length", "end")]
    if said.day != "today":
        rivals.append(("now", "delay", "day"))
    for names in rivals:
        one, *others = [quote(source[name]) for name in names if name in source] or [""]
        if others:
            raise Usage(f"{one} and {others[0]} do not go together", "Say one of them.")


def in_part_of_day(said: Said) -> Said:
    """A morning helps to read "at 9" in "tomorrow morning at 9"; alone it is no exact time."""
    part = days.part_of_day(said.day)
    if not part:
        return said
    if said.start is None:
        hint = f"Say a time too, like {said.day} {_LIKELY[part]}."
        raise Usage(f"{quote(said.day)} is not an exact time", hint)
    return replace(said, start=narrow(said.start, part))


_LIKELY = {"morning": "9-10", "afternoon": "2-3", "evening": "6-7", "night": "8-9"}
