"""The daily message: what is different from yesterday, and that somebody still looks."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.alert import Status
from bot.digest import digest
from bot.finding import Broken, Unknown
from bot.reply import Buttons, Tone, plain
from tests.booked import finding, looked, open_alert, resolve
from tests.walking import MONDAY

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LOST = finding("consent/missing", "The consent is lost. Ana took it.")
SECRET = finding("credential/expired", "The secret ended.")


@pytest.fixture
def book(store):
    return store.book


def said(book) -> list[str]:
    return plain(digest(book, MONDAY)).splitlines()


def test_a_bot_that_never_looked_does_not_say_that_all_is_well(book):
    assert said(book)[-1] == "I have not looked at anything yet."


def test_nothing_new_is_one_sentence_and_proof_of_life(book):
    looked(book, MONDAY - timedelta(minutes=4))

    assert said(book) == [
        "Nothing new since yesterday; nothing is open.",
        "9 checks: 9 ok; the oldest was looked at 4 min ago.",
    ]
    assert digest(book, MONDAY).tone is Tone.GOOD


def test_what_stands_for_longer_is_counted_and_not_told_again(book):
    open_alert(book, LOST, MONDAY - 3 * DAY)
    open_alert(book, SECRET, MONDAY - 2 * DAY)

    first, old, *_ = said(book)
    assert first == "Nothing new since yesterday; 2 alerts open."
    assert old == "2 alerts older than a day; the oldest is #1 since 2026-11-20 10:00 UTC."


def test_what_opened_and_what_ended_since_yesterday_is_told_by_name(book):
    open_alert(book, LOST, MONDAY - 2 * HOUR)
    resolve(book, open_alert(book, SECRET, MONDAY - 3 * DAY).number, MONDAY - HOUR)

    assert said(book)[:4] == [
        "Since yesterday: 1 new, 1 resolved; 1 alert open.",
        "Alert |  | What",
        "#1 | new | The consent is lost",
        "#2 | resolved | The secret ended",
    ]


def test_what_ended_before_yesterday_is_no_news(book):
    resolve(book, open_alert(book, SECRET, MONDAY - 3 * DAY).number, MONDAY - 2 * DAY)

    assert said(book)[0] == "Nothing new since yesterday; nothing is open."


@pytest.mark.parametrize(
    "unheard", [{"because_of": "consent/missing"}, {"status": Status.PENDING}], ids=str
)
def test_what_nobody_heard_of_by_itself_is_left_out(book, unheard):
    open_alert(book, LOST, MONDAY - HOUR, **unheard)

    assert said(book)[0] == "Nothing new since yesterday; nothing is open."


def test_checks_that_are_broken_or_cannot_tell_are_named(book):
    looked(book, MONDAY, consent=Broken((LOST,)), scope=Unknown("I may not look."))

    assert said(book)[-1] == (
        "9 checks: 7 ok, 1 broken (consent), 1 could not tell (scope); "
        "the oldest was looked at less than a minute ago."
    )


def test_very_many_are_shown_in_part_and_counted(book):
    for number in range(14):
        open_alert(book, finding(f"rooms/{number}", f"Room {number} is dark."), MONDAY - HOUR)

    lines = said(book)
    assert lines[0] == "Since yesterday: 14 new, 0 resolved; 14 alerts open."
    assert " |  | and 4 more" in lines


def test_where_something_is_open_a_button_leads_to_the_list(book):
    open_alert(book, LOST, MONDAY - HOUR)

    [buttons] = [block for block in digest(book, MONDAY).blocks if isinstance(block, Buttons)]
    assert [button.command_line for button in buttons.buttons] == ["alerts"]
