"""Random calendars, random questions: the answer agrees with somebody who counts on paper."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.reply import Button, Buttons, Reply, Table, Text, plain
from tests.walking import MONDAY

Entry = tuple[datetime, datetime, str]
STATUSES = ("busy", "busy", "busy", "oof", "tentative", "workingElsewhere", "free")
SOFT = ("tentative", "workingElsewhere")
QUARTER = timedelta(minutes=15)


@pytest.fixture(params=[1, 2, 3])
def dice(request) -> random.Random:
    return random.Random(request.param)


@pytest.fixture
def book(tenant, dice) -> dict[str, list[Entry]]:
    """Twenty-three rooms and what stands in each calendar; two more cannot be read."""
    made: dict[str, list[Entry]] = {}
    for number in range(23):
        room = tenant.room(f"R{number:02}", capacity=dice.choice([None, 4, 8, 20]))
        made[room.name] = []
        for _ in range(dice.randrange(7)):
            start = MONDAY - timedelta(hours=20) + QUARTER * dice.randrange(280)
            end = start + QUARTER * dice.choice([1, 2, 4, 8, 96])
            status = dice.choice(STATUSES)
            room.busy(start, end, status=status, subject=f"subject-{number}")
            made[room.name].append((start, end, status))
    tenant.room("Far").on_premises()
    tenant.room("Shut").deny()
    return made


def on_paper(book: dict[str, list[Entry]], start: datetime, end: datetime) -> dict[str, str]:
    """Each room's state, by name: free until when, perhaps or taken."""
    midnight = datetime.combine((end - QUARTER).date(), datetime.min.time(), UTC)
    found = {}
    for name, entries in book.items():
        real = [entry for entry in entries if entry[2] != "free"]
        clashes = [status for since, until, status in real if since < end and start < until]
        later = [s for s, _, _ in real if end <= s < midnight + timedelta(days=1)]
        until = f"free until {min(later):%H:%M}" if later else "free until the end of the day"
        taken = any(status not in SOFT for status in clashes)
        found[name] = "taken" if taken else "perhaps" if clashes else until
    return found


def as_said(talk) -> dict[str, str]:
    """The same from the answer's pages; a room that comes twice fails."""
    found: dict[str, str] = {}
    while True:
        for name, words in rows(talk.reply):
            assert name not in found, name
            found[name] = words
        if "More" not in buttons(talk.reply):
            return found
        talk.press("More")


def rows(reply: Reply) -> list[tuple[str, str]]:
    found, section = [], ""
    for block in reply.blocks:
        if isinstance(block, Text) and "Perhaps" in plain(Reply((block,))):
            section = "perhaps"
        elif isinstance(block, Text) and "Taken" in plain(Reply((block,))):
            section = "taken"
        elif isinstance(block, Table):
            found += [(str(row[0]), section or str(row[3])) for row in block.rows]
    return found


def buttons(reply: Reply) -> dict[str, Button]:
    blocks = [block for block in reply.blocks if isinstance(block, Buttons)]
    return {button.label: button for block in blocks for button in block.buttons}


def questions(dice: random.Random) -> list[tuple[datetime, datetime]]:
    starts = [MONDAY + QUARTER * dice.randrange(160) for _ in range(6)]
    return [(start, start + QUARTER * dice.choice([1, 2, 4, 8, 60])) for start in starts]


def line(start: datetime, end: datetime) -> str:
    return f"rooms free {start:%Y-%m-%d %H:%M} for {(end - start) // timedelta(minutes=1)}m"


def test_every_room_comes_once_and_is_what_its_calendar_says(book, dice, talk):
    for start, end in questions(dice):
        said = talk(line(start, end))

        assert as_said(talk) == on_paper(book, start, end), line(start, end)
        assert "Could not read 2 rooms: Far (" in said
        assert "Shut (" in said


def test_half_an_hour_later_is_the_same_question_half_an_hour_later(book, dice, talk):
    half = timedelta(minutes=30)
    for start, end in questions(dice):
        talk(line(start, end))
        talk.press("30 minutes later")

        assert as_said(talk) == on_paper(book, start + half, end + half), line(start, end)


def test_no_answer_and_no_line_of_the_audit_tells_a_subject(book, dice, talk, store):
    answers = [talk(line(start, end)) for start, end in questions(dice)]
    answers += [talk(f"rooms show {name}") for name in book]
    answers += [talk("rooms list"), talk("rooms show R00 yesterday")]

    assert "busy" in str(answers)
    assert "subject-" not in str(answers)
    assert "subject-" not in str(store.lines())
