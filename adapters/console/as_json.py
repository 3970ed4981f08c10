"""The neutral reply as JSON, for `roomops ask --json` and whatever reads it."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime

from bot.picture import Picture, Series
from bot.reply import (
    Block,
    Bold,
    Button,
    Buttons,
    Code,
    Facts,
    Link,
    Note,
    Reply,
    Span,
    Table,
    Text,
    Title,
    When,
)

Json = dict[str, object]


def to_json(reply: Reply) -> str:
    """The reply, indented, in this shape (fields are added, never renamed):

        {"outcome": "answered" | "misunderstood" | "denied" | "failed" | "repeated",
         "tone": "plain" | "good" | "warn" | "bad",
         "private": true | false,
         "blocks": [BLOCK, ...]}

        BLOCK  {"type": "title", "text": "..."}
               {"type": "text" | "note", "spans": [SPAN, ...]}
               {"type": "facts", "pairs": [{"name": "...", "value": SPAN}, ...]}
               {"type": "table", "head": ["...", ...], "rows": [[SPAN, ...], ...],
                "numeric": [column, ...]}            columns counted from 0, align right
               {"type": "picture", "title": "...", "labels": ["...", ...], "alt": "...",
                "series": [{"name": "...", "unit": "...", "measure": "count" | "level",
                "values": [number | null, ...]}, ...]}         null: not measured
               {"type": "buttons", "buttons": [{"label": "...", "command_line": "...",
                "style": "plain" | "primary" | "danger"}, ...]}
        SPAN   "plain text"
               {"type": "bold" | "code", "text": "..."}
               {"type": "when", "at": "2026-11-24T14:00:00Z"}     ISO 8601, always UTC
               {"type": "link", "label": "...", "url": "https://..."}

    Text is not shortened.  Characters that would move a cursor or reorder a line are
    written as JSON escapes, unpaired surrogates as U+FFFD.
    """
    shape: Json = {
        "outcome": reply.outcome.value,
        "tone": reply.tone.value,
        "private": reply.private,
        "blocks": [_block(block) for block in reply.blocks],
    }
    text = _SURROGATE.sub("\ufffd", json.dumps(shape, ensure_ascii=False, indent=2))
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


_SURROGATE = re.compile("[\ud800-\udfff]")
# DEL, C1 and what reorders, hides or breaks lines; json itself escapes only C0.
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff]")


def _block(block: Block) -> Json:
    match block:
        case Title(text):
            return {"type": "title", "text": text}
        case Text(spans) | Note(spans):
            kind = "note" if isinstance(block, Note) else "text"
            return {"type": kind, "spans": [_span(span) for span in spans]}
        case Facts(pairs):
            named = [{"name": name, "value": _span(value)} for name, value in pairs]
            return {"type": "facts", "pairs": named}
        case Table(head, rows, numeric):
            cells = [[_span(cell) for cell in row] for row in rows]
            return {"type": "table", "head": head, "rows": cells, "numeric": sorted(numeric)}
        case Picture(title, labels, series, alt):
            told = {"type": "picture", "title": title, "labels": labels, "alt": alt}
            return {**told, "series": [_series(each) for each in series]}
        case Buttons(buttons):
            return {"type": "buttons", "buttons": [_button(button) for button in buttons]}


def _series(series: Series) -> Json:
    return {
        "name": series.name,
        "unit": series.unit,
        "measure": series.measure.value,
        "values": series.values,
    }


def _button(button: Button) -> Json:
    return {
        "label": button.label,
        "command_line": button.command_line,
        "style": button.style.value,
    }


def _span(span: Span) -> str | Json:
    match span:
        case str():
            return span
        case Bold(text):
            return {"type": "bold", "text": text}
        case Code(text):
            return {"type": "code", "text": text}
        case When(at):
            return {"type": "when", "at": _iso(at)}
        case Link(label, url):
            return {"type": "link", "label": label, "url": url}


def _iso(at: datetime) -> str:
    return f"{at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec='seconds')}Z"
