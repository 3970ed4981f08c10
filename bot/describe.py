"""An alert's live message.  Pure.

What broke, since when and how much; then what follows and why; then one act.  Nothing in a
live message moves with the clock alone: an edit that shows nothing new is not sent.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from hashlib import sha256

from bot.alert import Alert, Event, Kind, Status, name_of
from bot.damping import is_flapping
from bot.finding import Finding, Severity
from bot.reply import (
    Block,
    Bold,
    Button,
    Buttons,
    Code,
    Link,
    Note,
    Reply,
    Span,
    Style,
    Text,
    Title,
    Tone,
    When,
    plain,
)
from bot.silence import Silence
from bot.wording import few, lasting, plural

LONGEST_TITLE = 110  # of 150 that Slack's header block takes
NAMED = 10  # rooms
SHOWN = 10  # symptoms; more are counted
LONGEST = 1_000  # characters of what is data, so that it leaves room for the fix and the buttons
LONGEST_LINE = 300  # of a symptom
_STANDS = {Status.ACKNOWLEDGED: "Acknowledged: ", Status.RESOLVED: "Resolved: "}
_SEVERITIES = {
    Severity.CRITICAL: "Critical",
    Severity.WARNING: "Warning",
    Severity.INFO: "Worth knowing",
}
OWN = frozenset({"delivery", "rounds"})  # checks of the bot itself: the doctor has no such link


def describe(
    alert: Alert,
    history: Sequence[Event],
    silences: Sequence[Silence],
    now: datetime,
    names: Mapping[str, str] | None = None,
) -> Reply:
    """The live message.  `names` are the rooms', by address in lower case; others are called
    by address."""
    stands = _STANDS.get(alert.status, "")
    title = Title(f"#{alert.number} {stands}{headline(alert)}")
    blocks: list[Block] = [title, *_what(alert)]
    if not alert.is_over:
        blocks += [*_standing(alert, history, silences, now), *_because(alert)]
    blocks += _rooms(alert.finding, names or {})
    if not alert.is_over:
        blocks += _act(alert.finding)
    return Reply((*blocks, Buttons(_buttons(alert))), tone(alert), private=False)


def shown(reply: Reply) -> str:
    """Equal where an edit would show nothing new."""
    text = f"{reply.tone.value}\n{plain(reply)}"
    return sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def headline(alert: Alert) -> str:
    """The first sentence of what broke; of a long one what stands before its colon, or as many
    words as there is room for and an ellipsis."""
    first = alert.finding.summary.partition(". ")[0].rstrip(".")
    if len(first) <= LONGEST_TITLE:
        return first
    return first[:LONGEST_TITLE].rpartition(": ")[0] or _cut(first, LONGEST_TITLE)


def _cut(text: str, most: int) -> str:
    """Shortened visibly, after a word."""
    if len(text) <= most:
        return text
    short = text[: most - 1]
    return f"{(short.rpartition(' ')[0] or short).rstrip()}…"


def _rest(alert: Alert) -> str:
    """What the title leaves out of the summary: what follows its first sentence, or all of it
    where that was cut."""
    summary, title = alert.finding.summary, headline(alert)
    if summary.rstrip(".") == title:
        return ""
    whole = summary[len(title) :].lstrip(".: ") if summary.startswith(title) else summary
    return _cut(whole, LONGEST)


def _what(alert: Alert) -> list[Block]:
    """What the title had no room for, since when, how much; then what follows from it."""
    rest = _rest(alert)
    if alert.is_over:
        length = lasting((alert.resolved_at or alert.changed_at) - alert.opened_at)
        over: tuple[Span, ...] = (Bold(f"Over after {length}"), ": from ", When(alert.opened_at))
        over = (*over, " to ", *spelled(alert.resolved_at), ".", *_had(alert))
        return [Text(over), *[Text((rest,))] * bool(rest)]
    whole = f"{rest} " if rest else ""
    since: tuple[Span, ...] = (
        Bold(_SEVERITIES[alert.finding.severity]),
        " since ",
        When(alert.opened_at),
        ".",
        *concerned(alert),
    )
    consequence = _cut(alert.finding.consequence, LONGEST)
    follows: list[Block] = [Text((consequence,))] * bool(consequence)
    return [Text((whole, *since) if whole else since), *follows]


def concerned(alert: Alert) -> tuple[Span, ...]:
    return (f" Concerned: {alert.impact}.",) if alert.impact else ()


def _had(alert: Alert) -> tuple[Span, ...]:
    by = name_of(alert.acknowledged_by)
    return (f" It was acknowledged by {by}.",) if by else ()


def _standing(
    alert: Alert, history: Sequence[Event], silences: Sequence[Silence], now: datetime
) -> list[Block]:
    """Who is on it, whether it flaps, what keeps it quiet."""
    blocks: list[Block] = []
    if alert.status is Status.ACKNOWLEDGED:
        note = f": {alert.note}" if alert.note else "."
        whose = Bold(f"Acknowledged by {name_of(alert.acknowledged_by)}")
        blocks.append(Text((whose, " at ", *spelled(alert.acknowledged_at), note)))
    elif lost := _last_lost(history):
        blocks.append(Text((Bold("Open again"), " since ", When(lost.at), f". {lost.words}")))
    if is_flapping(alert):
        times = plural(len(alert.flaps), "time")
        blocks.append(Text((Bold("Flapping"), f": it came and went {times} within an hour.")))
    if alert.because_of:
        blocks.append(Text((Bold("A symptom"), " of ", Code(alert.because_of), ".")))
    for one in silences:
        if one.covers(alert, now):
            by = f" by {name_of(one.author)}: {one.reason}"
            blocks.append(Text((Bold("Silenced"), " until ", When(one.until), by)))
    return blocks


def _last_lost(history: Sequence[Event]) -> Event | None:
    """The end of the last acknowledgement, where it ended before the alert did."""
    kinds = (Kind.ACKNOWLEDGED, Kind.REOPENED)
    last = next((event for event in reversed(history) if event.kind in kinds), None)
    return last if last and last.kind is Kind.REOPENED else None


def _because(alert: Alert) -> list[Block]:
    if not alert.symptoms:
        return []
    left = len(alert.symptoms) - SHOWN
    said = [f"• {_cut(symptom, LONGEST_LINE)}" for symptom in alert.symptoms[:SHOWN]]
    said += [f"• and {left:,} more"] * (left > 0)
    return [Text((Bold("Because of this:"),)), *(Text((one,)) for one in said)]


def _rooms(finding: Finding, names: Mapping[str, str]) -> list[Block]:
    """Unless the summary has named them all."""
    called = [names.get(address.lower(), address) for address in finding.rooms]
    if all(name in finding.summary for name in called[: NAMED + 1]):
        return []
    return [Note((f"{plural(len(called), 'room')}: {few(called, NAMED)}.",))]


def _act(finding: Finding) -> list[Block]:
    remedy = finding.remedy
    if not (remedy.words or remedy.command or remedy.link):
        return []
    words: list[Span] = [Bold("Fix: "), remedy.words]
    words += [f" Until it shows: {remedy.wait}."] if remedy.wait else []
    words += [" ", Link("Open the page", remedy.link)] if remedy.link else []
    # A line each: what is copied has to be as many statements as it was.
    return [Text(tuple(words)), *(Text((Code(line),)) for line in remedy.command.splitlines())]


def _buttons(alert: Alert) -> tuple[Button, ...]:
    number = alert.number
    details = Button("Details", f"alerts {number}")
    if alert.is_over:
        return (details,)
    ack = Button("Acknowledge", f"ack {number}", Style.PRIMARY)
    silence = Button("Silence 1 h", f"silence {number} for 1h because asked on the card")
    again = Button("Run check again", f"doctor {alert.check}")
    return (
        *((ack,) if alert.status is not Status.ACKNOWLEDGED else ()),
        silence,
        details,
        *((again,) if alert.check not in OWN else ()),
    )


def tone(alert: Alert) -> Tone:
    if alert.is_over:
        return Tone.GOOD
    if alert.finding.severity is Severity.INFO:
        return Tone.PLAIN
    is_bad = alert.finding.severity is Severity.CRITICAL
    return Tone.BAD if is_bad and alert.status is not Status.ACKNOWLEDGED else Tone.WARN


def spelled(moment: datetime | None) -> tuple[Span, ...]:
    return (When(moment),) if moment else ("a time that I do not know",)
