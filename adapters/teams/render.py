"""Replies as Adaptive Cards 1.5.  Pure: no SDK, no network.

All words stand in TextRuns, which know no Markdown, mentions or links.  The price is that
moments are shown in UTC: Teams does not work out {{DATE()}} there (microsoft/AdaptiveCards#6194).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from adapters.teams.drawn import drawn
from adapters.teams.fit import fit
from adapters.teams.limits import (
    ACTION_TITLE_CHARACTERS,
    ACTIONS_A_SET,
    FALLBACK_CHARACTERS,
    cut,
)
from adapters.teams.neutral import neutral, unmarked
from adapters.teams.spans import inlines, line, run
from adapters.teams.table import fact, table
from bot.picture import Picture
from bot.reply import (
    Block,
    Button,
    Buttons,
    Facts,
    Note,
    Reply,
    Style,
    Table,
    Text,
    Title,
    Tone,
    plain,
)

Json = dict[str, Any]

# A sign before the words, so that it stands without its colour and without the reader's eyes.
_SIGNS = {Tone.GOOD: ("✔ ", "good"), Tone.WARN: ("⚠ ", "warning"), Tone.BAD: ("✖ ", "attention")}
_STYLES = {Style.PLAIN: "default", Style.PRIMARY: "positive", Style.DANGER: "destructive"}

SMALL: Json = {"size": "small", "isSubtle": True}


def render(reply: Reply) -> Json:
    """The card; what does not fit into it is left out, and the card says so."""
    card: Json = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.5",
        # What clients show that do not know 1.5; it is read as Markdown.
        "fallbackText": unmarked(cut(plain(reply), FALLBACK_CHARACTERS)).replace("\n", "\n\n"),
        "msteams": {"width": "Full"},
    }
    return {**card, "body": _signed(fit(reply.blocks, _elements, card), reply.tone)}


def _signed(body: list[Json], tone: Tone) -> list[Json]:
    if tone is Tone.PLAIN:
        return body
    sign, colour = _SIGNS[tone]
    first = run(sign, color=colour, weight="bolder")
    if body and body[0]["type"] == "RichTextBlock":
        return [{**body[0], "inlines": [first, *body[0]["inlines"]]}, *body[1:]]
    return [line([first]), *body]


def _elements(block: Block) -> list[Json]:
    match block:
        case Title(text):
            return [line([run(text, size="large", weight="bolder")])]
        case Text(spans) | Note(spans):
            looks = SMALL if isinstance(block, Note) else {}
            return [line([{**run, **looks} for span in spans for run in inlines(span)])]
        case Facts(pairs):
            return [fact(label, value) for label, value in pairs]
        case Table():
            return table(block)
        case Picture():
            return drawn(block)
        case Buttons(buttons):
            starts = range(0, len(buttons), ACTIONS_A_SET)
            return [_actions(buttons[start : start + ACTIONS_A_SET]) for start in starts]


def _actions(buttons: Sequence[Button]) -> Json:
    return {"type": "ActionSet", "actions": [_action(button) for button in buttons]}


def _action(button: Button) -> Json:
    return {
        "type": "Action.Submit",
        "title": neutral(cut(button.label, ACTION_TITLE_CHARACTERS)),
        "style": _STYLES[button.style],
        "data": {"command_line": button.command_line},
    }
