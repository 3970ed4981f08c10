"""Cards: as the golden files have them, valid, inert, and never too big."""

from __future__ import annotations

import json
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.teams.limits import ACTIONS_A_SET, CARD_BYTES
from adapters.teams.message import as_message
from adapters.teams.neutral import neutral
from adapters.teams.payload import encoded, size
from adapters.teams.render import render
from bot.picture import Picture, Series
from bot.reply import (
    Bold,
    Button,
    Buttons,
    Code,
    Facts,
    Note,
    Reply,
    Table,
    Text,
    Title,
    Tone,
    say,
)
from tests.fake_channel import texts
from tests.pictured import DAY
from tests.teams.golden import FOLDER, FREE, REPLIES, written
from tests.teams.judge import alive, card_faults


@pytest.mark.parametrize("name", REPLIES)
def test_a_card_is_what_its_file_says(name: str) -> None:
    assert written(render(REPLIES[name])) == (FOLDER / f"{name}.json").read_text(encoding="utf-8")


@pytest.mark.parametrize("name", REPLIES)
def test_a_card_is_valid_and_inert(name: str) -> None:
    card = render(REPLIES[name])

    assert card_faults(card) == []
    assert alive(card) == []


def test_the_judges_judge() -> None:
    """A judge that finds nothing wrong anywhere is no judge."""
    card = render(FREE)
    assert card_faults({**card, "body": [{"type": "TextRun"}]})
    assert card_faults({**card, "colour": "red"})
    for live in (
        "<at>x</at>",
        "{{DATE(2026-01-01T00:00:00Z)}}",
        "see https://x.test",
        "www.x.test",
    ):
        assert alive({**card, "body": [{"type": "RichTextBlock", "inlines": [{"text": live}]}]})
    assert alive({**card, "body": [{"type": "TextBlock", "text": "x"}]})
    assert alive({**card, "fallbackText": "[x](y)"})


def test_how_it_stands_is_told_by_a_sign_and_not_by_colour_alone() -> None:
    for tone, sign in ((Tone.GOOD, "✔"), (Tone.WARN, "⚠"), (Tone.BAD, "✖")):
        assert "".join(texts(render(say("Well.", tone=tone))["body"])) == f"{sign} Well."


def test_no_action_is_lost_to_the_limit_of_a_set() -> None:
    buttons = tuple(Button(f"b{n}", f"rooms {n}") for n in range(20))
    sets = render(Reply((Buttons(buttons),)))["body"]

    assert [len(each["actions"]) for each in sets] == [6, 6, 6, 2]
    assert max(len(each["actions"]) for each in sets) <= ACTIONS_A_SET


def test_a_long_table_is_cut_and_says_so() -> None:
    rows = tuple((f"Room {n}", f"{n} seats", "free until 17:30") for n in range(1000))
    reply = Reply((Text(("Found:",)), Table(("Room", "Seats", "Until"), rows), *FREE.blocks[2:]))
    card = render(reply)

    assert card_faults(card) == []
    assert size(card) <= CARD_BYTES
    said = " ".join(texts(card["body"]))
    told = re.search(r"(\d+) of 1000 rows do not fit", said)
    assert told
    assert f"Room {999 - int(told[1])}" in said
    assert f"Room {1000 - int(told[1])}" not in said
    assert "The rest of this answer does not fit" in said
    assert "30 minutes later" in said  # the way to the rest is kept


def test_what_fits_is_not_cut() -> None:
    said = "".join(texts(render(FREE)["body"]))

    assert "fit" not in said


@pytest.mark.parametrize(
    "reply",
    [
        Reply(tuple(Text((f"Line {n}",)) for n in range(2000))),
        Reply((Title("x" * 100_000), Text(("y" * 100_000,)), Note(("z" * 100_000,)))),
        Reply((Facts(tuple((f"fact {n}", "x" * 50) for n in range(1000))),)),
        Reply(
            (Table(tuple(f"c{n}" for n in range(20)), (tuple("x" * 900 for _ in range(20)),) * 9),)
        ),
        Reply((Table(("", ""), (("x" * 100, "y" * 100),) * 200),)),
        Reply((Buttons(tuple(Button(f"b{n}", "x" * 2000) for n in range(50))), Text(("x",)))),
        Reply((Text(("\U0001f600" * 30_000,)),)),
    ],
    ids=["lines", "long", "facts", "wide", "headless", "buttons", "wide characters"],
)
def test_too_much_of_anything_is_cut_and_says_so(reply: Reply) -> None:
    card = render(reply)

    assert card_faults(card) == []
    assert size(card) <= CARD_BYTES
    said = " ".join(texts(card["body"]))
    assert "does not fit" in said or "do not fit" in said or "…" in said


