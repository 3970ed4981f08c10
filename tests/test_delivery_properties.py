"""Findings, people, crashes, lost answers and a second replica, in any order, over a real store:
no alert is lost, none has two live messages, and no silence swallows an end."""

from __future__ import annotations

import re
import shutil
import tempfile
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from adapters.store import open_store
from bot.alert import Alert, Change
from bot.check import Check
from bot.errors import Missing, Refused, Throttled, Trouble, Unreachable
from bot.finding import Broken, Result, Severity
from bot.lifecycle import acknowledged, unacknowledged
from bot.people import Channel
from bot.reply import Reply, plain, say
from bot.silence import Matcher, Silence
from bot.speaker import Speaker
from bot.watch import Surroundings, Watch
from tests.alerting import BLIND, OK, finding
from tests.dying import UNASKED, Stepping, Steps, stepping
from tests.walking import Clock

OPS = Channel("wall", "ops")
NAMES = ("consent", "scope", "rooms")
MINUTE = timedelta(minutes=1)


class Died(BaseException):
    """The process is gone; nobody catches that."""


@dataclass
class Mortal(Steps):
    """Dies of an exception, so that its objects are abandoned where they stand."""

    def _die(self, when: str) -> None:
        if self.death == (len(self.done), when):
            raise Died


@dataclass
class Hanging:
    text: str
    mark: str
    lines: dict[str, str] = field(default_factory=dict)  # by mark


class Wall:
    """A platform that remembers what hangs there, and loses the answers that it is told to."""

    def __init__(self) -> None:
        self.heads: dict[str, Hanging] = {}
        self.deleted: set[str] = set()
        self.faults: list[tuple[Trouble, bool]] = []  # and whether the work is done all the same
        self.closed = False  # to us, as a private channel is to whoever was put out of it
        self.twice: list[str] = []

    def post(self, channel: str, reply: Reply, thread: str = "", mark: str = "") -> str:
        taken, fail = self._fate()
        message = f"m{len(self.heads) + 1}"
        if taken and thread:
            self._hang_under(self._there(thread), plain(reply), mark)
        elif taken:
            self.heads[message] = Hanging(plain(reply), mark)
        fail()
        return message

    def _hang_under(self, head: Hanging, text: str, mark: str) -> None:
        if mark in head.lines:
            self.twice.append(mark)
        head.lines[mark] = text

    def edit(self, channel: str, message: str, reply: Reply, mark: str = "") -> None:
        taken, fail = self._fate()
        if taken:
            self._there(message).text = plain(reply)
        fail()

    def find(self, channel: str, mark: str, thread: str = "") -> str:
        _, fail = self._fate()
        fail()
        if thread:
            return "line" if thread in self.heads and mark in self.heads[thread].lines else ""
        return next((m for m, head in self.standing().items() if head.mark == mark), "")

    def _there(self, message: str) -> Hanging:
        if message in self.deleted:
            raise Missing("That message is gone")
        return self.heads[message]

    def _fate(self) -> tuple[bool, Any]:
        if self.closed:
            raise Missing("I see no such channel")
        trouble, taken = self.faults.pop() if self.faults else (None, True)

        def fail() -> None:
            if trouble:
                raise trouble

        return taken, fail

    def standing(self) -> dict[str, Hanging]:
        return {m: head for m, head in self.heads.items() if m not in self.deleted}

    def of(self, number: int) -> list[Hanging]:
        """The live messages of one alert."""
        mark = f"alert-{number}-"
        return [head for head in self.standing().values() if head.mark.startswith(mark)]


@dataclass
class Replica:
    watch: Watch
    speaker: Speaker
    steps: Mortal


