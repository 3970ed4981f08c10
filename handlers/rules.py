"""The silences that hold, as rows: what they hide, who set them, why and until when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.alert import Alert, Status, name_of
from bot.desk import Desk
from bot.reply import Block, Button, Buttons, Code, Note, Reply, Span, Table, Text
from bot.silence import Matcher, Silence
from bot.wording import lasting, plural
from handlers import matcher
from handlers.alert_rows import short

HEAD = ("Silence", "Keeps quiet", "Hides now", "Ends in", "By", "Because")
BUTTONS = 5


def rules(desk: Desk, now: datetime) -> Reply:
    """All that hold, the first to end first."""
    holding = sorted(desk.book.silences.holding(now), key=lambda one: one.until)
    if not holding:
        how = Note(("To set one: ", Code(EXAMPLE), "."))
        return Reply((Text(("No silence holds: I speak of everything.",)), how))
    alerts = desk.book.alerts.open()
    first = f"{plural(len(holding), 'silence')} {'holds' if len(holding) == 1 else 'hold'}."
    rows = tuple(_row(silence, alerts, now) for silence in holding)
    blocks: list[Block] = [Text((first,)), Table(HEAD, rows, frozenset({2}))]
    ends = tuple(
        Button(f"End {one.number}", f"unsilence {one.number}") for one in holding[:BUTTONS]
    )
    return Reply((*blocks, Buttons(ends)))


EXAMPLE = "silence check=rooms for 2h because the network in Lisbon is being rebuilt"


def _row(silence: Silence, alerts: Sequence[Alert], now: datetime) -> tuple[Span, ...]:
    return (
        str(silence.number),
        meaning(silence.matcher, alerts),
        f"{len(hidden(silence, alerts, now)):,}",
        lasting(silence.until - now),
        name_of(silence.author),
        short(silence.reason),
    )


def meaning(rule: Matcher, alerts: Sequence[Alert]) -> str:
    """In words; a single problem by its number where it is open now."""
    if rule.fingerprint:
        for alert in alerts:
            if alert.fingerprint == rule.fingerprint:
                return f"#{alert.number}: {short(alert.finding.summary)}"
    return matcher.words(rule)


def hidden(silence: Silence, alerts: Sequence[Alert], now: datetime) -> list[Alert]:
    """What would be spoken of if it were not for this."""
    return [
        alert
        for alert in alerts
        if alert.status is not Status.PENDING and silence.covers(alert, now)
    ]
