"""Replies as Block Kit: what they look like, that they fit, and that nothing in them is alive."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.slack.inert import JOINER
from adapters.slack.render import render
from bot.picture import Picture, Series
from bot.reply import (
    NOTHING,
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
from tests.slack.golden import AT, DOCS, FOLDER, REPLIES
from tests.slack.judge import faults, lively


@pytest.mark.parametrize("name", REPLIES)
def test_every_kind_of_block_looks_as_agreed(name):
    agreed = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))

    assert render(REPLIES[name]) == agreed


def test_nothing_is_agreed_that_is_not_said_any_more():
    assert {path.stem for path in FOLDER.glob("*.json")} == set(REPLIES)


@pytest.mark.parametrize("name", REPLIES)
def test_every_kind_of_block_is_accepted_by_slacks_own_models(name):
    assert faults(render(REPLIES[name])) == []


def test_nothing_is_rendered_as_nothing():
    assert render(NOTHING) == {"text": "", "blocks": []}


@pytest.mark.parametrize("tone", [Tone.GOOD, Tone.WARN, Tone.BAD])
def test_a_tone_is_a_sign_in_the_text_not_a_colour(tone):
    plain, toned = render(say("x")), render(say("x", tone=tone))

    assert toned["text"] != plain["text"]
    assert "x" in toned["text"]


EVIL = (
    "<!channel>",
    "<!here|all>",
    "<!everyone>",
    "<@U1>",
    "<#C1>",
    "<!subteam^S1>",
    "<!date^1^{date}^https://evil.example|now>",
    "<https://evil.example|click>",
    "https://evil.example/?a=1&b=2",
    "HTTPS://EVIL.EXAMPLE",
    "www.evil.example",
    "mailto:ceo@contoso.com",
    "slack://open",
    "@everyone",
    "@here",
    "@channel",
    "&lt;!channel&gt;",
    "&amp;lt;!channel&amp;gt;",
    "*bold* _it_ ~gone~ `code` ```more```",
    ":tada:",
    "> quoted",
    "a\n> b",
    "\u202e<!channel>",
    "<\u200b!channel>",
    "R&D <2>",
    "'; DROP TABLE rooms; --",
    "%s {0} ${x}",
    "\x00\x1b[31m",
    "\ud800",
    "👩‍🚀",
    "שלום",
    "",
    " ",
    "\n",
)

strings = st.one_of(
    st.sampled_from(EVIL),
    st.lists(st.sampled_from(EVIL), max_size=4).map("".join),
    st.lists(st.sampled_from("<>!@#&|*_`~: /htps.everyonchal^;ab"), max_size=30).map("".join),
    st.text(max_size=60),
)
moments = st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)).map(
    lambda naive: naive.replace(tzinfo=UTC)
)
spans = st.one_of(
    strings,
    strings.map(Bold),
    strings.map(Code),
    moments.map(When),
    strings.map(lambda label: Link(label, DOCS)),
)
manyspans = st.lists(spans, max_size=5).map(tuple)


@st.composite
def tables(draw: st.DrawFn) -> Table:
    width = draw(st.integers(1, 24))
    row = st.tuples(*[spans] * width)
    head = draw(st.tuples(*[strings] * width))
    return Table(head, draw(st.lists(row, max_size=4).map(tuple)), frozenset({0}))


rows = st.tuples(*[st.none() | st.floats(0, 1e6)] * 3)
pictures = st.builds(
    Picture,
    strings,
    st.tuples(strings, strings, strings),
    st.tuples(st.builds(Series, strings, rows, strings)),
    strings,
)
buttons = st.builds(Button, strings, strings, st.sampled_from(Style))
blocks = st.one_of(
    strings.map(Title),
    manyspans.map(Text),
    manyspans.map(Note),
    st.lists(st.tuples(strings, spans), max_size=4).map(tuple).map(Facts),
    tables(),
    pictures,
    st.lists(buttons, max_size=4).map(tuple).map(Buttons),
)
replies = st.builds(Reply, st.lists(blocks, max_size=5).map(tuple), st.sampled_from(Tone))


@given(replies)
@settings(max_examples=200, deadline=None)
def test_nothing_from_outside_comes_alive_in_slack(reply):
    """No mention, no link but ours, no markup, whatever rooms and people are called."""
    assert lively(render(reply), (DOCS,)) == []


@given(replies)
@settings(max_examples=150, deadline=None)
def test_whatever_is_said_slack_would_take_it(reply):
    message = render(reply)

    found = [fault for fault in faults(message) if fault != "no_text"]
    assert found == []


@pytest.mark.parametrize("name", [evil for evil in EVIL if evil.strip() and evil.isprintable()])
def test_a_room_with_a_silly_name_is_shown_by_that_name(name):
    message = render(Reply((Table(("Room",), ((name,),)), Text((name,)))))

    table, text = message["blocks"]
    shown = (table["rows"][1][0]["text"], text["elements"][0]["elements"][0]["text"])
    assert [part.replace(JOINER, "") for part in shown] == [name, name]


def test_an_address_can_still_be_copied():
    address = "svc_rooms_1@contoso.com"
    message = render(Reply((Text((address,)), Note((address, When(AT))))))

    assert address in message["text"]
    assert address in message["blocks"][1]["elements"][0]["text"]


def test_a_link_that_is_not_ours_to_give_is_only_text():
    for url in ("http://plain.example", "javascript:x", "https://a b", "https://a>|x"):
        message = render(Reply((Text((Link("see", url),)), Note((Link("see", url), When(AT))))))

        assert lively(message) == []


def test_a_label_cannot_leave_its_link():
    message = render(Reply((Note((Link("a|b>\n<!here|c", DOCS), When(AT))),)))

    text = message["blocks"][0]["elements"][0]["text"]
    assert text.startswith(f"<{DOCS}|a¦b&gt; &lt;{JOINER}!here¦c><!date^")


# Limits

TALL = Table(("Room", "Seats"), tuple((f"Room {i}", str(i)) for i in range(1000)))
LONG = "0123456789 " * 3000
MORE = Buttons((Button("More", "rooms list page 2"),))
BIG: dict[str, Reply] = {
    "many rows": Reply((Text(("1000 rooms",)), TALL, MORE)),
    "many rows and much text": Reply((Text((LONG,)), TALL, Note(("read now",)), MORE)),
    "two long tables": Reply((TALL, TALL, MORE)),
    "wide cells": Reply((Table(("a",), ((LONG,), (Bold(LONG),), (Code(LONG),))), MORE)),
    "many columns": Reply((Table(tuple(map(str, range(30))), ((tuple("x" * 30)),)), MORE)),
    "a long title": Reply((Title(LONG), MORE)),
    "a long text": Reply((Text((LONG,)), MORE)),
    "a long text of emoji": Reply((Text(("👩‍🚀" * 3000,)), MORE)),
    "a long text of ampersands": Reply((Text(("&<" * 7000,)), MORE)),
    "a long note": Reply((Note((LONG,)), MORE)),
    "a long note with a moment": Reply((Note((LONG, When(AT))), MORE)),
    "many texts": Reply((*(Text((f"line {i}",)) for i in range(200)), MORE)),
    "many facts": Reply((Facts(tuple((f"fact {i}", LONG[:100]) for i in range(300))), MORE)),
    "many pictures": Reply((*[DAY] * 30, MORE)),
    "a wordy picture": Reply((replace(DAY, title=LONG, labels=(LONG,) * 24), MORE)),
    "many buttons": Reply((Buttons(tuple(Button(f"b{i}", f"do {i}") for i in range(60))),)),
    "long buttons": Reply((Buttons((Button(LONG, "x"), Button("y", LONG), Button("", "z"))),)),
}


@pytest.mark.parametrize("what", BIG)
@pytest.mark.parametrize("tone", [Tone.PLAIN, Tone.BAD])
def test_too_much_is_made_to_fit(what, tone):
    message = render(replace(BIG[what], tone=tone))

    assert faults(message) == []
    assert len(json.dumps(message["blocks"], ensure_ascii=False, separators=(",", ":"))) < 12_000


@pytest.mark.parametrize("what", [what for what in BIG if "button" not in what])
def test_the_button_that_leads_on_is_never_left_out(what):
    assert "rooms list page 2" in str(render(BIG[what])["blocks"])


@pytest.mark.parametrize("what", BIG)
def test_nothing_is_left_out_in_silence(what):
    """Every character is there, or something says that it is not."""
    said = json.dumps(render(BIG[what])["blocks"], ensure_ascii=False)

    signs = ("do not fit", "does not fit", "…", "left out", "Too long")
    assert any(sign in said for sign in signs) or what == "many buttons"


def test_the_reader_is_told_how_many_rows_are_missing_and_what_to_type():
    blocks = render(Reply((TALL,)))["blocks"]

    shown = len(blocks[0]["rows"]) - 1
    text = blocks[1]["elements"][0]["text"]
    assert text.startswith(f"{1000 - shown} more rows do not fit into one Slack message.")
    assert "/roomops help" in text


def test_a_command_line_is_never_cut():
    """Half a command line is another command."""
    reply = Reply((Buttons((Button("Long", "rooms free in " + "x" * 2000),)),))

    [block] = render(reply)["blocks"]
    assert block["elements"][0]["text"] == "Too long for a button: Long"
