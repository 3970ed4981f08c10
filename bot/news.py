"""What is said beside an alert's live message: lines of its thread, reminders, digests.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from bot.alert import Alert, Event, Kind, Status, name_of
from bot.describe import concerned, headline, spelled, tone
from bot.notification import Told
from bot.reply import (
    Block,
    Bold,
    Button,
    Buttons,
    Note,
    Reply,
    Span,
    Style,
    Table,
    Text,
    Title,
    Tone,
    When,
)
from bot.silence import Silence
from bot.wording import lasting, plural

SHOWN = 20  # lines of history, alerts in a digest; more are counted

_KINDS = {
    Kind.OPENED: "Opened",
    Kind.WORSE: "Worse",
    Kind.BETTER: "Better",
    Kind.CHANGED: "Changed",
    Kind.FOLDED: "Laid to its cause",
    Kind.UNFOLDED: "On its own again",
    Kind.FLAPPING: "Flapping",
    Kind.STEADY: "Steady again",
    Kind.ACKNOWLEDGED: "Acknowledged",
    Kind.REOPENED: "Open again",
    Kind.SILENCED: "Silenced",
    Kind.UNSILENCED: "No longer silenced",
    Kind.RESOLVED: "Resolved",
}


def lines(events: Sequence[Event]) -> Reply:
    """News for the thread, oldest first; of very many only the newest, and how many more."""
    left = len(events) - SHOWN
    more: list[Block] = [Note((f"{plural(left, 'older line')} left out.",))] * (left > 0)
    return Reply((*more, *map(_line, events[-SHOWN:])), private=False)


def line(event: Event) -> Reply:
    return lines((event,))


def reminder(alert: Alert, told: Told, now: datetime) -> Reply:
    """It still burns; what is new since anybody was last woken."""
    finding = alert.finding
    still = Bold(f"Still broken ({lasting(now - alert.opened_at)}). ")
    blocks: list[Block] = [Text((still, finding.summary, *concerned(alert)))]
    blocks.append(Text(_new_since(alert, told)))
    number = alert.number
    if alert.status is Status.ACKNOWLEDGED:
        whose = f"Acknowledged by {name_of(alert.acknowledged_by)} at "
        blocks.append(Text((whose, *spelled(alert.acknowledged_at), ". Is somebody still on it?")))
        button = Button("Still on it", f"ack {number} still on it")
    else:
        button = Button("Acknowledge", f"ack {number}", Style.PRIMARY)
    blocks.append(Buttons((button, Button("Details", f"alerts {number}"))))
    return Reply(tuple(blocks), tone(alert), private=False)


def hidden(silence: Silence, events: Sequence[tuple[Alert, Event]], now: datetime) -> Reply:
    """What a silence kept quiet, ends included."""
    found: dict[int, tuple[Alert, list[Event]]] = {}
    for alert, event in events:
        _, before = found.get(alert.number, (alert, []))
        found[alert.number] = (alert, [*before, event])
    author, count = name_of(silence.author), plural(len(found), "alert")
    told = f"It kept {count} quiet:" if found else "Nothing happened that it kept quiet."
    ended: tuple[Span, ...] = (f"{author} had set it at ", When(silence.begins))
    ended = (*ended, f", because: {silence.reason}. {told}")
    blocks: list[Block] = [Title(f"Silence {silence.number} is over"), Text(ended)]
    rows = [_hidden_row(alert, happened, now) for alert, happened in found.values()]
    if rows:
        blocks.append(Table(("Alert", "What is wrong", "Meanwhile", "Now"), tuple(rows[:SHOWN])))
    if len(rows) > SHOWN:
        blocks.append(Note((f"And {plural(len(rows) - SHOWN, 'more alert')}.",)))
    burning = any(not alert.is_over for alert, _ in found.values())
    how = Tone.WARN if burning else Tone.GOOD
    buttons = Buttons((Button("Show alerts", "alerts"),))
    return Reply((*blocks, buttons), how if found else Tone.PLAIN, private=False)


def _line(event: Event) -> Text:
    by = f" by {name_of(event.by)}" if event.by else ""
    words = f": {event.words}" if event.words else "."
    return Text((Bold(_KINDS[event.kind]), by, " at ", When(event.at), words))


def _new_since(alert: Alert, told: Told) -> tuple[Span, ...]:
    if not told.spoken_at:
        return ("I have not said so before.",)
    since = When(told.spoken_at)
    gone = told.rooms - len(alert.finding.rooms)
    if gone > 0:
        fewer = f"{plural(gone, 'room')} fewer than the most I told of; I last spoke at "
        return (fewer, since, ".")
    if alert.version == told.version:
        return ("Nothing changed since I last spoke, at ", since, ".")
    return ("It changed a little since I last spoke, at ", since, "; the card above is current.")


def _hidden_row(alert: Alert, happened: Sequence[Event], now: datetime) -> tuple[Span, ...]:
    kinds = dict.fromkeys(_KINDS[event.kind].lower() for event in happened)
    if alert.is_over and alert.resolved_at:
        stands = f"over after {lasting(alert.resolved_at - alert.opened_at)}"
    elif alert.status is Status.ACKNOWLEDGED:
        stands = f"acknowledged by {name_of(alert.acknowledged_by)}"
    else:
        stands = f"open for {lasting(now - alert.opened_at)}"
    return f"#{alert.number}", headline(alert), ", ".join(kinds), stands
