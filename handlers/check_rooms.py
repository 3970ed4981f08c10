"""The check of the rooms: each one's reach and, in turns, its mailbox and its delegates."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.check import Check
from bot.finding import Finding, Ok, Result, Unknown
from bot.ports import Services
from bot.rooms import Catalogue, Room, RoomState
from bot.tenancy import Account, App, Delegate, Reach, Survey
from handlers import room_bookings as bookings
from handlers import room_listing as listing
from handlers import room_mailbox as mailbox
from handlers import room_reach as reach
from handlers.access_seen import attempt
from handlers.details import few, labels, plural
from handlers.parts import broken

DEEP = 60  # rooms whose mailbox is looked into at a time: six batches
PEOPLE = 10  # delegates whose account is looked up at a time
CALENDARS = 200  # rooms up to which the next three days' calendars are read too: ten requests
AHEAD = timedelta(days=3)
ROOM_MAILBOXES = "Get-Mailbox -RecipientTypeDetails RoomMailbox"
_SHOWN_BY = {"mailbox": "MailboxSettings.Read", "delegates": "Calendars.Read"}


@dataclass(frozen=True, slots=True)
class Looked:
    """All that was seen of the rooms; `unseen` are sentences on what could not be."""

    catalogue: Catalogue
    surveys: tuple[Survey, ...]
    accounts: Mapping[str, Account | None]  # of delegates, by lower-case address
    states: tuple[RoomState, ...] | None  # the next three days' calendars; None: not read
    own: str  # the bot's own app, as Exchange's cmdlets know it
    unseen: tuple[Unknown, ...] = ()

    @property
    def rooms(self) -> tuple[Room, ...]:
        return self.catalogue.rooms


def look(services: Services, now: datetime) -> Result:
    return judge(survey(services, now, services.rooms.catalogue()), now)


def survey(services: Services, now: datetime, catalogue: Catalogue) -> Looked:
    rooms = catalogue.rooms
    surveys = services.exchange.survey([room.address for room in rooms], DEEP) if rooms else ()
    accounts, blind = _accounts(services, mailbox.delegates(surveys))
    states: tuple[RoomState, ...] | None = None
    if 0 < len(rooms) <= CALENDARS:
        found = attempt(lambda: services.rooms.availability(rooms, now, now + AHEAD))
        if isinstance(found, Unknown):
            why = f"Overlapping or unanswered meetings could not be looked for: {found.why}"
            blind = (*blind, replace(found, why=why))
        else:
            states = found
    return Looked(catalogue, surveys, accounts, states, _own(services, surveys), blind)


def _accounts(
    services: Services, delegates: Sequence[Delegate]
) -> tuple[dict[str, Account | None], tuple[Unknown, ...]]:
    asked = list(dict.fromkeys(d.address.lower() for d in delegates if d.address))[:PEOPLE]
    found = {address: _account(services, address) for address in asked}
    blind = tuple(dict.fromkeys(one for one in found.values() if isinstance(one, Unknown)))
    return {a: one for a, one in found.items() if not isinstance(one, Unknown)}, blind


def _account(services: Services, address: str) -> Account | Unknown | None:
    return attempt(lambda: services.directory.account(address))


def _own(services: Services, surveys: Sequence[Survey]) -> str:
    """Asked for only where a cmdlet will need it."""
    app_id = services.watched.own_app
    if all(one.probe.reach is not Reach.DENIED for one in surveys):
        return app_id
    app = attempt(lambda: services.directory.app(app_id))
    return app.object_id if isinstance(app, App) else app_id


def judge(seen: Looked, now: datetime) -> Result:
    """What is wrong with the rooms; pure."""
    if not seen.rooms:
        problem = seen.catalogue.problem
        would = "Place.Read.All" if problem else ""
        return Unknown(problem or "The directory lists no room.", would, ROOM_MAILBOXES)
    findings = _findings(seen, now)
    notes = _notes(seen)
    old = listing.stale(seen.catalogue, now)
    unseen = (*((old,) if old else ()), *_unread(seen), *_closed(seen), *seen.unseen)
    if findings:
        return broken(findings, (*(one.why for one in unseen), *notes))
    reached = sum(one.probe.reach is Reach.READ for one in seen.surveys)
    summary = f"{reached:,} of {plural(len(seen.rooms), 'room')} answer me."
    if unseen:
        return Unknown(
            " ".join(dict.fromkeys(one.why for one in unseen)),
            ", ".join(dict.fromkeys(one.would_tell for one in unseen if one.would_tell)),
            evidence=tuple(e for one in unseen for e in one.evidence),
            notes=(summary, *notes),
        )
    return Ok(summary, seen.surveys[0].probe.evidence if seen.surveys else (), notes)


def _findings(seen: Looked, now: datetime) -> list[Finding]:
    names, states = labels(seen.rooms), seen.states or ()
    return [
        *reach.out_of_reach(seen.surveys, names, seen.own),
        *mailbox.left(mailbox.delegates(seen.surveys), seen.accounts, names),
        *mailbox.wrong_type(seen.surveys, names),
        *mailbox.odd_zones(seen.surveys, seen.rooms, names, now),
        *bookings.overlapping(states),
        *bookings.unanswered(states),
        *listing.undescribed(seen.rooms),
        *listing.unlisted(seen.catalogue),
    ]


def _unread(seen: Looked) -> list[Unknown]:
    """Rooms that told nothing, and parts of mailboxes that were asked for in vain."""
    names = labels(seen.rooms)
    silent: dict[str, list[Survey]] = {}
    for one in seen.surveys:
        if one.probe.reach in reach.UNTOLD:
            silent.setdefault(one.probe.words or one.probe.reach.value, []).append(one)
        for part, why in one.why if one.probe.reach is Reach.READ else ():
            silent.setdefault(f"{part}: {_sentence(why)}", []).append(one)
    return [_told(words, found, names) for words, found in silent.items()]


def _closed(seen: Looked) -> list[Unknown]:
    """Rooms that answer, and of which the calendar of the next days could not be read."""
    reached = {one.probe.mailbox.lower() for one in seen.surveys if one.probe.reach is Reach.READ}
    silent: dict[str, list[str]] = {}
    for state in seen.states or ():
        if state.unreadable and state.room.address.lower() in reached:
            silent.setdefault(state.unreadable.words.rstrip("."), []).append(state.room.name)
    return [
        Unknown(f"The next days of {plural(len(rooms), 'room')} not read ({why}): {few(rooms)}.")
        for why, rooms in silent.items()
    ]


def _sentence(why: str) -> str:
    """The first; the permission that would help is named apart."""
    return why.split(". ")[0]


def _told(words: str, found: Sequence[Survey], names: Mapping[str, str]) -> Unknown:
    part = words.partition(":")[0]
    named = few([names.get(one.probe.mailbox, one.probe.mailbox) for one in found])
    why = f"{plural(len(found), 'room')} could not be looked into ({words.rstrip('.')}): {named}."
    evidence = tuple(e for one in found[:3] for e in one.probe.evidence)
    return Unknown(why, _SHOWN_BY.get(part, ""), evidence=evidence)


def _notes(seen: Looked) -> tuple[str, ...]:
    found = mailbox.delegates(seen.surveys)
    deep = sum(one.delegates is not None or bool(one.why) for one in seen.surveys)
    notes = []
    if found:
        roles = few(list(dict.fromkeys(f"{d.name or d.address}: {d.role}" for d in found)))
        rooms = plural(len({d.room for d in found}), "calendar")
        notes.append(f"Delegates on {rooms}: {roles}.")
    if len({d.address.lower() for d in found}) > PEOPLE:
        notes.append(f"I looked up the accounts of {PEOPLE} delegates only.")
    readable = sum(one.probe.reach is Reach.READ for one in seen.surveys)
    if 0 < deep < readable:
        notes.append(
            f"Mailbox and delegates of {deep} of {readable:,} rooms this time, others next."
        )
    if seen.states is None and len(seen.rooms) > CALENDARS:
        notes.append("I did not look for overlapping or unanswered meetings.")
    if seen.rooms:
        notes.append("Rooms that the directory hides or does not list yet are not looked at.")
    return tuple(notes)


CHECK = Check(
    "rooms",
    "Rooms",
    "each room's reach, mailbox type, time zone, delegates and double bookings",
    look,
    depends_on=("scope",),
    permissions=(
        "Place.Read.All",
        "Calendars.Read",
        "MailboxSettings.Read",
        "User.Read.All",
    ),
)
