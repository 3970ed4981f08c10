"""On duty: which jobs run when, and how they begin and end.  Composition, like wiring."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from random import random
from zoneinfo import ZoneInfo

from adapters.heartbeat import Heartbeat
from adapters.schedule import Schedule
from bot import topic
from bot.digest import digest
from bot.errors import Trouble
from bot.ledger_keeper import Alarm, Keeper
from bot.ports import Chat
from bot.selfcheck import delivery, is_late, rounds
from bot.settings import Settings
from bot.speaker import Speaker
from bot.version import VERSION
from bot.watch import Surroundings, Watch, cadence
from bot.wiring import Bot, heartbeat_of
from handlers import CHECKS
from handlers.check_integration import CHECK as INTEGRATION
from handlers.check_throttling import throttling
from handlers.impact import impact, sites
from handlers.roomed import names_of

log = logging.getLogger(__name__)

SPEAK = timedelta(seconds=1)
BEAT = timedelta(seconds=15)
STUCK = timedelta(minutes=10)
PING = timedelta(minutes=1)
TIDY = timedelta(minutes=10)
FORGET = timedelta(hours=6)
CATCH_UP = 2  # hours in which a daily message is still worth having
NOTICE = timedelta(seconds=2)  # from a 429 that matters to the look at it
KEPT = timedelta(days=90)  # the history of what is over
AUDIT_KEPT = timedelta(days=400)  # longer than the year that auditors look back
_APART = 0.2  # seconds between the first rounds, causes first


@dataclass(frozen=True, slots=True)
class Duty:
    """Everything that happens without being asked.  `start` fills a schedule with it."""

    watch: Watch
    speaker: Speaker
    bot: Bot
    settings: Settings
    heartbeat: Heartbeat | None
    keeper: Keeper
    alarm: Alarm = field(default_factory=Alarm)

    def fill(self, schedule: Schedule) -> None:
        """The first round of each check comes soon, jittered, so that replicas do not march."""
        interval = self.watch.interval
        begin = random() * min(5.0, interval.total_seconds() / 20)
        for number, check in enumerate(self.watch.checks):
            first = timedelta(seconds=begin + _APART * number)
            work = _bound(self.watch.round, check)
            schedule.every(cadence(check, interval), f"check {check.name}", work, first)
        for channel in self.watch.channels:
            work = _bound(self.speaker.deliver, channel)
            schedule.every(SPEAK, f"speak {channel}", work, SPEAK, "speak")
        schedule.every(BEAT, "beat", self.beat, timedelta(), "speak")
        schedule.every(NOTICE, "notice", self.notice, NOTICE)
        schedule.every(TIDY, "tidy", self.tidy, TIDY)
        schedule.every(FORGET, "forget", self.forget, FORGET)
        schedule.daily(self.settings.digest_hour, self.settings.timezone, "daily", self.daily)
        if self.heartbeat:
            schedule.every(PING, "heartbeat", self.ping, PING)

    def beat(self) -> None:
        """Say that this replica is alive, and hold on to what it does."""
        now = self.bot.clock()
        self.watch.book.replicas.beat(self.watch.holder, VERSION, now)
        self.watch.keep()
        self.keeper.keep()
        alive = self.watch.book.replicas.alive(now - 4 * BEAT)
        self.bot.graph.governor.share(len(alive))

    def notice(self) -> None:
        """Look at throttling at once, where Graph has just said something that matters."""
        if self.alarm.answered():
            self.keeper.keep()
            self.watch.now("throttling")

    def daily(self) -> None:
        """Every replica asks for it; the outbox keeps one a day and channel."""
        now = self.bot.clock()
        day = now.astimezone(ZoneInfo(self.settings.timezone)).date()
        self.watch.book.outbox.enqueue(topic.daily(day), self.watch.channels, now)

    def forget(self) -> None:
        now = self.bot.clock()
        self.bot.store.forget(now - KEPT)
        self.bot.store.prune(now - AUDIT_KEPT)
        self.keeper.tidy()

    def tidy(self) -> None:
        """A silence that keeps nothing quiet ends by itself; a day that was missed is told."""
        now, silences = self.bot.clock(), self.watch.book.silences
        hour = now.astimezone(ZoneInfo(self.settings.timezone)).hour
        if 0 <= hour - self.settings.digest_hour < CATCH_UP:
            self.daily()  # nobody ran at its hour, or the clocks left that hour out
        for one in silences.holding(now):
            if one.is_idle(now):
                silences.end(one.number, "idle", now, self.watch.channels)

    def ping(self) -> None:
        """Only while checks are looked at and what there is to say arrives."""
        if self.heartbeat and not self.late() and not self._is_unheard():
            self.heartbeat.beat()

    def _is_unheard(self) -> bool:
        """No channel takes what there is to say, for longer than a hiccup."""
        now, channels = self.bot.clock(), set(self.watch.channels)
        stuck = {w.channel for w in self.watch.book.outbox.backlog(now) if now - w.since > STUCK}
        return bool(channels) and channels <= stuck

    @property
    def grace(self) -> float:
        """Seconds after the start in which the first rounds may still be under way."""
        return 60.0 + 3 * self.watch.interval.total_seconds()

    def late(self) -> list[str]:
        """The checks that are not looked at in time, whoever should do it."""
        now, known = self.bot.clock(), {one.check: one for one in self.watch.book.rounds.all()}
        return [
            check.name
            for check in self.watch.checks
            if is_late(known.get(check.name), cadence(check, self.watch.interval), now)
        ]

    def leave(self) -> None:
        """When nothing beats any more, so that no status says for a minute that this one runs."""
        try:
            self.watch.book.replicas.leave(self.watch.holder)
        except Trouble as trouble:  # it is silent soon enough
            log.warning("duty.not_left", extra={"why": str(trouble)})

    def close(self) -> None:
        self.watch.close()
        self.speaker.close()
        if self.heartbeat:
            self.heartbeat.close()


def duty(settings: Settings, bot: Bot, chats: Mapping[str, Chat], holder: str) -> Duty:
    """`chats` by platform; alerts go where one of these has an ops channel."""
    interval = timedelta(seconds=settings.check_interval)
    seen = [INTEGRATION] * bool(settings.log_analytics_workspace)
    # Below reach, and looked at before what it makes blind.
    checks = (*CHECKS[:1], throttling(bot.desk.book), *CHECKS[1:], *seen)
    every = {check.name: cadence(check, interval) for check in checks}
    own = (delivery(bot.desk.book), rounds(bot.desk.book, every, bot.clock()))
    watch = Watch(
        checks=(*checks, *own),
        services=bot.desk,
        book=bot.desk.book,
        channels=bot.desk.channels,
        clock=bot.clock,
        holder=holder,
        interval=interval,
        surroundings=Surroundings(impact, sites),
        pause=time.sleep,  # noqa: TID251  a round waits for its cause in a thread of its own
    )

    def named(addresses: Sequence[str]) -> Mapping[str, str]:
        return names_of(bot.desk) if addresses else {}

    speaker = Speaker(
        bot.desk.book, chats, bot.clock, holder, named, lambda now: digest(bot.desk.book, now)
    )
    governor = bot.graph.governor
    keeper = Keeper(bot.felt, bot.desk.book.ledger, holder, bot.clock)
    made = Duty(watch, speaker, bot, settings, heartbeat_of(settings), keeper)
    governor.listen(made.alarm.ring)
    return made


def _bound(work: Callable[..., object], argument: object) -> Callable[[], object]:
    return lambda: work(argument)
