"""How a reply reads in a terminal."""

from __future__ import annotations

import io
import json
import re
import unicodedata
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rich.cells import cell_len

from adapters.console.render import render, to_json, wants_colour
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
    Span,
    Table,
    Text,
    Title,
    Tone,
    When,
    say,
)
from tests.console.samples import EVERYTHING, FOLDER, FREE, SAMPLES, WIDTHS, rendered, text_file

PAINT = re.compile(r"\x1b\[[0-9;]*m")


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", SAMPLES)
def test_it_reads_as_the_kept_text_says(name: str, width: int) -> None:
    assert rendered(name, width) == text_file(name, width).read_text(encoding="utf-8")


def test_the_example_of_the_manual_is_one_screen_without_borders() -> None:
    lines = render(FREE, width=100, colour=False).splitlines()
    assert lines == [
        "Tue 24 Nov, 14:00–14:45 Europe/Lisbon (UTC+0) · 3 of 9 rooms free · read 14 s ago",
        "  Fado    10 seats  floor 2  free until 17:30",
        "  Alfama   8 seats  floor 1  free until 15:15               wheelchair access",
        "  Belém   14 seats  floor 2  free until the end of the day",
        "Could not read 1 room: Tejo (its mailbox is on-premises, Graph cannot see it).",
        "[1 Show Fado] [2 30 minutes later] [3 More]",
    ]


def test_buttons_that_nobody_can_press_have_no_numbers() -> None:
    shown = render(FREE, width=80, colour=False, first_button=None)
    assert shown.endswith("[Show Fado] [30 minutes later] [More]")


def test_buttons_count_on_from_where_they_are_told() -> None:
    assert render(FREE, width=80, colour=False, first_button=4).endswith("[6 More]")


@pytest.mark.parametrize("reply", [NOTHING, Reply((), Tone.BAD), Reply((Buttons(()), Facts(())))])
def test_what_has_nothing_to_say_says_nothing(reply: Reply) -> None:
    assert render(reply, width=80, colour=False) == ""


@pytest.mark.parametrize("name", SAMPLES)
def test_colour_adds_nothing_but_colour(name: str) -> None:
    painted = render(SAMPLES[name], width=80, colour=True)
    assert PAINT.sub("", painted) == render(SAMPLES[name], width=80, colour=False)


def test_how_it_stands_is_a_sign_and_the_colour_repeats_it() -> None:
    assert render(say("Broken.", tone=Tone.BAD), width=80, colour=True).startswith(
        "\x1b[1;31m✗\x1b[0m"
    )


def test_the_surroundings_do_not_change_the_text(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "COLUMNS", "LINES", "JUPYTER_COLUMNS"):
        monkeypatch.setenv(name, "7")
    assert rendered("free", 80) == text_file("free", 80).read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("zone", "shown"),
    [
        (None, "2026-07-01 12:00 UTC"),
        ("Europe/Lisbon", "2026-07-01 13:00 UTC+1"),
        ("America/St_Johns", "2026-07-01 09:30 UTC-2:30"),
        ("Atlantic/Reykjavik", "2026-07-01 12:00 UTC+0"),
        ("GMT Standard Time", "2026-07-01 12:00 UTC"),
        ("../etc/passwd", "2026-07-01 12:00 UTC"),
        ("Europe", "2026-07-01 12:00 UTC"),
    ],
)
def test_a_moment_is_told_in_the_readers_zone_where_it_is_known(
    zone: str | None, shown: str
) -> None:
    reply = say(When(datetime(2026, 7, 1, 12, tzinfo=UTC)))
    assert render(reply, width=80, colour=False, timezone=zone) == shown


def test_the_last_moment_of_all_has_no_local_time_and_is_told_in_utc() -> None:
    reply = say(When(datetime.max.replace(tzinfo=UTC)))
    assert render(reply, width=80, colour=False, timezone="Asia/Tokyo") == "9999-12-31 23:59 UTC"


def test_columns_stay_straight_whatever_is_in_them() -> None:
    names = [str(row[0]) for table in SAMPLES["foreign"].blocks for row in table.rows]  # type: ignore[union-attr]
    reply = Reply((Table((), tuple((name, "§") for name in names)),))
    lines = render(reply, width=80, colour=False).splitlines()
    assert len({cell_len(line.split("§")[0]) for line in lines}) == 1
    assert len(lines) == len(names)


def test_prose_gives_way_so_that_short_columns_need_not_wrap() -> None:
    prose = "a sentence that is too long for the line that it has to share"
    reply = Reply((Table((), ((prose, "until 17:30 today"),)),))
    first, *_ = render(reply, width=60, colour=False).splitlines()
    assert first.endswith("  until 17:30 today")


def test_right_to_left_names_are_isolated_cell_by_cell() -> None:
    reply = Reply((Table((), (("\u05e7\u05e4\u05d4 12", "\u05d0"), ("Fado", "x"))),))
    first, second = render(reply, width=80, colour=False).splitlines()
    assert first == "  \u2068\u05e7\u05e4\u05d4 12\u2069  \u2068\u05d0\u2069"
    assert second == "  Fado    x"


def test_in_a_sentence_only_the_name_is_isolated() -> None:
    shown = render(say("Room \u05e7\u05e4\u05d4 2 \u05d0 (10 seats)."), width=80, colour=False)
    assert shown == "Room \u2068\u05e7\u05e4\u05d4 2 \u05d0\u2069 (10 seats)."


