"""Throttling as people see it: over a sandbox tenant that really refuses."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import timedelta

import pytest

from bot.reply import Outcome, Tone
from bot.throttling import Bucket, By, Standing, Step, Tally
from tests.polling import eventually
from tests.walking import MONDAY, hurried
from tests.watching import on_duty

OTHER_APP = "44444444-4444-4444-4444-444444444444"


@pytest.fixture
def lisbon(tenant):
    """Four rooms; the ledger needs no more."""
    for name in ("Fado", "Alfama", "Belém", "Tejo"):
        tenant.room(name, city="Lisbon", building="Baixa", capacity=8, country="Portugal")
    return tenant


@pytest.fixture
def bot(lisbon, clock, sqlite_url):
    more = {"ROOMOPS_INTEGRATION_APP_ID": OTHER_APP, "ROOMOPS_LOG_ANALYTICS_WORKSPACE": ""}
    with on_duty(lisbon, clock, sqlite_url, hurried, **more) as made:
        made.duty.beat()
        yield made


def throttling(bot) -> str:
    return bot.said("throttling")


def alerts(bot) -> list[str]:
    """The first line of what was told, once Graph's word was taken note of."""
    bot.duty.notice()
    bot.speak()
    return bot.wall.heads


def only_throttling(bot) -> None:
    """A scheduled look at this check alone."""
    bot.duty.beat()
    bot.duty.watch.now("throttling")
    bot.speak()


@contextmanager
def restarted(lisbon, clock, sqlite_url):
    with on_duty(lisbon, clock, sqlite_url, ROOMOPS_INTEGRATION_APP_ID=OTHER_APP) as made:
        yield made


def test_a_bot_that_was_just_started_knows_nothing_and_says_so(bot):
    said = throttling(bot)

    assert said.startswith("Not throttled; headroom 100 %.")
    assert "Book is kept since 10:00; before that I know nothing." in said
    assert "47 of 48 not measured" in said
    assert bot._talk.reply.outcome is Outcome.ANSWERED


def test_when_nothing_is_refused_the_numbers_are_told(bot, clock):
    bot.said("rooms free now")
    clock.forward(minutes=1)
    bot.duty.beat()

    said = throttling(bot)

    assert said.startswith("Not throttled; headroom ")
    assert "Why: Nothing was refused lately." in said
    assert "Forecast: At the present rate, far from any limit." in said
    assert "requests, none refused" in said
    assert "Who is affected: nobody" in said
    assert "\nrooms free | " in said  # a top talker
    assert bot._talk.reply.tone is Tone.GOOD


def test_the_minute_that_runs_counts_before_it_is_in_the_book(bot):
    bot.said("rooms free now")

    assert "Last 24 hours: 0 requests" not in throttling(bot)


def test_a_room_that_cools_down_is_named_with_how_long(bot, lisbon):
    lisbon.break_("throttled-room-hour")
    bot.said("rooms free now")

    said = throttling(bot)

    assert said.startswith("Not throttled; Fado cooling down for 60 min more; headroom ")
    assert "Why: One mailbox, Fado, not the tenant." in said
    assert "Who is affected: Fado cannot be read just now" in said
    assert "Longest Retry-After: 60 min" in said
    assert "A second app id is no way out, and Microsoft does not lift these limits." in said
    assert "\nFado | " in said
    assert bot._talk.reply.tone is Tone.WARN


def test_a_long_wait_is_told_at_once_and_not_at_the_next_round(bot, lisbon):
    lisbon.break_("throttled-room-hour")
    bot.said("rooms free now")

    assert alerts(bot) == [
        "#1 Microsoft throttles me in one mailbox, and asks me to wait until 11:00 UTC: Fado"
    ]
    [told] = bot.wall.texts
    assert "One mailbox, Fado, not the tenant." in told
    assert "that is the usual culprit" in told
    assert "[Run check again] doctor throttling" in told
    assert bot.said("doctor throttling").startswith("Not throttled; Fado cooling down")


