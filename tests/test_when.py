"""What words of time mean, said back; what is refused, and what is somebody else's word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot.errors import Usage
from handlers.when import Interval, canonical, describe, duration, parse_day, understand

NOW = datetime(2026, 11, 23, 10, 20, 30, tzinfo=UTC)  # a Monday
FOUR = NOW.replace(hour=16, minute=0, second=0)
LISBON = "Europe/Lisbon"


def said_back(text: str, now: datetime = NOW, zone: str = LISBON) -> str:
    """The understood interval, without the zone, when nothing else was said."""
    understood = understand(text.split(), now, zone)
    assert understood.rest == ()
    return describe(understood.interval, now).split(f" {understood.interval.zone} ")[0]


def refusal(text: str, now: datetime = NOW, zone: str = LISBON) -> str:
    with pytest.raises(Usage) as refused:
        understand(text.split(), now, zone)
    assert refused.value.hint.endswith(".")
    return refused.value.sentence


def interval(start: str, end: str, zone: str = LISBON) -> Interval:
    return Interval(datetime.fromisoformat(start), datetime.fromisoformat(end), zone)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        # Nothing, now, and lengths of time from now.
        ("", "Mon 23 Nov, 10:20–11:20"),
        ("now", "Mon 23 Nov, 10:20–11:20"),
        ("right now for 30m", "Mon 23 Nov, 10:20–10:50"),
        ("for 90m", "Mon 23 Nov, 10:20–11:50"),
        ("1h30m", "Mon 23 Nov, 10:20–11:50"),
        ("1h30", "Mon 23 Nov, 10:20–11:50"),
        ("90 minutes", "Mon 23 Nov, 10:20–11:50"),
        ("90-minute", "Mon 23 Nov, 10:20–11:50"),
        ("half an hour", "Mon 23 Nov, 10:20–10:50"),
        ("for two hours", "Mon 23 Nov, 10:20–12:20"),
        ("for an hour and a half", "Mon 23 Nov, 10:20–11:50"),
        ("for about 30m", "Mon 23 Nov, 10:20–10:50"),
        ("for the next hour", "Mon 23 Nov, 10:20–11:20"),
        ("for the next 2 hours", "Mon 23 Nov, 10:20–12:20"),
        ("for 7 days", "Mon 23 Nov 10:20 – Mon 30 Nov 10:20"),
        ("in 20 minutes", "Mon 23 Nov, 10:40–11:40"),
        ("in 2 hours for 30m", "Mon 23 Nov, 12:20–12:50"),
        ("in half an hour until 2pm", "Mon 23 Nov, 10:50–14:00"),
        ("20 minutes from now", "Mon 23 Nov, 10:40–11:40"),
        ("until 5pm", "Mon 23 Nov, 10:20–17:00"),
        ("until 5", "Mon 23 Nov, 10:20–17:00"),
        ("till noon", "Mon 23 Nov, 10:20–12:00"),
        ("until tomorrow 9am", "Mon 23 Nov 10:20 – Tue 24 Nov 09:00"),
        ("until fri 5pm", "Mon 23 Nov 10:20 – Fri 27 Nov 17:00"),
        # Clocks, in 12 and in 24 hours.
        ("14:00", "Mon 23 Nov, 14:00–15:00"),
        ("today 14:00", "Mon 23 Nov, 14:00–15:00"),
        ("14:00 today", "Mon 23 Nov, 14:00–15:00"),
        ("today 14:00:00", "Mon 23 Nov, 14:00–15:00"),
        ("14:00h", "Mon 23 Nov, 14:00–15:00"),
        ("14h30", "Mon 23 Nov, 14:30–15:30"),
        ("2pm", "Mon 23 Nov, 14:00–15:00"),
        ("2PM,", "Mon 23 Nov, 14:00–15:00"),
        ("2 pm", "Mon 23 Nov, 14:00–15:00"),
        ("2 p.m.", "Mon 23 Nov, 14:00–15:00"),
        ("2.30pm", "Mon 23 Nov, 14:30–15:30"),
        ("２pm", "Mon 23 Nov, 14:00–15:00"),
        ("2 o’clock", "Mon 23 Nov, 14:00–15:00"),
        ("at 14", "Mon 23 Nov, 14:00–15:00"),
        ("@ 14", "Mon 23 Nov, 14:00–15:00"),
        ("at 1430", "Mon 23 Nov, 14:30–15:30"),
        ("at 14.30", "Mon 23 Nov, 14:30–15:30"),
        ("noon", "Mon 23 Nov, 12:00–13:00"),
        ("12:30pm", "Mon 23 Nov, 12:30–13:30"),
        ("midnight", "Tue 24 Nov, 00:00–01:00"),
        ("tomorrow 12am", "Tue 24 Nov, 00:00–01:00"),
        ("tomorrow 24:00", "Wed 25 Nov, 00:00–01:00"),
        ("tomorrow 8:30am", "Tue 24 Nov, 08:30–09:30"),
        ("tomorrow 0830", "Tue 24 Nov, 08:30–09:30"),
        ("2pm for 45m", "Mon 23 Nov, 14:00–14:45"),
        ("for 45m at 2pm", "Mon 23 Nov, 14:00–14:45"),
        # Without am or pm or a leading zero, 1 to 6 are in the afternoon.
        ("at 2", "Mon 23 Nov, 14:00–15:00"),
        ("2:30", "Mon 23 Nov, 14:30–15:30"),
        ("tomorrow 02:30", "Tue 24 Nov, 02:30–03:30"),
        ("tomorrow at 6:30", "Tue 24 Nov, 18:30–19:30"),
        ("tomorrow at 7", "Tue 24 Nov, 07:00–08:00"),
        ("tomorrow at 9", "Tue 24 Nov, 09:00–10:00"),
        ("tonight at 8", "Mon 23 Nov, 20:00–21:00"),
        ("this afternoon 3-4", "Mon 23 Nov, 15:00–16:00"),
        ("tomorrow morning at 9", "Tue 24 Nov, 09:00–10:00"),
        # Spans.
        ("14:00-15:00", "Mon 23 Nov, 14:00–15:00"),
        ("14:00–15:00", "Mon 23 Nov, 14:00–15:00"),
        ("14:00 — 15:00", "Mon 23 Nov, 14:00–15:00"),
        ("9-10:30", "Mon 23 Nov, 09:00–10:30"),
        ("2-3pm", "Mon 23 Nov, 14:00–15:00"),
        ("11-1pm", "Mon 23 Nov, 11:00–13:00"),
        ("11am-1pm", "Mon 23 Nov, 11:00–13:00"),
        ("11am to 1", "Mon 23 Nov, 11:00–13:00"),
        ("9 to 5", "Mon 23 Nov, 09:00–17:00"),
        ("9-17:00", "Mon 23 Nov, 09:00–17:00"),
        ("2-3:30", "Mon 23 Nov, 14:00–15:30"),
        ("2:30-4", "Mon 23 Nov, 14:30–16:00"),
        ("tomorrow 9-9pm", "Tue 24 Nov, 09:00–21:00"),
        ("tomorrow 7-20", "Tue 24 Nov, 07:00–20:00"),
        ("10-noon", "Mon 23 Nov, 10:00–12:00"),
        ("12-1", "Mon 23 Nov, 12:00–13:00"),
        ("tomorrow 14h-15h30", "Tue 24 Nov, 14:00–15:30"),
        ("from 2 to 4pm", "Mon 23 Nov, 14:00–16:00"),
        ("from 14:00 until 15:00", "Mon 23 Nov, 14:00–15:00"),
        ("between 2 and 4", "Mon 23 Nov, 14:00–16:00"),
        ("between 2pm and 4pm", "Mon 23 Nov, 14:00–16:00"),
        ("from 9 tomorrow to 12", "Tue 24 Nov, 09:00–12:00"),
        ("23:00-01:00", "Mon 23 Nov 23:00 – Tue 24 Nov 01:00"),
        ("10pm-6am", "Mon 23 Nov 22:00 – Tue 24 Nov 06:00"),
        ("11pm-12", "Mon 23 Nov 23:00 – Tue 24 Nov 00:00"),
        ("23:00-24:00", "Mon 23 Nov 23:00 – Tue 24 Nov 00:00"),
        ("11:00-00:00", "Mon 23 Nov 11:00 – Tue 24 Nov 00:00"),
        ("9-midnight", "Mon 23 Nov 21:00 – Tue 24 Nov 00:00"),
        ("mon 22:00 until tue 02:00", "Mon 23 Nov 22:00 – Tue 24 Nov 02:00"),
        ("tue 22:00 - wed 02:00", "Tue 24 Nov 22:00 – Wed 25 Nov 02:00"),
        # Days.
        ("tomorrow", "Tue 24 Nov, 09:00–10:00"),
        ("tomorrow 9am", "Tue 24 Nov, 09:00–10:00"),
        ("day after tomorrow 9am", "Wed 25 Nov, 09:00–10:00"),
        ("today", "Mon 23 Nov, 10:20–11:20"),
        ("today now", "Mon 23 Nov, 10:20–11:20"),
        ("mon", "Mon 23 Nov, 10:20–11:20"),
        ("mon 2pm", "Mon 23 Nov, 14:00–15:00"),
        ("mon 9am", "Mon 30 Nov, 09:00–10:00"),
        ("tues 2pm", "Tue 24 Nov, 14:00–15:00"),
        ("friday 9-10:30", "Fri 27 Nov, 09:00–10:30"),
        ("on Fri., 9am", "Fri 27 Nov, 09:00–10:00"),
        ("this friday 9am", "Fri 27 Nov, 09:00–10:00"),
        ("next tuesday 10-12", "Tue 1 Dec, 10:00–12:00"),
        ("friday next week 9am", "Fri 4 Dec, 09:00–10:00"),
        ("in 3 days at 9", "Thu 26 Nov, 09:00–10:00"),
        ("in a week 9am", "Mon 30 Nov, 09:00–10:00"),
        ("24 dec 8:30 for 1h", "Thu 24 Dec, 08:30–09:30"),
        ("8:30 24 dec", "Thu 24 Dec, 08:30–09:30"),
        ("dec 24", "Thu 24 Dec, 09:00–10:00"),
        ("Dec. 24th, 2026 9am", "Thu 24 Dec, 09:00–10:00"),
        ("24th of december", "Thu 24 Dec, 09:00–10:00"),
        ("the 24th december at 4", "Thu 24 Dec, 16:00–17:00"),
        ("thu 24 dec 9am", "Thu 24 Dec, 09:00–10:00"),
        ("on the 30th at 4", "Mon 30 Nov, 16:00–17:00"),
        ("friday the 27th 9am", "Fri 27 Nov, 09:00–10:00"),
        ("2026-12-24 08:30", "Thu 24 Dec, 08:30–09:30"),
        ("2026-12-24 08:30-09:15", "Thu 24 Dec, 08:30–09:15"),
        ("2026-12-24T08:30", "Thu 24 Dec, 08:30–09:30"),
        ("2026-12-24T08:30:00.000Z", "Thu 24 Dec, 08:30–09:30"),
        ("2026-12-24T08:30-05:00 for 45m", "Thu 24 Dec, 13:30–14:15"),
        ("24/12 9am", "Thu 24 Dec, 09:00–10:00"),
        ("12/24 9am", "Thu 24 Dec, 09:00–10:00"),
        ("24/12/26 9am", "Thu 24 Dec, 09:00–10:00"),
        ("24.12. 9am", "Thu 24 Dec, 09:00–10:00"),
        ("5.6.2027 9am", "Sat 5 Jun 2027, 09:00–10:00"),
        ("5/5 9am", "Wed 5 May 2027, 09:00–10:00"),
        ("3 jan 9am", "Sun 3 Jan 2027, 09:00–10:00"),
        ("29 feb 9am", "Tue 29 Feb 2028, 09:00–10:00"),
        # Twice the same is once.
        ("tomorrow tomorrow 9am 09:00 9:00am", "Tue 24 Nov, 09:00–10:00"),
    ],
)
def test_words_of_time_mean(said, meant):
    assert said_back(said) == meant


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("2pm Europe/London", "Mon 23 Nov, 14:00–15:00 Europe/London (UTC+0)"),
        ("14:00 UTC", "Mon 23 Nov, 14:00–15:00 UTC (UTC+0)"),
        ("2pm asia/kolkata", "Mon 23 Nov, 14:00–15:00 Asia/Kolkata (UTC+5:30)"),
        ("2pm US/Eastern", "Mon 23 Nov, 14:00–15:00 America/New_York (UTC-5)"),
        ("Asia/Tokyo tomorrow 8am", "Tue 24 Nov, 08:00–09:00 Asia/Tokyo (UTC+9)"),
        ("tomorrow 8am in Asia/Tokyo", "Tue 24 Nov, 08:00–09:00 Asia/Tokyo (UTC+9)"),
        # What is today in Auckland is not what is today here.
        ("today 11:59pm Pacific/Auckland for 1m", "Tue 24 Nov 00:00"),
        # An offset says which moment; it does not change whose zone the answer is in.
        ("14:00 UTC-5", "Mon 23 Nov, 19:00–20:00 Europe/Lisbon (UTC+0)"),
        ("14:00 GMT+5:30", "Mon 23 Nov, 08:30–09:30 Europe/Lisbon (UTC+0)"),
    ],
)
def test_a_zone_said_after_a_time_is_the_zone_of_the_answer(said, meant):
    now = NOW.replace(hour=8)
    found = describe(understand(said.split(), now, LISBON).interval, now)
    assert meant in found


def test_an_unknown_zone_of_the_asker_is_read_as_utc_and_says_so():
    assert describe(understand(["now"], NOW, "Mars/Olympus").interval, NOW).endswith("UTC (UTC+0)")


@pytest.mark.parametrize(
    ("said", "rest"),
    [
        ("tomorrow 2pm for 45m, 8 people in Lisbon with video", "8 people in Lisbon with video"),
        ("8 people", "8 people"),
        ("for 8", "for 8"),
        ("for 8 people 10-12", "for 8 people"),
        ("10-12 people", "10-12 people"),
        ("from 8 to 10 people", "from 8 to 10 people"),
        ("between 2 and 4 seats", "between 2 and 4 seats"),
        ("at 4 people", "at 4 people"),
        ("friday 9 people", "9 people"),
        ("fri 9, 8 people", "8 people"),
        ("tomorrow 2pm 8", "8"),
        ("floor 2", "floor 2"),
        ("floor 2-3 tomorrow", "floor 2-3"),
        ("2nd floor tomorrow", "2nd floor"),
        ("level 3 at 12", "level 3"),
        ("room 4", "room 4"),
        ("room 4-12", "room 4-12"),
        ("room 2h", "room 2h"),
        ("in Lisbon", "in Lisbon"),
        ("in 4", "in 4"),
        ("in May 3pm", "in May"),
        ("May", "May"),
        ("May 4 people", "May 4 people"),
        ("in Monday", "in Monday"),
        ("Monday Room", "Monday Room"),
        ("Monday Room on monday", "Monday Room"),
        ("with 2 screens", "with 2 screens"),
        ("16:9", "16:9"),
        ("3D lab", "3D lab"),
        ("Site/B 2pm", "Site/B"),
        ("in Europe/Lisbon", "in Europe/Lisbon"),
        ("UTC", "UTC"),
        ("14:00-15:00-16:00", "14:00-15:00-16:00"),
        ("٢pm ½h", "٢pm ½h"),
        ("page 2", "page 2"),
    ],
)
def test_only_what_is_unmistakably_time_is_taken(said, rest):
    assert understand(said.split(), NOW, LISBON).rest == tuple(rest.split())


def test_a_quoted_name_is_never_time():
    words = ["at", "2pm", "Monday 9am", '"24 dec"', ""]

    assert understand(words, NOW, LISBON).rest == ("Monday 9am", '"24 dec"', "")


@pytest.mark.parametrize(
    ("said", "said_day", "said_time"),
    [
        ("", False, False),
        ("for 2h", False, False),
        ("tomorrow", True, False),
        ("2pm", False, True),
        ("now", False, True),
        ("in 20 minutes", False, True),
        ("mon 2pm", True, True),
    ],
)
def test_it_is_known_whether_a_day_and_a_time_were_said(said, said_day, said_time):
    understood = understand(said.split(), NOW, LISBON)

    assert (understood.said_day, understood.said_time) == (said_day, said_time)


def test_the_default_length_is_the_callers():
    found = understand(["2pm"], NOW, LISBON, default=timedelta(minutes=30)).interval

    assert found.end - found.start == timedelta(minutes=30)


@pytest.mark.parametrize(
    ("said", "sentence"),
    [
        ("25:00", "“25:00” is not a time of day. Hours go from 0:00 to 24:00, minutes to 59; say"),
        ("14:60", "“14:60” is not a time of day"),
        ("13pm", "With am or pm, hours go from 1 to 12; say 13:00."),
        ("0am", "“0am” is not a time of day"),
        ("10:30:15", "“10:30:15” has seconds. I think in whole minutes"),
        ("31 feb", "There is no such day as “31 feb”"),
        ("2026-02-31", "There is no such day as “2026-02-31”"),
        ("29 feb 2027", "There is no such day as “29 feb 2027”"),
        ("0000-00-00", "There is no such day"),
        ("32/13 9am", "There is no such day as “32/13”"),
        ("the 32nd at 9", "There is no such day as “the 32nd”"),
        ("05/06", "“05/06” can be 5 Jun or 6 May. Say 5 jun or 6 may."),
        ("12/05", "“12/05” can be 12 May or 5 Dec"),
        ("05/06/2027 9am", "can be 5 Jun or 6 May"),
        ("mon 24 dec", "Thu 24 Dec 2026 is not a Monday"),
        ("2pm 3pm", "“2pm” and “3pm” are two different times"),
        ("tomorrow 9am friday", "“tomorrow” and “friday” are two different days"),
        ("for 30m for 45m", "“for 30m” and “for 45m” are two different lengths"),
        ("2pm-3pm for 45m", "“for 45m” and “2pm-3pm” do not go together"),
        ("now 14:00", "“now” and “14:00” do not go together"),
        ("in 20 minutes tomorrow", "“in 20 minutes” and “tomorrow” do not go together"),
        ("2pm Europe/London Asia/Tokyo", "are two different time zones"),
        ("15:00-14:00", "“15:00-14:00” ends before it starts. Say the earlier time first"),
        ("22:00-12:00", "ends before it starts"),
        ("fri 9am until 24 nov 9am", "ends before it starts"),
        ("14:00-14:00", "“14:00-14:00” has no length"),
        ("2pm-14:00", "has no length"),
        ("for 0m", "“for 0m” is less than a minute"),
        ("for 8 days", "“for 8 days” is more than 7 days"),
        ("for 99999999999h", "is more than 7 days"),
        ("tomorrow 9am until fri 4 dec 9am", "is longer than 7 days"),
        ("in 99999999999 days", "is more than two years away"),
        ("in 99999999999h", "is more than two years ahead"),
        ("24 dec 2029", "“24 dec 2029” is more than two years away"),
        ("9999-12-31", "is more than two years away"),
        ("0001-01-01", "is more than two years away"),
        ("yesterday 9am", "is past; it is Mon 23 Nov, 10:20 there now"),
        ("22 nov 9am", "Sun 22 Nov, 09:00–10:00 Europe/Lisbon (UTC+0) is past"),
        ("2026-11-23 09:00-10:00", "is past; it is 10:20 there now. Say a time that is still"),
        ("9am", "is past; it is 10:20 there now. Say tomorrow 9am, or"),
        ("8-9", "Say tomorrow 08:00-09:00, or"),
        ("at 8", "Say 20:00 or tomorrow 08:00."),
        ("until 9am", "It is 10:20 already, so “until 9am” is past. Say until tomorrow 9am"),
        ("tomorrow until 5pm", "“tomorrow” has an end and no start"),
        ("tomorrow midnight", "Say 24 nov 2026 00:00 or 25 nov 2026 00:00."),
        ("tonight", "“tonight” is not an exact time. Say a time too, like tonight 8-9."),
        ("tomorrow morning", "like tomorrow morning 9-10."),
        ("tomorrow morning 3pm", "“3pm” is not in the morning"),
        ("before 5pm", "“before 5pm” is not an exact time"),
        ("until friday", "“until friday” is not an exact time"),
        ("next week", "“next week” is not an exact time"),
        ("for 2h 1h", "is no length of time"),
        ("2pm pt", "“pt” is no single time zone"),
        ("2pm EST", "“EST” is no single time zone. Say its name, like America/New_York"),
        ("2pm UTC+99", "No clock is at “UTC+99”"),
        ("14:00 UTC+1 UTC+2", "are two different offsets"),
    ],
)
def test_what_makes_no_sense_gets_a_sentence(said, sentence):
    assert sentence in refusal(said)


@pytest.mark.parametrize(
    "hint",
    ["tonight 8-9", "this afternoon 2-3", "tomorrow morning 9-10", "tomorrow 08:00-09:00"],
)
def test_what_a_refusal_tells_to_say_is_understood(hint):
    assert said_back(hint)


def test_a_clock_of_today_that_is_over_is_offered_for_tomorrow():
    assert refusal("2pm", FOUR) == (
        "Mon 23 Nov, 14:00–15:00 Europe/Lisbon (UTC+0) is past; it is 16:00 there now. "
        "Say tomorrow 2pm, or a time that is still to come."
    )


def test_an_end_that_is_over_is_not_moved_to_the_morning():
    sentence = refusal("until 3", FOUR)

    assert sentence.startswith("It is 16:00 already, so “until 3” is past.")
    assert said_back("until 1am", NOW.replace(hour=23)) == "Mon 23 Nov 23:20 – Tue 24 Nov 01:00"


def test_an_interval_in_progress_keeps_the_start_that_was_said():
    assert said_back("14:00-15:00", NOW.replace(hour=14)) == "Mon 23 Nov, 14:00–15:00"


def test_a_weekday_is_next_weeks_only_once_its_time_is_over():
    assert said_back("mon 3-5pm", FOUR) == "Mon 23 Nov, 15:00–17:00"
    assert said_back("mon 3-4pm", FOUR) == "Mon 30 Nov, 15:00–16:00"


@pytest.mark.parametrize("today", range(7))
def test_next_weekday_is_the_one_of_next_week_from_every_day(today):
    now = NOW + timedelta(days=today)

    start = understand(["next", "tuesday", "9am"], now, LISBON).interval.start

    assert start == datetime(2026, 12, 1, 9, tzinfo=UTC)


def test_a_time_that_comes_twice_is_said_with_both_offsets_and_what_to_type():
    assert refusal("2027-10-31 01:30") == (
        "01:30 on Sun 31 Oct 2027 comes twice in Europe/Lisbon, once at UTC+1 and once at UTC+0. "
        "Say 2027-10-31 01:30 UTC+1 Europe/Lisbon or 2027-10-31 01:30 UTC+0 Europe/Lisbon."
    )


def test_a_time_that_does_not_exist_is_said_with_the_times_around_it():
    assert refusal("28 mar 02:15", zone="Europe/Berlin") == (
        "02:15 on Sun 28 Mar 2027 does not exist in Europe/Berlin: "
        "clocks skip from 02:00 to 03:00. "
        "Say a time before 02:00, or 03:00 or later."
    )


def test_a_half_hour_change_is_said_as_one():
    assert "skip from 02:00 to 02:30" in refusal("3 oct 2027 02:15", zone="Australia/Lord_Howe")
    assert "once at UTC+11 and once at UTC+10:30" in refusal(
        "4 apr 2027 01:45", zone="Australia/Lord_Howe"
    )


def test_an_end_is_as_exact_as_a_start():
    assert "01:30 on Sun 31 Oct 2027 comes twice" in refusal("2027-10-31 00:30-01:30")
    assert "01:30 on Sun 28 Mar 2027 does not exist" in refusal("2027-03-28 00:30-01:30")


def test_a_length_is_elapsed_time_whatever_the_clocks_do():
    assert said_back("28 mar 00:30 for 1h") == "Sun 28 Mar 2027, 00:30–02:30"


def test_now_is_understood_also_while_an_hour_comes_twice():
    second = datetime(2027, 10, 31, 1, 15, tzinfo=UTC)

    found = understand(["now"], second, LISBON).interval

    assert describe(found, second) == "Sun 31 Oct, 01:15–02:15 Europe/Lisbon (UTC+0)"


def test_a_weekday_whose_time_is_skipped_today_is_next_weeks_once_that_is_over():
    assert said_back("sun 01:30", datetime(2027, 3, 28, 16, tzinfo=UTC)) == "Sun 4 Apr, 01:30–02:30"


@pytest.mark.parametrize(
    ("start", "end", "zone", "spoken"),
    [
        (
            "2026-11-24T14:00Z",
            "2026-11-24T14:45Z",
            LISBON,
            "Tue 24 Nov, 14:00–14:45 Europe/Lisbon (UTC+0)",
        ),
        (
            "2026-11-24T14:00Z",
            "2026-11-24T14:45Z",
            "Asia/Kolkata",
            "Tue 24 Nov, 19:30–20:15 Asia/Kolkata (UTC+5:30)",
        ),
        (
            "2026-11-24T14:00Z",
            "2026-11-24T14:45Z",
            "America/St_Johns",
            "Tue 24 Nov, 10:30–11:15 America/St_Johns (UTC-3:30)",
        ),
        (
            "2026-11-24T23:00Z",
            "2026-11-25T01:00Z",
            LISBON,
            "Tue 24 Nov 23:00 – Wed 25 Nov 01:00 Europe/Lisbon (UTC+0)",
        ),
        (
            "2027-10-31T00:30Z",
            "2027-10-31T02:30Z",
            LISBON,
            "Sun 31 Oct 2027, 01:30–02:30 Europe/Lisbon (UTC+1, then UTC+0)",
        ),
        (
            "2026-12-31T23:00Z",
            "2027-01-01T01:00Z",
            LISBON,
            "Thu 31 Dec 2026 23:00 – Fri 1 Jan 2027 01:00 Europe/Lisbon (UTC+0)",
        ),
    ],
)
def test_an_interval_is_said_with_zone_and_offset_and_the_year_where_it_is_not_this(
    start, end, zone, spoken
):
    assert describe(interval(start, end, zone), NOW) == spoken


def test_without_a_now_the_year_is_always_said():
    spoken = describe(interval("2026-11-24T14:00Z", "2026-11-24T14:45Z"))

    assert spoken == "Tue 24 Nov 2026, 14:00–14:45 Europe/Lisbon (UTC+0)"


@pytest.mark.parametrize(
    ("start", "end", "zone", "command"),
    [
        (
            "2026-11-24T14:00Z",
            "2026-11-24T14:45Z",
            LISBON,
            "2026-11-24 14:00-14:45 Europe/Lisbon",
        ),
        ("2026-11-24T14:00Z", "2026-11-24T14:45Z", "UTC", "2026-11-24 14:00-14:45 UTC"),
        (
            "2026-11-24T23:00Z",
            "2026-11-25T01:30Z",
            LISBON,
            "2026-11-24 23:00 for 2h30m Europe/Lisbon",
        ),
        (
            "2027-10-31T00:30Z",
            "2027-10-31T01:15Z",
            LISBON,
            "2027-10-31 01:30 UTC+1 for 45m Europe/Lisbon",
        ),
        # Seconds are rounded outwards.
        (
            "2026-11-24T14:00:59Z",
            "2026-11-24T14:44:01Z",
            LISBON,
            "2026-11-24 14:00-14:45 Europe/Lisbon",
        ),
    ],
)
def test_an_interval_has_words_that_mean_it_to_everybody(start, end, zone, command):
    assert canonical(interval(start, end, zone)) == command


@pytest.mark.parametrize(
    ("said", "day", "rest"),
    [
        ("today", date(2026, 11, 23), ""),
        ("tomorrow", date(2026, 11, 24), ""),
        ("Fado mon", date(2026, 11, 23), "Fado"),
        ("Fado next tuesday", date(2026, 12, 1), "Fado"),
        ("24 dec", date(2026, 12, 24), ""),
        ("on 2026-12-24 2pm", date(2026, 12, 24), "2pm"),
        ("yesterday", date(2026, 11, 22), ""),
        ("tomorrow morning", date(2026, 11, 24), ""),
        ("Monday Room friday", date(2026, 11, 27), "Monday Room"),
    ],
)
def test_a_day_is_read_alone(said, day, rest):
    assert parse_day(said.split(), NOW, LISBON) == (day, tuple(rest.split()))


def test_no_day_is_none():
    assert parse_day(["Fado", "2pm", "May"], NOW, LISBON) is None


def test_the_day_is_the_one_of_the_zone():
    late = NOW.replace(hour=23)

    assert parse_day(["today"], late, "Asia/Tokyo") == (date(2026, 11, 24), ())


@pytest.mark.parametrize("said", ["tomorrow friday", "31 feb", "05/06", "in 9999 weeks"])
def test_a_day_that_is_none_or_two_gets_a_sentence(said):
    with pytest.raises(Usage):
        parse_day(said.split(), NOW, LISBON)


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("30m", 30),
        ("30 M", 30),
        ("90 minutes", 90),
        ("45min", 45),
        ("1h30m", 90),
        ("1h30", 90),
        ("1 h 30 min", 90),
        ("1 hour and 30 minutes", 90),
        ("1 hour, 30 minutes", 90),
        ("2 hours", 120),
        ("two hours", 120),
        ("1.5h", 90),
        ("1,5h", 90),
        ("one and a half hours", 90),
        ("an hour and a half", 90),
        ("an hour", 60),
        ("half an hour", 30),
        ("half hour", 30),
        ("a quarter of an hour", 15),
        ("three quarters of an hour", 45),
        ("10h", 600),
        ("1d", 1440),
        ("1d 2h", 1560),
        ("a week", 10080),
        ("0m", 0),
        ("", None),
        ("30", None),
        ("m", None),
        ("-30m", None),
        ("30m30m", None),
        ("30m 1h", None),
        ("1h 30", None),
        ("30 seconds", None),
        ("٣m", None),
        ("30m\n", 30),
        ("9" * 10_000 + "h", None),
        ("1h " * 10_000, None),
    ],
)
def test_a_length_of_time_is_read(text, minutes):
    assert duration(text) == (None if minutes is None else timedelta(minutes=minutes))
