"""When refusals are more than normal, since when, and whose doing they are."""

from __future__ import annotations

import pytest

from bot.book import Spell
from bot.throttling import DOWN, Step
from handlers.pressed import MINUTE
from handlers.throttling_cause import Cause, Kind, cause, is_tight, unrest
from tests.pressing import NOW, box, cooling, minute, minutes, pressing, standing

CALM = standing()
HOUR = 3600.0


@pytest.mark.parametrize(
    ("known", "since"),
    [
        ([], None),
        ([minute(3, 100, 4)], None),  # four in five minutes are asked again and done
        ([minute(3, 100, 5)], 3),
        ([minute(8, 100, 2), minute(6, 100, 2), minute(5, 100, 1)], 8),  # from the first of them
        ([minute(20, 100, 3), minute(12, 100, 3)], None),  # five minutes hold three each
        ([minute(2, 100, 1, retry_after=60)], 2),  # a long one is much by itself
        ([minute(2, 100, 1, retry_after=59)], None),
        ([minute(2, 100, 0, unavailable=5)], 2),
        ([minute(10, 100, 9)], 10),  # ten minutes since it ended have not passed
        ([minute(11, 100, 9)], None),
        ([minute(30, 100, 9), minute(21, 1, 1), minute(12, 1, 1), minute(4, 1, 1)], 30),
        ([minute(40, 100, 9), minute(4, 100, 9)], 4),  # it was calm in between
        ([minute(50, 1, 1, retry_after=HOUR)], 50),  # what is left alone refuses nothing
        ([minute(69, 1, 1, retry_after=HOUR)], 69),
        ([minute(70, 1, 1, retry_after=HOUR)], None),
    ],
)
def test_it_begins_with_a_pattern_and_ends_ten_minutes_after_the_last_refusal(
    known: list[Spell], since: int | None
):
    began = unrest(minutes(*known), CALM, NOW)
    assert began == (None if since is None else NOW - since * MINUTE)


def test_a_minute_in_which_nobody_kept_book_is_neither_calm_nor_refused():
    known = (*minutes(minute(9, 50, 5))[:-8], *(Spell(NOW - ago * MINUTE) for ago in range(8)))
    assert unrest(known, CALM, NOW) == NOW - 9 * MINUTE


def test_a_long_wait_that_another_replica_was_asked_for_is_unrest_too():
    assert unrest(minutes(), standing(cooling("mailbox:fado@x", 900)), NOW) == NOW - 5 * MINUTE
    assert unrest(minutes(), standing(cooling("mailbox:fado@x", 12)), NOW) is None


FEW = [box("fado@x", 40, 5)]
TWELVE = [box(f"room{n}@x", 10, 1) for n in range(12)]


@pytest.mark.parametrize(
    ("known", "rests", "mailboxes", "expected"),
    [
        (minute(3, 100), [], [box("fado@x", 9)], Cause(Kind.CALM)),
        (minute(3, 100, 5), [], FEW, Cause(Kind.MAILBOX, ("fado@x",))),
        (minute(3, 100, 6), [], FEW, Cause(Kind.MAILBOX, ("fado@x",))),  # four in five of them
        (minute(3, 100, 9), [], FEW, Cause(Kind.STRAY, ("fado@x",))),
        (minute(3, 100, 12), [], TWELVE, Cause(Kind.STORM, tuple(b.name for b in TWELVE))),
        (minute(3, 100, 5), [("graph", 9)], FEW, Cause(Kind.STORM)),
        (minute(3, 100, 5), [("directory", 9)], [], Cause(Kind.SERVICE, ("directory",))),
        (minute(3, 100, 5, headroom=0.05), [], FEW, Cause(Kind.OWN, ("fado@x",))),
        (minute(3, 100, 50), [], FEW, Cause(Kind.STORM)),  # between two cool-downs, too
        (minute(3, 100, 49), [], FEW, Cause(Kind.STRAY, ("fado@x",))),
        (minute(3, 100, 1, unavailable=30), [], [], Cause(Kind.AWAY)),
        (minute(3, 1000, 1, unavailable=30), [], [], Cause(Kind.STRAY)),  # one in thirty
        # A storm that many requests came before, or after, stays one while it is remembered.
        (minute(3, 1758, 15, step=Step.PAUSED), [], FEW, Cause(Kind.STORM)),
        (minute(3, 1758, 0, unavailable=7, step=Step.PAUSED), [], [], Cause(Kind.AWAY)),
        (minute(3, 1), [("mailbox:fado@x", 900)], [], Cause(Kind.MAILBOX, ("fado@x",))),
    ],
    ids=lambda one: str(one)[:40],
)
def test_whose_doing_it_is(known, rests, mailboxes, expected):
    at = standing(*(cooling(*rest) for rest in rests))
    assert cause(pressing(known, at=at), NOW - 5 * MINUTE, mailboxes) == expected


@pytest.mark.parametrize(
    ("levels", "tight"),
    [
        ([0.05, 0.05], False),  # one round may come near a limit for a moment
        ([0.05, 0.09, 0.0], True),
        ([0.05, 0.05, 0.5, 0.05], False),
        ([0.1, 0.1, 0.1, 0.1], False),
    ],
)
def test_little_headroom_matters_when_it_lasts(levels, tight):
    known = [minute(len(levels) - n, 9, headroom=level) for n, level in enumerate(levels)]
    assert is_tight(minutes(*known), NOW) is tight


def test_little_headroom_is_over_after_ten_minutes():
    known = [minute(ago, 9, headroom=0.01) for ago in (12, 11, 10)]
    assert not is_tight(minutes(*known), NOW)
    assert is_tight(minutes(*known), NOW - MINUTE)


def test_where_graph_does_not_answer_that_is_the_cause_however_little_was_asked():
    at = standing(step=Step.PAUSED, why=DOWN)
    known = minute(1, 306, 0, unavailable=7)
    assert cause(pressing(known, at=at), NOW - 5 * MINUTE, FEW) == Cause(Kind.AWAY)
