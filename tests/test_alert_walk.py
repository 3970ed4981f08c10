"""The life of an alert as an ops channel sees it, from the fault in the tenant to the last word."""

from __future__ import annotations

import pytest

from bot.errors import Missing
from tests.watching import Hanging, OnDuty

CONSENT = "integration-consent-revoked"
FADO, ALFAMA = "fado@contoso.example", "alfama@contoso.example"
DISABLED = "svc-rooms@contoso.example is disabled"
BLIND = ("no-permission-User.Read.All", "no-permission-Directory.Read.All")


def hanging(bot: OnDuty, words: str) -> Hanging:
    """The one message that says so."""
    [found] = [one for one in bot.wall.messages.values() if words in one.text]
    return found


@pytest.fixture
def rooms(watching) -> OnDuty:
    """A bot that watches the rooms, and has told of those that were bad when it came."""
    watching.only("rooms")
    watching.tick(2)
    return watching


@pytest.fixture
def account(watching, contoso) -> OnDuty:
    """A bot that has just told that the service account is disabled."""
    watching.only("account")
    contoso.break_("account-disabled")
    watching.tick()
    return watching


# Opening


def test_a_lost_consent_is_one_alert_with_its_symptoms_and_its_impact(watching, contoso):
    watching.only("consent", "access", "scope")
    contoso.break_(CONSENT)
    watching.tick()

    [alert] = watching.wall.texts
    assert alert.startswith("#1 Eptura Workplace has lost its consent: Calendars.ReadWrite")
    assert "ana.costa@contoso.example took" in alert
    assert "Concerned: 40 rooms, at least" in alert
    assert "• Access: Eptura Workplace has no impersonation" in alert
    assert "• Scope: Eptura Workplace reaches no room" in alert


def test_what_is_soft_is_told_when_it_was_seen_twice(watching):
    watching.only("rooms")
    watching.tick()
    first = watching.wall.heads
    watching.tick()

    assert first == []
    assert "Warning since" in hanging(watching, "2 rooms with overlapping meetings").text


def test_a_flicker_of_what_is_soft_wakes_nobody(rooms, contoso):
    before = rooms.wall.texts
    contoso.break_("room-wrong-zone", FADO)
    rooms.tick()
    contoso.mend("room-wrong-zone")
    rooms.tick(2)

    assert rooms.wall.texts == before


def test_an_alert_that_grows_is_edited_in_place_and_says_so_in_its_thread(rooms, contoso):
    contoso.break_("room-dark", FADO)
    rooms.tick(2)
    alert, before = hanging(rooms, "while others answer: Fado"), len(rooms.wall.messages)
    contoso.room("Alfama").deny()
    rooms.tick()

    assert "2 rooms denied to me while others answer: Fado, Alfama" in alert.text
    assert len(rooms.wall.messages) == before
    [line] = alert.thread
    assert line.startswith("Worse at")
    assert f"1 more room: {ALFAMA}." in line


# Acknowledging


def test_who_acknowledges_it_stands_on_the_card_with_the_note(account):
    account.said("ack 1 asking the identity team")
    account.speak()

    [alert] = account.wall.messages.values()
    assert alert.text.startswith("#1 Acknowledged: ")
    assert "Acknowledged by Olivia at" in alert.text
    assert "asking the identity team" in alert.text
    assert "[Acknowledge]" not in alert.text
    [line] = alert.thread
    assert line.startswith("Acknowledged by Olivia at")


def test_whoever_has_it_is_asked_again_after_eight_hours(account):
    account.said("ack 1")
    account.speak()
    account.clock.forward(hours=7, minutes=50)
    account.speak()
    [alert] = account.wall.messages.values()
    before = len(alert.thread)
    account.clock.forward(minutes=10)
    account.speak()

    assert before == 1
    assert "Is somebody still on it?" in alert.thread[-1]
    assert "[Still on it] ack 1 still on it" in alert.thread[-1]


def test_an_acknowledgement_ends_when_it_gets_much_worse(rooms, contoso):
    contoso.break_("room-dark", FADO)
    rooms.tick(2)
    alert = hanging(rooms, "while others answer: Fado")
    rooms.said(f"ack {alert.text[1]} on it")
    rooms.speak()
    contoso.break_("rooms-dark")
    rooms.tick()

    assert "Open again" in alert.text
    assert "Critical since" in alert.text
    assert "Olivia had it." in alert.thread[-1]


def test_an_acknowledgement_ends_with_the_alert(account, contoso):
    account.said("ack 1")
    contoso.mend()
    account.tick()
    said = account.said("ack 1")

    assert said.startswith("#1 is over: it ended less than a minute ago")
    [alert] = account.wall.messages.values()
    assert alert.text.startswith("#1 Resolved: ")
    assert "It was acknowledged by Olivia." in alert.text


