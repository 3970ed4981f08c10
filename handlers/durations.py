"""Lengths of time, as people write them: "30m", "90 minutes", "1h30m", "half an hour"."""

from __future__ import annotations

import re
from datetime import timedelta

MINUTE = timedelta(minutes=1)

_UNTIL_TWELVE = "one two three four five six seven eight nine ten eleven twelve".split()
_WORDS = (
    {word: float(n) for n, word in enumerate(_UNTIL_TWELVE, 1)}
    | {"fifteen": 15.0, "twenty": 20.0, "thirty": 30.0, "forty": 40.0, "forty-five": 45.0}
    | {"fifty": 50.0, "sixty": 60.0, "ninety": 90.0, "a": 1.0, "an": 1.0, "three quarters": 0.75}
    | {"half": 0.5, "a half": 0.5, "quarter": 0.25, "a quarter": 0.25}
)
_UNITS = {"m": 1, "h": 60, "d": 24 * 60, "w": 7 * 24 * 60}  # minutes
_MOST = 10**6  # nobody means more of any unit; keeps hostile numbers inside timedelta

_WORD = "|".join(sorted(_WORDS, key=len, reverse=True))
_EXTRA = r" and a (?:half|quarter)\b"
_NUMBER = r"\d{1,40}(?:[.,]\d{1,9})?"
_COUNT = rf"(?:(?P<digits>{_NUMBER})|(?P<word>{_WORD})\b)(?: of)?(?: an?\b)?(?P<plus>{_EXTRA})?"
_UNIT = r"(?P<unit>minute|min|m|hour|hr|h|day|d|week|w)s?(?![a-z])"
_ONE = re.compile(rf"{_COUNT}(?:(?<=\d)|[ -]){_UNIT}(?P<after>{_EXTRA}(?! [mhdw]))?", re.ASCII)
_FRENCH = r"h[0-5]\d(?![a-z0-9])"  # the end of 1h30

_PART = re.sub(r"\?P<\w+>", "?:", _ONE.pattern)
_MORE = rf"(?:,? ?(?:and )?{_PART})*"
LENGTH = rf"(?:\d{{1,2}}{_FRENCH}|{_PART}{_MORE})"
# Without "for", only what cannot be a room or a count of something: not "3d", "5 m", "a day".
_NO_LENGTH = r"(?!\d+ ?[dw]|\d+ m\b|an? (?!hour|half|quarter)|[^ ]+ (?:day|week))"
BARE = rf"{_NO_LENGTH}(?:[0-6]{_FRENCH}|{_PART}{_MORE})"


def duration(text: str) -> timedelta | None:
    """The length in whole minutes, or None if the text is anything else.

    Units go from large to small, each once: "2h 1h" is none.
    """
    said = re.sub(r"\s+", " ", text[:200]).strip().lower()
    if len(text) > 200 or not re.fullmatch(LENGTH, said, re.ASCII):
        return None
    if re.fullmatch(rf"\d{{1,2}}{_FRENCH}", said, re.ASCII):
        said += "m"
    parts = list(_ONE.finditer(said))
    sizes = [_UNITS[part["unit"][0]] for part in parts]
    if sizes != sorted(set(sizes), reverse=True):
        return None
    return timedelta(minutes=round(sum(map(_minutes, parts))))


def _minutes(part: re.Match[str]) -> float:
    count = _WORDS[part["word"]] if part["word"] else float(part["digits"].replace(",", "."))
    extra = (part["plus"] or part["after"] or "").removeprefix(" and a ")
    return (min(count, _MOST) + _WORDS.get(extra, 0.0)) * _UNITS[part["unit"][0]]


def spelled(length: timedelta) -> str:
    """The shortest text that `duration` reads back: "2h", "45m", "26h30m"; whole minutes."""
    hours, minutes = divmod(round(length.total_seconds() / 60), 60)
    return f"{hours}h" * bool(hours) + f"{minutes}m" * bool(minutes or not hours)