FAULTS = (
    Unreachable("No answer"), Throttled("Not so fast", 2 * MINUTE), Trouble("I do not like it"),
    RuntimeError("a bug"),
)  # fmt: skip
PLACES = st.integers(0, 9)
FOUND = st.builds(
    lambda severity, rooms: (severity, rooms),
    st.sampled_from([Severity.CRITICAL, Severity.CRITICAL, Severity.WARNING]),
    st.sampled_from([(), ("a",), ("a", "b"), tuple("abcdefgh")]),
)
DEATHS = st.one_of(st.none(), st.tuples(st.integers(1, 10), st.sampled_from(["before", "after"])))
TROUBLES = st.tuples(st.sampled_from(FAULTS), st.booleans())
RESULTS = st.one_of(FOUND, FOUND, st.just(OK), st.just(BLIND))


class Lives(RuleBasedStateMachine):
    template: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp(prefix="roomops-"))
        shutil.copy(self.template, self.folder / "roomops.db")
        self.clock, self.wall = Clock(), Wall()
        self.store = open_store(f"sqlite:///{self.folder / 'roomops.db'}", self.clock)
        self.book = self.store.book
        self.results: dict[str, Result] = {}
        self.born = 0

    @initialize()
    def begin(self) -> None:
        self.replicas = [self.replica(), self.replica()]

    def replica(self) -> Replica:
        self.born += 1
        holder, steps = f"r{self.born}", Mortal(None)
        book = stepping(self.book, steps)
        watch = Watch(
            checks=[
                Check(name, name, name, self._look(name), depends_on=NAMES[:n])
                for n, name in enumerate(NAMES)
            ],
            services=UNASKED, book=book, channels=(OPS,), clock=self.clock, holder=holder,
            interval=5 * MINUTE, surroundings=Surroundings(lambda *_: "", lambda *_: ()),
            pause=lambda _: None,
        )  # fmt: skip
        chat = Stepping(self.wall, steps)
        speaker = Speaker(
            book, {"wall": chat}, self.clock, holder, lambda _: {}, lambda _: say("the day")
        )
        return Replica(watch, speaker, steps)

    def _look(self, name: str) -> Any:
        return lambda *_: self.results.get(name, OK)

    def does(self, place: int, what: Any, death: tuple[int, str] | None = None) -> None:
        """One replica acts; where it dies another is started."""
        one = self.replicas[place % 2]
        one.steps.done.clear()
        one.steps.death = death
        try:
            what(one)
        except Died:
            self.replicas[place % 2] = self.replica()

    @rule(place=PLACES, name=st.sampled_from(NAMES), result=RESULTS)
    def found(self, place: int, name: str, result: Any) -> None:
        """A round that lives, and what it finds is said."""
        self._finds(name, result)
        self.looked(place, None)
        self.spoke(place, None, None)

    @rule(place=PLACES, name=st.sampled_from(NAMES), result=RESULTS, death=DEATHS)
    def found_in_danger(self, place: int, name: str, result: Any, death: Any) -> None:
        self._finds(name, result)
        self.looked(place, death)

    def _finds(self, name: str, result: Any) -> None:
        if isinstance(result, tuple):
            severity, rooms = result
            result = Broken((finding(f"{name}/lost", severity, rooms=rooms),))
        self.results[name] = result

    def looked(self, place: int, death: Any) -> None:
        self.clock.forward(minutes=5)
        self.does(place, lambda one: one.watch.everything(), death)

    @rule(place=PLACES, death=DEATHS, fault=st.one_of(st.none(), TROUBLES))
    def spoke(self, place: int, death: Any, fault: Any) -> None:
        self.wall.faults = [fault] if fault else []
        self.does(place, lambda one: one.speaker.deliver(OPS), death)

    @rule(closed=st.booleans())
    def was_put_out_of_the_channel(self, closed: bool) -> None:
        self.wall.closed = closed

    @rule(minutes=st.sampled_from([1, 3, 20, 61, 300, 1500]))
    def time_passed(self, minutes: int) -> None:
        self.clock.forward(minutes=minutes)

    @rule(n=PLACES, taken=st.booleans())
    def pressed(self, n: int, taken: bool) -> None:
        """Acknowledge, or give it back."""
        alerts = [alert for alert in self.book.alerts.open() if alert.stands]
        if not alerts:
            return
        alert = alerts[n % len(alerts)]
        try:
            change = self._pressed(alert, taken)
        except Refused:
            return
        self.book.alerts.commit([change], [OPS], self.clock())

    def _pressed(self, alert: Alert, taken: bool) -> Change:
        if taken:
            return acknowledged(alert, "U1 Olivia", "mine", self.clock())
        return unacknowledged(alert, "U2 Rui", self.clock())

    @rule(name=st.sampled_from(NAMES), minutes=st.integers(1, 200))
    def silenced(self, name: str, minutes: int) -> None:
        now = self.clock()
        silence = Silence(
            matcher=Matcher(check=name), begins=now, until=now + minutes * MINUTE,
            author="U1 Olivia", reason="known",
        )  # fmt: skip
        self.book.silences.add(silence, [OPS])

    @rule(n=PLACES)
    def unsilenced(self, n: int) -> None:
        held = self.book.silences.holding(self.clock())
        if held:
            self.book.silences.end(held[n % len(held)].number, "U1", self.clock(), [OPS])

    @rule(n=PLACES)
    def deleted(self, n: int) -> None:
        """A person removes a message of ours."""
        there = sorted(self.wall.standing())
        if there:
            self.wall.deleted.add(there[n % len(there)])

    @invariant()
    def nothing_stands_twice(self) -> None:
        numbers = [re.match(r"alert-(\d+)-", head.mark) for head in self.wall.standing().values()]
        told = [match[1] for match in numbers if match]
        assert len(told) == len(set(told))
        assert self.wall.twice == []

    def teardown(self) -> None:
        try:
            self.all_is_well_in_the_end()
        finally:
            self.store.close()
            shutil.rmtree(self.folder)

    def all_is_well_in_the_end(self) -> None:
        self.wall.faults.clear()
        self.wall.closed = False
        self.replicas = [self.replica(), self.replica()]
        held = self.book.silences.holding(self.clock())
        for silence in held[::2]:
            self.book.silences.end(silence.number, "U1", self.clock(), [OPS])
        if held:
            self.clock.at = max(silence.until for silence in held)
        self.settle()
        self.everything_that_stands_is_told()
        self.results.clear()
        for _ in range(7):  # so many good rounds that what flaps is over too
            self.looked(0, None)
        self.settle()
        self.every_end_is_told()

    def settle(self) -> None:
        """Whatever was put off becomes due, whoever died loses its lease."""
        for place in range(8):
            self.clock.forward(minutes=20)
            for _ in range(5):
                self.spoke(place, None, None)
            self.nothing_stands_twice()

    def everything_that_stands_is_told(self) -> None:
        for alert in self.book.alerts.open():
            if alert.stands and not alert.because_of:
                [head] = self.wall.of(alert.number) or self._removed(alert)
                assert f"#{alert.number} " in head.text
                assert ("Acknowledged:" in head.text) == (alert.status == "acknowledged")

    def _removed(self, alert: Alert) -> list[Hanging]:
        """Nothing happened to it since somebody removed its message."""
        told = self.book.outbox.told(f"alert/{alert.number}", OPS)
        assert told is not None
        assert told.message in self.wall.deleted
        return [self.wall.heads[told.message]]

    def every_end_is_told(self) -> None:
        assert self.book.alerts.open() == ()
        for head in self.wall.standing().values():
            assert not head.mark.startswith("alert-") or "Resolved:" in head.text


def test_whatever_happens_nothing_is_lost_and_nothing_stands_twice(tmp_path):
    from hypothesis.stateful import run_state_machine_as_test

    Lives.template = tmp_path / "roomops.db"
    open_store(f"sqlite:///{Lives.template}", Clock()).close()
    run_state_machine_as_test(
        Lives,
        settings=settings(
            max_examples=40, stateful_step_count=25, deadline=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
