"""`/rooms show`: one room's details, its state now, and its day as a timeline in words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot.access import Access
from bot.command import Argument, Command
from bot.errors import Usage
from bot.people import Invocation
from bot.ports import Services
from bot.reply import (
    Block,
    Button,
    Buttons,
    Code,
    Facts,
    Note,
    Outcome,
    Reply,
    Span,
    Table,
    Text,
    Title,
    Tone,
)
from bot.rooms import Catalogue, Room
from bot.text import quote
from handlers.days import label
from handlers.details import NOT_RECORDED, age, detail, seats, spell_unreadable
from handlers.names import near, normal, or_list
from handlers.powershell import powershell
from handlers.question import midnight, place_zone
from handlers.slowed import aged
from handlers.timeline import Day, row, state_now, timeline
from handlers.wanted import split
from handlers.when import parse_day
from handlers.zones import zone_of

ADDRESS = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
MOST_CHOICES = 5
LONGEST_DAY = 8  # words: wednesday the 24th of december 2026
MOST_SHOWN = 20


def show(invocation: Invocation, services: Services) -> Reply:
    catalogue = services.rooms.catalogue()
    words = split(invocation.arguments)
    if not words:
        raise Usage("Which room", "Say its name or address, and a day if it is not today.")
    rooms, rest = _name_and_day(words, catalogue, invocation.at)
    if len(rooms) > 1:
        return _which(rooms, rest)
    room = rooms[0]
    zone = zone_of(invocation.user.timezone) or place_zone([room], services, invocation.at)
    return _shown(room, rest, zone or services.timezone, invocation, services)


def _name_and_day(
    typed: Sequence[str], catalogue: Catalogue, now: datetime
) -> tuple[list[Room], list[str]]:
    """The rooms of that name, and the words of the day; quotes mark a name by hand.

    A name may end in a day's word: the whole line as a name comes first, then name and day.
    """
    words = [word.strip('"') for word in typed]
    days = [
        n for n in range(max(1, len(words) - LONGEST_DAY), len(words)) if _is_day(words[n:], now)
    ]
    by_hand = typed[0].startswith('"') and 1 in days
    for count in [1] if by_hand else [len(words), *reversed(days)]:
        if found := named(" ".join(words[:count]), catalogue.rooms):
            return found, list(words[count:])
    count = days[0] if days else len(words)
    said = " ".join(words[:count])
    if ADDRESS.fullmatch(said):  # any mailbox could be named so, a person's too
        hint = "A new room is listed within 48 h, a hidden one never. I open no other mailbox."
        raise Usage(f"The directory lists no room {quote(said)}", hint)
    meant = near(said, [room.name for room in catalogue.rooms])
    hint = f"Did you mean {or_list(meant)}?" if meant else "Say rooms list to see them all."
    raise Usage(f"I know no room called {quote(said)}", hint)


def _is_day(words: Sequence[str], now: datetime) -> bool:
    try:
        parsed = parse_day(words, now, "UTC")
    except Usage:
        return True  # a day that makes no sense is still meant as a day; it is refused later
    return parsed is not None and not parsed[1]


def named(text: str, rooms: Sequence[Room]) -> list[Room]:
    """Every room that is called exactly so: by address, name or nickname."""
    wanted = normal(text)
    by_address = [room for room in rooms if room.address.lower() == text.lower()]
    by_name = [room for room in rooms if wanted and normal(room.name) == wanted]
    by_nickname = [room for room in rooms if wanted and normal(room.nickname) == wanted]
    return by_address or by_name or by_nickname


def _which(rooms: Sequence[Room], rest: Sequence[str]) -> Reply:
    rows = tuple((r.name, r.address, detail(r).place, seats(r)) for r in rooms[:MOST_SHOWN])
    lines = [f"rooms show {room.address} {' '.join(rest)}".rstrip() for room in rooms]
    pairs = zip(rooms[:MOST_CHOICES], lines, strict=False)
    buttons = tuple(Button(f"Show {room.address}", line) for room, line in pairs)
    first = f" These are the first {MOST_SHOWN}." if len(rooms) > MOST_SHOWN else ""
    text = Text((f"{len(rooms):,} rooms have that name; say which by its address.{first}",))
    return Reply((text, Table(("Room", "Address", "Place", "Seats"), rows), Buttons(buttons)))


def _shown(
    room: Room,
    rest: Sequence[str],
    zone: str,
    invocation: Invocation,
    services: Services,
) -> Reply:
    parsed = parse_day(rest, invocation.at, zone) if rest else None
    info = ZoneInfo(zone)
    today = invocation.at.astimezone(info).date()
    day = parsed[0] if parsed else today
    start, end = midnight(day, info), midnight(day + timedelta(days=1), info)
    [state] = services.rooms.availability([room], start, end)
    seen = Day(day, info, start, end, state)
    blocks: list[Block] = [Title(room.name), *_details(room)]
    if state.unreadable is None:
        blocks += _calendar(seen, invocation.at, services)
    else:
        blocks.append(Text((spell_unreadable([state], {}),)))
    blocks += [_rules(room), _around(room, day)]
    failed = state.unreadable is not None
    tone, outcome = (Tone.WARN, Outcome.FAILED) if failed else (Tone.PLAIN, Outcome.ANSWERED)
    return Reply(tuple(blocks), tone, outcome=outcome)


def _details(room: Room) -> list[Block]:
    seen = detail(room)
    access = {True: "yes", False: "no", None: NOT_RECORDED}[room.accessible]
    pairs: list[tuple[str, Span]] = [
        ("Address", room.address),
        ("Seats", str(room.capacity) if room.capacity is not None else NOT_RECORDED),
        ("Place", ", ".join(p for p in (seen.place, seen.floor) if p) or NOT_RECORDED),
        ("Equipment", seen.equipment or NOT_RECORDED),
        ("Wheelchair access", access),
    ]
    if room.lists:
        pairs.append(("Room lists", ", ".join(room.lists)))
    if room.phone:
        pairs.append(("Phone", room.phone))
    return [Facts(tuple(pairs))]


def _calendar(seen: Day, now: datetime, services: Services) -> list[Block]:
    subjects = services.show_subjects
    parts = [f"read {age(now - seen.state.read_at)} ago", f"{label(seen.day)} {seen.zone.key}"]
    if seen.start <= now < seen.end:
        parts.insert(0, f"Now: {state_now(seen, now)}")
    rows = tuple(row(seen, entry, subjects) for entry in timeline(seen))
    columns = ("From", "To", "State", "Subject") if subjects else ("From", "To", "State")
    note = aged(services, seen.state.read_at, now)
    return [Text((" · ".join(parts),)), *note, Table(columns, rows)]


def _rules(room: Room) -> Note:
    known = f"Booking type: {room.booking_type}. " if room.booking_type else ""
    return Note(
        (
            f"{known}Who may book, how far ahead and what is declined stands in Exchange only: ",
            Code(f"Get-CalendarProcessing -Identity {powershell(room.address)} | Format-List"),
        )
    )


def _around(room: Room, day: date) -> Buttons:
    before, after = day - timedelta(days=1), day + timedelta(days=1)
    return Buttons(
        (
            Button("Day before", f"rooms show {room.address} {before.isoformat()}"),
            Button("Next day", f"rooms show {room.address} {after.isoformat()}"),
        )
    )


SHOW = Command(
    "rooms show",
    "one room: details, state now, the day's timeline, booking rules known",
    show,
    (
        Argument("ROOM", "its name or address"),
        Argument("[DAY]", "today, tomorrow, friday, 24 dec or 2026-12-24; today"),
    ),
    Access.MEMBER,
    ("rooms show Fado", "rooms show Fado tomorrow"),
)
