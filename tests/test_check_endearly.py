"""Whether a meeting can be ended early, and what that would cost."""

from __future__ import annotations

import pytest

from bot.finding import Ok, Result, Unknown
from bot.tenancy import Reach
from handlers.access_mode import access_of
from handlers.access_seen import Seen
from handlers.check_endearly import judge
from tests.app_seen import (
    EXCHANGE,
    NO_CONSENT,
    READ,
    UNTOLD,
    answers,
    consent,
    over_all,
    over_one,
    over_rooms,
    over_some,
    seen,
)

WRITE = consent("Calendars.ReadWrite")
EWS = consent("full_access_as_app", resource=EXCHANGE)


def judged(one: Seen) -> Result:
    return judge(one, access_of(one))


@pytest.mark.parametrize(
    "one",
    [
        seen(WRITE),
        seen(WRITE, UNTOLD),  # whatever the roles say, consent is enough
        seen(NO_CONSENT, (over_all(),), own=False),
        seen(WRITE, (over_rooms(),), (), Reach.READ),
        seen(EWS),
    ],
)
def test_it_can_work_where_every_calendar_may_be_changed(one):
    said = judged(one)
    assert isinstance(said, Ok)
    assert "It can work for Room bot" in said.summary
    assert any("other organizations" in note for note in said.notes)


def test_over_ews_alone_it_ends_with_ews():
    said = judged(seen(EWS, (over_rooms(),)))
    assert "over EWS only" in said.summary


@pytest.mark.parametrize(
    ("one", "words"),
    [
        (seen(NO_CONSENT, (over_rooms(),)), "cannot work for meetings that people organize"),
        (seen(NO_CONSENT, (over_one(1),)), "cannot work for meetings that people organize"),
        (seen(NO_CONSENT, (over_all(READ),)), "may change no calendar"),
        (seen(consent("Calendars.Read")), "may change no calendar"),
        (seen(NO_CONSENT), "may change no calendar"),
    ],
)
def test_that_it_cannot_work_is_a_choice_and_its_price_is_named(one, words):
    said = judged(one)
    assert isinstance(said, Ok)
    assert words in said.summary
    assert any("all mailboxes in scope" in note for note in said.notes)


def test_only_a_scoped_role_is_as_recommended():
    ews = over_rooms("Application EWS.AccessAsApp")
    assert "as recommended" in judged(seen(NO_CONSENT, (over_rooms(),))).summary
    assert "as recommended" not in judged(seen(NO_CONSENT, (ews,))).summary


@pytest.mark.parametrize(
    "one",
    [
        seen(NO_CONSENT, UNTOLD),
        seen(UNTOLD, (over_rooms(),)),
        seen(consent("Calendars.Read"), UNTOLD),
        seen(NO_CONSENT, (over_some(),)),
        seen(WRITE, (), answers(Reach.READ, Reach.POLICY)),
        seen(WRITE, (), (), Reach.DENIED),
        seen(consent("Calendars.ReadWrite", application=False)),
    ],
)
def test_what_is_not_known_is_not_guessed(one):
    said = judged(one)
    assert isinstance(said, Unknown)
    assert said.command


def test_a_role_over_single_mailboxes_is_not_said_to_be_over_rooms():
    said = judged(seen(NO_CONSENT, (over_one(1),), own=False))
    assert "may change 1 single mailbox and nothing else" in said.summary
    assert "as recommended" not in said.summary
