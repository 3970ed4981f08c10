"""Whatever happens in whatever order: nothing is lost, nothing is said twice, ends are told."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.alert import Alert
from bot.describe import describe, shown
from bot.finding import Broken, Owner, Result, Severity, Unknown
from bot.lifecycle import acknowledged, unacknowledged
from bot.notification import Reason, Told
from bot.people import Channel
from bot.reason import due, hushed, reason, said
from bot.silence import Matcher, Silence
from tests.alerting import BLIND, CHECKS, OK, World, diagnosis, finding

NAMES = tuple(one.name for one in CHECKS)
OPS = Channel("slack", "C1")


@dataclass
class Life(World):
    """A world in which somebody speaks, once, of all that there is to say."""

    told: dict[int, Told] = field(default_factory=dict)
    silences: list[Silence] = field(default_factory=list)
    said: list[tuple[int, Reason]] = field(default_factory=list)

    def speak(self) -> list[tuple[int, Reason]]:
        spoken = [(n, why) for n in self.alerts if (why := self._speak(n))]
        self.said += spoken
        return spoken

    def speak_out(self) -> None:
        """An acknowledgement that is told late may be due for its reminder at once."""
        assert not (self.speak() and self.speak() and self.speak())

    def why(self, number: int, now: datetime) -> Reason | None:
        told, history = self.told.get(number), self.history[number]
        return reason(self.alerts[number], told, self.silences, history, now)

    def _speak(self, number: int) -> Reason | None:
        alert, why = self.alerts[number], self.why(number, self.now)
        told = self.told.get(number) or Told(topic=f"alert/{number}", channel=OPS)
        if why:
            last = self.history[number][-1][0]
            told = said(replace(told, message="m"), alert, why, last, self.now)
        elif any(one.covers(alert, self.now) for one in self.silences):
            told = hushed(told, self.now)
        self.told[number] = told
        return why


def results(name: str) -> st.SearchStrategy[Result]:
    """Well, blind, or of two problems one or both; what is critical folds what is below."""
    one = st.builds(
        finding,
        st.sampled_from([f"{name}/0", f"{name}/1"]),
        st.sampled_from([Severity.CRITICAL, Severity.CRITICAL, Severity.WARNING, Severity.INFO]),
        rooms=st.sampled_from([(), ("a",), ("a", "b"), tuple("abcdefgh")]),
        owner=st.sampled_from([Owner.BOTH, Owner.BOTH, Owner.BOT, Owner.INTEGRATION]),
    )
    found = st.lists(one, min_size=1, max_size=3).map(lambda some: Broken(tuple(some)))
    return st.one_of(found, found, st.just(OK), st.just(BLIND))


ROUNDS = st.tuples(
    st.just("round"),
    st.sampled_from([NAMES, NAMES, *((name,) for name in NAMES)]),
    st.fixed_dictionaries({name: results(name) for name in NAMES}),
)
STEPS = st.one_of(
    ROUNDS,
    ROUNDS,
    ROUNDS,
    st.tuples(st.sampled_from(["ack", "unack"]), st.integers(0, 9)),
    st.tuples(st.just("silence"), st.sampled_from(NAMES), st.integers(1, 200)),
    st.tuples(st.just("unsilence"), st.integers(0, 9)),
    st.tuples(st.just("wait"), st.integers(1, 2000)),
    st.tuples(st.just("speak")),
)
LIVES = st.lists(STEPS, min_size=10, max_size=40)


def take(life: Life, step: tuple) -> None:  # type: ignore[type-arg]  # one of STEPS
    standing = [alert for alert in life.open() if alert.stands]
    match step:
        case ("round", looked, found):
            life.round(*looked, **{name: found[name] for name in looked})
        case ("ack", n) if standing:
            life.keep(acknowledged(standing[n % len(standing)], "U1 Olivia", "mine", life.now))
        case ("unack", n) if owned := [alert for alert in standing if alert.acknowledged_by]:
            life.keep(unacknowledged(owned[n % len(owned)], "U2 Bob", life.now))
        case ("silence", check, minutes):
            until = life.now + timedelta(minutes=minutes)
            matcher = Matcher(check=check)
            life.silences.append(
                Silence(matcher=matcher, begins=life.now, until=until, author="U1", reason="why")
            )
        case ("unsilence", n) if life.silences:
            life.silences.pop(n % len(life.silences))
        case ("wait", minutes):
            life.now += timedelta(minutes=minutes)
        case ("speak",):
            life.speak()


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_an_unknown_ends_nothing(steps):
    life = Life()
    for step in steps:
        before = {a.number: a for a in life.open()}
        take(life, step)
        if step[0] == "round":
            blind = {n for n in step[1] if isinstance(life.results[n], Unknown)}
            for number, alert in before.items():
                if alert.check in blind:
                    assert number in life.alerts
                    assert not life.alerts[number].is_over


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_what_burns_has_an_alert_or_a_cause_that_has_one(steps):
    life = Life()
    for step in steps:
        take(life, step)
        if step[0] != "round":
            continue
        for verdict in diagnosis(life.results, life.now).verdicts:
            if verdict.examined.check.name not in step[1]:
                continue
            roots = [one for one in verdict.roots if one.severity is Severity.CRITICAL]
            assert all(speaks(life, one.fingerprint) for one in roots)
            for one, cause in verdict.symptoms:
                assert speaks(life, one.fingerprint) or speaks(life, cause.fingerprint)


def speaks(life: Life, fingerprint: str) -> bool:
    """It stands by itself or under a cause that stands; and there is only one of it."""
    alert = life.of(fingerprint)
    return alert is not None and alert.stands and (not alert.because_of or known(life, alert))


def known(life: Life, alert: Alert) -> bool:
    cause = life.of(alert.because_of)
    return cause is not None and cause.stands


@given(st.lists(st.sampled_from([OK, BLIND, "seen"]), max_size=30))
def test_a_warning_that_is_seen_in_two_telling_rounds_in_a_row_is_open(rounds):
    life = Life()
    soft = Broken((finding("rooms/zone", Severity.WARNING),))
    telling: list[object] = []
    for result in rounds:
        life.round("rooms", rooms=soft if result == "seen" else result)
        telling += [] if result is BLIND else [result]
        if telling[-2:] == ["seen", "seen"]:
            assert speaks(life, "rooms/zone")


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_there_is_at_most_one_alert_of_a_problem_and_its_numbers_only_grow(steps):
    life = Life()
    for step in steps:
        take(life, step)
        open_ = [alert.fingerprint for alert in life.open()]
        assert len(open_) == len(set(open_))


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_a_silence_never_swallows_the_end(steps):
    life = Life()
    for step in steps:
        take(life, step)
    life.silences.clear()
    life.speak_out()

    for number, alert in life.alerts.items():
        told = life.told[number]
        if alert.is_over:
            assert told.message == "" or told.status == "resolved"
        elif alert.stands and not alert.because_of:
            assert told.message
            assert (told.version, told.status) == (alert.version, alert.status.value)


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_the_quiet_is_kept_and_an_end_that_began_nowhere_is_told_nowhere(steps):
    life = Life()
    for step in steps:
        heard = {number for number, told in life.told.items() if told.message}
        if step != ("speak",):
            take(life, step)
            continue
        for number, why in life.speak():
            alert = life.alerts[number]
            assert not any(one.covers(alert, life.now) for one in life.silences)
            spoken = alert.stands and not alert.because_of
            assert alert.is_over or spoken or why is Reason.CHANGED
            assert why is not Reason.RESOLVED or number in heard


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_the_time_given_for_the_next_look_is_soon_enough(steps):
    """Between now and then time alone changes nothing."""
    life = Life()
    for step in steps:
        take(life, step)
    life.speak_out()

    for number, alert in life.alerts.items():
        again = due(alert, life.told[number], life.silences, life.now)
        before = again - timedelta(seconds=1) if again else life.now + timedelta(days=30)
        assert life.why(number, max(before, life.now)) is None


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_reminders_are_spaced_however_often_it_is_looked_at(steps):
    life = Life()
    for step in steps:
        take(life, step)
        life.speak()

    for number, alert in life.alerts.items():
        days = (life.now - alert.opened_at) / timedelta(days=1)
        acks = life.kinds(number).count("acknowledged")
        assert life.said.count((number, Reason.REMINDER)) <= 3 + days + acks


@given(LIVES, st.integers(1, 100_000))
@settings(max_examples=100, deadline=None)
def test_a_live_message_does_not_change_with_the_clock_alone(steps, minutes):
    life = Life()
    for step in steps:
        take(life, step)

    for number, alert in life.alerts.items():
        history = [event for _, event in life.history[number]]
        later = life.now + timedelta(minutes=minutes)
        now_, then_ = (describe(alert, history, (), at) for at in (life.now, later))
        assert shown(now_) == shown(then_)


@given(LIVES)
@settings(max_examples=100, deadline=None)
def test_the_same_round_again_writes_nothing_once_it_has_settled(steps):
    """Thirteen rounds settle all: an hour for what flapped, and the unknown ones counted."""
    life = Life()
    for step in steps:
        take(life, step)
    for _ in range(15):
        life.round()

    assert life.round() == []