# Ending


def test_its_end_is_told_with_how_long_it_took(account, contoso):
    account.clock.forward(minutes=37)
    contoso.mend()
    account.tick()

    [alert] = account.wall.messages.values()
    assert alert.text.startswith("#1 Resolved: ")
    assert "Over after 42 min" in alert.text
    assert alert.text.endswith("[Details] alerts 1")
    assert alert.thread[-1].endswith("After 42 min.")


def test_what_comes_and_goes_is_soon_one_alert_that_says_so(rooms, contoso):
    before = len(rooms.wall.messages)
    for _ in range(4):
        contoso.break_("room-dark", FADO)
        rooms.tick()
        contoso.mend("room-dark")
        rooms.tick()

    first, flaps = list(rooms.wall.messages.values())[before:]
    assert first.text.startswith("#4 Resolved: 1 room denied")
    assert flaps.text.startswith("#5 1 room denied")
    assert "Flapping: it came and went 3 times within an hour." in flaps.text
    [line] = flaps.thread
    assert line.startswith("Flapping at")


def test_a_check_that_cannot_tell_ends_nothing(account, contoso):
    """An outage must not look like an outage that is over."""
    for name in BLIND:
        contoso.break_(name)
    contoso.mend("account-disabled")
    account.tick()

    assert account.wall.heads[0].startswith(f"#1 {DISABLED}")
    assert account.said("alerts").startswith("1 open")


def test_a_check_that_cannot_tell_twice_is_an_alert_itself(watching, contoso):
    watching.only("account")
    for name in BLIND:
        contoso.break_(name)
    watching.tick()
    first = list(watching.wall.heads)
    watching.tick()
    contoso.mend()
    watching.tick()

    assert first == []
    [alert] = watching.wall.messages.values()
    assert alert.text.startswith("#1 Resolved: I cannot tell about service account")


# Silences


def test_a_silence_shows_first_what_it_would_hide_and_hides_nothing_until_it_is_set(account):
    said = account.said("silence check=account for 2h because the tenant is being moved")

    assert said.startswith("Not set yet. This would keep 1 alert quiet until")
    assert "Because" not in account.said("alerts silences")


def test_a_silence_hides_speaking_and_not_the_alert(rooms, contoso):
    rooms.said("silence check=rooms for 2h because the network is being rebuilt")
    rooms.press("Set it")
    rooms.speak()
    before = rooms.wall.texts
    contoso.break_("rooms-dark")
    rooms.tick(3)

    assert rooms.wall.texts == before
    assert "40 rooms denied" in rooms.said("alerts")


def test_the_end_of_a_silence_speaks_at_once_of_what_still_burns_and_of_what_was_hidden(
    rooms, contoso
):
    rooms.said("silence check=rooms for 2h because the network is being rebuilt")
    rooms.press("Set it")
    contoso.break_("rooms-dark")
    rooms.tick(2)
    rooms.clock.forward(hours=2)
    rooms.speak()

    assert "40 rooms denied to me" in hanging(rooms, "Critical since").text
    digest = hanging(rooms, "Silence 1 is over")
    assert "because: the network is being rebuilt. It kept" in digest.text
    assert "and 35 more | opened | open for 2 h" in digest.text


def test_what_ended_during_a_silence_is_told_at_its_end(account, contoso):
    account.said("silence 1 for 1h because asked on the card")
    contoso.mend()
    account.tick()
    hidden = hanging(account, "#1").text
    account.clock.forward(hours=1)
    account.speak()

    assert hidden.startswith(f"#1 {DISABLED}")
    assert account.wall.heads[0].startswith("#1 Resolved: ")
    assert "silenced, resolved | over after" in hanging(account, "Silence 1 is over").text


def test_what_began_and_ended_during_a_silence_is_told_once_and_alone(rooms, contoso):
    rooms.said("silence check=rooms for 1h because the network is being rebuilt")
    rooms.press("Set it")
    before = rooms.wall.heads
    contoso.break_("rooms-dark")
    rooms.tick()
    contoso.mend()
    rooms.tick()
    rooms.clock.forward(hours=1)
    rooms.speak()

    assert rooms.wall.heads == [*before, "Silence 1 is over"]
    assert "opened, resolved | over after" in rooms.wall.texts[-1]


def test_a_silence_that_hides_nothing_for_a_day_ends_by_itself(account):
    account.said("silence check=rooms for 3d because the network is being rebuilt")
    account.press("Set it")
    account.clock.forward(hours=23)
    account.duty.tidy()
    still = account.said("alerts silences")
    account.clock.forward(hours=1)
    account.duty.tidy()

    assert "the network is being rebuilt" in still
    assert "the network is being rebuilt" not in account.said("alerts silences")


# Telling


