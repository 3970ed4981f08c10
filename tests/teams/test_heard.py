"""What a typed text says, once mentions and HTML are taken out of it."""

from __future__ import annotations

import pytest
from botbuilder.schema import Activity

from adapters.teams.heard import line, typed
from tests.fake_channel import APP_ID

BOT = f"28:{APP_ID}"


def activity(text: str | None, *mentioned: tuple[str, str], name: str = "roomops") -> Activity:
    entities = [
        {"type": "mention", "text": f"<at>{called}</at>", "mentioned": {"id": who, "name": called}}
        for called, who in mentioned
    ]
    body = {"type": "message", "text": text, "entities": entities}
    return Activity().deserialize({**body, "recipient": {"id": BOT, "name": name}})


@pytest.mark.parametrize(
    ("text", "mentioned", "said"),
    [
        ("rooms free 2pm", [], "rooms free 2pm"),
        ("/rooms free 2pm", [], "/rooms free 2pm"),
        ("<at>roomops</at> rooms free", [("roomops", BOT)], "rooms free"),
        ("<at>roomops</at>rooms free", [("roomops", BOT)], "rooms free"),
        ('<at id="0">roomops</at>&nbsp;rooms free', [("roomops", BOT)], "rooms free"),
        ("<at>roomops</at> rooms <at>roomops</at> free", [("roomops", BOT)], "rooms free"),
        # the bot has another name in this team
        ("<at>Rooms &amp; Ops</at> help", [("Rooms &amp; Ops", BOT)], "help"),
        # no entity told, as some clients do
        ("<at>roomops</at> help", [], "help"),
        # somebody else is named: the name is what was said
        ("rooms show <at>Bob Lee</at>", [("Bob Lee", "29:bob")], "rooms show Bob Lee"),
        ("<at>roomops</at>\r\n\r\nrooms\xa0free\t2pm\n", [("roomops", BOT)], "rooms free 2pm"),
        ("rooms free in R&amp;D", [], "rooms free in R&D"),
        # typed, not a mention
        ("rooms show &lt;at&gt;x&lt;/at&gt;", [], "rooms show <at>x</at>"),
        ("<at>roomops</at>", [("roomops", BOT)], ""),
        ("", [], ""),
        (None, [], ""),
        ("<at>", [], "<at>"),
    ],
)
def test_a_text_says(text: str | None, mentioned: list[tuple[str, str]], said: str) -> None:
    assert typed(activity(text, *mentioned)) == said


def test_a_pressed_button_counts_before_the_text() -> None:
    pressed = activity("something else")
    pressed.value = {"command_line": "help"}

    assert line(pressed) == "help"


@pytest.mark.parametrize("value", [None, "x", 7, [], {}, {"command_line": None}])
def test_a_foreign_value_leaves_the_text(value: object) -> None:
    pressed = activity("rooms free")
    pressed.value = value

    assert line(pressed) == "rooms free"


@pytest.mark.parametrize(
    "entity",
    [
        {"type": "mention"},
        {"type": "mention", "mentioned": None, "text": 7},
        {"type": "mention", "mentioned": {"id": BOT}},
        {"type": "clientInfo", "timezone": 7},
        {},
        None,
    ],
)
def test_odd_entities_do_no_harm(entity: dict[str, object] | None) -> None:
    body = {"type": "message", "text": "help", "entities": [entity], "recipient": {"id": BOT}}

    assert typed(Activity().deserialize(body)) == "help"