def test_a_single_short_refusal_is_nobodys_alert(bot, lisbon, clock):
    bot.said("rooms free now")
    bot.bot.graph.governor.ledger.answered("getSchedule", "fado@x", "rooms free", 429, 5)

    only_throttling(bot)

    assert bot.wall.heads == []


def test_an_alert_stays_while_the_wait_lasts_and_ends_when_calm_has_lasted(
    lisbon, clock, sqlite_url
):
    """A bot that is started anew still knows: what it was told stands in the book."""
    with restarted(lisbon, clock, sqlite_url) as bot:
        lisbon.break_("throttled-room-hour")
        bot.said("rooms free now")
        assert len(alerts(bot)) == 1
        clock.forward(minutes=1)
        bot.duty.beat()
    lisbon.mend()
    with restarted(lisbon, clock, sqlite_url) as bot:
        for minutes in (30, 30, 8):
            clock.forward(minutes=minutes)
            only_throttling(bot)
            assert "Microsoft throttles me in one mailbox" in bot.said("alerts")
        clock.forward(minutes=2)

        only_throttling(bot)

        assert bot.said("alerts").startswith("No alert is open")
        assert "Over after 71 min" in bot.said("alerts 1")


def test_while_all_of_graph_is_left_alone_everybody_hears_it(bot, lisbon):
    bot.said("rooms list")
    lisbon.break_("retry-after-hour")

    free = bot.said("rooms free now")
    assert "Microsoft is slowing me down since 10:00 UTC; ask again in 60 min." in free
    assert "Microsoft is slowing me down since 10:00 UTC" in bot.said("rooms list")

    said = throttling(bot)
    assert said.startswith("Throttled: Microsoft asks to leave all of Graph alone; all of Graph ")
    assert "Why: Everything refuses at once" in said
    assert "How I ask: Step 3 of 3: only what Microsoft does not ask to leave alone" in said
    assert bot._talk.reply.tone is Tone.BAD
    assert "Microsoft 365: Step 3 of 3: only what" in bot.said("status")
    assert alerts(bot) == [
        "#1 Microsoft throttles me everywhere, and asks me to wait until 11:00 UTC"
    ]


def test_an_answer_from_memory_says_how_old_it_is_and_who_makes_it_so(bot, lisbon, clock):
    bot.said("rooms free now")
    lisbon.break_("retry-after-hour")
    clock.forward(minutes=4)

    said = bot.said("rooms free now")

    note = "Microsoft is slowing me down since 10:04 UTC; these states are 4 min old."
    assert note in said
    assert note in bot.said("rooms show Fado")


def test_a_bot_that_is_not_slowed_down_says_nothing_of_it(bot):
    assert "slowing" not in bot.said("rooms free now") + bot.said("rooms list")


def test_what_a_replica_stands_at_the_others_say_too(bot, clock):
    rationed = Standing(Step.PAUSED, clock(), "Microsoft asks to leave all of Graph alone", (), 0.1)
    bot.bot.desk.book.ledger.write("other", [], rationed, clock())

    said = throttling(bot)

    assert said.startswith("Throttled: Microsoft asks to leave all of Graph alone; headroom 10 %.")
    assert "Counted by myself of 2 replicas together" in said


def test_a_bot_that_was_down_leaves_a_gap_and_no_zero(bot, clock):
    ledger = bot.bot.desk.book.ledger
    quiet = Standing(Step.NORMAL, clock(), "", (), 0.9)
    for ago in (*range(1, 60), *range(180, 240)):
        at = MONDAY - timedelta(minutes=ago)
        ledger.write("r1", [Bucket(at, (Tally(By.ALL, "", 10),))], quiet, at)

    said = throttling(bot)

    assert "I kept no book from 07:01 to 09:01 " not in said  # a colon follows, and the reason
    assert "from 07:01 to 09:01: not running, or not able to write." in said


def test_little_headroom_is_an_alert_before_anything_is_refused(bot, clock):
    tight = Standing(Step.NORMAL, clock(), "", (), 0.04, "directory")
    for ago in (3, 2, 1):
        at = MONDAY - timedelta(minutes=ago)
        bot.bot.desk.book.ledger.write("r1", [Bucket(at, (Tally(By.ALL, "", 900),))], tight, at)

    only_throttling(bot)

    assert bot.wall.heads == [
        "#1 My own questions come near a limit of Microsoft's: 4 % of it was left at the least in "
        "the last 10 min"
    ]
    clock.forward(minutes=12)
    only_throttling(bot)
    assert bot.bot.desk.book.alerts.open() == ()


