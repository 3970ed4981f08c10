"""What is said of throttling: sentences, forecasts, the picture with its gaps."""

from __future__ import annotations

from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.book import Spell
from bot.picture import told
from bot.tenancy import Watched
from bot.throttling import DOWN, By, Step, Tally
from handlers.forecast import Forecast, forecast
from handlers.pressed import MINUTE, total
from handlers.throttling_cause import Cause, Kind
from handlers.throttling_picture import drawn, gaps
from handlers.throttling_words import (
    advice,
    affected,
    because,
    budget,
    counts,
    outlook,
    state,
    step,
    waits,
)
from tests.pressing import NOW, box, cooling, minute, minutes, pressing, standing

NAMES = {"fado@x": "Fado", "r4@x": "Room 4"}
FADO, ROOM4 = cooling("mailbox:Fado@x", 3500), cooling("mailbox:r4@x", 12)
APART = Watched("t", "own", "theirs", "svc@x", "", "https://login.example")
TOGETHER = Watched("t", "own", "", "svc@x", "", "https://login.example")
ALL = "Microsoft asks to leave all of Graph alone"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (standing(), "Not throttled; headroom 93 %."),
        (standing(left=0.999), "Not throttled; headroom 99 %."),
        (standing(ROOM4), "Not throttled; Room 4 cooling down for 12 s more; headroom 93 %."),
        (
            standing(FADO, ROOM4, step=Step.SLOW, why="It was throttled a moment ago", left=0.5),
            "Slowed down: it was throttled a moment ago; Fado cooling down for 58 min more; "
            "Room 4 cooling down for 12 s more; headroom 50 %.",
        ),
        (
            standing(cooling("graph", 40), step=Step.RATIONED, why=ALL),
            f"Throttled: {ALL}; all of Graph cooling down for 40 s more; headroom 93 %.",
        ),
        (
            standing(*(cooling(f"mailbox:r{n}@x", 9) for n in range(1, 6))),
            "Not throttled; r1@x cooling down for 9 s more; r2@x cooling down for 9 s more; "
            "r3@x cooling down for 9 s more; and 2 more; headroom 93 %.",
        ),
    ],
)
def test_the_state_is_one_sentence(at, said):
    assert state(at, NAMES) == said


def test_each_step_of_the_ladder_is_told_with_since_and_why():
    assert step(standing(), NOW) == "Step 0 of 3: everything runs"
    assert step(standing(step=Step.PAUSED, why=ALL), NOW) == (
        "Step 2 of 3: scheduled checks pause, and answers may come from memory with their age; "
        f"since 10:25 UTC, because {ALL}"
    )
    yesterday = step(standing(step=Step.SLOW, why=ALL), NOW + timedelta(days=1))
    assert "since 2026-11-23 10:25 UTC" in yesterday


@pytest.mark.parametrize(
    ("why", "start"),
    [
        (Cause(Kind.CALM), "Nothing was refused lately."),
        (Cause(Kind.OWN), "Our own pressure:"),
        (Cause(Kind.MAILBOX, ("fado@x",)), "One mailbox, Fado, not the tenant."),
        (Cause(Kind.MAILBOX, ("fado@x", "r4@x")), "Single mailboxes, Fado, Room 4, not the"),
        (Cause(Kind.SERVICE, ("directory",)), "One service, not the mailboxes: Entra's directory."),
        (Cause(Kind.STORM), "Everything refuses at once, while 93 % of the tightest limit is"),
        (Cause(Kind.STORM, ("fado@x",) * 12), "12 mailboxes at once, while 93 %"),
        (Cause(Kind.AWAY), "Microsoft's side: 3 of 9 requests found the service unavailable"),
        (Cause(Kind.STRAY), "Single refusals, spread over what I ask: that is normal"),
    ],
)
def test_the_cause_is_told_in_words(why, start):
    whole = Tally(By.ALL, "", 9, 0, 3)
    assert because(why, pressing(), whole, NAMES, APART).startswith(start)


def test_what_is_more_than_normal_is_not_called_normal():
    said = because(Cause(Kind.STRAY), pressing(), Tally(By.ALL, "", 306, 7), NAMES, APART)
    assert said.startswith("More refusals than is normal, and no one mailbox")


