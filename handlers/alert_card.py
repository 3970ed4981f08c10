"""One alert in depth: how it stands, its whole history, the evidence, and where it was told."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot import topic
from bot.alert import Alert, Event, name_of
from bot.describe import describe
from bot.desk import Desk
from bot.reply import Block, Button, Buttons, Facts, Note, Reply, Span, Table, Text, When
from bot.silence import Silence
from bot.wording import plural
from handlers.alert_rows import short
from handlers.chain import CHECKS
from handlers.changing import found
from handlers.roomed import names_of
from handlers.telling import spell

LINES = 40  # of history, the latest
PROOFS = 10


def card(desk: Desk, number: int, now: datetime) -> Reply:
    alert = found(desk, number)
    history = [event for _, event in desk.book.alerts.history(number)]
    silences = desk.book.silences.holding(now)
    names = names_of(desk) if alert.finding.rooms else {}
    told = describe(alert, history, silences, now, names)
    blocks: list[Block] = [block for block in told.blocks if not isinstance(block, Buttons)]
    blocks += _history(history)
    blocks += _evidence(alert)
    blocks += _told(desk, alert)
    blocks.append(Buttons(_buttons(alert, silences, now)))
    return Reply(tuple(blocks), told.tone)


def _history(history: Sequence[Event]) -> list[Block]:
    rows = tuple(_line(event) for event in history[-LINES:])
    if not rows:
        return []
    blocks: list[Block] = [Table(("When", "What", "Who", "In words"), rows)]
    left = len(history) - len(rows)
    return [*blocks, *[Note((f"{plural(left, 'earlier line')} left out.",))] * (left > 0)]


def _line(event: Event) -> tuple[Span, ...]:
    return When(event.at), event.kind.value, name_of(event.by) or "I", short(event.words)


def _evidence(alert: Alert) -> list[Block]:
    proofs = alert.finding.evidence
    if not proofs:
        return []
    said = tuple((f"Proof {n}", spell(proof)) for n, proof in enumerate(proofs[:PROOFS], 1))
    left = len(proofs) - PROOFS
    return [Facts(said), *[Note((f"And {plural(left, 'more proof')}.",))] * (left > 0)]


def _told(desk: Desk, alert: Alert) -> list[Block]:
    """A message that stands, or that it is still to be told, for each channel."""
    lines = []
    for channel in desk.channels:
        told = desk.book.outbox.told(topic.alert(alert.number), channel)
        if told is None or not told.message:
            lines.append(Text((f"Not told in {channel}.",)))
        elif told.spoken_at is not None:
            lines.append(Text((f"Last told in {channel} ", When(told.spoken_at), ".")))
    return [*lines]


def _buttons(alert: Alert, silences: Sequence[Silence], now: datetime) -> tuple[Button, ...]:
    buttons = []
    if alert.stands:
        if alert.acknowledged_by:
            buttons.append(Button("Give it back", f"unack {alert.number}"))
        else:
            buttons.append(Button("Acknowledge", f"ack {alert.number}"))
        if quiet := [one for one in silences if one.covers(alert, now)]:
            buttons.append(Button("End the silence", f"unsilence {quiet[0].number}"))
        else:
            line = f"silence {alert.number} for 1h because asked on the card"
            buttons.append(Button("Silence 1 h", line))
    if alert.check in {check.name for check in CHECKS}:
        buttons.append(Button("Run check again", f"doctor {alert.check}"))
    return (*buttons, Button("All alerts", "alerts"))
