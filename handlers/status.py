"""`/roomops status`: the bot itself: does it run, look, and get heard?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot import topic
from bot.alert import Alert
from bot.book import Round, Waiting
from bot.command import Command
from bot.desk import Desk
from bot.people import Channel, Invocation
from bot.reply import Block, Bold, Button, Buttons, Facts, Note, Reply, Span, Table, Text, Tone
from bot.silence import Silence
from bot.throttling import Standing as Pressed
from bot.version import VERSION
from bot.wording import few, lasting, plural
from handlers.alert_rows import ago, counted, seen
from handlers.freshness import Freshness, Looked, freshness
from handlers.telling import verdict
from handlers.throttling_words import step

BEATING = timedelta(seconds=60)  # a replica says every 15 s that it is alive
REMEMBERED = timedelta(hours=1)  # how long a silent one is still named
STUCK = timedelta(minutes=2)  # what is due is said within seconds
ASKED = 10  # of the latest alerts, for when a channel last heard from me
CHANNEL_SETTINGS = "ROOMOPS_SLACK_OPS_CHANNEL or ROOMOPS_TEAMS_OPS_CONVERSATION"


@dataclass(frozen=True, slots=True)
class Standing:
    """Everything that is known of the bot itself."""

    fresh: Freshness
    replicas: tuple[tuple[str, str, datetime], ...]  # holder, version, last beat
    waiting: tuple[Waiting, ...]
    channels: tuple[Channel, ...]
    alerts: tuple[Alert, ...]
    silences: tuple[Silence, ...]
    pressed: Pressed
    extra: tuple[Round, ...]  # rounds beside the chain's: the bot's looks at itself

    @property
    def now(self) -> datetime:
        return self.fresh.now

    @property
    def alive(self) -> int:
        return sum(self.beats(beat) for _, _, beat in self.replicas)

    def beats(self, beat: datetime) -> bool:
        """Lately; a beat that lies ahead is from before the clock was set back."""
        return abs(self.now - beat) <= BEATING


def status(invocation: Invocation, desk: Desk) -> Reply:
    now = invocation.at
    it = _standing(desk, now)
    faults = [*_faults(it)]
    first = _first(it, faults)
    blocks: list[Block] = [Text((Bold(first[0]), *(f" {more}" for more in first[1:])))]
    blocks.append(Facts(_facts(it, _heard(desk, now))))
    blocks.append(_checks(it))
    if it.waiting:
        blocks.append(_backlog(it))
    if len(it.replicas) > 1 or it.alive != len(it.replicas):
        blocks.append(_replicas(it))
    blocks.append(Note((f"Looked at {now:%Y-%m-%d %H:%M:%S} UTC.",)))
    blocks.append(Buttons((Button("Alerts", "alerts"), Button("Silences", "alerts silences"))))
    return Reply(tuple(blocks), _tone(it, faults))


def _standing(desk: Desk, now: datetime) -> Standing:
    book, fresh = desk.book, freshness(desk, now)
    chain = {one.check.name for one in fresh.chain}
    return Standing(
        fresh,
        book.replicas.alive(now - REMEMBERED),
        book.outbox.backlog(now),
        desk.channels,
        book.alerts.open(),
        book.silences.holding(now),
        desk.pressure.standing(),
        tuple(one for one in book.rounds.all() if one.check not in chain),
    )


def _faults(it: Standing) -> Sequence[str]:
    """What is wrong with the bot, the worst first; half-sentences."""
    faults = []
    if not it.alive:
        faults.append("nobody runs the checks and tells alerts: start roomops run")
    late = it.fresh.late
    if len(late) == len(it.fresh.chain):
        faults.append("no check is looked at")
    elif late:
        names = few([one.check.title for one in late])
        faults.append(
            f"{plural(len(late), 'check')} {'is' if len(late) == 1 else 'are'} overdue: {names}"
        )
    faults += [_unheard(one) for one in it.waiting if _is_stuck(one, it)]
    if not it.channels:
        faults.append(f"alerts have no place to go: set {CHANNEL_SETTINGS}")
    return faults


def _unheard(one: Waiting) -> str:
    """Refused; or merely many, or left lying."""
    if one.why:
        return f"I am not heard in {one.channel}"
    return f"{plural(one.tasks, 'message')} for {one.channel} waited for more than two minutes"


def _is_stuck(one: Waiting, it: Standing) -> bool:
    """Refused, or taken up by nobody."""
    return bool(one.why) or it.now - one.since > STUCK


def _first(it: Standing, faults: Sequence[str]) -> list[str]:
    """The verdict about the bot itself, then what else is wrong with it."""
    if not it.alive:
        return ["I am not on duty.", *(f"{_capital(fault)}." for fault in faults)]
    if faults:
        return ["I run, but not well.", *(f"{_capital(fault)}." for fault in faults)]
    blind = it.fresh.blind
    more = f"{plural(len(blind), 'check')} could not tell: {few([b.check.title for b in blind])}."
    return ["I am well.", _well(it), *[more] * bool(blind)]


def _well(it: Standing) -> str:
    waits = sum(one.tasks for one in it.waiting)
    heard = f"{plural(waits, 'message')} on the way" if waits else "nothing waits to be told"
    every = plural(len(it.fresh.chain), "check")
    return f"{plural(it.alive, 'replica')}, {every} on time, {heard}."


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


def _tone(it: Standing, faults: Sequence[str]) -> Tone:
    if not it.alive or len(it.fresh.late) == len(it.fresh.chain):
        return Tone.BAD
    return Tone.WARN if faults or it.fresh.blind else Tone.GOOD


def _facts(it: Standing, heard: dict[Channel, str]) -> tuple[tuple[str, Span], ...]:
    alerts = counted(seen(it.alerts, it.silences, it.now)) or "none open"
    told = [(f"Alerts go to {channel}", _place(channel, it, heard)) for channel in it.channels]
    return (
        ("Version", VERSION),
        ("Replicas", _running(it)),
        ("Microsoft 365", step(it.pressed, it.now)),
        ("Alerts", alerts),
        ("Silences", str(len(it.silences)) if it.silences else "none"),
        *(told or [("Alerts go to", f"nowhere: set {CHANNEL_SETTINGS}")]),
    )


def _running(it: Standing) -> str:
    beats = [beat for _, _, beat in it.replicas]
    if not beats:
        return "none"
    return f"{it.alive} alive, last heard {_ago(max(beats), it)}"


def _place(channel: Channel, it: Standing, heard: dict[Channel, str]) -> str:
    for one in it.waiting:
        if one.channel == channel:
            why = f": {one.why}" if one.why else ""
            length = lasting(it.now - one.since)
            return f"{plural(one.tasks, 'message')} waiting for {length}{why}"
    return heard.get(channel, "nothing waits; no word there lately")


def _heard(desk: Desk, now: datetime) -> dict[Channel, str]:
    """When each channel last heard of something, as far as the latest topics tell."""
    recent = (*desk.book.alerts.open(), *desk.book.alerts.resolved(now - timedelta(days=1)))
    latest = sorted(recent, key=lambda alert: alert.changed_at, reverse=True)[:ASKED]
    topics = [topic.alert(alert.number) for alert in latest]
    topics += [topic.daily(now.date() - timedelta(days=ago)) for ago in (0, 1)]
    heard: dict[Channel, str] = {}
    for channel in desk.channels:
        told = [desk.book.outbox.told(one, channel) for one in topics]
        times = [one.spoken_at for one in told if one and one.message and one.spoken_at]
        if times:
            heard[channel] = f"last told {ago(max(times), now)}, nothing waits"
    return heard


def _ago(at: datetime, it: Standing) -> str:
    return ago(at, it.now)


def _checks(it: Standing) -> Table:
    rows = [_check(one, it) for one in it.fresh.chain]
    rows += [_extra(one, it) for one in it.extra]
    return Table(("Check", "Verdict", "Looked at", "Took", "Every", ""), tuple(rows))


def _check(one: Looked, it: Standing) -> tuple[Span, ...]:
    said = verdict(one.round.result) if one.round and one.round.result else "never looked"
    seen_at = _ago(one.at, it) if one.at else "–"
    running = bool(one.round and one.round.is_running(it.now))
    mark = "overdue" if one.is_late else "looking now" if running else ""
    return one.check.title, said, seen_at, _took(one.round), lasting(one.every), mark


def _extra(one: Round, it: Standing) -> tuple[Span, ...]:
    said = verdict(one.result) if one.result else "never looked"
    seen_at = _ago(one.finished_at, it) if one.finished_at else "–"
    return one.check.capitalize(), said, seen_at, _took(one), "", ""


def _took(one: Round | None) -> str:
    if one is None or one.duration is None:
        return "–"
    return f"{one.duration.total_seconds():,.1f} s"


def _backlog(it: Standing) -> Table:
    rows = tuple(
        (str(one.channel), f"{one.tasks:,}", _ago(one.since, it), one.why or "on the way")
        for one in it.waiting
    )
    return Table(("Channel", "Waiting", "Since", "Why"), rows, frozenset({1}))


def _replicas(it: Standing) -> Table:
    rows = tuple(
        (holder, version, _ago(beat, it), "" if it.beats(beat) else "silent")
        for holder, version, beat in sorted(it.replicas)
    )
    return Table(("Replica", "Version", "Last heard", ""), rows)


STATUS = Command(
    "status",
    "the bot itself: its replicas, how old each check's last look is, and what waits to be told",
    status,
    examples=("status",),
)
