"""`/roomops ack`: somebody is on it; `unack`: nobody is any more."""

from __future__ import annotations

import re

from bot import lifecycle
from bot.alert import Alert
from bot.command import Argument, Command
from bot.desk import Desk
from bot.errors import Usage
from bot.people import Invocation
from bot.reason import ASK_AGAIN
from bot.reply import Block, Bold, Button, Buttons, Note, Reply, Text, Tone
from bot.text import cut, quote
from bot.wording import lasting
from handlers.changing import changed, found
from handlers.who import signed

LONGEST_NOTE = 500  # characters; it stands on the card
_ID = re.compile(r"#?(\d{1,9})(?:[:,.]?\s+|[:,.]?$)(.*)", re.ASCII | re.DOTALL)


def ack(invocation: Invocation, desk: Desk) -> Reply:
    number, note = _read(invocation.arguments)
    now, by = invocation.at, signed(invocation.user)
    alert = found(desk, number)
    if alert.is_over:
        return over(alert, invocation)
    after = changed(desk, number, lambda one: lifecycle.acknowledged(one, by, note, now), now)
    took_over = alert.acknowledged_by not in ("", by)
    return _taken(after, took_over=took_over)


def _read(said: str) -> tuple[int, str]:
    match = _ID.fullmatch(said.strip())
    if match is None:
        raise Usage("I need to know which alert", "Say its number, and a note if you like.")
    number, note = int(match[1]), match[2].strip()
    if re.fullmatch(r"(?:(?:and|,)?\s*#?\d{1,9}\s*)+", note):
        raise Usage("I take one alert at a time", f"Say ack {number}, then the next.")
    return number, cut(note, LONGEST_NOTE)


def over(alert: Alert, invocation: Invocation) -> Reply:
    """To whoever pressed a button on a card from before."""
    ended = alert.resolved_at or alert.changed_at
    ago = lasting(invocation.at - ended)
    length = lasting(ended - alert.opened_at)
    head = Bold(f"#{alert.number} is over")
    said = Text((head, f": it ended {ago} ago, after {length}. There is nothing to do."))
    return Reply((said, Buttons((_details(alert.number),))))


def _taken(alert: Alert, *, took_over: bool) -> Reply:
    again = lasting(ASK_AGAIN)
    yours = f"#{alert.number} is yours{' now' if took_over else ''}"
    blocks: list[Block] = [Text((Bold(yours), f": {alert.finding.summary}"))]
    if alert.note:
        blocks.append(Text(("Your note: ", alert.note)))
    blocks.append(
        Note((f"I ask again in {again}, at once if it gets worse, and say when it is over.",))
    )
    back = Button("Give it back", f"unack {alert.number}")
    return Reply((*blocks, Buttons((_details(alert.number), back))), Tone.WARN)


def unack(invocation: Invocation, desk: Desk) -> Reply:
    number, rest = _read(invocation.arguments)
    if rest:
        raise Usage(f"I do not understand {quote(rest)}", "Say the number alone.")
    now, by = invocation.at, signed(invocation.user)
    if (alert := found(desk, number)).is_over:
        return over(alert, invocation)
    after = changed(desk, number, lambda one: lifecycle.unacknowledged(one, by, now), now)
    said = (Bold(f"#{number} is open again"), f", and nobody's: {after.finding.summary}")
    take = Button("Acknowledge", f"ack {number}")
    return Reply((Text(said), Buttons((_details(number), take))), Tone.WARN)


def _details(number: int) -> Button:
    return Button("Details", f"alerts {number}")


ACK = Command(
    "ack",
    "take an alert on: nobody else is asked until it gets worse or is over",
    ack,
    (
        Argument("ID", "the alert's number"),
        Argument("[NOTE]", "what you do about it; with a note you also take it over"),
    ),
    examples=("ack 1", "ack 1 I talk to the Exchange team"),
)
UNACK = Command(
    "unack",
    "give an alert back that was acknowledged",
    unack,
    (Argument("ID", "the alert's number"),),
    examples=("unack 2",),
)
