"""Replies and how they read in a terminal; `python -m tests.console.samples` writes the texts anew.

Read what it wrote before you keep it: these files are the specification.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from adapters.console.render import render, to_json
from bot.reply import (
    Bold,
    Button,
    Buttons,
    Code,
    Facts,
    Link,
    Note,
    Outcome,
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

FOLDER = Path(__file__).parent.parent / "data" / "console"
WIDTHS = (80, 40)
ZONE = "Asia/Kolkata"
DOCS = Link("docs", "https://learn.microsoft.com/en-us/graph/api/calendar-getschedule")
NOON = When(datetime(2026, 11, 24, 12, 0, tzinfo=UTC))

FREE = Reply(
    (
        Text(
            ("Tue 24 Nov, 14:00–14:45 Europe/Lisbon (UTC+0) · 3 of 9 rooms free · read 14 s ago",)
        ),
        Table(
            ("", "", "", "", ""),
            (
                ("Fado", "10 seats", "floor 2", "free until 17:30", ""),
                ("Alfama", "8 seats", "floor 1", "free until 15:15", "wheelchair access"),
                ("Belém", "14 seats", "floor 2", "free until the end of the day", ""),
            ),
            frozenset({1}),
        ),
        Note(("Could not read 1 room: Tejo (its mailbox is on-premises, Graph cannot see it).",)),
        Buttons(
            (
                Button("Show Fado", "rooms show Fado", Style.PRIMARY),
                Button("30 minutes later", "rooms free 14:30 for 45m"),
                Button("More", "rooms free 14:00 for 45m page 2"),
            )
        ),
    )
)

FOREIGN = Table(
    ("Room", "Seats", "Where"),
    (
        ("会議室一", "10", "東京"),
        ("\U0001f680 Rocket", "8", "Lisbon"),
        ("\U0001f468\u200d\U0001f469\u200d\U0001f467 Family", "6", "Porto"),
        ("\u2764\ufe0f Heart", "4", "Faro"),
        ("\U0001f1f5\U0001f1f9 Flag", "4", "Faro"),
        ("\u05e7\u05e4\u05d4 12", "14", "(\u05d7\u05d9\u05e4\u05d4) 3"),
        ("\u0642\u0627\u0639\u0629 \u0627\u0644\u0627\u062c\u062a\u0645\u0627\u0639", "1", "Doha"),
        ("e\u0301cole", "3", "<!channel> \x1b[31mred\x9b2J"),
        ("a\tb\nc", "2", "\u202ereversed\u202c \ud800"),
    ),
    frozenset({1}),
)

SAMPLES = {
    "title": Reply((Title("Rooms in Lisbon"), Text(("Nine.",)), Title("Rooms in Porto"))),
    "text": Reply(
        (
            Text((Bold("12 rooms"), " at ", Code("rooms free"), ", known since ", NOON, ".")),
            Text(("More in the ", DOCS, " of Microsoft.")),
            Text(("donaudampfschifffahrtsgesellschaftskapitaen" * 3,)),
        )
    ),
    "note": Reply((Note(("Read 14 s ago from ", Bold("graph.microsoft.com"), ".")),)),
    "facts": Reply(
        (
            Facts(
                (
                    ("Seats", "10"),
                    ("Equipment", "video, whiteboard, a phone for conferences, two screens"),
                    ("Known since", NOON),
                    ("Manual", DOCS),
                )
            ),
        )
    ),
    "table": Reply(
        (
            Table(
                ("Room", "Seats", "Floor", "Why not"),
                (
                    ("Tejo", "12", "2", "Its mailbox is on-premises, and Graph cannot see it."),
                    ("Sala do Mar", "8", "", "Access is denied."),
                    (Bold("Corona"), "120", "11", ""),
                ),
                frozenset({1, 2}),
            ),
        )
    ),
    "foreign": Reply((FOREIGN,)),
    "picture": Reply((DAY,)),
    "buttons": Reply(
        (
            Buttons((Button("Acknowledge", "alerts ack 7"), Button("Show", "alerts 7"))),
            Buttons((Button("Silence for an hour", "silence 7 1h", Style.DANGER),)),
        )
    ),
    "good": say("All 40 rooms can be read.", tone=Tone.GOOD),
    "warn": say(
        "I do not know “fre”. Did you mean free? Say help to see what I can do.",
        tone=Tone.WARN,
        outcome=Outcome.MISUNDERSTOOD,
    ),
    "bad": Reply((Title("Graph does not answer"), Note(("Since 14:02.",))), Tone.BAD),
    "bad-table": Reply((Table(("Room",), (("Tejo",),)),), Tone.BAD),
    "free": FREE,
}


def text_file(name: str, width: int) -> Path:
    return FOLDER / f"{name}.{width}.txt"


def rendered(name: str, width: int) -> str:
    return render(SAMPLES[name], width=width, colour=False, timezone=ZONE) + "\n"


EVERYTHING = Reply(
    tuple(block for name in sorted(SAMPLES) for block in SAMPLES[name].blocks),
    Tone.WARN,
    private=False,
)


def main() -> None:
    for name in SAMPLES:
        for width in WIDTHS:
            text_file(name, width).write_text(rendered(name, width), encoding="utf-8")
    (FOLDER / "everything.json").write_text(to_json(EVERYTHING) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
