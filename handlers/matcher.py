"""Which alerts somebody means: by number, check, site, severity, room, subject or state.

`alerts rooms in Lisbon critical` and `silence check=rooms site=Lisbon …` are read by the same
grammar; quotes mark a value that holds blanks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum

from bot.errors import Usage
from bot.silence import Matcher
from bot.text import quote
from handlers.known import SEVERITIES, Known, one_of, value_of
from handlers.names import LONGEST, QUOTES, near, normal, or_list, sayable


class State(StrEnum):
    """How an alert stands for a reader; the first that applies."""

    RESOLVED = "resolved"
    PENDING = "pending"
    FOLDED = "folded"
    SILENCED = "silenced"
    ACKNOWLEDGED = "acknowledged"
    OPEN = "open"


_STATES = {state.value: state for state in State} | {
    "acked": State.ACKNOWLEDGED,
    "quiet": State.SILENCED,
    "unacknowledged": State.OPEN,
}


@dataclass(frozen=True, slots=True)
class Meant:
    """`matcher` has no fingerprint: whoever knows the alerts turns `number` into it."""

    matcher: Matcher = field(default_factory=Matcher)
    number: int | None = None
    state: State | None = None
    page: int = 1

    @property
    def is_everything(self) -> bool:
        return replace(self, page=1) == Meant()


@dataclass(frozen=True, slots=True)
class Word:
    """A word as it was said: `key` of key=value, "" without; where it stands in the text."""

    key: str
    value: str
    quoted: bool
    start: int
    end: int

    def says(self, *words: str) -> bool:
        return not self.key and not self.quoted and self.value.lower() in words


_WORD = re.compile(
    rf"""(?:(?P<key>[A-Za-z]+)=)?(?:[{QUOTES}](?P<double>[^{QUOTES}]*)[{QUOTES}]|'(?P<single>[^']*)'"""
    rf"""(?=[\s,;]|$)|(?P<plain>[^\s{QUOTES}]+))"""
)


def split(text: str) -> Iterator[Word]:
    """Words and key=value pairs, in order; a quoted value is one word."""
    for match in _WORD.finditer(text):
        quoted = match["plain"] is None
        value = match["plain"] or match["double"] or match["single"] or ""
        value = value.strip() if quoted else value.rstrip(",;")
        if value or quoted:
            yield Word((match["key"] or "").lower(), value, quoted, match.start(), match.end())


def read(words: Sequence[Word], known: Known) -> Meant:
    """What the words mean; Usage with what would be understood."""
    meant, left = Meant(), list(words)
    while left:
        word = left.pop(0)
        if word.says("in", "at", "and") and left and not left[0].key:
            if not word.says("and"):
                meant = _with(meant, "site", known.site(_run(left, known.sites)))
        elif word.says("page") and left and re.fullmatch(r"\d{1,4}", left[0].value):
            meant = replace(meant, page=max(1, int(left.pop(0).value)))
        elif word.key:
            meant = _keyed(meant, word, known)
        else:
            meant = _bare(meant, word, known)
    return meant


def _run(left: list[Word], names: Sequence[str]) -> str:
    """The longest run at the start of the words that is one of the names; else one word."""
    known = {normal(name) for name in names}
    for count in range(min(len(left), LONGEST), 0, -1):
        said = " ".join(word.value for word in left[:count])
        if normal(said) in known or count == 1:
            del left[:count]
            return said
    return ""


def _bare(meant: Meant, word: Word, known: Known) -> Meant:
    said = word.value.lower()
    if number := re.fullmatch(r"#?(\d{1,9})", said):
        return _numbered(meant, int(number[1]))
    if said in known.checks:
        return _with(meant, "check", said)
    if said in SEVERITIES:
        return _with(meant, "severity", said)
    if said in _STATES:
        return _stated(meant, _STATES[said])
    if sites := [site for site in known.sites if normal(site) == normal(said)]:
        return _with(meant, "site", sites[0])
    raise _unknown(word.value, known)


def _keyed(meant: Meant, word: Word, known: Known) -> Meant:
    said = word.value
    match word.key:
        case "check":
            return _with(meant, "check", one_of(said, known.checks, "check"))
        case "severity":
            return _with(meant, "severity", one_of(said, SEVERITIES, "severity"))
        case "state":
            return _stated(meant, _STATES[one_of(said, tuple(_STATES), "state")])
        case "site" | "city" | "building":
            return _with(meant, "site", known.site(said))
        case "room":
            return _with(meant, "subject", known.room(said))
        case "subject":
            return _with(meant, "subject", value_of(said, "subject"))
        case _:
            hint = "I know check=, site=, severity=, room= and subject=."
            raise Usage(f"I do not know {quote(word.key + '=')}", hint)


def _numbered(meant: Meant, number: int) -> Meant:
    if meant.number not in (None, number):
        raise Usage(f"That is #{meant.number} and #{number}", "I take one number at a time.")
    return replace(meant, number=number)


def _stated(meant: Meant, state: State) -> Meant:
    if meant.state not in (None, state):
        raise Usage(f"An alert is not {meant.state} and {state} at once", "Say one of them.")
    return replace(meant, state=state)


def _with(meant: Meant, name: str, value: str) -> Meant:
    before = getattr(meant.matcher, name)
    if before not in ("", value):
        words = f"You said {quote(before)} and {quote(value)}"
        raise Usage(f"{words}; everything named must agree", f"Say one {name} at a time.")
    return replace(meant, matcher=replace(meant.matcher, **{name: value}))


def _unknown(said: str, known: Known) -> Usage:
    meant = near(said, (*known.checks, *SEVERITIES, *(state.value for state in State)))
    where = [f"in {site}" for site in near(said, known.sites)]
    hint = "I understand a number, a check, a severity, a state, in SITE and room=."
    return Usage(
        f"I do not understand {quote(said)}",
        f"Did you mean {or_list([*meant, *where])}?" if meant or where else hint,
    )


def line(matcher: Matcher) -> str:
    """The words that mean the same again."""
    pairs = {
        "check": matcher.check,
        "severity": matcher.severity,
        "site": f'"{sayable(matcher.site)}"' * bool(matcher.site),
        "subject": f'"{sayable(matcher.subject)}"' * bool(matcher.subject),
    }
    return " ".join(f"{key}={value}" for key, value in pairs.items() if value)


def words(matcher: Matcher) -> str:
    """As a reader says it: "critical ones of rooms in Lisbon about corona@contoso.com"."""
    parts = (
        matcher.severity,
        f"check {matcher.check}" * bool(matcher.check),
        f"in {matcher.site}" * bool(matcher.site),
        f"about {matcher.subject}" * bool(matcher.subject),
        f"the problem {matcher.fingerprint}" * bool(matcher.fingerprint),
    )
    return ", ".join(part for part in parts if part)
