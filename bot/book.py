"""What the bot remembers, as ports: alerts, silences, rounds, the outbox, and who is alive.

Everything here changes by compare-and-set or under a claim with a fence, so that replicas need
no other lock; every method is one transaction, and raises nothing but Trouble.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from bot.alert import Alert, Change, Event
from bot.finding import Result
from bot.notification import Task, Told
from bot.people import Channel
from bot.silence import Silence


@dataclass(frozen=True, slots=True)
class Round:
    """The last look of one check, as every replica sees it."""

    check: str
    result: Result | None  # None: it was never looked at
    started_at: datetime | None
    finished_at: datetime | None
    unknown: int = 0  # rounds in a row that could not tell
    holder: str = ""  # the replica that looks now, or looked last
    duration: timedelta | None = None


@dataclass(frozen=True, slots=True)
class Fence:
    """The right to finish one round; `number` grows with each claim of that check."""

    check: str
    number: int


class Alerts(Protocol):
    """What is true: alerts and their history, compare-and-set."""

    def open(self) -> tuple[Alert, ...]:
        """All that are not resolved, pending ones too, by number."""
        ...

    def resolved(self, since: datetime) -> tuple[Alert, ...]:
        """Newest first."""
        ...

    def get(self, number: int) -> Alert:
        """Missing where there is none."""
        ...

    def history(self, number: int) -> tuple[tuple[int, Event], ...]:
        """Its events with their growing numbers, oldest first."""
        ...

    def commit(
        self, changes: Sequence[Change], channels: Sequence[Channel], now: datetime
    ) -> tuple[Alert | None, ...]:
        """Each change's alert as it now stands, in order; None where somebody moved first.

        One transaction, with the history and, for every channel, an outbox row due now.  There
        is at most one alert that is not resolved for a fingerprint.
        """
        ...


class Silences(Protocol):
    def holding(self, now: datetime) -> tuple[Silence, ...]:
        """Those that hold now, by number."""
        ...

    def get(self, number: int) -> Silence:
        """Missing where there is none."""
        ...

    def add(self, silence: Silence) -> Silence:
        """Set it; with its number."""
        ...

    def end(
        self, number: int, by: str, now: datetime, channels: Sequence[Channel]
    ) -> Silence | None:
        """End it now and put everything it covered back into the outbox; None if it had ended."""
        ...

    def matched(self, numbers: Sequence[int], now: datetime) -> None:
        """They kept something quiet just now."""
        ...

    def hidden(self, silence: Silence) -> tuple[tuple[Alert, Event], ...]:
        """What happened to alerts that it covers while it held, oldest first."""
        ...


class Rounds(Protocol):
    """Whose turn it is to look: every round is done once, by one replica."""

    def all(self) -> tuple[Round, ...]: ...

    def begin(
        self, check: str, every: timedelta, holder: str, now: datetime, lease: timedelta
    ) -> Fence | None:
        """None while another replica looks, or where it was looked at less than `every` ago."""
        ...

    def keep(self, fence: Fence, now: datetime, lease: timedelta) -> bool:
        """Hold on to it; False where it was lost."""
        ...

    def end(
        self,
        fence: Fence,
        result: Result,
        changes: Sequence[Change],
        channels: Sequence[Channel],
        now: datetime,
    ) -> tuple[Alert | None, ...] | None:
        """Keep the result and commit what follows from it, in one transaction.

        None, and nothing written, where the round was lost to another replica.
        """
        ...


class Outbox(Protocol):
    """What has to be looked at for speaking, and what was told."""

    def claim(self, holder: str, now: datetime, lease: timedelta, most: int) -> tuple[Task, ...]:
        """Due tasks that are ours until the lease ends."""
        ...

    def told(self, topic: str, channel: Channel) -> Told | None: ...

    def tell(self, task: Task, told: Told, due_at: datetime | None) -> bool:
        """Write down what stands there, and look again at `due_at` (None: when it changes).

        False, and nothing written, where the task was lost to another replica.  A change that
        came in meanwhile keeps the task due.
        """
        ...

    def intend(self, task: Task, told: Told) -> bool:
        """Write down, before posting, the mark of what is about to be posted; keeps the claim."""
        ...

    def put_off(self, task: Task, due_at: datetime, why: str) -> None:
        """It could not be said; try again then.  `why` is shown in the status."""
        ...

    def enqueue(self, topic: str, channels: Sequence[Channel], due_at: datetime) -> None:
        """Have a topic looked at; an earlier due time stands."""
        ...

    def backlog(self, now: datetime) -> tuple[Waiting, ...]:
        """Each channel's tasks that are overdue or were put off, and why."""
        ...


@dataclass(frozen=True, slots=True)
class Waiting:
    channel: Channel
    tasks: int
    since: datetime
    why: str = ""


class Replicas(Protocol):
    def beat(self, holder: str, version: str, now: datetime) -> None:
        """I am alive."""
        ...

    def alive(self, since: datetime) -> tuple[tuple[str, str, datetime], ...]:
        """Holder, version and last beat of each replica that was heard since then."""
        ...


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that is remembered; one database behind all of it."""

    alerts: Alerts
    silences: Silences
    rounds: Rounds
    outbox: Outbox
    replicas: Replicas
