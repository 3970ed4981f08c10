"""Speaking: takes what is due from the outbox and says it, once where the platform lets us see.

A post that may or may not have been taken (a crash, a lost reply) is recognised by its mark,
which is written down before it is sent and looked up before it is sent again.  What is wrong with
one message holds up no other; what is wrong with a channel makes it rest.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta

from bot import topic
from bot.alert import Alert, Event
from bot.book import Book
from bot.describe import describe, shown
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.news import hidden, lines, reminder
from bot.notification import Reason, Task, Told
from bot.people import Channel
from bot.ports import Chat, Clock
from bot.reason import due, hushed, reason, said
from bot.reply import Note, Reply

log = logging.getLogger(__name__)

LEASE = timedelta(seconds=90)  # of one task: a few calls of at most 15 s each
AT_ONCE = 10  # tasks before others have their turn
_BACK_OFF = tuple(timedelta(seconds=s) for s in (5, 15, 45, 120, 300, 900))
_REST = _BACK_OFF[0]  # of a channel that does not take what is said there
# These are not about what was said but about where; anything else is about the message alone.
_CHANNELS = (Throttled, Forbidden, Missing, Unreachable)
_LINE, _REMINDER = "e", "r"  # what the last part of a line's mark begins with
_GOES_ON = Note(("My message about this is gone; it goes on here.",))

History = Sequence[tuple[int, Event]]
Names = Callable[[Sequence[str]], Mapping[str, str]]  # of rooms, by address in lower case


@dataclass(slots=True)
class Speaker:
    """`digest` makes the daily message.  Safe in many threads and replicas."""

    book: Book
    chats: Mapping[str, Chat]
    clock: Clock
    holder: str
    names: Names
    digest: Callable[[datetime], Reply]
    _rests: dict[Channel, datetime] = field(default_factory=dict)  # until then nothing is tried
    _closing: bool = False

    def deliver(self, channel: Channel) -> int:
        """Say what is due in one channel; how many topics were looked at.

        One task is claimed at a time, so that its lease is its own.
        """
        for done in range(AT_ONCE):
            now = self.clock()
            if self._closing or now < self._rests.get(channel, now):
                return done
            tasks = self.book.outbox.claim(self.holder, channel, now, LEASE, 1)
            if not tasks:
                return done
            self._try(tasks[0])
        return AT_ONCE

    def close(self) -> None:
        """What is being said is said to its end; the rest is another replica's."""
        self._closing = True

    def _try(self, task: Task) -> None:
        event = {"topic": task.topic, "channel": str(task.channel)}
        try:
            self._deliver(task)
        except Trouble as trouble:
            log.warning("speaker.refused", extra={**event, "why": str(trouble)})
            self._put_off(task, trouble)
        except Exception as wrong:
            log.exception("speaker.crashed", extra=event)
            why = f"Telling it went wrong on my side ({type(wrong).__name__})"
            self._put_off(task, Trouble(why))

    def _put_off(self, task: Task, trouble: Trouble) -> None:
        """A channel that takes nothing rests; what is refused for itself waits by itself."""
        wait = _BACK_OFF[min(task.attempts, len(_BACK_OFF) - 1)]
        rest = _REST
        if isinstance(trouble, Throttled):
            wait, rest = max(wait, trouble.retry_after), max(rest, trouble.retry_after)
        now, why = self.clock(), trouble.sentence
        if isinstance(trouble, _CHANNELS):
            self._rests[task.channel] = now + rest
        else:
            why = f"{task.topic}: {why}"
        self.book.outbox.put_off(task, now + wait, why)

    def _deliver(self, task: Task) -> None:
        kind, rest = topic.parse(task.topic)
        told = self.book.outbox.told(task.topic, task.channel)
        told = told or Told(topic=task.topic, channel=task.channel)
        match kind:
            case topic.ALERT:
                self._alert(task, told, int(rest))
            case topic.SILENCE:
                self._once(task, told, self._what_was_hidden(int(rest)))
            case topic.DAILY:
                self._once(task, told, self.digest(self.clock()))
            case _:
                self.book.outbox.tell(task, told, None)

    def _what_was_hidden(self, number: int) -> Reply | None:
        now = self.clock()
        silence = self.book.silences.get(number)
        if silence.holds(now):
            return None  # it was asked too early; its end puts it here again
        events = self.book.silences.hidden(silence)
        return hidden(silence, events, now) if events else None

    def _once(self, task: Task, told: Told, reply: Reply | None) -> None:
        """A message that is said once and never changes."""
        told = self._recovered(task, told)
        if reply is not None and not told.message:
            told = self._post(task, told, reply, mark=task.topic.replace("/", "-"))
        self.book.outbox.tell(task, told, None)

    def _alert(self, task: Task, told: Told, number: int) -> None:
        now = self.clock()
        alert = self._find(number)
        if alert is None:  # a pending one that was forgotten
            self.book.outbox.tell(task, told, None)
            return
        history = self.book.alerts.history(number)
        silences = self.book.silences.holding(now)
        covering = [one for one in silences if one.covers(alert, now)]
        self.book.silences.matched([one.number for one in covering], now)
        told = self._recovered(task, told)
        why = reason(alert, told, silences, history, now)
        if why is not None:
            told = self._say(task, told, alert, why, history)
        elif covering and alert.stands:
            told = hushed(told, now)
        self.book.outbox.tell(task, told, due(alert, told, silences, now))

    def _find(self, number: int) -> Alert | None:
        try:
            return self.book.alerts.get(number)
        except Missing:
            return None

    def _recovered(self, task: Task, told: Told) -> Told:
        """A mark that stands: was it taken before the crash, or the reply lost?"""
        if not told.mark:
            return told
        if _line(told.mark):
            return self._recovered_line(task, told)
        found = self.chats[task.channel.platform].find(task.channel.id, told.mark)
        if found is None:  # the mark stays: there may be a message, whose end has to be told
            log.warning("speaker.may_repeat", extra={"topic": task.topic})
            return told
        return replace(told, mark="", message=found or told.message)

    def _recovered_line(self, task: Task, told: Told) -> Told:
        """A line that we cannot look for is not said twice: the live message tells it anyway."""
        chat = self.chats[task.channel.platform]
        if chat.find(task.channel.id, told.mark, told.message) == "":
            return replace(told, mark="")
        return self._said_line(told)

    def _said_line(self, told: Told) -> Told:
        kind, number = _line(told.mark) or ("", 0)
        if kind == _REMINDER:
            return replace(told, mark="", reminders=number, spoken_at=self.clock())
        return replace(told, mark="", event=number)

    def _say(self, task: Task, told: Told, alert: Alert, why: Reason, history: History) -> Told:
        now = self.clock()
        card = describe(
            alert,
            [event for _, event in history],
            self.book.silences.holding(now),
            now,
            self.names(alert.finding.rooms),
        )
        last = history[-1][0] if history else 0
        after = replace(said(told, alert, why, last, now), shown=shown(card))
        mark = f"{_stem(alert)}-v{alert.version}"
        if not told.message:
            # Found after a crash, it is known what it said; but an end must not seem to be told.
            intended = told if why is Reason.RESOLVED else after
            told = self._post(task, intended, card, mark)
            return replace(after, mark="", message=told.message)
        parts = self._parts(alert, told, why, history)
        if parts or told.shown != after.shown:  # a line under a message that is gone is not heard
            told = self._edit(task, told, card, mark)
        for name, part in parts:
            told = self._post(task, told, part, f"{_stem(alert)}-{name}", told.message)
        return replace(after, mark="", message=told.message)

    def _edit(self, task: Task, told: Told, card: Reply, mark: str) -> Told:
        chat = self.chats[task.channel.platform]
        try:
            chat.edit(task.channel.id, told.message, card)
        except Missing:
            log.info("speaker.message_gone", extra={"topic": task.topic})
            return self._post(task, told, Reply((*card.blocks, _GOES_ON), card.tone), mark)
        return told

    def _parts(
        self, alert: Alert, told: Told, why: Reason, history: History
    ) -> list[tuple[str, Reply]]:
        """For the thread under the live message: what happened since, and reminders."""
        news = [(number, event) for number, event in history if number > told.event]
        parts = []
        if news:
            parts.append((f"{_LINE}{news[-1][0]}", lines([event for _, event in news])))
        if why is Reason.REMINDER:
            asked = reminder(alert, told, self.clock())
            parts.append((f"{_REMINDER}{told.reminders + 1}", asked))
        return parts

    def _post(self, task: Task, told: Told, reply: Reply, mark: str, thread: str = "") -> Told:
        """A live message, or a line under it; its mark is written down first."""
        told = replace(told, mark=mark)
        if not self.book.outbox.intend(task, told):
            raise Trouble("Another replica took this message over")
        chat = self.chats[task.channel.platform]
        message = chat.post(task.channel.id, reply, thread, mark)
        if thread:
            return self._said_line(told)
        return replace(told, mark="", message=message)


def _stem(alert: Alert) -> str:
    """No other alert's, not even that of another database which tells in the same channel."""
    return f"alert-{alert.number}-{alert.opened_at:%Y%m%d%H%M%S}"


def _line(mark: str) -> tuple[str, int] | None:
    """What a thread line's mark tells of: the last event, or how many reminders; else None."""
    last = mark.rpartition("-")[2]
    kind, number = last[:1], last[1:]
    return (kind, int(number)) if kind in (_LINE, _REMINDER) and number.isdigit() else None
