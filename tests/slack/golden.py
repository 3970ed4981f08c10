"""One reply for each kind of block, and what each looks like in Slack's JSON.

`python -m tests.slack.golden` writes the files anew; look at the difference before you keep it.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

from adapters.slack.render import render
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

FOLDER = Path(__file__).parent.parent / "data" / "slack"
AT = datetime(2026, 11, 24, 14, 0, tzinfo=UTC)
DOCS = "https://learn.microsoft.com/graph/permissions-reference"

ROOMS = Table(
    ("Room", "Seats", "Floor", "Free until", "Also"),
    (
        ("Fado", "10", "2", "17:30", ""),
        ("Alfama", "8", "1", "15:15", "wheelchair access"),
        ("Belém", "14", "2", "the end of the day", ""),
    ),
    numeric=frozenset({1}),
)

REPLIES: dict[str, Reply] = {
    "example": Reply(
        (
            Text(
                (
                    Bold("Tue 24 Nov, 14:00–14:45 Europe/Lisbon (UTC+0)"),
                    " · 3 of 9 rooms free · read 14 s ago",
                )
            ),
            ROOMS,
            Note(
                ("Could not read 1 room: Tejo (its mailbox is on-premises, Graph cannot see it).",)
            ),
            Buttons(
                (
                    Button("Show Fado", "rooms show Fado"),
                    Button("30 minutes later", "rooms free 2026-11-24 14:30 for 45m in Lisbon"),
                    Button("More", "rooms free 2026-11-24 14:00 for 45m in Lisbon page 2"),
                )
            ),
        )
    ),
    "title": Reply((Title("Room Fado, R&D <2nd floor>"),)),
    "text": Reply(
        (
            Text(
                (
                    "Consent is ",
                    Bold("missing"),
                    " since ",
                    When(AT),
                    "; say ",
                    Code("/roomops consent"),
                    " or see ",
                    Link("the permissions", DOCS),
                    ".",
                )
            ),
        )
    ),
    "note": Reply((Note(("Read 14 s ago, from R&D's *own* mailbox_1@contoso.com.",)),)),
    "note-with-spans": Reply(
        (Note(("Read ", When(AT), " as ", Code("svc_rooms@contoso.com"), "; ", Bold("*stale*"))),)
    ),
    "facts": Reply((Facts((("Seats", "10"), ("Building", Bold("R&D")), ("Since", When(AT)))),)),
    "table": Reply((ROOMS,)),
    "table-with-spans": Reply(
        (
            Table(
                ("Check", "Verdict", "Since"),
                (("consent", Bold("missing"), When(AT)), ("token", Code("ok"), "")),
            ),
        )
    ),
    "picture": Reply((DAY,)),
    "two-tables": Reply((ROOMS, ROOMS)),
    "buttons": Reply(
        (
            Buttons(
                (
                    Button("Acknowledge", "roomops alerts ack 7", Style.PRIMARY),
                    Button("Silence 1 h", "roomops alerts silence 7 for 1h", Style.DANGER),
                    Button("Details", "roomops alerts 7"),
                )
            ),
        )
    ),
    "good": say("The consent is back", tone=Tone.GOOD),
    "warn": Reply((Title("Consent"), Text(("half of it is missing",))), Tone.WARN),
    "bad": Reply((ROOMS,), Tone.BAD),
}


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    for name, reply in REPLIES.items():
        text = json.dumps(render(reply), ensure_ascii=False, indent=1)
        (FOLDER / f"{name}.json").write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
