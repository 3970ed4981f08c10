"""Replies and the cards that they are in Teams.

`python -m tests.teams.golden` writes the files anew; look at the difference before you keep it.
"""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path

from adapters.teams.render import Json, render
from bot.reply import (
    Bold,
    Button,
    Buttons,
    Code,
    Facts,
    Link,
    Note,
    Reply,
    Style,
    Table,
    Text,
    Title,
    Tone,
    When,
    say,
)
from tests.pictured import DAY

FOLDER = Path(__file__).parent.parent / "data" / "teams"
DOCS = Link("docs", "https://learn.microsoft.com/en-us/graph/api/calendar-getschedule")
NOON = When(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))
SPANS = ("plain ", Bold("bold"), " ", Code("code"), " ", NOON, " ", DOCS)
ROOMS = (("Fado", "10", "17:30"), ("Alfama", "8", "15:15"), ("Belém", "14", ""))

FREE = Reply(
    (
        Text(
            (
                Bold("Tue 24 Nov, 14:00–14:45"),
                " Europe/Lisbon (UTC+0) · 3 of 9 rooms free · read 14 s ago",
            )
        ),
        Table(("Room", "Seats", "Free until"), ROOMS, frozenset({1})),
        Note(("Could not read 1 room: Tejo (its mailbox is on-premises, Graph cannot see it).",)),
        Buttons(
            (
                Button("Show Fado", "rooms show Fado", Style.PRIMARY),
                Button("30 minutes later", "rooms free 14:30 for 45m"),
                Button("More", "rooms free 14:00 for 45m page 2", Style.DANGER),
            )
        ),
    )
)

REPLIES = {
    "free": FREE,
    "title": Reply((Title("Rooms in Lisbon"),)),
    "text": Reply((Text(SPANS),)),
    "note": Reply((Note(SPANS),)),
    "facts": Reply((Facts((("Seats", "10"), ("Since", NOON), ("Docs", DOCS))),)),
    "table": Reply((Table(("Room", "Seats", "Free until"), ROOMS, frozenset({1})),)),
    "table-without-head": Reply((Table(("", "", ""), ROOMS, frozenset({1})),)),
    "table-with-spans": Reply((Table(("A", "B"), ((Bold("x"), DOCS), (Code("y"), NOON))),)),
    "picture": Reply((DAY,)),
    "two-pictures": Reply((DAY, DAY)),
    "buttons": Reply((Buttons(tuple(Button(f"b{n}", f"rooms {n}") for n in range(8))),)),
    "good": say("All is well.", tone=Tone.GOOD),
    "warn": say("Look at this.", tone=Tone.WARN),
    "bad": say("That went wrong.", tone=Tone.BAD),
    "bad-table": Reply((Table(("A",), (("x",),)),), Tone.BAD),
    "nothing": Reply(()),
}


def written(card: Json) -> str:
    """With an ellipsis for what is inside images: tests/test_png.py looks at that."""
    text = json.dumps(card, ensure_ascii=False, indent=1) + "\n"
    return re.sub(r"(?<=;base64,)[A-Za-z0-9+/=]+", "…", text)


if __name__ == "__main__":
    for name, reply in REPLIES.items():
        (FOLDER / f"{name}.json").write_text(written(render(reply)), encoding="utf-8")
