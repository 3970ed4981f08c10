"""Words in a card: RichTextBlocks of TextRuns, which know no Markdown, mentions or links."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.teams.limits import RUN_CHARACTERS, SPAN_CHARACTERS, cut
from adapters.teams.neutral import neutral
from bot.reply import Bold, Code, Link, Span, When, words

Json = dict[str, Any]


def line(inlines: Sequence[Json], **looks: str) -> Json:
    return {"type": "RichTextBlock", "inlines": list(inlines), **looks}


def run(text: str, **looks: str) -> Json:
    return {"type": "TextRun", "text": neutral(cut(text, RUN_CHARACTERS)), **looks}


def inlines(span: Span) -> list[Json]:
    """The span as runs: a long text as several; one of several pages is cut visibly."""
    match span:
        case str() | Bold() | Code() if len(words(span)) > RUN_CHARACTERS:
            text = cut(words(span), SPAN_CHARACTERS)
            looks = inline(replaced(span, ""))
            parts = range(0, len(text), RUN_CHARACTERS)
            return [{**looks, **run(text[at : at + RUN_CHARACTERS])} for at in parts]
        case _:
            return [inline(span)]


def replaced(span: str | Bold | Code, text: str) -> Span:
    """Another text that looks the same."""
    match span:
        case str():
            return text
        case Bold():
            return Bold(text)
        case Code():
            return Code(text)


def inline(span: Span) -> Json:
    match span:
        case str() | When():
            return run(words(span))
        case Bold(text):
            return run(text, weight="bolder")
        case Code(text):
            return run(text, fontType="monospace")
        case Link(label, url):
            return {**run(label), "selectAction": {"type": "Action.OpenUrl", "url": url}}
