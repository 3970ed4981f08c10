"""A bot in a process of its own that is killed at one of its steps, with no time for a last word.

The process is forked from one that has imported everything, so that a start takes milliseconds.
Its checks look at what they are told to see; its database and its Slack are real.
"""

from __future__ import annotations

import gc
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import nullcontext, suppress
from dataclasses import dataclass, field, fields, replace
from datetime import UTC, datetime, timedelta
from multiprocessing import get_context
from multiprocessing.process import BaseProcess
from types import SimpleNamespace
from typing import Any

import adapters.store.postgresql
import adapters.teams.teams  # noqa: F401  loaded before the forks
from adapters.slack.api import _trusted
from adapters.store import open_store
from bot.alert import Alert, Change
from bot.book import Book
from bot.check import Check
from bot.errors import Refused
from bot.finding import Broken, Finding, Ok, Remedy, Result, Severity
from bot.lifecycle import acknowledged
from bot.people import Channel
from bot.ports import Services
from bot.reply import say
from bot.silence import Matcher, Silence
from bot.speaker import Speaker
from bot.watch import Surroundings, Watch
from handlers.changing import changed
from tests.fake_slack import FakeSlack
from tests.slack.served import Clock, Served

BEGIN = datetime(2026, 11, 23, 12, tzinfo=UTC)
INTERVAL, HOUR = timedelta(minutes=5), timedelta(hours=1)
# What leaves a trace in the database or on the platform, and the look for a mark.
_STEPS = frozenset({"begin", "end", "commit", "add", "claim", "intend", "tell", "put_off",
                    "find", "post", "edit"})  # fmt: skip

_trusted(None)  # 30 ms, once for all of them
forks = get_context("forkserver")
forks.set_forkserver_preload(["tests.dying"])
gc.freeze()  # no child has to walk through what was imported, and so to copy it


@dataclass(frozen=True)
class Orders:
    """`acts` happen at `at`, in the channel and to the check that both bear the case's name.

    `death` is the number of a step and whether it is still done.
    """

    database: str
    slack: str
    case: str
    at: datetime
    acts: str
    death: tuple[int, str] | None = None
    who: str = "Olivia"
    looks: str = ""  # a file that gets a line for each look

    @property
    def channel(self) -> Channel:
        return Channel("slack", self.case)


@dataclass
class Steps:
    """Counts what is done, and ends the process where it was told to."""

    death: tuple[int, str] | None
    done: list[str] = field(default_factory=list)

    def take(self, name: str, work: Callable[[], Any]) -> Any:
        self.done.append(name)
        self._die("before")
        result = work()
        self._die("after")
        return result

    def _die(self, when: str) -> None:
        if self.death == (len(self.done), when):
            os.kill(os.getpid(), signal.SIGKILL)


class Stepping:
    """A port whose every step is counted."""

    def __init__(self, port: Any, steps: Steps) -> None:
        self._port, self._steps = port, steps

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._port, name)
        if name not in _STEPS:
            return method
        return lambda *args: self._steps.take(name, lambda: method(*args))


def stepping(book: Book, steps: Steps) -> Book:
    ports = {one.name: Stepping(getattr(book, one.name), steps) for one in fields(book)}
    return Book(**ports)


def finding(case: str, severity: Severity = Severity.CRITICAL, summary: str = "") -> Finding:
    words = summary or f"{case} is broken."
    return Finding(case, case, words, severity, "Rooms stop syncing.", Remedy("Mend it."))


