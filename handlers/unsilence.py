"""`/roomops unsilence`: speak again, at once."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime

from bot.alert import Alert, Kind, name_of
from bot.command import Argument, Command
from bot.desk import Desk
from bot.errors import Missing, Refused, Usage
from bot.people import Invocation
from bot.reply import Block, Bold, Button, Buttons, Note, Reply, Text, Tone, When
from bot.silence import Silence
from bot.text import quote
from bot.wording import few, plural
from handlers.alert_rows import seen, table
from handlers.rules import hidden, meaning, rules
from handlers.silence import noted
from handlers.who import signed

SHOWN = 20


def unsilence(invocation: Invocation, desk: Desk) -> Reply:
    said = invocation.arguments.strip()
    if not said:
        return rules(desk, invocation.at)
    match = re.fullmatch(r"(?:silence )?(#?)(\d{1,9})", said, re.ASCII | re.IGNORECASE)
    if match is None:
        hint = "Say its number; without one I list them."
        raise Usage(f"{quote(said)} is not a silence's number", hint)
    silence = _found(desk, int(match[2]), invocation.at)
    if not silence.holds(invocation.at):
        return _ended_before(silence)
    return _end(desk, silence, invocation)


def _found(desk: Desk, number: int, now: datetime) -> Silence:
    try:
        return desk.book.silences.get(number)
    except Missing:
        hint = _of_alert(desk, number, now) or "Say unsilence alone to see those that hold."
        raise Refused(f"There is no silence {number:,}", hint) from None


def _of_alert(desk: Desk, number: int, now: datetime) -> str:
    """They may have said the alert's number."""
    for alert in desk.book.alerts.open():
        quiet = [s for s in desk.book.silences.holding(now) if s.covers(alert, now)]
        if alert.number == number and quiet:
            return f"What keeps #{number} quiet is silence {few([str(s.number) for s in quiet])}."
    return ""


def _ended_before(silence: Silence) -> Reply:
    by = f" by {name_of(silence.ended_by)}" if silence.ended_by else ""
    ended = silence.ended_at or silence.until
    head = Bold(f"Silence {silence.number} is over")
    said = (head, " since ", When(ended), f"{by}. There is nothing to end.")
    return Reply((Text(said), Buttons((Button("Silences", "alerts silences"),))))


def _end(desk: Desk, silence: Silence, invocation: Invocation) -> Reply:
    now, by = invocation.at, signed(invocation.user)
    alerts = desk.book.alerts.open()
    hides = hidden(silence, alerts, now)
    if desk.book.silences.end(silence.number, by, now, desk.channels) is None:
        return _ended_before(desk.book.silences.get(silence.number))
    noted(desk, hides, Kind.UNSILENCED, by, f"Silence {silence.number} was ended.", now)
    return _ended(silence, alerts, hides, desk.book.silences.holding(now), now)


def _ended(
    silence: Silence,
    alerts: Sequence[Alert],
    hides: Sequence[Alert],
    holding: Sequence[Silence],
    now: datetime,
) -> Reply:
    head = Bold(f"Silence {silence.number} is ended")
    blocks: list[Block] = [Text((head, f": {meaning(silence.matcher, alerts)}"))]
    if not hides:
        blocks.append(Text(("It hid nothing that is open now.",)))
        return Reply(tuple(blocks), Tone.GOOD)
    still = [alert for alert in hides if any(one.covers(alert, now) for one in holding)]
    what = f"It hid {plural(len(hides), 'alert')}; I speak of {_them(hides, still)} now."
    rows = seen(hides, holding, now)
    blocks += [Text((what,)), table(rows[:SHOWN], rows, now)]
    if still:
        stay = "stays" if len(still) == 1 else "stay"
        blocks.append(Note((f"{plural(len(still), 'alert')} {stay} quiet by another silence.",)))
    return Reply(tuple(blocks), Tone.WARN)


def _them(hides: Sequence[Alert], still: Sequence[Alert]) -> str:
    free = len(hides) - len(still)
    if not free:
        return "none of them"
    if free == len(hides):
        return "it" if free == 1 else "them"
    return f"{free:,} of them"


UNSILENCE = Command(
    "unsilence",
    "end a silence now: what still burns is told at once",
    unsilence,
    (Argument("[ID]", "the silence's number; without one I list those that hold"),),
    examples=("unsilence", "unsilence 1"),
)
