"""How far the rooms were looked into, how long ago, and what could not be told.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from bot.finding import LACKING, THROTTLED, Unknown
from bot.ports import FRESH
from bot.rooms import Cause, Room, RoomState
from bot.tenancy import Reach, Survey
from bot.wording import few, plural
from handlers import room_bookings as bookings
from handlers import room_mailbox as mailbox
from handlers import room_reach as reach
from handlers.details import age, labels

DELEGATES = 100  # people whose account is looked up at a time
_SHOWN_BY = {"mailbox": "MailboxSettings.Read", "delegates": "Calendars.Read"}


def untold(
    surveys: Sequence[Survey], states: Sequence[RoomState], rooms: Sequence[Room]
) -> tuple[Unknown, ...]:
    """Rooms that told nothing, parts of mailboxes asked for in vain, calendars that are shut."""
    return (*_unread(surveys, labels(rooms)), *_closed(surveys, states))


def notes_of(
    surveys: Sequence[Survey], states: Sequence[RoomState], rooms: int, now: datetime
) -> tuple[str, ...]:
    found = mailbox.delegates(surveys)
    notes = []
    if found:
        roles = few(list(dict.fromkeys(f"{d.name or d.address}: {d.role}" for d in found)))
        calendars = plural(len({d.room for d in found}), "calendar")
        notes.append(f"Delegates on {calendars}: {roles}.")
    if (people := len({d.address.lower() for d in found})) > DELEGATES:
        notes.append(f"I looked up the accounts of {DELEGATES} delegates of {people:,} only.")
    notes += _turns(surveys, now)
    read = len({state.room.address for state in states if now - state.read_at <= FRESH})
    if 0 < read < rooms:
        notes.append(
            f"Overlapping and unanswered meetings: {read:,} of {rooms:,} rooms looked at this "
            "time, others next; what was found before is said until it is seen to be over."
        )
    return tuple(notes)


def _turns(surveys: Sequence[Survey], now: datetime) -> list[str]:
    """Mailboxes and delegates take turns."""
    readable = [one for one in surveys if one.probe.reach is Reach.READ]
    told = [one.at for one in readable if one.at]
    before = [at for at in told if now - at > FRESH]
    parts = [f"{len(told) - len(before):,} of {plural(len(readable), 'room')} looked into now"]
    if before:
        parts.append(f"{len(before):,} up to {age(now - min(before))} ago")
    if left := len(readable) - len(told):
        parts.append(f"{left:,} not looked at yet")
    return [f"Mailbox and delegates: {', '.join(parts)}."] if len(parts) > 1 else []


def _unread(surveys: Sequence[Survey], names: Mapping[str, str]) -> list[Unknown]:
    silent: dict[str, list[Survey]] = {}
    for one in surveys:
        if one.probe.reach in reach.UNTOLD:
            silent.setdefault(one.probe.words or one.probe.reach.value, []).append(one)
        for part, why in one.why if one.probe.reach is Reach.READ else ():
            silent.setdefault(f"{part}: {_sentence(why)}", []).append(one)
    return [_told(words, found, names) for words, found in silent.items()]


def _closed(surveys: Sequence[Survey], states: Sequence[RoomState]) -> list[Unknown]:
    """Rooms that answer, and of which the calendar of the next days could not be read."""
    reached = {one.probe.mailbox.lower() for one in surveys if one.probe.reach is Reach.READ}
    silent: dict[tuple[Cause, str], list[str]] = {}
    for state in states:
        if state.unreadable and state.room.address.lower() in reached:
            why = state.unreadable.cause, state.unreadable.words.rstrip(".")
            silent.setdefault(why, []).append(state.room.name)
    return [
        Unknown(
            f"The next days of {plural(len(rooms), 'room')} not read ({why}): {few(rooms)}.",
            cause=THROTTLED if cause is Cause.THROTTLED else "",
            unseen=bookings.TELLS,
        )
        for (cause, why), rooms in silent.items()
    ]


def _sentence(why: str) -> str:
    """The first; the permission that would help is named apart."""
    return why.split(". ")[0]


def _told(words: str, found: Sequence[Survey], names: Mapping[str, str]) -> Unknown:
    part = words.partition(":")[0]
    named = few([names.get(one.probe.mailbox, one.probe.mailbox) for one in found])
    why = f"{plural(len(found), 'room')} could not be looked into ({words.rstrip('.')}): {named}."
    evidence = tuple(e for one in found[:3] for e in one.probe.evidence)
    shown = _SHOWN_BY.get(part, "")
    slowed = all(one.probe.reach is Reach.THROTTLED for one in found)
    cause = LACKING if shown else THROTTLED if slowed else ""
    unseen = mailbox.TELLS if shown else (*reach.TELLS, *mailbox.TELLS, *bookings.TELLS)
    return Unknown(why, shown, evidence=evidence, cause=cause, unseen=unseen)
