"""What people type about alerts, through the door and a real book."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.alert import Kind, Status
from bot.finding import Ok, Severity, Unknown
from bot.reply import Buttons, Outcome, Table, Tone
from tests.booked import finding, looked, open_alert, proof, resolve
from tests.test_hostile_text import PAYLOADS, dead_everywhere, sentence

CONSENT = "consent/missing/Calendars.ReadWrite"


@pytest.fixture
def say(talk):
    """Talk in the ops channel."""
    return lambda line, **more: talk(line, channel="COPS", **more)


@pytest.fixture
def book(talk):
    return talk.desk.book


def lost_consent(book, now, **more):
    return open_alert(book, finding(CONSENT, "Consent is missing."), now, **more)


def denied(book, now, number=1, **more):
    severity = more.pop("severity", Severity.CRITICAL)
    rooms = tuple(f"r{n}@contoso.example" for n in range(number))
    found = finding(f"rooms/denied/{number}", f"{number} rooms denied.", severity, rooms=rooms)
    return open_alert(book, found, now, **more)


def rows(talk):
    (table,) = [block for block in talk.reply.blocks if isinstance(block, Table)]
    return [row[0] for row in table.rows]


def buttons(talk):
    return {
        button.label: button.command_line
        for block in talk.reply.blocks
        if isinstance(block, Buttons)
        for button in block.buttons
    }


# alerts


def test_a_check_beside_the_chain_is_known_while_it_is_well(say, book, clock):
    fence = book.rounds.begin("throttling", timedelta(), "web-1", clock(), timedelta(minutes=1))
    book.rounds.end(fence, Ok("Nothing was refused."), (), (), clock())

    assert say("alerts throttling").startswith("None (check throttling)")
    assert say("silence check=throttling for 1h because we migrate").startswith("Not set yet.")


def test_an_empty_list_of_checks_that_do_not_run_is_no_good_news(say, talk):
    assert "that says little. No check has run yet" in say("alerts")
    assert talk.reply.tone is Tone.WARN


def test_an_empty_list_of_fresh_checks_is_good_news(say, talk, book, clock):
    looked(book, clock())
    assert "nothing is wrong that I can see. The checks were last run just now." in say("alerts")
    assert talk.reply.tone is Tone.GOOD


def test_a_check_that_could_not_tell_spoils_the_good_news(say, book, clock):
    looked(book, clock(), rooms=Unknown("Graph is down."))
    said = say("alerts")
    assert "that says little" in said
    assert "1 check could not tell: Rooms." in said


def test_checks_that_stopped_make_the_list_old(say, book, clock):
    looked(book, clock())
    lost_consent(book, clock())
    clock.forward(hours=5)
    said = say("alerts")
    assert "1 open. No check has run for 5 h" in said
    assert "nothing else" not in said


def test_the_worst_comes_first_and_the_newest_within(say, talk, book, clock):
    denied(book, clock() - timedelta(hours=3), 1, severity=Severity.WARNING)
    denied(book, clock() - timedelta(hours=2), 2)
    denied(book, clock() - timedelta(hours=1), 3)
    resolve(book, denied(book, clock(), 4).number, clock())

    say("alerts")

    assert rows(talk) == ["#3", "#2", "#1", "#4"]


def test_the_first_sentence_counts(say, book, clock):
    looked(book, clock())
    for number in range(1, 5):
        denied(book, clock(), number)
    say("ack 1")
    say("silence 2 for 1h because we know")

    said = say("alerts")

    assert said.startswith("2 open, 1 acknowledged, 1 silenced; nothing else is wrong")
    assert "silenced for 60 min more by Olivia (silence 1)" in said


def test_symptoms_stand_under_their_cause(say, talk, book, clock):
    denied(book, clock(), 1, because_of=CONSENT)
    denied(book, clock(), 2)
    lost_consent(book, clock(), symptoms=("Scope: no room is in scope",))

    said = say("alerts")

    assert rows(talk) == ["#3", "", "#1", "#2"]
    assert "↳ Scope: no room is in scope | because of #3" in said
    assert "1 folded under a cause" in said


def test_a_symptom_whose_cause_is_not_listed_is_not_lost(say, talk, book, clock):
    denied(book, clock(), 1, because_of=CONSENT)
    lost_consent(book, clock())
    say("alerts rooms")
    assert rows(talk) == ["#1"]


def test_what_was_seen_once_waits(say, talk, book, clock):
    denied(book, clock(), 1, status=Status.PENDING)
    assert "1 more was seen once and waits" in say("alerts")
    say("alerts pending")
    assert rows(talk) == ["#1"]


def test_filters_agree_with_one_another(say, talk, book, clock):
    denied(book, clock(), 1, sites=("Lisbon",))
    denied(book, clock(), 2, sites=("Porto",))
    denied(book, clock(), 3, sites=("Lisbon",), severity=Severity.WARNING)
    lost_consent(book, clock())

    assert "Of no single site, but felt there perhaps: #4." in say(
        "alerts rooms in Lisbon critical"
    )
    assert rows(talk) == ["#1"]
    assert "None (warning, in Porto); 4 alerts stand in all." in say("alerts warning in Porto")


def test_many_alerts_come_in_pages(say, talk, book, clock):
    for number in range(1, 46):
        denied(book, clock(), number)

    assert "1 to 20 of 45." in say("alerts critical")
    say(buttons(talk)["More"])
    say(buttons(talk)["More"])

    assert len(rows(talk)) == 5
    assert "More" not in buttons(talk)


def test_one_alert_shows_who_did_what(say, talk, book, clock):
    looked(book, clock())
    found = finding(CONSENT, "Consent is missing.", evidence=(proof(clock()),))
    open_alert(book, found, clock())
    clock.forward(minutes=5)
    say("ack 1 I talk to Eve")

    said = say("alerts #1")

    assert "2026-11-23 10:00 UTC | opened | I | Consent is missing." in said
    assert "2026-11-23 10:05 UTC | acknowledged | Olivia | I talk to Eve" in said
    assert "request req-1" in said
    assert "Not told in slack:COPS." in said
    assert buttons(talk) == {
        "Give it back": "unack 1",
        "Silence 1 h": "silence 1 for 1h because asked on the card",
        "Run check again": "doctor consent",
        "All alerts": "alerts",
    }


def test_an_unknown_number_gets_a_sentence(say):
    for line in ("alerts 99", "ack 99", "unack 99", "silence 99 for 1h because x"):
        assert "There is no alert #99. Say alerts to see those there are." in say(line)


# ack


def test_an_acknowledged_alert_says_whose_it_is(say, talk, book, clock):
    lost_consent(book, clock())
    assert "#1 is yours: Consent is missing." in say("ack #1 on it")
    assert book.alerts.get(1).note == "on it"
    assert "#1 is yours already since 2026-11-23 10:00 UTC" in say("ack 1")


def test_a_note_takes_an_alert_over(say, book, clock):
    from bot.people import User

    lost_consent(book, clock())
    say("ack 1", user=User("slack", "U2", "Piet"))
    assert "#1 is Piet's already since" in say("ack 1")
    assert "#1 is yours now" in say("ack 1 Piet is ill")


def test_an_acknowledgement_can_be_given_back(say, book, clock):
    lost_consent(book, clock())
    say("ack 1")
    assert "#1 is open again, and nobody's" in say("unack 1")
    assert book.alerts.get(1).status is Status.OPEN
    assert "Nobody has acknowledged #1" in say("unack 1")


@pytest.mark.parametrize("line", ["ack 1", "unack 1", "silence 1 for 1h because asked on the card"])
def test_a_card_from_before_answers_politely(say, talk, book, clock, line):
    lost_consent(book, clock())
    clock.forward(minutes=42)
    resolve(book, 1, clock())
    clock.forward(minutes=5)

    assert "#1 is over: it ended 5 min ago, after 42 min. There is nothing to do." in say(line)
    assert talk.reply.outcome is Outcome.ANSWERED
    assert book.silences.holding(clock()) == ()


@pytest.mark.parametrize(
    "line", ["ack", "ack rooms", "ack 1 2", "ack 7, 8", "unack 1 please", "ack 1e9"]
)
def test_ack_says_what_it_takes(say, talk, book, clock, line):
    lost_consent(book, clock())
    say(line)
    assert talk.reply.outcome is Outcome.MISUNDERSTOOD
    assert book.alerts.get(1).status is Status.OPEN


def test_a_long_note_is_cut_where_one_sees_it(say, book, clock):
    lost_consent(book, clock())
    say(f"ack 1 {'word ' * 300}")
    assert len(book.alerts.get(1).note) <= 500
    assert book.alerts.get(1).note.endswith("…")


def test_a_change_of_alert_is_due_in_every_channel(say, talk, book, clock):
    lost_consent(book, clock())
    say("ack 1")
    (task,) = book.outbox.claim("web-1", talk.desk.channels[0], clock(), timedelta(minutes=1), 9)
    assert task.topic == "alert/1"


# silence


def test_one_alert_is_silenced_at_once(say, book, clock):
    lost_consent(book, clock())
    assert "Silenced until 2026-11-23 11:00 UTC: #1: Consent is missing." in say(
        "silence #1 for 1h because we know"
    )
    (rule,) = book.silences.holding(clock())
    assert rule.matcher.fingerprint == CONSENT
    assert rule.author == "slack:U1 Olivia"
    assert [event.kind for _, event in book.alerts.history(1)] == [Kind.OPENED, Kind.SILENCED]


def test_pressing_twice_silences_once(say, book, clock):
    lost_consent(book, clock())
    say("silence 1 for 1h because asked on the card")
    clock.forward(minutes=1)
    assert "Silenced already" in say("silence 1 for 1h because asked on the card")
    assert len(book.silences.holding(clock())) == 1


def test_a_rule_is_shown_before_it_is_set(say, talk, book, clock):
    denied(book, clock(), 1, sites=("Lisbon",))
    denied(book, clock(), 2, sites=("Lisbon", "Porto"))
    denied(book, clock(), 3, sites=("Porto",))

    said = say("silence check=rooms site=Lisbon for 2h because the network is rebuilt")

    assert "Not set yet. This would keep 1 alert quiet until 2026-11-23 12:00 UTC" in said
    assert sorted(rows(talk)) == ["#1"]
    assert "1 of these is critical." in said
    assert "It leaves #2 alone, which is of more than that." in said
    assert book.silences.holding(clock()) == ()

    say(buttons(talk)["Set it"])

    (rule,) = book.silences.holding(clock())
    assert (rule.matcher.check, rule.matcher.site) == ("rooms", "Lisbon")
    assert rule.reason == "the network is rebuilt"


def test_a_rule_may_hide_nothing_yet(say, talk):
    said = say("silence severity=info for 1d because it is known")
    assert "This hides nothing that is open now; it would keep new ones quiet" in said
    assert "It hides nothing that is open now, and new ones that fit." in say(
        buttons(talk)["Set it"]
    )


def test_a_silence_goes_by_no_state_and_not_by_nothing(say, talk):
    assert "does not go by state" in say("silence open for 1h because x")
    assert "which alerts" in say("silence page 2 for 1h because x")
    assert "#1 alone says which alert" in say("silence 1 rooms for 1h because x")


def test_the_rules_are_listed_with_what_they_hide(say, book, clock):
    lost_consent(book, clock())
    denied(book, clock(), 2)
    say("silence 1 for 1h because we know")
    say("silence confirm check=rooms for 2h because we rebuild")

    said = say("alerts silences")

    assert "2 silences hold." in said
    assert "1 | #1: Consent is missing. | 1 | 60 min | Olivia | we know" in said
    assert "2 | check rooms | 1 | 2 h | Olivia | we rebuild" in said
    assert say("unsilence") == said


# unsilence


def test_an_ended_silence_says_what_it_hid(say, book, clock):
    denied(book, clock(), 1)
    denied(book, clock(), 2)
    say("silence 1 for 1h because we know")
    say("silence confirm check=rooms for 2h because we rebuild")

    said = say("unsilence 2")

    assert "It hid 2 alerts; I speak of 1 of them now." in said
    assert "1 alert stays quiet by another silence." in said
    assert [event.kind for _, event in book.alerts.history(2)][-1] is Kind.UNSILENCED


def test_a_silence_ends_once(say, clock, talk, book):
    say("silence confirm check=rooms for 2h because we rebuild")
    say("unsilence 1")
    assert "Silence 1 is over since 2026-11-23 10:00 UTC by Olivia." in say("unsilence 1")
    assert talk.reply.outcome is Outcome.ANSWERED


def test_a_silence_that_ran_out_is_over(say, clock):
    say("silence confirm check=rooms for 2h because we rebuild")
    clock.forward(hours=3)
    assert "Silence 1 is over since 2026-11-23 12:00 UTC." in say("unsilence 1")


def test_an_alerts_number_is_no_silences_number(say, book, clock):
    for number in range(1, 4):
        denied(book, clock(), number)
    say("silence 3 for 1h because we know")
    assert "What keeps #3 quiet is silence 1." in say("unsilence 3")


# everything


def test_only_operators_may(talk, book, clock):
    lost_consent(book, clock())
    for line in (
        "alerts",
        "ack 1",
        "unack 1",
        "silence 1 for 1h because x",
        "unsilence 1",
        "status",
    ):
        talk(line, channel="CLUNCH")
        assert talk.reply.outcome is Outcome.DENIED
    assert book.alerts.get(1).status is Status.OPEN


FRAMES = (
    "alerts {}", "alerts in {}", "alerts room={}", "ack {}", "ack 1 {}", "unack {}", "unsilence {}",
    "silence {}", "silence {} for 1h because x", "silence 1 for {} because x",
    "silence 1 for 1h because {}", 'silence subject="{}" for 1h because {}', "alerts 1", "alerts",
    "alerts silences",
)  # fmt: skip


def test_hostile_words_never_come_alive(talk, book, clock):
    """Nor do they when they are read back, as a note, a reason or a rule."""
    lost_consent(book, clock())
    for number, payload in enumerate(PAYLOADS):
        for frame in FRAMES[number % 3 :: 3]:
            talk(frame.replace("{}", payload), channel="COPS")
            assert sentence(talk.reply), (frame, payload)
            dead_everywhere(talk.reply)
