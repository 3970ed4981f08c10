"""A list of blocks, made to fit into one message.

Buttons are kept, since they lead on; rows and text at the end give way, and the reader
is told how much and what to type.
"""

from __future__ import annotations

from collections.abc import Sequence

from adapters.slack.limits import BLOCKS, MESSAGE, ROWS, Json, weight

HOW = "Narrow the question (/roomops help shows how), or ask in a terminal: roomops ask"
_WORD = 400  # what a note about things left out may weigh


def fit(blocks: Sequence[Json]) -> list[Json]:
    """The blocks, or as many as one message takes, with notes on what was left out."""
    rest = sum(weight(block) for block in blocks if block["type"] != "table")
    fitted: list[Json] = []
    for block in blocks:
        if block["type"] == "table":
            fitted += _rows(block, MESSAGE - rest)
        else:
            fitted.append(block)
    return _some(fitted) if _too_much(fitted) else fitted


def _too_much(blocks: Sequence[Json]) -> bool:
    return len(blocks) > BLOCKS or sum(map(weight, blocks)) > MESSAGE


def _rows(table: Json, room: int) -> list[Json]:
    """The table with as many rows as there is room for, and a note on the others."""
    rows = table["rows"]
    if len(rows) <= ROWS and weight(table) <= room:
        return [table]
    left = room - _WORD - weight({**table, "rows": []})
    kept = 0
    while kept < min(len(rows), ROWS) and (left := left - _row_weight(rows[kept])) >= 0:
        kept += 1
    missing = len(rows) - max(kept, 1)  # the head is not one of the reader's rows
    more = "1 more row does" if missing == 1 else f"{missing:,} more rows do"
    shown = [{**table, "rows": rows[:kept]}] if kept else []
    return [*shown, note(f"{more} not fit into one Slack message. {HOW}")]


def _row_weight(row: list[Json]) -> int:
    return sum(map(weight, row)) + 3  # its brackets and comma


def _some(blocks: Sequence[Json]) -> list[Json]:
    """Without the last blocks that are not buttons, and with a note in their place."""
    kept = list(blocks)
    dropped = 0
    while _too_much([*kept, _rest(dropped)]):
        givers = [i for i, block in enumerate(kept) if block["type"] != "actions"]
        dropped += _characters(kept.pop(givers[-1] if givers else -1))
    end = len(kept)
    while end and kept[end - 1]["type"] == "actions":
        end -= 1
    return [*kept[:end], _rest(dropped), *kept[end:]]


def _characters(block: object) -> int:
    """How much a reader misses with it."""
    match block:
        case {"text": str(text)}:
            return len(text)
        case dict():
            return sum(_characters(value) for value in block.values())
        case list():
            return sum(map(_characters, block))
        case _:
            return 0


def _rest(characters: int) -> Json:
    missing = f"the rest of this answer ({characters:,} characters)"
    return note(f"{missing.capitalize()} does not fit into one Slack message. {HOW}")


def note(text: str) -> Json:
    """Small print that Slack takes literally."""
    return {"type": "context", "elements": [{"type": "plain_text", "text": text, "emoji": False}]}
