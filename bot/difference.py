"""What is new about a problem that was seen before, in a sentence.  Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.alert import Alert, Kind
from bot.finding import Finding
from bot.wording import few, plural

NAMED = 10  # rooms in a line of history; more are counted


def is_same(alert: Alert, finding: Finding) -> bool:
    """Newer evidence alone is no news; nor is another incident number of the same blindness."""
    if alert.is_blindness:
        return _gist(alert.finding.summary) == _gist(finding.summary)
    return replace(finding, evidence=alert.finding.evidence) == alert.finding


def difference(old: Finding, new: Finding) -> tuple[Kind | None, str]:
    """What a reader has to know; (None, "") where it is numbers or wording alone."""
    kind, words = _of_rooms(old.rooms, new.rooms)
    if new.severity > old.severity:
        return Kind.WORSE, f"Now {new.severity.name.lower()}: {new.summary}"
    if new.severity < old.severity and kind is not Kind.WORSE:
        return Kind.BETTER, f"Only {new.severity.name.lower()} now: {new.summary}"
    if kind is None and not new.rooms and _gist(new.summary) != _gist(old.summary):
        return Kind.CHANGED, new.summary
    return kind, words


def _of_rooms(old: Sequence[str], new: Sequence[str]) -> tuple[Kind | None, str]:
    known, now_there = set(old), set(new)
    more = [room for room in new if room not in known]
    gone = [room for room in old if room not in now_there]
    if len(more) > len(gone):
        return Kind.WORSE, f"{plural(len(more), 'more room')}: {few(more, NAMED)}."
    if len(gone) > len(more):
        return Kind.BETTER, f"No longer {plural(len(gone), 'room')}: {few(gone, NAMED)}."
    if more:
        return Kind.CHANGED, f"Now {few(more, NAMED)}; no longer {few(gone, NAMED)}."
    return None, ""


def _gist(summary: str) -> str:
    """Without the words that hold numbers: those move while the problem stays the same."""
    return re.sub(r"\S*\d\S*", "#", summary)