@dataclass
class Life:
    """One bot, as long as it lives."""

    orders: Orders
    book: Book
    chat: Any
    steps: Steps

    @property
    def now(self) -> datetime:
        return self.orders.at

    def act(self) -> None:
        for word in self.orders.acts.split():
            getattr(self, f"_{word}")()

    def _break(self) -> None:
        self._look(finding(self.orders.case, Severity.CRITICAL))

    def _worsen(self) -> None:
        rooms = tuple(f"room{n}@contoso.example" for n in range(3))
        self._look(replace(finding(self.orders.case), rooms=rooms))

    def _mend(self) -> None:
        self._look()

    def _look(self, *findings: Finding) -> None:
        self._watch(*findings).everything()

    def _turn(self) -> None:
        """A round if it is due and nobody else's; there is a room more each minute."""
        minutes = (self.now - BEGIN) // timedelta(minutes=1)
        rooms = tuple(f"room{n}@contoso.example" for n in range(minutes))
        watch = self._watch(replace(finding(self.orders.case), rooms=rooms))
        watch.round(watch.checks[0])

    def _watch(self, *findings: Finding) -> Watch:
        result = Broken(findings) if findings else Ok("It is well.")

        def look(*_: object) -> Result:
            with open(self.orders.looks or os.devnull, "a") as file:
                file.write(f"{self.now}\n")
            self.steps.take("look", lambda: None)
            return result

        return Watch(
            checks=(Check(self.orders.case, self.orders.case, "", look),),
            services=UNASKED,
            book=self.book,
            channels=(self.orders.channel,),
            clock=lambda: self.now,
            holder=f"p{os.getpid()}",
            interval=INTERVAL,
            surroundings=Surroundings(lambda *_: "", lambda *_: ()),
            pause=lambda _: None,
        )

    def _speak(self) -> None:
        Speaker(
            self.book, {"slack": self.chat}, lambda: self.now, f"p{os.getpid()}",
            lambda _: {}, lambda _: say("the day"),
        ).deliver(self.orders.channel)  # fmt: skip

    def _ack(self) -> None:
        """A person presses, and again where nothing came of it; others may press as well."""
        [alert] = [a for a in self.book.alerts.open() if a.check == self.orders.case]
        desk = SimpleNamespace(book=self.book, channels=[self.orders.channel])
        with suppress(Refused):  # it is somebody's already
            changed(desk, alert.number, self._mine, self.now)

    def _mine(self, alert: Alert) -> Change:
        return acknowledged(alert, f"slack:U1 {self.orders.who}", "", self.now)

    def _silence(self) -> None:
        silence = Silence(
            matcher=Matcher(check=self.orders.case), begins=self.now, until=self.now + HOUR,
            author="slack:U2 Rui", reason="it is known",
        )  # fmt: skip
        self.book.silences.add(silence, [self.orders.channel])


class _Nothing:
    """What the checks of these tests ask of the outside."""

    def asking(self, _: object) -> Any:
        return nullcontext()


UNASKED: Services = _Nothing()  # type: ignore[assignment]


def live(all_orders: Sequence[Orders], told: Any = None, together: Any = None) -> None:
    """Carry out orders one after the other, in one process; tell which steps each took.

    `together` is a barrier: nobody is further than the others.
    """
    first, steps = all_orders[0], []
    nobody = FakeSlack()  # never served: what tokens there are is read from it
    store = open_store(first.database, lambda: first.at)
    with Served(nobody, Clock(first.at), api_url=first.slack) as bot:
        for orders in all_orders:
            if together:
                together.wait(60)
            count = Steps(orders.death)
            Life(orders, stepping(store.book, count), Stepping(bot.slack, count), count).act()
            steps.append(count.done)
    store.close()
    if told is not None:
        told.send(steps)


def born(*orders: Orders, together: Any = None) -> BaseProcess:
    """A process that carries them out."""
    process = forks.Process(target=live, args=(orders, None, together), daemon=True)
    process.start()
    return process


def replicas(many: int, *orders: Orders) -> None:
    """So many processes, each of which carries them all out, step by step with the others."""
    together = forks.Barrier(many)
    processes = [
        born(*(replace(one, who=f"Olivia {n}") for one in orders), together=together)
        for n in range(many)
    ]
    for process in processes:
        process.join()
    assert [process.exitcode for process in processes] == [0] * many


def lived(*orders: Orders) -> list[list[str]]:
    """One process that carries them out to its good end; the steps it took for each."""
    ours, theirs = forks.Pipe(duplex=False)
    process = forks.Process(target=live, args=(orders, theirs), daemon=True)
    process.start()
    theirs.close()
    steps: list[list[str]] = ours.recv()
    process.join()
    assert process.exitcode == 0
    return steps