def test_an_isolated_name_that_wraps_is_isolated_on_each_line() -> None:
    name = " ".join(["\u05e7\u05e4\u05d4"] * 30)
    for line in render(say(name), width=40, colour=False).splitlines():
        assert (line[0], line[-1]) == ("\u2068", "\u2069")


def test_json_says_it_all_in_the_documented_shape() -> None:
    kept = (FOLDER / "everything.json").read_text(encoding="utf-8")
    assert to_json(EVERYTHING) + "\n" == kept


def test_json_gives_strings_back_as_they_were() -> None:
    text = 'a \x1b[31m \x9b \u202e \x7f Belém \U0001f680 <!channel> \\u0041 "'
    assert json.loads(to_json(say(text)))["blocks"][0]["spans"] == [text]


def test_json_moments_are_utc() -> None:
    noon = datetime(2026, 7, 1, 12, tzinfo=timezone(timedelta(hours=2)))
    assert json.loads(to_json(say(When(noon))))["blocks"][0]["spans"] == [
        {"type": "when", "at": "2026-07-01T10:00:00Z"}
    ]


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("environment", "stdout", "painted"),
    [
        ({"TERM": "xterm-256color"}, Terminal(), True),
        ({"TERM": "xterm-256color"}, io.StringIO(), False),
        ({"TERM": "xterm-256color", "NO_COLOR": "1"}, Terminal(), False),
        ({"TERM": "xterm-256color", "NO_COLOR": ""}, Terminal(), True),  # as no-color.org has it
        ({"TERM": "dumb"}, Terminal(), False),
        ({}, Terminal(), False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    environment: dict[str, str], stdout: io.StringIO, painted: bool
) -> None:
    assert wants_colour(environment, stdout) is painted


NASTY = "\x00\x07\x08\x1b\x7f\x85\x9b\t\n\r\u2028\u200b\u200d\u200f\u202e\u2066\u2069\ufe0f\ufeff"
hostile = st.one_of(
    st.text(st.characters(codec=None), max_size=60),
    st.text(NASTY + "a \u05e7\u0642\u4f1a\U0001f680\u0301\ud800", max_size=200),
    st.sampled_from(
        ["<!channel>", "[bold]x[/bold]", "[/]", "{0}%s", "\x1b]8;;http://x\x1b\\x", "[1 Approve]"]
    ),
)
moments = st.datetimes(timezones=st.just(UTC))
spans: st.SearchStrategy[Span] = st.one_of(
    hostile,
    st.builds(Bold, hostile),
    st.builds(Code, hostile),
    st.builds(When, moments),
    st.builds(Link, hostile, hostile),
)
many = st.lists(spans, max_size=4).map(tuple)
blocks = st.one_of(
    st.builds(Title, hostile),
    st.builds(Text, many),
    st.builds(Note, many),
    st.builds(Facts, st.lists(st.tuples(hostile, spans), max_size=3).map(tuple)),
    st.builds(
        Table,
        st.lists(hostile, max_size=4).map(tuple),
        st.lists(many, max_size=3).map(tuple),
        st.frozensets(st.integers(0, 9), max_size=3),
    ),
    st.builds(
        Picture,
        hostile,
        st.tuples(hostile, hostile),
        st.tuples(st.builds(Series, hostile, st.just((1, None)), hostile)),
        hostile,
    ),
    st.builds(Buttons, st.lists(st.builds(Button, hostile, hostile), max_size=3).map(tuple)),
)
replies = st.builds(Reply, st.lists(blocks, max_size=4).map(tuple), st.sampled_from(Tone))


@settings(max_examples=200, deadline=None)
@given(replies, st.sampled_from([-1, 20, 40, 80]))
def test_no_data_can_paint_move_reorder_or_outgrow_the_screen(reply: Reply, width: int) -> None:
    shown = render(reply, width=width, colour=False, timezone="Asia/Tokyo")
    shown.encode("utf-8")
    for line in shown.split("\n"):
        assert not [c for c in line if unicodedata.category(c) in ("Cc", "Zl", "Zp")]
        assert not re.search("[\u202a-\u202e\u2066\u2067]", line)
        assert line.count("\u2068") == line.count("\u2069")
        assert cell_len(line) <= max(width, 20)


@settings(max_examples=100, deadline=None)
@given(replies)
def test_no_data_adds_escapes_of_its_own_to_the_colours(reply: Reply) -> None:
    painted = render(reply, width=80, colour=True)
    assert PAINT.sub("", painted) == render(reply, width=80, colour=False)


@settings(max_examples=100, deadline=None)
@given(replies)
def test_json_is_always_json_and_safe_to_print(reply: Reply) -> None:
    text = to_json(reply)
    text.encode("utf-8")
    assert len(json.loads(text)["blocks"]) == len(reply.blocks)
    assert not [c for c in text if unicodedata.category(c) == "Cc" and c != "\n"]


@pytest.mark.parametrize("piece", ["a", "\u4f1a", "\u05e7\u0301 "])
def test_a_megabyte_is_only_long(piece: str) -> None:
    huge = piece * (1_000_000 // len(piece.encode()))
    shown = render(
        Reply((Text((huge,)), Table((), ((huge[:50_000], "x"),)))), width=80, colour=False
    )
    assert max(map(cell_len, shown.split("\n"))) <= 80
