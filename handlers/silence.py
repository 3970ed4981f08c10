"""`/roomops silence`: not to hear of some alerts for a while.  It hides speaking, not the alert.

One alert by its number is silenced at once; any other rule shows first what it would hide.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.alert import Alert, Change, Event, Kind, name_of
from bot.command import Argument, Command
from bot.desk import Desk
from bot.errors import Usage
from bot.finding import Severity
from bot.people import Invocation
from bot.reply import Block, Bold, Button, Buttons, Note, Reply, Style, Text, Tone, When
from bot.silence import Matcher, Silence
from bot.wording import few, lasting, moment, plural
from handlers import matcher
from handlers.acknowledge import over
from handlers.alert_rows import seen, short, table
from handlers.changing import changed, found
from handlers.known import known
from handlers.matcher import Meant
from handlers.rule import WHICH, Rule, rule
from handlers.rules import EXAMPLE, hidden, rules
from handlers.who import signed

SHOWN = 20  # alerts that a preview names


def silence(invocation: Invocation, desk: Desk) -> Reply:
    if not invocation.arguments.strip():
        return rules(desk, invocation.at)
    asked = rule(invocation.arguments)
    alerts = desk.book.alerts.open()
    names = known(desk, alerts, [word.value for word in asked.words])
    meant = matcher.read(asked.words, names)
    if meant.number is not None:
        return _one(invocation, desk, asked, meant)
    wanted = _rule_of(invocation, asked, _matcher(meant))
    if not asked.confirmed:
        return _preview(wanted, asked, alerts, invocation.at)
    return _set(desk, wanted, alerts)


def _matcher(meant: Meant) -> Matcher:
    if meant.state is not None:
        hint = "It goes by number, check, site, severity, room or subject."
        raise Usage(f"A silence does not go by state, so not by “{meant.state}”", hint)
    if meant.matcher.is_empty:
        raise Usage("A silence needs to know which alerts", WHICH)
    return meant.matcher


def _one(invocation: Invocation, desk: Desk, asked: Rule, meant: Meant) -> Reply:
    number = meant.number or 0
    if meant.state is not None or not meant.matcher.is_empty:
        raise Usage(f"#{number} alone says which alert", "Leave the rest out, or the number.")
    alert = found(desk, number)
    if alert.is_over:
        return over(alert, invocation)
    wanted = _rule_of(invocation, asked, Matcher(fingerprint=alert.fingerprint))
    return _set(desk, wanted, [alert])


def _rule_of(invocation: Invocation, asked: Rule, which: Matcher) -> Silence:
    return Silence(
        matcher=which,
        begins=invocation.at,
        until=invocation.at + asked.length,
        author=signed(invocation.user),
        reason=asked.reason,
    )


def _preview(wanted: Silence, asked: Rule, alerts: Sequence[Alert], now: datetime) -> Reply:
    hides = hidden(wanted, alerts, now)
    which = matcher.words(wanted.matcher)
    end = (" until ", When(wanted.until), f", {lasting(asked.length)} from now.")
    if hides:
        first = (f"This would keep {plural(len(hides), 'alert')} quiet", *end)
    else:
        first = ("This hides nothing that is open now; it would keep new ones quiet", *end)
    blocks: list[Block] = [Text((Bold("Not set yet. "), *first))]
    if hides:
        rows = seen(hides, (), now)
        blocks.append(table(rows[:SHOWN], rows, now))
    blocks += _small_print(hides, which, _wider(wanted, alerts))
    button = Button("Set it", asked.line(matcher.line(wanted.matcher)), Style.PRIMARY)
    return Reply((*blocks, Buttons((button,))), Tone.WARN)


def _small_print(hides: Sequence[Alert], which: str, wider: Sequence[Alert]) -> list[Block]:
    critical = sum(alert.finding.severity is Severity.CRITICAL for alert in hides)
    said = [f"Rule: {which}. New alerts that fit are kept quiet too."]
    said += [f"{critical:,} of these {'is' if critical == 1 else 'are'} critical."] * bool(critical)
    if wider:
        named = few([f"#{alert.number}" for alert in wider], 10)
        said.append(f"It leaves {named} alone, which is of more than that.")
    left = len(hides) - SHOWN
    said += [f"And {left:,} more."] * (left > 0)
    return [Note((" ".join(said),))]


def _wider(wanted: Silence, alerts: Sequence[Alert]) -> list[Alert]:
    """What it concerns and does not cover, since that is of other rooms or sites besides."""
    matcher = wanted.matcher
    return [one for one in alerts if matcher.concerns(one) and not matcher.covers(one)]


def _set(desk: Desk, wanted: Silence, alerts: Sequence[Alert]) -> Reply:
    now = wanted.begins
    if standing := _as_long(desk, wanted):
        return _already(standing)
    kept = desk.book.silences.add(wanted, desk.channels)
    hides = hidden(kept, alerts, now)
    noted(desk, hides, Kind.SILENCED, kept.author, _noted(kept), now)
    which = matcher.words(kept.matcher)
    if kept.matcher.fingerprint:
        which = f"#{alerts[0].number}: {short(alerts[0].finding.summary)}"
    first = (Bold("Silenced"), " until ", When(kept.until), f": {which}")
    blocks: list[Block] = [Text(first), Text(("Because ", kept.reason))]
    if not kept.matcher.fingerprint:
        blocks.append(Text((_keeps(hides),)))
    blocks.append(Note((_END.format(number=kept.number),)))
    end = Button("End it", f"unsilence {kept.number}")
    return Reply((*blocks, Buttons((end, Button("Silences", "alerts silences")))))


_END = (
    "I still look and write down. At its end I say at once what still burns and what was hidden. "
    "Sooner: unsilence {number}."
)


def _keeps(hides: Sequence[Alert]) -> str:
    if not hides:
        return "It hides nothing that is open now, and new ones that fit."
    numbers = few([f"#{alert.number}" for alert in hides], 10)
    return f"It hides {numbers}, and new ones that fit."


def _as_long(desk: Desk, wanted: Silence) -> Silence | None:
    """One that says the same already, for about as long: somebody pressed first."""
    for one in desk.book.silences.holding(wanted.begins):
        if one.matcher == wanted.matcher and one.until >= wanted.until - _ABOUT:
            return one
    return None


_ABOUT = timedelta(minutes=5)


def _already(standing: Silence) -> Reply:
    who = f" by {name_of(standing.author)}, because {standing.reason}"
    said = (Bold("Silenced already"), " until ", When(standing.until), who)
    return Reply((Text(said), Buttons((Button("End it", f"unsilence {standing.number}"),))))


def noted(
    desk: Desk, alerts: Sequence[Alert], kind: Kind, by: str, words: str, now: datetime
) -> None:
    """Write it into their history, all at once but for those that somebody else moves just now."""
    event = Event(kind, now, by, words)

    def step(alert: Alert) -> Change:
        return Change(alert, replace(alert, changed_at=now), (event,))

    written = desk.book.alerts.commit([step(alert) for alert in alerts], desk.channels, now)
    for alert, after in zip(alerts, written, strict=True):
        if after is None:
            changed(desk, alert.number, step, now)


def _noted(kept: Silence) -> str:
    return f"Silence {kept.number} until {moment(kept.until)}: {kept.reason}"


SILENCE = Command(
    "silence",
    "keep quiet about some alerts for a while; they are looked at and written down all the same",
    silence,
    (
        Argument("MATCHER", "a number, or check= site= severity= room= subject=; all must agree"),
        Argument("for DURATION", "30m, 2h, 1d; at most 7 days"),
        Argument("because REASON", "for whoever wonders"),
    ),
    examples=("silence 1 for 2h because the network is being rebuilt", EXAMPLE),
)
