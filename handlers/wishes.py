"""From typed words to what is wanted of a room.

Filters may stand in any order among words of time.  Names that the directory knows decide
where a phrase ends; quotes decide it by hand.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from bot.errors import Usage
from bot.text import quote
from handlers.durations import duration
from handlers.equipment import Equipment
from handlers.names import longest_match, near, normal, or_list, sayable
from handlers.places import Places
from handlers.wanted import Wanted
from handlers.zones import zone_of

MOST_PEOPLE = 100_000
LONGEST_FLOOR = 40  # characters


@dataclass(slots=True)
class _Reading:
    """The words that are left, and what was understood so far."""

    words: list[str]
    places: Places
    equipment: Equipment
    wanted: Wanted = field(default_factory=Wanted)
    rest: list[str] = field(default_factory=list)


def read(words: Sequence[str], places: Places, equipment: Equipment) -> tuple[Wanted, list[str]]:
    """What is wanted, and the words that say something else (the time, it is hoped)."""
    reading = _Reading(list(words), places, equipment)
    while reading.words:
        if not any(reader(reading) for reader in READERS):
            reading.rest.append(reading.words.pop(0))
    return reading.wanted, reading.rest


def unknown(words: Sequence[str], places: Places, equipment: Equipment) -> Usage:
    """The refusal of words that are no time and nothing that the directory knows."""
    said = " ".join(_unquoted(word) for word in words)
    meant = near(said, [*places.names(), *equipment.names()])
    hint = f"Did you mean {or_list(meant)}?" if meant else "Say /rooms help for what I know."
    return Usage(f"I do not understand {quote(said)}", hint)


def _people(reading: _Reading) -> bool:
    words = reading.words
    skip = _skipped(words, ("for", "at least", "for at least"))
    count = re.fullmatch(r"(\d{1,9})(p|pax|ppl|people|persons?|seats?)?", words[skip].lower())
    if not count:
        return False
    unit = count[2] or (words[skip + 1].lower() if len(words) > skip + 1 else "")
    if unit not in _PEOPLE:
        return False
    people = int(count[1])
    if not 1 <= people <= MOST_PEOPLE:
        raise Usage(f"{people} people is not a number I can seat", "Say for example 8 people.")
    _once(reading.wanted.people, people, "numbers of people")
    reading.wanted = replace(reading.wanted, people=people)
    del words[: skip + (1 if count[2] else 2)]
    return True


def _skipped(words: Sequence[str], before: Sequence[str]) -> int:
    """How many words at the start only lead to the next one; there is a next one."""
    leading = [phrase.split() for phrase in before]
    fits = [len(p) for p in leading if [w.lower() for w in words[: len(p)]] == p]
    return max((count for count in fits if count < len(words)), default=0)


_PEOPLE = frozenset(
    "p pax ppl people person persons seat seats seater attendees participants guests".split()
)


def _floor(reading: _Reading) -> bool:
    words = reading.words[_skipped(reading.words, ("on", "on the")) :]
    first, second = words[0].lower(), (words[1] if len(words) > 1 else "")
    if first in ("floor", "level") and _is_floor(second):
        floor, count = sayable(second), 2
    elif second.lower() in ("floor", "level") and (m := _ORDINAL.fullmatch(first)):
        floor, count = m[1] or "0", 2
    else:
        return False
    _once(reading.wanted.floor, floor, "floors")
    reading.wanted = replace(reading.wanted, floor=floor)
    reading.words = words[count:]
    return True


def _is_floor(word: str) -> bool:
    quoted = word.startswith('"')
    return 0 < len(sayable(word)) <= LONGEST_FLOOR and (quoted or word.lower() not in _STOP)


_ORDINAL = re.compile(r"(?:(-?\d{1,3})(?:st|nd|rd|th)?|ground)")


def _flags(reading: _Reading) -> bool:
    words = [word.lower() for word in reading.words[:2]]
    if words[0] in ("accessible", "wheelchair", "wheelchair-accessible", "step-free"):
        reading.wanted = replace(reading.wanted, accessible=True)
        follows = len(words) > 1 and words[1] in ("access", "accessible")
        del reading.words[: 2 if words[0] == "wheelchair" and follows else 1]
        return True
    if words[0] in ("combinable", "combined"):
        reading.wanted = replace(reading.wanted, combinable=True)
        del reading.words[:1]
        return True
    return False


def _page(reading: _Reading) -> bool:
    words = reading.words
    if words[0].lower() != "page" or len(words) < 2 or not re.fullmatch(r"\d{1,4}", words[1]):
        return False
    reading.wanted = replace(reading.wanted, page=max(1, int(words[1])))
    del words[:2]
    return True


def _place(reading: _Reading) -> bool:
    if reading.words[0].lower() not in ("in", "at", "near") or len(reading.words) < 2:
        return False
    taken = reading.words.pop(0)
    if not _is_time(taken.lower(), reading) and _bare_place(reading):
        return True
    if reading.words[0].startswith('"') or not _like_time(reading.words):
        said, meant = _meant(reading.words, reading.places.names())
        hint = f"Did you mean {or_list(meant)}?" if meant else reading.places.some()
        raise Usage(f"I know no place called {quote(said)}", hint)
    reading.rest += [taken, reading.words.pop(0)]
    return True


def _is_time(taken: str, reading: _Reading) -> bool:
    """ "at 9" and "in 20 minutes", even where buildings are called 9 and 20."""
    words = reading.words
    if taken == "at" and words[0][0].isdigit():
        match = longest_match(words, reading.places.by_name)
        return match is None or match[1] == 1
    return any(duration(" ".join(words[:count])) for count in range(1, 5))


def _bare_word(reading: _Reading) -> bool:
    """A known name said without in or with; never one that could be a time."""
    first = normal(reading.words[0])
    if _DATE_WORD.match(first) or not any(c.isalpha() for c in first):
        return False
    return _bare_place(reading) or _bare_equipment(reading)


_DATE_WORD = re.compile(
    r"\d|(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec|mon|tue|wed|thu|fri|sat|sun|next|now|"
    r"today|tomorrow|tonight|noon|midnight|for|from|until|till|at|on|in|between|half|an?)\b|"
    r"(january|february|march|april|june|july|august|sept|september|october|november|december|"
    r"(mon|tues|wednes|thurs|fri|satur|sun)days?|thur|thurs|tues)\b"
)


def _bare_place(reading: _Reading) -> bool:
    return _named(reading, reading.places.by_name, _set_place)


def _set_place(reading: _Reading, name: str) -> None:
    place = reading.places.by_name[name]
    _once(reading.wanted.place, place, "places")
    reading.wanted = replace(reading.wanted, place=place)


def _with(reading: _Reading) -> bool:
    if reading.words[0].lower() not in ("with", "having", "has") or len(reading.words) < 2:
        return False
    reading.words.pop(0)
    if _flags(reading):
        return True
    if not _bare_equipment(reading):
        said, meant = _meant(reading.words, reading.equipment.names())
        hint = f"Did you mean {or_list(meant)}?" if meant else reading.equipment.some()
        raise Usage(f"No room has {quote(said)} on record", hint)
    return True


def _joined(reading: _Reading) -> bool:
    """ "8 people and video"; the and of "between 2 and 4" stays with its time."""
    if reading.words[0].lower() not in ("and", "&", "+") or len(reading.words) < 2:
        return False
    joined = reading.words.pop(0)
    if any(reader(reading) for reader in FILTERS):
        return True
    reading.words.insert(0, joined)
    return False


def _bare_equipment(reading: _Reading) -> bool:
    return _named(reading, reading.equipment.by_name, _add_equipment)


def _add_equipment(reading: _Reading, name: str) -> None:
    item = reading.equipment.by_name[name]
    kept = dict.fromkeys((*reading.wanted.equipment, item))
    reading.wanted = replace(reading.wanted, equipment=tuple(kept))


def _named(
    reading: _Reading, names: Mapping[str, object], found: Callable[[_Reading, str], None]
) -> bool:
    words = [_unquoted(word) for word in reading.words[:12]]
    if reading.words and reading.words[0].startswith('"'):
        words = words[:1]
    match = longest_match(words, names)
    if match is None:
        return False
    name, count = match
    found(reading, name)
    del reading.words[:count]
    return True


def _once(before: object, now: object, what: str) -> None:
    if before is not None and before != now:
        raise Usage(f"You named two {what}", "Say one.")


def _unquoted(word: str) -> str:
    return word.strip('"')


_STOP = frozenset(
    "with for in at on from until till between floor level and accessible page".split()
)


def _meant(words: Sequence[str], names: Sequence[str]) -> tuple[str, list[str]]:
    """The unknown name that was said, and the known ones nearest to it."""
    phrase = _phrase(words).split(" ")
    for count in range(len(phrase), 0, -1):
        said = " ".join(phrase[:count])
        if meant := near(said, names):
            return said, meant
    return " ".join(phrase), []


def _phrase(words: Sequence[str]) -> str:
    """What was probably meant as one name: up to the next word of ours, for did-you-mean."""
    if words[0].startswith('"'):
        return _unquoted(words[0])
    ends = (i for i, w in enumerate(words) if i and (w.lower() in _STOP or _DATE_WORD.match(w)))
    return " ".join(words[: next(ends, 6)])


_TIME = frozenset(
    "a an half one two three four five ten fifteen twenty thirty noon midnight midday the".split()
)


def _like_time(words: Sequence[str]) -> bool:
    first = words[0].lower()
    zone = first in ("utc", "gmt") or ("/" in first and zone_of(first) is not None)
    return zone or first[0].isdigit() or normal(first) in _TIME


FILTERS = (_people, _floor, _flags, _page, _place, _with, _bare_word)
READERS = (*FILTERS, _joined)
