"""Which of somebody's words speak of time; everything else is left as it was.

Words stand in any order among words for places, seats and equipment, so only what is
unmistakably time is taken: "2pm", "14:00-15:00", "friday", "24 dec", "for 45m".  A bare
number is time only beside a word of time ("at 14", "friday 9-11", "from 2 to 4") and where
nothing follows that it could count: "at 2 people", "floor 2" and "room 4-12" are not.
A word that holds blanks (a quoted name) or more than 40 characters is never time.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from handlers import clocks, days, durations
from handlers.zones import zone_of

LONGEST_WORD, WINDOW = 40, 10  # characters, words


class Kind(Enum):
    """What a phrase says; the names of its parts are in RULES."""

    NOW = auto()
    DELAY = auto()
    LENGTH = auto()
    STAMP = auto()
    DAY = auto()
    RANGE = auto()
    START = auto()
    END = auto()
    ZONE = auto()
    OFFSET = auto()
    ABBREVIATION = auto()  # EST, CET: no single zone
    VAGUE = auto()  # speaks of time, but of none in particular


@dataclass(frozen=True, slots=True)
class Phrase:
    """`said` as they wrote it, `parts` in lower case with plain dashes and apostrophes."""

    kind: Kind
    said: str
    parts: Mapping[str, str]


class _Where(Enum):
    """Beside which words a rule holds."""

    ANY = auto()
    FREE = auto()  # not after a word that numbers or names: floor 2, in May
    BESIDE_DAY = auto()
    BESIDE_TIME = auto()


_BOUNDARY = r"(?=[,;.!?)]*(?: |$))"
_FOLLOWERS = (
    "in|on|at|with|without|for|from|until|till|til|to|and|or|near|floor|level|building|room"
    "|wheelchair|accessible|combinable|step-free|next|this|today|tomorrow|tonight|utc|gmt|please"
)
_ALONE = (
    rf"(?=[,;.!?)]*$|[,;!?)]+ | (?:{_FOLLOWERS})\b| \d|{days.AHEAD}"
    r"| [a-z_]+/[a-z]| \"| [-@](?: |$))"
)
_NUMBERING = frozenset(
    "room rooms rm floor level storey building bldg block wing site suite no no. nr number #"
    " capacity than least most about page for".split()
)
_NAMING = frozenset(("in", "called", "named"))
_S, _W = clocks.STRONG, clocks.WEAK
_TO = r"(?: ?- ?| (?:to|until|till|til|through) )"
_UNTIL = r"(?:until|till|til|ending(?: at)?)"
_ISO = r"\d{4}-\d{2}-\d{2}"
_AT = r"(?:(?:starting )?(?:at|from) |@ ?|around )"
_FROM = rf"(?:{_AT}|between )"

# The first that fits is taken.
RULES: tuple[tuple[Kind, _Where, str], ...] = (
    (
        Kind.STAMP,
        _Where.ANY,
        rf"(?:on |at |from )?(?P<day>{_ISO})t(?P<clock>\d{{2}}:\d{{2}}(?::\d{{2}})?)(?:\.0+)?"
        r"(?P<offset>z|[+-]\d{2}:?\d{2})?",
    ),
    (Kind.VAGUE, _Where.ANY, rf"(?:before|after|by|since) {_S}"),
    (Kind.VAGUE, _Where.ANY, r"(?:(?:next|this) (?:week|month|year)|(?:the|this|next) weekend)"),
    (Kind.RANGE, _Where.ANY, rf"{_FROM}?(?P<start>{_S}|{_W}){_TO}(?P<end>{_S})"),
    (Kind.RANGE, _Where.ANY, rf"{_FROM}?(?P<start>{_S}){_TO}(?P<end>{_W}){_ALONE}"),
    (Kind.RANGE, _Where.ANY, rf"between (?P<start>{_S}|{_W}) and (?P<end>{_S})"),
    (Kind.RANGE, _Where.ANY, rf"between (?P<start>{_S}|{_W}) and (?P<end>{_W}){_ALONE}"),
    (Kind.RANGE, _Where.FREE, rf"{_FROM}?(?P<start>{_W}){_TO}(?P<end>{_W}){_ALONE}"),
    (Kind.DAY, _Where.FREE, rf"(?:on |for )?(?P<day>{days.LONELY}){_ALONE}"),
    (Kind.DAY, _Where.FREE, rf"(?:on |for )?(?P<day>{days.DAY})"),
    (Kind.DELAY, _Where.ANY, rf"in (?P<length>{durations.LENGTH})"),
    (Kind.DELAY, _Where.ANY, rf"(?P<length>{durations.LENGTH}) from now"),
    (Kind.LENGTH, _Where.ANY, rf"for (?:the next |about )?(?P<length>{durations.LENGTH})"),
    (Kind.LENGTH, _Where.ANY, rf"(?:for )?(?:the )?next (?P<length>{durations.LENGTH}|hour)"),
    (
        Kind.END,
        _Where.ANY,
        rf"{_UNTIL} (?:(?P<day>{days.DAY})(?:t| (?:at )?))?(?P<clock>{_S}|{_W}{_ALONE})",
    ),
    (Kind.VAGUE, _Where.ANY, rf"{_UNTIL} {days.DAY}"),
    (
        Kind.END,
        _Where.BESIDE_TIME,
        rf"(?:-|to) (?:(?P<day>{days.DAY})(?:t| (?:at )?))?(?P<clock>{_S}|{_W}{_ALONE})",
    ),
    (Kind.START, _Where.ANY, rf"{_AT}?(?P<clock>{_S})"),
    (Kind.START, _Where.ANY, rf"{_AT}(?P<clock>{_W})(?! (?:to|-) ){_ALONE}"),
    (Kind.START, _Where.BESIDE_DAY, rf"(?P<clock>{_W}){_ALONE}"),
    (Kind.LENGTH, _Where.FREE, rf"(?P<length>{durations.BARE})"),
    (Kind.NOW, _Where.ANY, r"(?:right )?now"),
    (Kind.OFFSET, _Where.BESIDE_TIME, r"(?:utc|gmt)(?P<offset>[+-]\d{1,2}(?::?\d{2})?)"),
    (Kind.ZONE, _Where.BESIDE_TIME, r"(?:in )?(?P<zone>utc|gmt|[a-z_]+(?:/[\w+-]+){1,2})"),
    (Kind.ZONE, _Where.FREE, r"(?P<zone>[a-z_]+(?:/[\w+-]+){1,2})"),
    (
        Kind.ABBREVIATION,
        _Where.BESIDE_TIME,
        r"(?P<letters>[ecmp][sd]t|[ecp]t|ces?t|bst|ees?t|ist|jst|ae[sd]t)",
    ),
)
_RULES = tuple((kind, where, re.compile(text + _BOUNDARY, re.ASCII)) for kind, where, text in RULES)
_DASHES = str.maketrans("‐‑‒–—−’", "------'")
_OPAQUE = '"'


def read(
    words: Sequence[str], only: frozenset[Kind] = frozenset(Kind)
) -> tuple[tuple[Phrase, ...], tuple[str, ...]]:
    """The phrases of time in their order, and the words that are left in theirs."""
    phrases: list[Phrase] = []
    rest: list[str] = []
    plain = [_plain(word) for word in words]
    at, previous = 0, None
    while at < len(words):
        found = _phrase(plain, at, previous, only)
        if found is None:
            rest.append(words[at])
            at, previous = at + 1, None
            continue
        kind, match = found
        count = match[0].count(" ") + 1
        said = " ".join(words[at : at + count]).rstrip(",;.!?)")
        phrases.append(Phrase(kind, said, {k: v for k, v in match.groupdict().items() if v}))
        at, previous = at + count, kind
    return tuple(phrases), tuple(rest)


def _plain(word: str) -> str:
    """In lower case, with one sort of dash and of digit; a mere quote where it cannot be time."""
    if len(word) > LONGEST_WORD:
        return _OPAQUE
    plain = unicodedata.normalize("NFKC", word).lower().translate(_DASHES)
    return _OPAQUE if not plain or any(c.isspace() for c in plain) else plain


def _phrase(
    plain: Sequence[str], at: int, previous: Kind | None, only: frozenset[Kind]
) -> tuple[Kind, re.Match[str]] | None:
    text = " ".join(plain[at : at + WINDOW])
    before = plain[at - 1].rstrip(",;.") if at else ""
    for kind, where, rule in _RULES:
        if kind not in only or not _allowed(where, text, before, previous):
            continue
        if (match := rule.match(text)) and _is_zone(match):
            return kind, match
    return None


def _allowed(where: _Where, text: str, before: str, previous: Kind | None) -> bool:
    match where:
        case _Where.ANY:
            return True
        case _Where.FREE:
            numbered = text[0].isdigit() and before in _NUMBERING
            return previous is not None or not (numbered or before in _NAMING)
        case _Where.BESIDE_DAY:
            return previous is Kind.DAY
        case _Where.BESIDE_TIME:
            return previous is not None


def _is_zone(match: re.Match[str]) -> bool:
    """Building/Site has the shape of Europe/Lisbon; only a name that exists is a zone."""
    zone = match.groupdict().get("zone")
    return not zone or "/" not in zone or zone_of(zone) is not None
