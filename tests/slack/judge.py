"""Judges of what is sent to Slack: its own models, its documented limits, and liveliness.

The limits are written down here a second time, from Slack's pages, so that a wrong number in
the renderer is not right by definition.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models.blocks import Block

Json = dict[str, Any]
KINDS = {"header", "section", "context", "actions", "divider", "rich_text", "table"}


def faults(message: Json) -> list[str]:
    """Everything for which Slack would refuse the message."""
    blocks = message.get("blocks") or []
    found = [f"{block.get('type')} is no block" for block in blocks if block["type"] not in KINDS]
    if not isinstance(message.get("text"), str) or len(message["text"]) > 40_000:
        found.append("no text, or too long")
    if not message.get("text") and not blocks:
        found.append("no_text")
    if len(blocks) > 50:
        found.append("more than 50 blocks")
    if len(json.dumps(blocks, ensure_ascii=False, separators=(",", ":"))) > 13_200:
        found.append("msg_blocks_too_long")
    if sum(block["type"] == "table" for block in blocks) > 1:
        found.append("only_one_table_allowed")
    for block in blocks:
        found += _of_the_sdk(block)
        found += _of_the_pages(block)
    return found


_UNSAYABLE = re.compile(r"[\x00-\x08\x0b-\x1f\ud800-\udfff]")


def _of_the_sdk(block: Json) -> Iterator[str]:
    try:
        for parsed in Block.parse_all([block]):
            parsed.validate_json()
            parsed.to_dict()
    except (SlackObjectFormationError, TypeError, ValueError, KeyError) as wrong:
        yield f"{block.get('type')}: {wrong}"


def _of_the_pages(block: Json) -> Iterator[str]:
    for text in _strings(block):
        if not text or _UNSAYABLE.search(text):
            yield f"{block['type']}: an empty text, or controls"
    if judge := _PAGES.get(block["type"]):
        yield from judge(block)


def _of_a_header(block: Json) -> Iterator[str]:
    text = block["text"]
    if text["type"] != "plain_text" or not 0 < len(text["text"]) <= 150:
        yield "header: plain text of 1 to 150"


def _of_context(block: Json) -> Iterator[str]:
    elements = block["elements"]
    if not 0 < len(elements) <= 10 or any(len(element["text"]) > 3000 for element in elements):
        yield "context: 1 to 10 elements of at most 3000"


def _of_rich_text(block: Json) -> Iterator[str]:
    if not block["elements"] or any(not element["elements"] for element in block["elements"]):
        yield "rich_text: empty"


def _of_buttons(block: Json) -> Iterator[str]:
    elements = block["elements"]
    if not 0 < len(elements) <= 25:
        yield "actions: 1 to 25 elements"
    if len({element["action_id"] for element in elements}) != len(elements):
        yield "actions: two of one action_id"
    for element in elements:
        if len(element["text"]["text"]) > 75 or len(element["value"]) > 2000:
            yield "button: text of 75, value of 2000"
        if element.get("style", "primary") not in ("primary", "danger"):
            yield "button: style"


def _of_a_table(block: Json) -> Iterator[str]:
    rows, settings = block["rows"], block.get("column_settings", [])
    if not 0 < len(rows) <= 100 or any(not 0 < len(row) <= 20 for row in rows):
        yield "table: 1 to 100 rows of 1 to 20 cells"
    if len({len(row) for row in rows}) > 1 or len(settings) > 20:
        yield "table: rows of one width"
    if any(cell["type"] not in ("raw_text", "rich_text") for row in rows for cell in row):
        yield "table: cells"
    if sum(len(text) for text in _strings(rows)) > 10_000:
        yield "table: 10 000 characters in all cells"


_PAGES: dict[str, Callable[[Json], Iterator[str]]] = {
    "header": _of_a_header,
    "context": _of_context,
    "rich_text": _of_rich_text,
    "actions": _of_buttons,
    "table": _of_a_table,
}


def _strings(part: object) -> Iterator[str]:
    match part:
        case {"text": str(text)}:
            yield text
        case dict():
            for value in part.values():
                yield from _strings(value)
        case list():
            for value in part:
                yield from _strings(value)
        case _:
            pass


_MENTION = re.compile(r"<[!@#]|@(everyone|here|channel)\b", re.IGNORECASE)
_ADDRESS = re.compile(r"\w://|\bwww\.|\b(mailto|tel|slack):", re.IGNORECASE)
_DATE = re.compile(r"<!date\^\d+\^\{date_short_pretty\} \{time\}\|[-0-9: ]+UTC>")


def lively(message: Json, links: tuple[str, ...] = ()) -> list[str]:
    """Every text in which something could come alive that is not one of our own `links`."""
    found = [f"text: {message['text']}"] if _parsed(message["text"], ()) else []
    for block in message.get("blocks") or []:
        found += [f"{block['type']}: {what}" for what in _live(block, links)]
    return found


def _live(part: object, links: tuple[str, ...]) -> Iterator[str]:
    match part:
        case dict() if part.get("type") in _TEXTS:
            if _TEXTS[part["type"]](part, links):
                yield str(part)
        case dict():
            for key, value in part.items():
                if key != "value":  # what a button sends back is shown to nobody
                    yield from _live(value, links)
        case list():
            for value in part:
                yield from _live(value, links)
        case _:
            pass


def _is_live_mrkdwn(part: Json, links: tuple[str, ...]) -> bool:
    return _parsed(part["text"], links) or part.get("verbatim") is not True


def _is_live_text(part: Json, _: tuple[str, ...]) -> bool:
    return bool(_MENTION.search(part["text"]) or _ADDRESS.search(part["text"]))


def _is_live_link(part: Json, links: tuple[str, ...]) -> bool:
    return part["url"] not in links or bool(_MENTION.search(part.get("text", "")))


_TEXTS: dict[str, Callable[[Json, tuple[str, ...]], bool]] = {
    "mrkdwn": _is_live_mrkdwn,
    "link": _is_live_link,
    **dict.fromkeys(("plain_text", "raw_text", "text"), _is_live_text),
    **dict.fromkeys(
        ("user", "usergroup", "channel", "broadcast", "team", "emoji"), lambda *_: True
    ),
}


def _parsed(text: str, links: tuple[str, ...]) -> bool:
    """Whether Slack, which parses it, would find more than our own dates and links."""
    rest = _DATE.sub("", text)
    for link in links:
        rest = re.sub(rf"<{re.escape(link)}\|[^<>|]*>", "", rest)
    bare_ampersand = re.sub(r"&(amp|lt|gt);", "", rest)
    return bool(
        re.search(r"[<>&]", bare_ampersand) or _MENTION.search(rest) or _ADDRESS.search(rest)
    )