def test_one_app_for_both_is_one_budget_and_is_told():
    why = Cause(Kind.MAILBOX, ("fado@x",))
    whole = Tally(By.ALL, "", 9, 3)
    assert "works with the same app registration" in because(
        why, pressing(), whole, NAMES, TOGETHER
    )
    assert "has another app id and so a budget of its own" in because(
        why, pressing(), whole, NAMES, APART
    )


@pytest.mark.parametrize("kind", Kind)
def test_no_advice_recommends_what_does_not_help(kind):
    said = advice(kind)
    assert "I wait as Retry-After says and go on by myself" in said
    for dead in ("new app", "application access polic", "EWS", "raise the limit"):
        assert dead not in said


@pytest.mark.parametrize("kind", [Kind.OWN, Kind.MAILBOX])
def test_the_usual_culprit_is_named(kind):
    said = advice(kind)
    assert "one delegate account, that is the usual culprit" in said
    assert "spread its polling" in said
    assert "A second app id is no way out, and Microsoft does not lift these limits." in said


@pytest.mark.parametrize(
    ("whole", "said"),
    [
        (Tally(By.ALL, "", 1), "1 request, none refused"),
        (Tally(By.ALL, "", 1203, 4), "1,203 requests, 4 answered 429 (0.3 %)"),
        (
            Tally(By.ALL, "", 10, 1, 2),
            "10 requests, 1 answered 429 (10 %), 2 found the service unavailable",
        ),
    ],
)
def test_numbers_are_told_with_their_share(whole, said):
    assert counts(whole) == said


def test_waits_are_told_with_their_length():
    assert waits(Tally(By.ALL, "", 9)) == "none"
    held = Tally(By.ALL, "", 9, waits=3, waited=340.0)
    assert waits(held) == "3 requests held back until they might go, 5 min in all"


def test_who_is_affected_are_rooms_that_cool_and_commands_that_waited():
    askers = [
        Tally(By.ASKER, "rooms free", 40, waits=3),
        Tally(By.ASKER, "check rooms", 400, waits=30),
        Tally(By.ASKER, "rooms show", 3),
    ]
    assert affected(standing(FADO), askers, NAMES) == (
        "Fado cannot be read just now; commands that waited in the last hour: rooms free"
    )
    assert affected(standing(), [], NAMES) == "nobody"


@pytest.mark.parametrize(
    ("at", "said"),
    [
        (
            standing(cooling("graph", 3500), step=Step.RATIONED, why=ALL),
            "everybody whose answer I do not remember; scheduled checks pause",
        ),
        (
            standing(step=Step.PAUSED, why=DOWN),
            "everybody whose answer I do not remember; scheduled checks pause",
        ),
        (standing(step=Step.SLOW, why="It was"), "scheduled checks run slowly"),
    ],
)
def test_while_the_bot_is_slowed_down_nobody_is_not_said_to_be_affected(at, said):
    assert affected(at, [], NAMES) == said


def test_a_budget_is_told_in_words():
    assert budget("mailbox:FADO@x", NAMES) == "Fado"
    assert budget("directory", NAMES) == "Entra's directory"


# forecasts


def test_far_from_any_limit_is_said_so():
    said = outlook(forecast(pressing(), "Fado", minutes(length=10), "Fado"))
    assert said == "At the present rate, far from any limit."


@pytest.mark.parametrize(
    ("asked", "reached"),
    [
        ([0] * 7 + [2000] * 3, 2),  # 6,000 so far, and 2,000 more each minute
        ([1100] * 10, 0),  # it is over already
        ([999] * 10, None),  # just below, for ever
        ([0] * 9 + [3000], 7),  # a burst: the mean of three minutes is the present rate
    ],
)
def test_a_mailbox_reaches_its_limit_when_the_present_rate_fills_ten_minutes(asked, reached):
    spells = [Spell(NOW - (10 - n) * MINUTE, box("fado@x", count)) for n, count in enumerate(asked)]
    made = forecast(pressing(), "Fado", spells, "")
    assert made.reached == (None if reached is None else reached * MINUTE)


