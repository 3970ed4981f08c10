"""What the bot says, before any chat platform has seen it.

Strings are data: every renderer escapes them.  Markup exists only as spans, so
a room that someone named "<!channel>" is just a room with a silly name.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.picture import Picture, told


@dataclass(frozen=True, slots=True)
class Bold:
    text: str


@dataclass(frozen=True, slots=True)
class Code:
    text: str


@dataclass(frozen=True, slots=True)
class When:
    """A moment, shown in the reader's own zone where the platform can."""

    at: datetime


@dataclass(frozen=True, slots=True)
class Link:
    """The only way to a live link; `url` is https and comes from us, never from data."""

    label: str
    url: str


Span = str | Bold | Code | When | Link


@dataclass(frozen=True, slots=True)
class Title:
    text: str


@dataclass(frozen=True, slots=True)
class Text:
    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Note:
    """Small print: freshness, sources, what was left out and why."""

    spans: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Facts:
    """Short label and value pairs."""

    pairs: tuple[tuple[str, Span], ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of equal width under `head`; a reader may see at most 20 columns and 100 rows."""

    head: tuple[str, ...]
    rows: tuple[tuple[Span, ...], ...]
    numeric: frozenset[int] = frozenset()  # columns that align right


class Style(StrEnum):
    PLAIN = "plain"
    PRIMARY = "primary"
    DANGER = "danger"


@dataclass(frozen=True, slots=True)
class Button:
    """A button is a command that somebody typed for you."""

    label: str
    command_line: str
    style: Style = Style.PLAIN


@dataclass(frozen=True, slots=True)
class Buttons:
    buttons: tuple[Button, ...]


Block = Title | Text | Note | Facts | Table | Picture | Buttons


class Tone(StrEnum):
    """How it stands; every renderer says it in words or a sign, never by colour alone."""

    PLAIN = "plain"
    GOOD = "good"
    WARN = "warn"
    BAD = "bad"


class Outcome(StrEnum):
    """How the line ended; written into the audit and into exit codes."""

    ANSWERED = "answered"
    MISUNDERSTOOD = "misunderstood"
    DENIED = "denied"
    FAILED = "failed"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True)
class Reply:
    blocks: tuple[Block, ...]
    tone: Tone = Tone.PLAIN
    private: bool = True
    outcome: Outcome = Outcome.ANSWERED


# A line that was answered before: there is nothing to say, and platforms say nothing.
NOTHING = Reply((), outcome=Outcome.REPEATED)


def say(*spans: Span, tone: Tone = Tone.PLAIN, outcome: Outcome = Outcome.ANSWERED) -> Reply:
    """One sentence as a reply."""
    return Reply((Text(spans),), tone, outcome=outcome)


def plain(reply: Reply) -> str:
    """The reply as text: notification line, screen reader, anything that shows no blocks."""
    return "\n".join(line for block in reply.blocks for line in _lines(block))


def _lines(block: Block) -> list[str]:
    match block:
        case Title(text):
            return [text]
        case Text(spans) | Note(spans):
            return ["".join(map(words, spans))]
        case Facts(pairs):
            return [f"{name}: {words(value)}" for name, value in pairs]
        case Table(head, rows):
            return [" | ".join(head), *(" | ".join(map(words, row)) for row in rows)]
        case Picture():
            return told(block)
        case Buttons(buttons):
            return [f"[{button.label}] {button.command_line}" for button in buttons]


def words(span: Span) -> str:
    """The span without its markup."""
    match span:
        case str():
            return span
        case Bold(text) | Code(text):
            return text
        case Link(label, url):
            return f"{label}: {url}"
        case When(at):
            return f"{at:%Y-%m-%d %H:%M} UTC"