def test_a_deleted_message_is_replaced_by_one_that_links_the_story(account):
    account.wall.messages.clear()
    account.said("ack 1 asking the identity team")
    account.speak()

    [alert] = account.wall.messages.values()
    assert alert.text.startswith("#1 Acknowledged: ")
    assert "My message about this is gone; it goes on here." in alert.text
    assert "asking the identity team" in alert.thread[0]


def test_reminders_come_after_an_hour_then_ever_more_rarely_and_at_last_daily(account):
    [alert] = account.wall.messages.values()
    hours = [hour for hour in range(1, 73) if _reminded(account, alert)]

    assert hours == [1, 4, 12, 36, 60]
    assert alert.thread[0].startswith("Still broken (60 min).")
    assert alert.thread[1].startswith("Still broken (4 h).")
    assert "Nothing changed since I last spoke" in alert.thread[1]


def _reminded(bot: OnDuty, alert: Hanging) -> bool:
    """Whether another hour brings a reminder."""
    before = len(alert.thread)
    bot.clock.forward(hours=1)
    bot.speak()
    return len(alert.thread) > before


def test_nothing_is_told_twice_after_a_restart(account):
    account.said("ack 1 on it")
    account.speak()
    before, calls = account.wall.texts, account.wall.calls
    second = OnDuty(account.settings, account.clock, account.wall, "r2")
    second.only("account")
    second.tick(2)
    second.close()

    assert account.wall.texts == before
    assert account.wall.calls == calls


def test_what_broke_while_nobody_watched_is_told_after_the_restart(account, contoso):
    contoso.mend()
    second = OnDuty(account.settings, account.clock, account.wall, "r2")
    second.only("account")
    second.tick()
    second.close()

    assert [head[:12] for head in account.wall.heads] == ["#1 Resolved:"]


def test_where_the_bot_is_not_yet_an_alert_waits_and_the_status_says_so(watching, contoso):
    watching.only("account")
    watching.wall.trouble = Missing("I am not installed in ops yet", "Add the app there.")
    contoso.break_("account-disabled")
    watching.tick()
    waiting = watching.said("status")
    watching.wall.trouble = None
    watching.clock.forward(minutes=1)
    watching.speak()

    assert "I am not heard in wall:ops." in waiting
    assert "1 message waiting for" in waiting
    assert "I am not installed in ops yet" in waiting
    assert hanging(watching, f"#1 {DISABLED}")


def test_a_message_whose_answer_was_lost_hangs_once(watching, contoso):
    watching.only("account")
    watching.wall.takes_and_is_lost = True
    contoso.break_("account-disabled")
    watching.tick()
    watching.wall.takes_and_is_lost = False
    watching.tick()
    contoso.mend()
    watching.tick()

    assert [head[:12] for head in watching.wall.heads] == ["#1 Resolved:"]


def test_the_daily_message_tells_only_what_changed_and_comes_once_a_day(account):
    account.duty.daily()
    account.duty.daily()
    account.speak()
    first = hanging(account, "Since yesterday")
    account.clock.forward(days=1, minutes=10)
    account.duty.daily()
    account.speak()

    assert first.text.startswith("Since yesterday: 1 new, 0 resolved; 1 alert open.")
    assert f"#1 | new | {DISABLED}" in first.text
    second = hanging(account, "Nothing new since yesterday; 1 alert open.")
    assert DISABLED not in second.text
    assert "the oldest is #1 since" in second.text


def test_the_daily_message_is_proof_of_life_when_nothing_happened(watching):
    watching.only("reach")
    watching.tick()
    watching.duty.daily()
    watching.speak()

    [said] = watching.wall.texts
    assert said.splitlines() == [
        "Nothing new since yesterday; nothing is open.",
        "1 check: 1 ok; the oldest was looked at less than a minute ago.",
    ]


def test_a_daily_message_whose_hour_was_missed_comes_within_two_hours_and_once(watching):
    def dailies(**later: float) -> int:
        watching.clock.forward(**later)
        watching.duty.tidy()
        watching.speak()
        return sum("since yesterday" in text for text in watching.wall.texts)

    watching.only()
    assert dailies() == 0  # 10:00 is too late for today's
    assert dailies(hours=22, minutes=9) == 1  # 08:09: nobody ran at 08:00
    assert dailies(minutes=10) == 1
    assert dailies(hours=2) == 1


def test_the_status_tells_that_checks_are_overdue(watching):
    watching.only("reach", "credential")
    watching.tick()
    watching.duty.beat()
    well = watching.said("status")
    watching.clock.forward(hours=2)
    watching.duty.beat()

    assert "Reach" not in well.splitlines()[0]
    said = watching.said("status").splitlines()[0]
    assert said.startswith("I run, but not well.")
    assert "no check is looked at" in said.lower()
