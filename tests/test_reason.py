"""Why the bot speaks of an alert, or keeps quiet: one row a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from bot.alert import Alert, Event, Kind, Status
from bot.finding import Severity
from bot.notification import Reason, Told
from bot.people import Channel
from bot.reason import due, hushed, reason, said
from bot.silence import Matcher, Silence
from tests.alerting import NOW, finding

HOUR = timedelta(hours=1)
OPEN = Alert(
    check="rooms",
    finding=finding("rooms/denied", rooms=("a@x", "b@x")),
    status=Status.OPEN,
    opened_at=NOW,
    changed_at=NOW,
    number=7,
    version=3,
)
OWNED = replace(OPEN, status=Status.ACKNOWLEDGED, acknowledged_at=NOW, acknowledged_by="U1")
OVER = replace(OPEN, status=Status.RESOLVED, resolved_at=NOW, version=4)
PENDING = replace(OPEN, status=Status.PENDING)
FOLDED = replace(OPEN, because_of="consent/missing")

NOTHING = Told(topic="alert/7", channel=Channel("slack", "C1"))
INTENDED = replace(NOTHING, mark="alert-7-0")
TOLD = replace(
    NOTHING, message="m1", version=3, status="open", severity=3, rooms=2, event=5, spoken_at=NOW
)
HUSHED = replace(TOLD, quiet_since=NOW)
ENDED = replace(TOLD, status="resolved", version=4)
TOLD_OWNED = replace(TOLD, status="acknowledged")

SILENCE = Silence(
    matcher=Matcher(check="rooms"), begins=NOW, until=NOW + 2 * HOUR, author="U1", reason="patching"
)
OTHER = replace(SILENCE, matcher=Matcher(check="consent"))


def happened(*kinds: Kind) -> list[tuple[int, Event]]:
    """Since event 5, which stands in the thread."""
    return [(6 + n, Event(kind, NOW)) for n, kind in enumerate(kinds)]


SEVERER = replace(TOLD, severity=int(Severity.WARNING))
FEWER = replace(TOLD, rooms=1)
MORE = replace(TOLD, rooms=9)


@pytest.mark.parametrize(
    ("alert", "told", "silences", "history", "why"),
    [
        # never told
        (OPEN, None, (), (), Reason.OPENED),
        (OPEN, NOTHING, (), (), Reason.OPENED),
        (OPEN, INTENDED, (), (), Reason.OPENED),
        (OWNED, None, (), (), Reason.OPENED),
        (PENDING, None, (), (), None),
        (FOLDED, None, (), (), None),
        (OPEN, None, (SILENCE,), (), None),
        (OPEN, None, (OTHER,), (), Reason.OPENED),
        (OPEN, replace(NOTHING, quiet_since=NOW), (), (), Reason.UNSILENCED),
        # the end is told where the beginning was, or may have been
        (OVER, None, (), (), None),
        (OVER, NOTHING, (), (), None),
        (OVER, replace(NOTHING, quiet_since=NOW), (), (), None),
        (OVER, INTENDED, (), (), Reason.RESOLVED),
        (OVER, TOLD, (), (), Reason.RESOLVED),
        (OVER, HUSHED, (), (), Reason.RESOLVED),
        (replace(OVER, because_of="consent/missing"), TOLD, (), (), Reason.RESOLVED),
        (OVER, ENDED, (), (), None),
        (OVER, TOLD, (SILENCE,), (), None),
        # told and unchanged
        (OPEN, TOLD, (), (), None),
        (OWNED, TOLD_OWNED, (), (), None),
        # news
        (OPEN, HUSHED, (), (), Reason.UNSILENCED),
        (OPEN, HUSHED, (SILENCE,), (), None),
        (OPEN, SEVERER, (), (), Reason.WORSE),
        (OPEN, FEWER, (), (), Reason.WORSE),
        (OWNED, FEWER, (), (), Reason.WORSE),
        (OPEN, MORE, (), (), None),
        (OPEN, SEVERER, (SILENCE,), (), None),
        (FOLDED, SEVERER, (), (), None),
        (OPEN, TOLD, (), happened(Kind.FOLDED, Kind.UNFOLDED), Reason.UNFOLDED),
        (FOLDED, TOLD, (), happened(Kind.UNFOLDED, Kind.FOLDED), None),
        (OWNED, TOLD, (), (), Reason.ACKNOWLEDGED),
        (OWNED, TOLD_OWNED, (), happened(Kind.ACKNOWLEDGED), Reason.ACKNOWLEDGED),
        (OPEN, TOLD_OWNED, (), happened(Kind.REOPENED), Reason.REOPENED),
        (OPEN, replace(TOLD_OWNED, rooms=1), (), happened(Kind.REOPENED), Reason.WORSE),
        (replace(OPEN, version=4), TOLD, (), (), Reason.CHANGED),
        (replace(FOLDED, version=4), TOLD, (), (), Reason.CHANGED),
    ],
)
def test_speaking_has_a_reason(alert, told, silences, history, why):
    assert reason(alert, told, silences, history, NOW) is why


@pytest.mark.parametrize(
    ("alert", "told", "silences", "again"),
    [
        (OPEN, TOLD, (), NOW + HOUR),
        (OPEN, replace(TOLD, reminders=1, spoken_at=NOW + HOUR), (), NOW + 4 * HOUR),
        (OPEN, replace(TOLD, reminders=2, spoken_at=NOW + 4 * HOUR), (), NOW + 12 * HOUR),
        (OPEN, replace(TOLD, reminders=3, spoken_at=NOW + 12 * HOUR), (), NOW + 36 * HOUR),
        (OPEN, replace(TOLD, reminders=99, spoken_at=NOW), (), NOW + 24 * HOUR),
        (OPEN, replace(TOLD, spoken_at=None), (), NOW + HOUR),
        (OWNED, TOLD, (), NOW + 8 * HOUR),
        (OWNED, replace(TOLD, spoken_at=NOW + 8 * HOUR), (), NOW + 32 * HOUR),
        (OPEN, TOLD, (SILENCE,), NOW + 2 * HOUR),
        (OPEN, None, (SILENCE, replace(SILENCE, until=NOW + 9 * HOUR)), NOW + 9 * HOUR),
        (OVER, TOLD, (SILENCE,), NOW + 2 * HOUR),
        (OVER, None, (SILENCE,), None),
        (OVER, TOLD, (), None),
        (PENDING, None, (SILENCE,), None),
        (FOLDED, TOLD, (), None),
        (OPEN, None, (), None),
        # what is merely worth knowing asks nobody to hurry
        (replace(OPEN, finding=finding(severity=Severity.INFO)), TOLD, (), None),
    ],
)
def test_it_is_looked_at_again_when_time_alone_would_make_it_speak(alert, told, silences, again):
    assert due(alert, told, silences, NOW) == again


def test_a_reminder_comes_when_it_is_due_and_not_before():
    assert reason(OPEN, TOLD, (), (), NOW + HOUR - timedelta(seconds=1)) is None
    assert reason(OPEN, TOLD, (), (), NOW + HOUR) is Reason.REMINDER
    assert reason(OPEN, TOLD, (SILENCE,), (), NOW + HOUR) is None
    assert reason(OWNED, TOLD_OWNED, (), (), NOW + 7 * HOUR) is None
    assert reason(OWNED, TOLD_OWNED, (), (), NOW + 8 * HOUR) is Reason.REMINDER


def test_a_year_without_a_hand_is_a_reminder_a_day():
    told, now, moments = TOLD, NOW, list[datetime]()
    while now < NOW + timedelta(days=365):
        again = due(OPEN, told, (), now)
        assert again is not None
        now = again
        assert reason(OPEN, told, (), (), now) is Reason.REMINDER
        moments.append(now)
        told = said(told, OPEN, Reason.REMINDER, 5, now)

    assert [m - NOW for m in moments[:5]] == [hours * HOUR for hours in (1, 4, 12, 36, 60)]
    assert len(moments) < 3 + 366


def test_what_comes_and_goes_wakes_nobody_twice():
    fewer = replace(OPEN, finding=finding("rooms/denied", rooms=("a@x",)), version=4)
    told = said(TOLD, fewer, Reason.CHANGED, 6, NOW)

    assert reason(replace(OPEN, version=5), told, (), (), NOW) is Reason.CHANGED


def test_an_edit_wakes_nobody_and_puts_off_no_reminder():
    later = NOW + HOUR / 2

    assert said(TOLD, OWNED, Reason.ACKNOWLEDGED, 6, later).spoken_at == NOW
    assert said(TOLD, OPEN, Reason.WORSE, 6, later).spoken_at == later


def test_a_silence_is_remembered_until_its_end_was_told():
    quiet = hushed(hushed(TOLD, NOW), NOW + HOUR)
    assert quiet.quiet_since == NOW

    assert said(quiet, OPEN, Reason.UNSILENCED, 5, NOW + HOUR).quiet_since is None
