"""Which alerts somebody means, and the line that sets a silence."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import Usage
from bot.rooms import Room
from bot.silence import Matcher
from handlers import matcher
from handlers.known import Known
from handlers.matcher import Meant, State
from handlers.rule import rule

CORONA = Room("corona@contoso.example", "Corona", city="New York")
TWINS = (Room("a@contoso.example", "Tejo"), Room("b@contoso.example", "Tejo"))
KNOWN = Known(("consent", "rooms"), ("Lisbon", "New York", "São Paulo"), (CORONA, *TWINS))


def read(text: str, known: Known = KNOWN) -> Meant:
    return matcher.read(list(matcher.split(text)), known)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("rooms", Matcher(check="rooms")),
        ("check=ROOMS", Matcher(check="rooms")),
        ("critical", Matcher(severity="critical")),
        ("in lisbon", Matcher(site="Lisbon")),
        ("Lisbon", Matcher(site="Lisbon")),
        ("in New York critical", Matcher(site="New York", severity="critical")),
        ('site="new york"', Matcher(site="New York")),
        ("site=“New York”", Matcher(site="New York")),  # what phones and Word make of quotes
        ("site='New York'", Matcher(site="New York")),
        ("site=Sao-Paulo", Matcher(site="São Paulo")),
        ("room=Corona", Matcher(subject="corona@contoso.example")),
        ("room=other@contoso.example", Matcher(subject="other@contoso.example")),
        ('subject="Eptura Engage"', Matcher(subject="Eptura Engage")),
        ("check=rooms, site=Lisbon", Matcher(check="rooms", site="Lisbon")),
        ("rooms and critical", Matcher(check="rooms", severity="critical")),
        ("rooms rooms", Matcher(check="rooms")),
    ],
)
def test_words_name_alerts(text, wanted):
    assert read(text) == Meant(wanted)


@pytest.mark.parametrize("text", ["7", "#7", "#7 7"])
def test_a_number_is_one_alert(text):
    assert read(text) == Meant(number=7)


def test_states_and_pages_are_no_part_of_the_rule():
    assert read("acked page 2") == Meant(state=State.ACKNOWLEDGED, page=2)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7 8", "#7 and #8"),
        ("rooms consent", "everything named must agree"),
        ("open resolved", "not open and resolved at once"),
        ("in Lisbom", "Did you mean Lisbon?"),
        ("check=room", "Did you mean rooms?"),
        ("severity=urgent", "Say info, warning or critical."),
        ("criticol", "Did you mean critical?"),
        ("room=Tejo", "2 rooms are called “Tejo”"),
        ("room=Coruna", "Did you mean Corona?"),
        ("colour=red", "I do not know “colour=”"),
        ('site=""', "site= has no value"),
        (f"subject={'x' * 300}", "300 characters is too long"),
    ],
)
def test_what_is_not_understood_gets_a_sentence(text, said):
    with pytest.raises(Usage) as refused:
        read(text)
    assert said in refused.value.sentence


def test_without_a_directory_sites_and_rooms_are_taken_as_they_are_said():
    blind = Known(("rooms",))
    assert read('in Nowhere room="Tejo"', blind) == Meant(Matcher(site="Nowhere", subject="Tejo"))


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["", "rooms", "consent"]))
def test_a_confirmation_means_what_was_previewed(site, subject, check):
    """Whatever was understood survives the way through the button's command line."""
    blind = Known(("rooms", "consent"))
    try:
        first = read(f'check={check} site="{site}" subject="{subject}"', blind)
    except Usage:
        return
    line = rule(f"{matcher.line(first.matcher)} for 90m because for because").line(
        matcher.line(first.matcher)
    )

    again = rule(line.removeprefix("silence "))

    assert again.confirmed
    assert again.length == timedelta(minutes=90)
    assert again.reason == "for because"
    assert matcher.read(again.words, blind) == first


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("7 for 2h", "needs a reason"),
        ("7 for 2h because", "needs a reason"),
        ("7 because x", "needs an end"),
        ("7 because it hurts for 2h", "needs an end"),
        ("for 2h because x", "which alerts"),
        ("7 forever because x", "No silence is forever"),
        ("7 for ever because x", "No silence is forever"),
        ("7 for good because x", "No silence is forever"),
        ("7 for 8d because x", "at most 7 days"),
        ("7 for 2 weeks because x", "at most 7 days"),
        ("7 for 0m because x", "before it begins"),
        ("7 for soon because x", "“soon” is not a length of time"),
        ("7 for because x", "is not a length of time"),
        ("7 until 18:00 because x", "not until when"),
    ],
)
def test_a_silence_needs_alerts_an_end_and_a_reason(text, said):
    with pytest.raises(Usage) as refused:
        rule(text)
    assert said in refused.value.sentence


@pytest.mark.parametrize(
    ("said", "minutes"), [("30m", 30), ("1 day", 1440), ("1h30m", 90), ("7d", 10_080)]
)
def test_the_length_is_said_as_anywhere_else(said, minutes):
    assert rule(f"7 for {said} because x").length == timedelta(minutes=minutes)


def test_a_quoted_for_is_part_of_a_name():
    asked = rule('subject="Rooms for all" for 1h because we rebuild')
    assert read('subject="Rooms for all"').matcher.subject == "Rooms for all"
    assert [word.value for word in asked.words] == ["Rooms for all"]


def test_a_long_reason_is_cut_where_one_sees_it():
    reason = rule(f"7 for 1h because {'why ' * 300}").reason
    assert len(reason) == 500
    assert reason.endswith("…")