LIVE = [
    "<at>everyone</at>", "<at>", "</at>", "@everyone", "<!channel>", "[x](http://evil.test)",
    "](javascript:alert(1))", "https://evil.test", "www.evil.test", "mailto:a@b.test",
    "{{DATE(2026-01-01T00:00:00Z, SHORT)}}", "{{", "{{{TIME(", "${x}", "%s", "{0}", "**", "__",
    "~~", "`", "# ", "- ", "\n1. ", "<b>", "<script>", "&lt;at&gt;", "\\", "'; DROP TABLE x; --",
    "\u202e", "\u200f", "\u2066", "\ud800", "\x00", "\x1b[31m", "\r\n", "😀", "عمان", "e\u0301",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(LIVE) | st.text(max_size=5), max_size=12).map("".join)


def everywhere(text: str, tone: Tone = Tone.PLAIN) -> Reply:
    """The text in every place where data may stand."""
    blocks = (
        Title(text),
        Text((text, Bold(text), Code(text))),
        Note((text,)),
        Facts(((text, text),)),
        Table((text, "b"), ((text, Bold(text)),)),
        Table(("", ""), ((text, text),)),
        Buttons((Button(text, text),)),
    )
    return Reply(blocks, tone)


@settings(max_examples=200, deadline=None)
@given(HOSTILE, st.sampled_from(Tone))
def test_no_data_comes_alive_anywhere(text: str, tone: Tone) -> None:
    card = render(everywhere(text, tone))

    assert alive(card) == []
    assert alive(json.loads(encoded(card))) == []


@settings(max_examples=25, deadline=None)
@given(HOSTILE)
def test_no_data_comes_alive_in_a_picture(text: str) -> None:
    picture = Picture(text, (text, "b"), (Series(text, (1, None), text),), text)
    card = render(Reply((picture, picture)))

    assert card_faults(card) == []
    assert alive(card) == []
    assert "://" not in str(card["body"][0].get("altText"))


def test_a_picture_travels_inside_the_message_and_its_numbers_beside_it() -> None:
    image, *words = render(Reply((DAY,)))["body"]

    assert image["url"].startswith("data:image/png;base64,")
    assert image["altText"] == DAY.alt
    assert "12,301 requests in all" in " ".join(texts(words))


def test_a_full_card_with_a_picture_is_less_than_teams_takes() -> None:
    """80 KB, UTF-16, even if the image were counted, which it is not."""
    rows = tuple((f"Room {n}", f"{n} seats", "free until 17:30") for n in range(1000))
    reply = Reply((DAY, Table(("Room", "Seats", "Until"), rows), DAY, *FREE.blocks))
    message = as_message(reply).serialize()
    images = [part for part in render(reply)["body"] if part["type"] == "Image"]

    assert len(images) == 1
    assert len(json.dumps(message, ensure_ascii=False).encode("utf-16-le")) < 80_000


def test_hostile_data_makes_a_valid_card() -> None:
    card = render(everywhere("".join(LIVE)))

    assert card_faults(card) == []
    assert alive(card) == []


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="\u2060")))
def test_to_the_eye_the_text_stays_as_it_was(text: str) -> None:
    hidden = dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF))

    assert neutral(text).replace("\u2060", "") == text.translate(hidden)


def test_a_summary_is_short_and_inert() -> None:
    summary = as_message(say("<at>everyone</at> " * 1000)).summary

    assert len(summary) <= 1200
    assert "<at>" not in summary


def test_a_long_text_is_several_runs_and_none_of_it_is_lost() -> None:
    text = "".join(f"line {number:04}\n" for number in range(500))

    card = render(Reply((Text((Code(text),)), Note((text,)))))

    for block in card["body"]:
        said = "".join(run["text"] for run in block["inlines"])
        assert said.count("line ") == 500
