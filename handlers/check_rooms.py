"""The check of the rooms: each one's reach and, in turns, its mailbox, delegates and meetings.

What takes turns is judged as it was last seen, so that nothing is over because its turn is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.check import Check
from bot.finding import Finding, Ok, Owner, Result, Unknown
from bot.ports import Services
from bot.rooms import Catalogue, Room, RoomState
from bot.tenancy import Account, App, Reach, Strays, Survey
from bot.wording import plural
from handlers import room_bookings as bookings
from handlers import room_listing as listing
from handlers import room_mailbox as mailbox
from handlers import room_reach as reach
from handlers import room_strays as strays
from handlers.access_seen import attempt, cause_of
from handlers.details import labels
from handlers.parts import broken
from handlers.room_notes import DELEGATES, notes_of, untold
from handlers.whose import bots

DEEP = 60  # rooms whose mailbox is looked into at a time: six requests
AGAIN = 20  # rooms with something wrong in their mailbox that are looked into before their turn
CALENDARS = 200  # rooms whose next three days are read at a time: ten requests
HIDDEN = 40  # accounts at a time that are asked whether they are a room: two requests
AHEAD = timedelta(days=3)
NO_STRAYS = Strays((), 0, 0)
ROOM_MAILBOXES = "Get-Mailbox -RecipientTypeDetails RoomMailbox"


@dataclass(frozen=True, slots=True)
class Looked:
    """All that was seen of the rooms; `unseen` are sentences on what could not be."""

    catalogue: Catalogue
    surveys: tuple[Survey, ...]
    accounts: Mapping[str, Account | None]  # of delegates, by lower-case address
    states: tuple[RoomState, ...]  # the next three days of those whose turn it was, or odd
    own: str  # the bot's own app, as Exchange's cmdlets know it
    unseen: tuple[Unknown, ...] = ()
    strays: Strays = NO_STRAYS
    unread: int = 0  # rooms whose calendar was never read since the start
    owner: Owner = Owner.BOTH  # whose reach it is that probes prove

    @property
    def rooms(self) -> tuple[Room, ...]:
        return self.catalogue.rooms


def look(services: Services, now: datetime) -> Result:
    return judge(survey(services, now, services.rooms.catalogue()), now)


def survey(services: Services, now: datetime, catalogue: Catalogue) -> Looked:
    rooms = catalogue.rooms
    surveys = services.exchange.survey([room.address for room in rooms], DEEP) if rooms else ()
    accounts, blind = _accounts(services, surveys)
    looked = Looked(
        catalogue,
        surveys,
        accounts,
        (),
        _own(services, surveys),
        blind,
        owner=bots(services.watched),
    )
    looked = _again(services, looked, now)
    return _with_strays(services, _with_calendars(services, looked, now)) if rooms else looked


def _accounts(
    services: Services, surveys: Sequence[Survey]
) -> tuple[dict[str, Account | None], tuple[Unknown, ...]]:
    people = {d.address.lower() for d in mailbox.delegates(surveys) if d.address}
    asked = sorted(people)[:DELEGATES]
    found = attempt(lambda: services.directory.accounts(asked)) if asked else ()
    if isinstance(found, Unknown):
        why = f"Whether delegates still work here could not be looked up: {found.why}"
        return {}, (replace(found, why=why, unseen=mailbox.PEOPLE),)
    return dict(zip(asked, found, strict=True)), ()


def _own(services: Services, surveys: Sequence[Survey]) -> str:
    """Asked for only where a cmdlet will need it."""
    app_id = services.watched.own_app
    if all(one.probe.reach is not Reach.DENIED for one in surveys):
        return app_id
    app = attempt(lambda: services.directory.app(app_id))
    return app.object_id if isinstance(app, App) else app_id


def _again(services: Services, seen: Looked, now: datetime) -> Looked:
    """What was wrong in a mailbox when it was looked into last may be mended by now."""
    old = {one.probe.mailbox for one in seen.surveys if one.at and one.at < now}
    odd = [a for finding in _of_mailboxes(seen, now) for a in finding.rooms if a in old]
    if not (asked := list(dict.fromkeys(odd))[:AGAIN]):
        return seen
    new = {one.probe.mailbox: one for one in services.exchange.survey(asked, len(asked))}
    surveys = tuple(new.get(one.probe.mailbox, one) for one in seen.surveys)
    return replace(seen, surveys=surveys)


def _with_calendars(services: Services, seen: Looked, now: datetime) -> Looked:
    found = attempt(
        lambda: services.exchange.calendars(
            seen.rooms, now, now + AHEAD, CALENDARS, bookings.is_odd
        )
    )
    if not isinstance(found, Unknown):
        return replace(seen, states=found.states, unread=found.never)
    why = f"Overlapping or unanswered meetings could not be looked for: {found.why}"
    return replace(seen, unseen=(*seen.unseen, replace(found, why=why, unseen=bookings.TELLS)))


def _with_strays(services: Services, seen: Looked) -> Looked:
    listed = [room.address for room in seen.rooms]
    found = attempt(lambda: services.exchange.strays(listed, HIDDEN))
    if not isinstance(found, Unknown):
        return replace(seen, strays=found)
    why = f"Rooms that the directory hides could not be looked for: {found.why}"
    return replace(seen, unseen=(*seen.unseen, replace(found, why=why, unseen=strays.TELLS)))


def judge(seen: Looked, now: datetime) -> Result:
    """What is wrong with the rooms; pure."""
    if not seen.rooms:
        problem = seen.catalogue.problem
        would = "Place.Read.All" if problem else ""
        return Unknown(problem or "The directory lists no room.", would, ROOM_MAILBOXES)
    findings = _findings(seen, now)
    notes = (
        *notes_of(seen.surveys, seen.states, len(seen.rooms), now),
        *listing.notes(seen.catalogue),
        *strays.notes(seen.strays, now),
    )
    old = listing.stale(seen.catalogue, now)
    unseen = (
        *((replace(old, unseen=listing.TELLS),) if old else ()),
        *untold(seen.surveys, seen.states, seen.rooms),
        *seen.unseen,
    )
    prefixes = [prefix for one in unseen for prefix in one.unseen]
    unjudged = tuple(dict.fromkeys((*prefixes, *_not_yet(seen))))
    if findings:
        said = broken(findings, (*(one.why for one in unseen), *notes))
        return replace(said, unseen=unjudged)
    reached = sum(one.probe.reach is Reach.READ for one in seen.surveys)
    summary = f"{reached:,} of {plural(len(seen.rooms), 'room')} answer me."
    if unseen:
        return Unknown(
            " ".join(dict.fromkeys(one.why for one in unseen)),
            ", ".join(dict.fromkeys(one.would_tell for one in unseen if one.would_tell)),
            evidence=tuple(e for one in unseen for e in one.evidence),
            notes=(summary, *notes),
            cause=cause_of(unseen),
            unseen=unjudged,
        )
    proof = seen.surveys[0].probe.evidence if seen.surveys else ()
    return Ok(summary, proof, notes, unjudged)


def _not_yet(seen: Looked) -> tuple[str, ...]:
    """What nobody has looked at since the start: after one, nothing of it is known to be over."""
    shut = any(one.at is None and one.probe.reach is Reach.READ for one in seen.surveys)
    return (*(bookings.TELLS if seen.unread else ()), *(mailbox.TELLS if shut else ()))


def _findings(seen: Looked, now: datetime) -> list[Finding]:
    names = labels(seen.rooms)
    return [
        *reach.out_of_reach(seen.surveys, names, seen.own, seen.owner),
        *_of_mailboxes(seen, now),
        *bookings.overlapping(seen.states),
        *bookings.unanswered(seen.states),
        *strays.hidden(seen.strays, now),
        *listing.undescribed(seen.rooms),
        *listing.unlisted(seen.catalogue),
    ]


def _of_mailboxes(seen: Looked, now: datetime) -> list[Finding]:
    names, found = labels(seen.rooms), mailbox.delegates(seen.surveys)
    return [
        *mailbox.left(found, seen.accounts, names),
        *mailbox.nobody(found, seen.accounts, names),
        *mailbox.wrong_type(seen.surveys, names),
        *mailbox.odd_zones(seen.surveys, seen.rooms, names, now),
    ]


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
