"""The line that sets a silence, understood: which alerts, how long, and why.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.errors import Usage
from bot.text import cut, quote
from handlers.durations import duration, spelled
from handlers.matcher import Word, split

WHICH = "Say a number, or check=, site=, severity= or room=."
LONGEST = timedelta(days=7)
LONGEST_REASON = 500  # characters; the confirmation's line holds it once more


@dataclass(frozen=True, slots=True)
class Rule:
    """`words` say which alerts are meant; `confirmed` where the preview was seen."""

    words: tuple[Word, ...]
    length: timedelta
    reason: str
    confirmed: bool = False

    def line(self, which: str) -> str:
        """The line that sets it without another preview."""
        return f"silence confirm {which} for {spelled(self.length)} because {self.reason}"


def rule(said: str) -> Rule:
    """Usage says which part is missing; the words before "for" are read by whoever knows names."""
    words = list(split(said))
    confirmed = bool(words) and words[0].says("confirm")
    del words[:confirmed]
    why = _first(words, "because")
    how_long = _first(words[:why], "for", "until")
    if any(word.says("forever", "permanently", "indefinitely") for word in words[:why]):
        raise _no_end()
    if how_long == len(words[:why]):
        raise Usage("A silence needs an end", "Say for 30m, for 2h or for 1d; at most 7 days.")
    if words[how_long].says("until"):
        raise Usage("I understand how long, not until when", "Say for 30m, for 2h or for 1d.")
    if how_long == 0:
        raise Usage("A silence needs to know which alerts", WHICH)
    length = _length(said[words[how_long].end : words[why].start if why < len(words) else None])
    reason = said[words[why].end :].strip() if why < len(words) else ""
    if not reason:
        raise Usage("A silence needs a reason", "Say it at the end: because …")
    return Rule(tuple(words[:how_long]), length, cut(reason, LONGEST_REASON), confirmed)


def _first(words: Sequence[Word], *wanted: str) -> int:
    """Where one of these words stands unquoted; after the last word where none does."""
    return next((n for n, word in enumerate(words) if word.says(*wanted)), len(words))


def _length(said: str) -> timedelta:
    said = said.strip()
    if said.lower() in ("ever", "good", "always", "eternity"):
        raise _no_end()
    length = duration(said)
    if length is None:
        raise Usage(f"{quote(said)} is not a length of time", "Say for example 30m, 2h or 1d.")
    if length < timedelta(minutes=1):
        raise Usage(f"{quote(said)} is over before it begins", "Say at least 1m.")
    if length > LONGEST:
        raise Usage(f"{quote(said)} is too long", "I keep quiet for at most 7 days; set it again.")
    return length


def _no_end() -> Usage:
    return Usage("No silence is forever", "It ends after at most 7 days: say for example for 2d.")
