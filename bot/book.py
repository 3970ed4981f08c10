"""What the bot remembers, as ports: alerts, silences, rounds, the outbox, and who is alive.

Everything here changes by compare-and-set or under a claim with a fence, so that replicas need
no other lock; every method is one transaction, and raises nothing but Trouble.  Who holds what
is judged by the `now` that is given: the clocks of replicas agree within seconds.
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
from bot.throttling import Bucket, By, Standing, Step, Tally


@dataclass(frozen=True, slots=True)
class Round:
    """The last look of one check that came to its end, as every replica sees it."""

    check: str
    result: Result | None  # None: it was never looked at
    started_at: datetime | None  # of the look that gave the result, not of one that runs still
    finished_at: datetime | None
    unknown: int = 0  # rounds in a row that could not tell
    holder: str = ""  # the replica that looks now, or looked last
    duration: timedelta | None = None
    until: datetime | None = None  # when its lease ends, while it runs

    def is_running(self, now: datetime) -> bool:
        return self.until is not None and now < self.until


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
        is at most one alert that is not resolved for a fingerprint.  An alert that is forgotten
        comes back as it was.
        """
        ...


class Silences(Protocol):
    def holding(self, now: datetime) -> tuple[Silence, ...]:
        """Those that hold now, by number."""
        ...

    def get(self, number: int) -> Silence:
        """Missing where there is none."""
        ...

    def add(self, silence: Silence, channels: Sequence[Channel]) -> Silence:
        """Set it; with its number.  "silence/N" is due in each channel when it has run out."""
        ...

    def end(
        self, number: int, by: str, now: datetime, channels: Sequence[Channel]
    ) -> Silence | None:
        """End it now and put everything it covered back into the outbox; None if it had ended.

        Everything: its own topic, and each alert that it covers and that did not end before it.
        """
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
        """None while anybody looks, or where the last look began less than 0.9 `every` ago.

        A tenth is left for timers that fire early.  A look whose lease ended without a result
        is taken over at once, and so is one that began later than a lease from now: the clock
        was set back since.
        """
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

    def claim(
        self, holder: str, channel: Channel, now: datetime, lease: timedelta, most: int
    ) -> tuple[Task, ...]:
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

    def leave(self, holder: str) -> None:
        """I ended as I should, and am missed by nobody."""
        ...

    def alive(self, since: datetime) -> tuple[tuple[str, str, datetime], ...]:
        """Holder, version and last beat of each replica that was heard since then."""
        ...


@dataclass(frozen=True, slots=True)
class Spell:
    """What was asked from `at` on, as long as was asked for; all None where nobody kept book."""

    at: datetime
    sum: Tally | None = None
    headroom: float | None = None  # the lowest, from 0 to 1
    step: Step | None = None  # the highest


class Ledger(Protocol):
    """What was asked of Microsoft 365 by all replicas: minutes for 2 days, then hours for 8."""

    def write(
        self, holder: str, buckets: Sequence[Bucket], standing: Standing, now: datetime
    ) -> None:
        """Add these minutes to what stands there, and say how this replica stands now."""
        ...

    def spells(
        self,
        since: datetime,
        until: datetime,
        width: timedelta,
        by: By = By.ALL,
        name: str = "",
    ) -> tuple[Spell, ...]:
        """One after the other from `since` on, the last one perhaps not over yet.

        Where only hours are left, `since` and `width` have to be whole hours.
        """
        ...

    def top(self, by: By, since: datetime, until: datetime, most: int) -> tuple[Tally, ...]:
        """Sums by name: the most often refused first, then the most asked."""
        ...

    def standings(self, since: datetime) -> tuple[tuple[str, datetime, Standing], ...]:
        """Each replica that wrote since then, when it did, and how it stood at that time."""
        ...

    def merge(self, before: datetime) -> None:
        """Make hours of the minutes before then."""
        ...

    def forget(self, before: datetime) -> None: ...


@dataclass(frozen=True, slots=True)
class Book:
    """Everything that is remembered; one database behind all of it."""

    alerts: Alerts
    silences: Silences
    rounds: Rounds
    outbox: Outbox
    replicas: Replicas
    ledger: Ledger
