"""What a person reads of an alert: what broke, since when, how much; why; and one act."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from adapters.console.render import render
from bot.alert import Alert, Event, Kind, Status
from bot.describe import describe, shown
from bot.finding import Finding, Remedy, Severity
from bot.lifecycle import acknowledged, began, unseen
from bot.news import hidden, line, lines, reminder
from bot.notification import Told
from bot.people import Channel
from bot.reply import Buttons, Code, Reply, Text, Title, Tone, plain
from bot.silence import Matcher, Silence
from bot.wording import lasting
from tests.alerting import NOW

HOUR = timedelta(hours=1)
ROOMS = tuple(f"room{n:02}@contoso.com" for n in range(40))
DENIED = Finding(
    "rooms/denied",
    "rooms",
    "40 rooms denied to me: Aurora, Borealis and 38 more.",
    Severity.CRITICAL,
    "Their calendars are closed to me.",
    Remedy("See whether my role covers them.", "Test-It -Resource room00", wait="2 hours"),
    rooms=ROOMS,
)
OPEN = Alert(
    check="rooms",
    finding=DENIED,
    status=Status.OPEN,
    opened_at=NOW,
    changed_at=NOW,
    number=7,
    impact="40 rooms, 12 meetings until 14:00 UTC",
    symptoms=("Scope: I cannot tell.",),
)
OWNED = acknowledged(OPEN, "slack:U1 Olivia", "calling the admin", NOW + HOUR)
OVER = replace(OPEN, status=Status.RESOLVED, resolved_at=NOW + timedelta(minutes=42))
TOLD = Told(topic="alert/7", channel=Channel("slack", "C1"), message="m", rooms=40, spoken_at=NOW)
SILENCE = Silence(
    matcher=Matcher(check="rooms"),
    begins=NOW,
    until=NOW + HOUR,
    author="teams:7f Bob",
    reason="patching",
    number=3,
)


def read(reply: Reply) -> str:
    return render(reply, width=200, colour=False)


def test_an_open_alert_says_what_broke_since_when_how_much_why_and_one_act():
    assert read(describe(OPEN, (), (), NOW)).splitlines() == [
        "✗ #7 40 rooms denied to me: Aurora, Borealis and 38 more",
        "Critical since 2026-11-23 10:00 UTC. Concerned: 40 rooms, 12 meetings until 14:00 UTC.",
        "Their calendars are closed to me.",
        "Because of this:",
        "• Scope: I cannot tell.",
        "40 rooms: room00@contoso.com, room01@contoso.com, room02@contoso.com, "
        "room03@contoso.com, room04@contoso.com, room05@contoso.com, room06@contoso.com, "
        "room07@contoso.com, room08@contoso.com,",
        "room09@contoso.com and 30 more.",
        "Fix: See whether my role covers them. Until it shows: 2 hours.",
        "Test-It -Resource room00",
        "[1 Acknowledge] [2 Silence 1 h] [3 Details] [4 Run check again]",
    ]


@pytest.mark.parametrize(
    ("alert", "history", "silences", "words"),
    [
        (OWNED.after, OWNED.events, (), "Acknowledged by Olivia at 2026-11-23 11:00 UTC: calling"),
        (OWNED.after, OWNED.events, (), "#7 Acknowledged: 40 rooms denied"),
        (OVER, (), (), "Over after 42 min: from 2026-11-23 10:00 UTC to 2026-11-23 10:42 UTC."),
        (OVER, (), (), "#7 Resolved: 40 rooms denied"),
        (replace(OPEN, flaps=(NOW,) * 4), (), (), "Flapping: it came and went 4 times"),
        (replace(OPEN, because_of="consent/missing"), (), (), "A symptom of consent/missing."),
        (OPEN, (), (SILENCE,), "Silenced until 2026-11-23 11:00 UTC by Bob: patching"),
        (
            OPEN,
            (*OWNED.events, Event(Kind.REOPENED, NOW + HOUR, words="It got worse; Olivia had it.")),
            (),
            "Open again since 2026-11-23 11:00 UTC. It got worse; Olivia had it.",
        ),
        (replace(OPEN, finding=replace(DENIED, severity=Severity.INFO)), (), (), "Worth knowing"),
    ],
)
def test_the_live_message_says_how_it_stands(alert, history, silences, words):
    assert words in plain(describe(alert, history, silences, NOW))


@pytest.mark.parametrize(
    ("alert", "tone", "buttons"),
    [
        (
            OPEN,
            Tone.BAD,
            [
                "ack 7",
                "silence 7 for 1h because asked on the card",
                "alerts 7",
                "doctor rooms",
            ],
        ),
        (
            OWNED.after,
            Tone.WARN,
            ["silence 7 for 1h because asked on the card", "alerts 7", "doctor rooms"],
        ),
        (OVER, Tone.GOOD, ["alerts 7"]),
        (
            replace(OPEN, check="delivery"),
            Tone.BAD,
            ["ack 7", "silence 7 for 1h because asked on the card", "alerts 7"],
        ),
    ],
)
def test_what_can_be_pressed_is_what_can_still_be_done(alert, tone, buttons):
    reply = describe(alert, (), (), NOW)

    assert reply.tone is tone
    assert not reply.private
    assert presses(reply) == buttons


def presses(reply: Reply) -> list[str]:
    return [b.command_line for x in reply.blocks if isinstance(x, Buttons) for b in x.buttons]


def test_rooms_are_called_by_name_where_it_is_known_and_not_named_twice():
    few = replace(DENIED, summary="2 rooms denied: Aurora, Corona.", rooms=("a@x", "c@x"))
    alert = replace(OPEN, finding=few)

    assert "2 rooms: a@x, c@x." in plain(describe(alert, (), (), NOW))
    named = plain(describe(alert, (), (), NOW, {"a@x": "Aurora", "c@x": "Corona"}))
    assert "2 rooms: " not in named


def test_a_long_summary_is_shortened_in_the_title_and_whole_below():
    long = f"The consent to {'a' * 200} is gone."
    reply = describe(replace(OPEN, finding=replace(DENIED, summary=long)), (), (), NOW)

    assert isinstance(reply.blocks[0], Title)
    assert reply.blocks[0].text.endswith("…")
    assert len(reply.blocks[0].text) < 150
    assert long in plain(reply)


def test_the_command_stands_apart_as_code():
    [command] = [
        span
        for block in describe(OPEN, (), (), NOW).blocks
        if isinstance(block, Text)
        for span in block.spans
        if isinstance(span, Code)
    ]
    assert command.text == "Test-It -Resource room00"


def test_lines_of_the_thread_say_what_when_and_by_whom():
    opened = began("rooms", DENIED, None, NOW).events
    over = unseen(OPEN, NOW + HOUR).events

    assert read(lines((*opened, *OWNED.events, *over))).splitlines() == [
        "Opened at 2026-11-23 10:00 UTC: 40 rooms denied to me: Aurora, Borealis and 38 more.",
        "Acknowledged by Olivia at 2026-11-23 11:00 UTC: calling the admin",
        "Resolved at 2026-11-23 11:00 UTC: After 60 min.",
    ]
    assert "Steady again" in plain(line(Event(Kind.STEADY, NOW)))


def test_of_very_many_lines_the_newest_are_told_and_the_others_counted():
    many = [Event(Kind.WORSE, NOW, words=f"{n} rooms.") for n in range(50)]

    said = plain(lines(many)).splitlines()

    assert said[0] == "30 older lines left out."
    assert "49 rooms." in said[-1]


@pytest.mark.parametrize(
    ("alert", "told", "words", "press"),
    [
        (OPEN, TOLD, "Nothing changed since I last spoke", "ack 7"),
        (OPEN, replace(TOLD, rooms=43), "3 rooms fewer than the most I told of", "ack 7"),
        (replace(OPEN, version=2), TOLD, "It changed a little", "ack 7"),
        (OWNED.after, TOLD, "Acknowledged by Olivia at", "ack 7 still on it"),
    ],
)
def test_a_reminder_says_how_long_and_what_is_new(alert, told, words, press):
    reply = reminder(alert, told, NOW + 2 * HOUR)

    assert "Still broken (2 h). 40 rooms denied" in plain(reply)
    assert words in plain(reply)
    assert press in presses(reply)


def test_the_digest_of_a_silence_names_what_it_hid_ends_included():
    other = replace(OPEN, number=8)
    reply = hidden(
        SILENCE,
        [
            (OVER, Event(Kind.OPENED, NOW)),
            (other, Event(Kind.OPENED, NOW)),
            (OVER, Event(Kind.RESOLVED, NOW)),
        ],
        NOW + 3 * HOUR,
    )

    said = plain(reply)
    assert "Bob had set it at 2026-11-23 10:00 UTC, because: patching. It kept 2 alerts" in said
    assert "#7 | 40 rooms denied to me: Aurora, Borealis and 38 more | opened, resolved | " in said
    assert "over after 42 min" in said
    assert "open for 3 h" in said
    assert reply.tone is Tone.WARN


def test_an_empty_silence_says_so():
    assert "Nothing happened that it kept quiet" in plain(hidden(SILENCE, (), NOW))


def test_an_edit_that_shows_nothing_new_is_recognised():
    first = describe(OPEN, (), (), NOW)

    assert shown(first) == shown(describe(replace(OPEN, version=9, good=1), (), (), NOW + HOUR))
    assert shown(first) != shown(describe(OVER, (), (), NOW))
    assert shown(first) != shown(replace(first, tone=Tone.GOOD))


def test_hostile_words_stay_words():
    evil = "<!channel> [x](https://evil.example) \ud800"
    finding = replace(DENIED, summary=evil, subject=evil, rooms=(evil,))
    owned = replace(OPEN, finding=finding, note=evil, acknowledged_by=f"slack:U1 {evil}")

    for alert in (owned, replace(owned, status=Status.ACKNOWLEDGED)):
        assert len(shown(describe(alert, (), (), NOW, {evil: evil}))) == 64


@pytest.mark.parametrize(
    ("length", "words"),
    [
        (timedelta(seconds=-5), "less than a minute"),
        (timedelta(seconds=59), "less than a minute"),
        (timedelta(minutes=42), "42 min"),
        (timedelta(minutes=119), "119 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(hours=47), "47 h"),
        (timedelta(days=3, hours=5), "3 days"),
    ],
)
def test_lengths_are_told_in_the_unit_that_matters(length, words):
    assert lasting(length) == words


@pytest.mark.parametrize(
    ("summary", "title", "rest"),
    [
        ("It broke. Ana did it.", "#7 It broke", "Ana did it. Critical since"),
        (
            f"The consent is lost: {'very ' * 30}long ago.",
            "#7 The consent is lost",
            f"{'very ' * 30}long ago. Critical since",
        ),
        (f"{'very ' * 30}long.", f"#7 {('very ' * 21).strip()}…", f"{'very ' * 30}long. Critical"),
        ("x" * 200, f"#7 {'x' * 109}…", f"{'x' * 200} Critical since"),
    ],
)
def test_a_title_that_is_too_long_ends_where_it_makes_sense_and_nothing_is_lost(
    summary, title, rest
):
    alert = replace(OPEN, finding=replace(DENIED, summary=summary))

    first, second, *_ = plain(describe(alert, (), (), NOW)).splitlines()
    assert first == title
    assert second.startswith(rest)


@pytest.mark.parametrize("check", ["delivery", "rounds"])
def test_what_the_bot_finds_about_itself_is_no_link_for_the_doctor(check):
    reply = describe(replace(OPEN, check=check), (), (), NOW)

    assert "doctor" not in plain(reply)
