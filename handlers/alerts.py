"""`/roomops alerts`: what is wrong now and lately, worst first, and how much that list is worth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from bot.command import Argument, Command
from bot.desk import Desk
from bot.errors import Usage
from bot.finding import Severity
from bot.people import Invocation
from bot.reply import Block, Bold, Button, Buttons, Note, Reply, Text, Tone
from bot.wording import plural
from handlers import matcher
from handlers.alert_card import card
from handlers.alert_rows import Seen, chosen, counted, folded, seen, table
from handlers.freshness import Freshness, freshness
from handlers.known import known
from handlers.matcher import Meant, State
from handlers.rules import rules

LATELY = timedelta(hours=24)  # how long what is over is still listed
PAGE = 20
RECENT = 5  # of what is over, where nothing was asked for in particular
DETAILS = 3  # buttons


def alerts(invocation: Invocation, desk: Desk) -> Reply:
    said, now = invocation.arguments.strip(), invocation.at
    if said.lower() in ("silences", "silence"):
        return rules(desk, now)
    standing = desk.book.alerts.open()
    words = list(matcher.split(said))
    meant = matcher.read(words, known(desk, standing, [word.value for word in words]))
    if meant.number is not None:
        return _one(meant, desk, now)
    resolved = desk.book.alerts.resolved(now - LATELY)
    every = seen((*standing, *resolved), desk.book.silences.holding(now), now)
    return _listed(every, meant, freshness(desk, now))


def _one(meant: Meant, desk: Desk, now: datetime) -> Reply:
    number = meant.number or 0
    if replace(meant, number=None, page=1) != Meant():
        raise Usage(f"#{number} alone says which alert", "Leave the rest out, or the number.")
    return card(desk, number, now)


def _listed(every: Sequence[Seen], meant: Meant, fresh: Freshness) -> Reply:
    found = chosen(every, meant)
    shown = _brief(found) if meant.is_everything else folded(found)
    page = shown[(meant.page - 1) * PAGE :][:PAGE]
    blocks: list[Block] = [Text((Bold(_first(found, every, meant, fresh)), f" {fresh.sentence}"))]
    if page:
        blocks.append(table(page, every, fresh.now))
    blocks += [Note((note,)) for note in _notes(shown, found, every, meant)]
    if buttons := _buttons(page, shown, every, meant):
        blocks.append(Buttons(buttons))
    return Reply(tuple(blocks), _tone(found, fresh))


def _brief(found: Sequence[Seen]) -> list[Seen]:
    """Of what is over only the latest; the filter `resolved` shows it all."""
    over = [one for one in found if one.state is State.RESOLVED]
    return [*folded([one for one in found if one.state is not State.RESOLVED]), *over[:RECENT]]


def _first(found: Sequence[Seen], every: Sequence[Seen], meant: Meant, fresh: Freshness) -> str:
    if not meant.is_everything:
        return _filtered(found, every, meant)
    standing = [one for one in found if one.state is not State.RESOLVED]
    if standing:
        rest = "; nothing else is wrong that I can see" if fresh.is_whole else ""
        return f"{counted(standing).capitalize()}{rest}."
    if fresh.is_whole:
        return "No alert is open, and nothing is wrong that I can see."
    return "No alert is open, but that says little."


def _filtered(found: Sequence[Seen], every: Sequence[Seen], meant: Meant) -> str:
    which = ", ".join(part for part in (meant.state, matcher.words(meant.matcher)) if part)
    total = sum(one.state not in (State.RESOLVED, State.PENDING) for one in every)
    stand = f"{plural(total, 'alert')} {'stands' if total == 1 else 'stand'} in all"
    return (
        f"{plural(len(found), 'alert')} ({which}); {stand}."
        if found
        else f"None ({which}); {stand}."
    )


def _notes(
    shown: Sequence[Seen], found: Sequence[Seen], every: Sequence[Seen], meant: Meant
) -> list[str]:
    notes = []
    if len(shown) > PAGE:
        first = (meant.page - 1) * PAGE + 1
        last = min(meant.page * PAGE, len(shown))
        past = f"There is no page {meant.page}."
        some = f"{first:,} to {last:,} of {len(shown):,}."
        notes.append(some if first <= last else past)
    if left := len(found) - len(shown):
        notes.append(f"{left:,} more were resolved in the last 24 h: alerts resolved.")
    pending = sum(one.state is State.PENDING for one in every)
    if pending and meant.is_everything:
        fit = "was seen once and waits" if pending == 1 else "were seen once and wait"
        notes.append(f"{pending:,} more {fit} for a second look: alerts pending.")
    if meant.matcher.site and (wide := _everywhere(every)):
        notes.append(f"Of no single site, but felt there perhaps: {wide}.")
    return notes


def _everywhere(every: Sequence[Seen]) -> str:
    """A lost consent is in no city."""
    wide = [one for one in every if not one.alert.sites and one.alert.stands]
    return ", ".join(f"#{one.alert.number}" for one in wide[:5])


def _buttons(
    page: Sequence[Seen], shown: Sequence[Seen], every: Sequence[Seen], meant: Meant
) -> tuple[Button, ...]:
    quiet = (State.RESOLVED, State.FOLDED)
    numbers = [one.alert.number for one in page if one.state not in quiet][:DETAILS]
    buttons = [Button(f"Details of #{number}", f"alerts {number}") for number in numbers]
    if len(shown) > meant.page * PAGE:
        line = f"alerts {_line(meant)}".rstrip()
        buttons.append(Button("More", f"{line} page {meant.page + 1}"))
    if not meant.is_everything:
        buttons.append(Button("All alerts", "alerts"))
    if any(one.silences for one in every):
        buttons.append(Button("Silences", "alerts silences"))
    return tuple(buttons)


def _line(meant: Meant) -> str:
    return " ".join(part for part in (meant.state, matcher.line(meant.matcher)) if part)


def _tone(found: Sequence[Seen], fresh: Freshness) -> Tone:
    standing = [one for one in found if one.state is not State.RESOLVED]
    if any(_burns(one) for one in standing):
        return Tone.BAD
    return Tone.GOOD if fresh.is_whole and not standing else Tone.WARN


def _burns(one: Seen) -> bool:
    """Critical, and nobody's."""
    return one.state is State.OPEN and one.alert.finding.severity is Severity.CRITICAL


ALERTS = Command(
    "alerts",
    "what is wrong now, who has it, what is kept quiet, and what was resolved in the last 24 hours",
    alerts,
    (
        Argument("[FILTER]", "check, severity, state, in SITE, room=ADDRESS; all must agree"),
        Argument("[ID]", "one alert: its whole history, evidence and the fix"),
        Argument("[silences]", "the silences that hold"),
    ),
    examples=("alerts", "alerts critical in Lisbon", "alerts 1", "alerts silences"),
)
