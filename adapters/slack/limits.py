"""What one Slack message may hold: one table of numbers, each with its source, and how to cut.

Lengths are counted in UTF-16 units, the larger of the two ways in which Slack's own
pieces count characters.  Nothing is cut without a mark that a reader sees.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

Json = dict[str, Any]

BLOCKS = 50  # a message; docs.slack.dev/reference/block-kit/blocks
HEADER = 150  # plain text of a header block; …/blocks/header-block
TEXT = 3000  # any text object; …/composition-objects/text-object
BUTTONS = 25  # elements of an actions block; …/blocks/actions-block
LABEL = 75  # a button's text; …/block-elements/button-element
VALUE = 2000  # a button's value; the same page
ROWS = 100  # a table, its head included; …/blocks/table-block
COLUMNS = 20  # a table; the same page
CELL = 500  # ours: one talkative cell must not push the other rows out
PICTURE = 38  # ours, characters: a phone shows as many in a line of preformatted text
SENTENCE = 500  # ours: what is said above a drawing
NOTICE = 4000  # the top-level text; docs.slack.dev/reference/methods/chat.postMessage
# All blocks together as JSON.  Undocumented: Slack answers msg_blocks_too_long at about 13 200
# characters, containers included (slackapi/bolt-js#2509, #2867).  A table's own documented
# limit, 10 000 characters in all its cells, is then never reached.
MESSAGE = 12_000

ELLIPSIS = "…"


def length(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def weight(block: Json) -> int:
    """What a block adds to its message, as JSON."""
    return length(json.dumps(block, ensure_ascii=False, separators=(",", ":"))) + 1


def cut(text: str, limit: int, sent_as: Callable[[str], str] = str) -> str:
    """The text, or as much of it as fits when sent, with an ellipsis for the rest."""
    if length(sent_as(text)) <= limit:
        return text
    short, long = 0, min(len(text), limit)
    while short < long:
        middle = (short + long + 1) // 2
        if length(sent_as(text[:middle] + ELLIPSIS)) <= limit:
            short = middle
        else:
            long = middle - 1
    return text[:short].rstrip() + ELLIPSIS