def test_a_limit_that_is_reached_is_told_with_when():
    soon = Forecast("10,000 requests in 10 minutes for Fado", 0.4, 2 * MINUTE)
    assert outlook(soon) == (
        "At the present rate the limit of 10,000 requests in 10 minutes for Fado is reached in "
        "2 min."
    )
    assert outlook(Forecast("Fado", 0.0, timedelta())).endswith("is reached within a minute.")
    near = Forecast("Entra's directory", 0.3, None)
    assert outlook(near) == (
        "At the present rate no limit is reached; the nearest is Entra's directory, with 30 % left."
    )


def test_headroom_that_falls_is_followed():
    falling = [minute(4 - n, 9, headroom=0.9 - n * 0.2) for n in range(5)]
    made = forecast(pressing(*falling, at=standing(left=0.1)), "", (), "Entra's directory")
    assert made.limit == "Entra's directory"
    assert made.reached == timedelta(seconds=30)


def test_headroom_that_wavers_is_no_trend():
    wavering = [minute(4 - n, 9, headroom=0.9 - n * 0.01) for n in range(5)]
    assert forecast(pressing(*wavering), "", (), "Entra's directory").reached is None


# the picture


def day() -> tuple[Spell, ...]:
    """A day of 10 requests a minute; down from 03:00 to 05:00, refused at 09:00."""
    known = minutes(*(minute(ago, 10) for ago in range(1440)), length=1440)
    return tuple(_hour(one) for one in known)


def _hour(one: Spell) -> Spell:
    if one.at.hour in (3, 4):
        return Spell(one.at)
    if (one.at.hour, one.at.minute) == (9, 0):
        return Spell(one.at, Tally(By.ALL, "", 10, 6), 0.5, Step.SLOW)
    return one


def test_the_picture_tells_the_same_numbers_as_text():
    assert told(drawn(day(), NOW, ZoneInfo("UTC"))) == [
        "Last 24 hours by the half hour, UTC: 11:00 to 10:30",
        "Requests: 12,910 in all, from 10 at 10:30 to 300 at 11:00; 4 of 48 not measured "
        "████████████████████████████████????███████████▂",
        "Refused with 429: 6 in all, from 0 at 11:00 to 6 at 09:00; 4 of 48 not measured "
        "▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁▁????▁▁▁▁▁▁▁▁█▁▁▁",
        "Headroom, lowest: from 50 % at 09:00 to 93 % at 11:00, 93 % at last; 4 of 48 not measured "
        "████████████████████████████████????████████▅███",
    ]


def test_its_labels_are_in_the_readers_zone():
    picture = drawn(day(), NOW, ZoneInfo("Asia/Kathmandu"))
    assert (picture.labels[0], picture.labels[-1]) == ("16:45", "16:15")
    assert picture.title == "Last 24 hours by the half hour, Asia/Kathmandu"


def test_waits_are_drawn_where_there_are_any():
    waited = minutes(minute(3, 9, waits=2), length=60)
    names = [series.name for series in drawn(waited, NOW, ZoneInfo("UTC")).series]
    assert names == ["Requests", "Refused with 429", "Held back until they might go",
                     "Headroom, lowest"]  # fmt: skip


def test_when_the_bot_was_down_is_said():
    assert gaps(day(), NOW, ZoneInfo("UTC")) == (
        "I kept no book from 03:00 to 05:00: not running, or not able to write."
    )
    assert "from 04:00 to 06:00" in gaps(day(), NOW, ZoneInfo("Europe/Madrid"))


def test_a_book_that_is_new_says_since_when_it_is_kept():
    known = (*(Spell(one.at) for one in minutes(length=1440)[:-30]), *minutes(length=30))
    assert gaps(known, NOW, ZoneInfo("UTC")) == (
        "Book is kept since 10:01; before that I know nothing."
    )
    nothing = tuple(Spell(one.at) for one in minutes(length=60))
    assert gaps(nothing, NOW, ZoneInfo("UTC")) == "No book was kept in the last 24 hours."


def test_a_restart_is_no_gap():
    known = minutes(length=60)
    assert gaps((*known[:30], *(Spell(o.at) for o in known[30:33]), *known[33:]), NOW,
                ZoneInfo("UTC")) == ""  # fmt: skip


def test_a_sum_leaves_out_what_is_not_known():
    assert total([Spell(NOW), minute(0, 5)]) == Tally(By.ALL, "", 5)