def test_a_service_that_answers_503_is_microsofts_side(bot, clock):
    ledger = bot.bot.graph.governor.ledger
    for _ in range(6):
        ledger.answered("getSchedule", "fado@x", "rooms free", 503)

    only_throttling(bot)

    assert bot.wall.heads == ["#1 Microsoft Graph answers that it is not available"]
    assert "Microsoft's side: 6 of 6 requests found the service unavailable" in bot.wall.texts[0]
    assert "servicehealth" in bot.wall.texts[0]


def test_checks_that_pause_meanwhile_are_told_under_their_cause(bot, lisbon, clock):
    """Nine checks that cannot look are one trouble."""
    lisbon.break_("retry-after-hour")
    bot.said("rooms free now")
    bot.duty.notice()

    for _ in range(3):
        clock.forward(minutes=5)
        only_throttling(bot)  # which in life is looked at ten times as often as the others
        bot.look()
        bot.speak()

    assert len(bot.wall.heads) == 1
    assert bot.wall.heads[0].startswith("#1 Microsoft throttles me everywhere")


def test_a_minute_that_has_ended_and_is_not_in_the_book_yet_counts(bot, clock):
    for _ in range(6):
        bot.bot.graph.governor.ledger.answered("getSchedule", "fado@x", "rooms free", 429, 5)
    clock.forward(minutes=1)

    bot.duty.watch.now("throttling")

    assert len(bot.bot.desk.book.alerts.open()) == 1


def test_without_its_log_the_integrations_throttling_cannot_be_told_and_how_to_see_it_is(
    lisbon, clock, sqlite_url
):
    more = {"ROOMOPS_INTEGRATION_APP_ID": OTHER_APP, "ROOMOPS_LOG_ANALYTICS_WORKSPACE": ""}
    with on_duty(lisbon, clock, sqlite_url, **more) as bot:
        said = throttling(bot)
        names = [check.name for check in bot.duty.watch.checks]

    assert "I cannot tell whether Microsoft throttles the integration" in said
    assert "ROOMOPS_LOG_ANALYTICS_WORKSPACE" in said
    assert "integration" not in names  # what is not switched on raises no alarm


def test_one_app_for_both_is_said(lisbon, clock, sqlite_url):
    more = {"ROOMOPS_INTEGRATION_APP_ID": "", "ROOMOPS_LOG_ANALYTICS_WORKSPACE": ""}
    with on_duty(lisbon, clock, sqlite_url, **more) as bot:
        said = throttling(bot)

    assert "The bot and the integration share one app registration, and so one budget" in said
    assert "cannot tell" not in said


def test_the_integrations_own_429s_are_shown_and_told(watching, contoso, clock):
    """As Graph's activity log has them, with the time that it is behind."""
    contoso.break_("integration-throttled")
    watching.duty.watch.now("integration")
    watching.speak()

    said = watching.said("throttling")
    [told] = watching.wall.texts

    assert "Microsoft throttles the integration" in told
    assert "Microsoft throttles the integration:" in said
    assert "The integration's requests to Graph" in said


def test_both_checks_are_rounds_like_any_other(bot, clock):
    checks = {check.name: check for check in bot.duty.watch.checks}
    assert checks["throttling"].depends_on == ("reach",)
    only_throttling(bot)
    assert "Throttling | ok | just now" in bot.said("status")


def test_the_alarm_rings_from_any_thread_and_one_look_answers_it(bot, lisbon):
    from threading import Thread

    lisbon.break_("throttled-room-hour")
    asking = Thread(target=lambda: bot.said("rooms free now"))
    asking.start()
    asking.join()
    eventually(lambda: len(alerts(bot)) == 1)
    looked = bot.bot.desk.book.rounds.all()
    bot.duty.notice()
    assert bot.bot.desk.book.rounds.all() == looked
