"""The steps of one alert's life that people take, and their refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.alert import Alert, Kind, Status
from bot.errors import Refused
from bot.lifecycle import acknowledged, began, folded, unacknowledged, unfolded, unseen
from tests.alerting import NOW, finding, warning

OLIVIA, BOB = "slack:U1 Olivia", "teams:7f Bob"


def opened() -> Alert:
    after = began("rooms", finding("rooms/denied", rooms=("a@x",)), None, NOW).after
    assert after is not None
    return replace(after, number=7, version=1)


def owned() -> Alert:
    after = acknowledged(opened(), OLIVIA, "on it", NOW).after
    assert after is not None
    return after


def over() -> Alert:
    after = unseen(opened(), NOW + timedelta(minutes=42)).after
    assert after is not None
    return after


def pending() -> Alert:
    after = began("rooms", warning("rooms/zone"), None, NOW).after
    assert after is not None
    return replace(after, number=7)


def test_an_acknowledgement_says_who_and_why_and_remembers_how_bad_it_was():
    change = acknowledged(opened(), OLIVIA, "calling the admin", NOW)

    assert change.after == replace(
        opened(),
        status=Status.ACKNOWLEDGED,
        acknowledged_by=OLIVIA,
        acknowledged_at=NOW,
        acknowledged_rooms=1,
        note="calling the admin",
    )
    [event] = change.events
    assert (event.kind, event.by, event.words) == (Kind.ACKNOWLEDGED, OLIVIA, "calling the admin")


@pytest.mark.parametrize(
    ("alert", "by", "sentence"),
    [
        (over(), OLIVIA, "#7 is over since 2026-11-23 10:42 UTC. Say alerts to see what is not."),
        (
            owned(),
            OLIVIA,
            "#7 is yours already since 2026-11-23 10:00 UTC. Say ack 7 NOTE to take it on anew.",
        ),
        (
            owned(),
            BOB,
            "#7 is Olivia's already since 2026-11-23 10:00 UTC. Say ack 7 NOTE to take it on anew.",
        ),
        (
            pending(),
            BOB,
            "#7 was seen in one round only. It opens when the next one sees it too.",
        ),
    ],
)
def test_a_stale_press_is_answered_with_a_sentence(alert, by, sentence):
    with pytest.raises(Refused) as refused:
        acknowledged(alert, by, "", NOW)

    assert refused.value.sentence == sentence


def test_a_note_takes_it_over_or_asks_for_more_time():
    later = NOW + timedelta(hours=8)

    taken = acknowledged(owned(), BOB, "my shift", later).after

    assert taken is not None
    assert (taken.acknowledged_by, taken.acknowledged_at, taken.note) == (BOB, later, "my shift")


def test_an_acknowledgement_can_be_taken_back():
    change = unacknowledged(owned(), BOB, NOW)

    assert change.after == opened()
    assert [(event.kind, event.by) for event in change.events] == [(Kind.REOPENED, BOB)]


@pytest.mark.parametrize("alert", [opened(), over(), pending()])
def test_only_what_is_acknowledged_can_be_taken_back(alert):
    with pytest.raises(Refused):
        unacknowledged(alert, BOB, NOW)


def test_the_end_says_how_long_it_took():
    [event] = unseen(opened(), NOW + timedelta(minutes=42)).events

    assert (event.kind, event.words) == (Kind.RESOLVED, "After 42 min.")


def test_folding_twice_and_unfolding_what_is_not_folded_change_nothing():
    once = folded(opened(), "consent/missing", NOW).after
    assert once is not None

    assert folded(once, "consent/missing", NOW).events == ()
    assert unfolded(opened(), NOW).after == opened()
