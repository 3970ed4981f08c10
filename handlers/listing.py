"""`/rooms list`: rooms and their recorded details, by the same filters."""

from __future__ import annotations

from collections.abc import Sequence

from bot.access import Access
from bot.command import Argument, Command
from bot.people import Invocation
from bot.ports import Services
from bot.reply import Block, Button, Buttons, Note, Reply, Span, Table, Text, Tone
from bot.wording import plural
from handlers import nearest
from handlers.details import age, detail, only, seats, span
from handlers.fit import Candidate, candidates
from handlers.names import normal
from handlers.question import directory
from handlers.slowed import aged_directory
from handlers.wanted import Wanted, split
from handlers.wishes import read, unknown

PAGE = 20


def listing(invocation: Invocation, services: Services) -> Reply:
    catalogue = services.rooms.catalogue()
    known = directory(catalogue)
    wanted, rest = read(split(invocation.arguments), known.places, known.equipment)
    if rest:
        raise unknown(rest, known.places, known.equipment)
    found = _in_order(candidates(catalogue.rooms, wanted))
    if not found:
        return Reply((Text((nearest.why_nothing_fits(catalogue.rooms, wanted),)),), Tone.WARN)
    read_ago = age(invocation.at - catalogue.read_at)
    first = f"{plural(len(found), 'room')} · directory read {read_ago} ago"
    blocks: list[Block] = [Text((first,)), *_page(found, wanted, known.labels)]
    blocks += aged_directory(services, invocation.at)
    if catalogue.problem:
        blocks.append(Note((catalogue.problem,)))
    return Reply(tuple(blocks), Tone.WARN if catalogue.problem else Tone.PLAIN)


def _in_order(found: Sequence[Candidate]) -> list[Candidate]:
    """By city, building, floor and name; what is not recorded comes last."""

    def key(candidate: Candidate) -> tuple[int, bool, str, str, int, str, str]:
        room = candidate.room
        floor = room.floor_number if room.floor_number is not None else 10_000
        place = (not room.city, normal(room.city), normal(room.building))
        return len(candidate.unrecorded), *place, floor, normal(room.name), room.address

    return sorted(found, key=key)


def _page(found: Sequence[Candidate], wanted: Wanted, names: dict[str, str]) -> list[Block]:
    start = (wanted.page - 1) * PAGE
    shown = found[start : start + PAGE]
    if not shown:
        last = -(-len(found) // PAGE)
        return [Note((f"{only(last, 'page')}; say page {last}.",))]
    rows = tuple((names[c.room.address], *_row(c)) for c in shown)
    blocks: list[Block] = [Table(("Room", "Seats", "Floor", "Place", "Equipment", ""), rows)]
    if len(found) > PAGE:
        last = start + len(shown)
        blocks.append(Note((f"{span(start + 1, last, len(found))}.",)))
    if len(found) > start + PAGE:
        line = f"rooms list {wanted.line()}".rstrip() + f" page {wanted.page + 1}"
        blocks.append(Buttons((Button("More", line),)))
    return blocks


def _row(candidate: Candidate) -> tuple[Span, ...]:
    room, seen = candidate.room, detail(candidate.room)
    access = "wheelchair access" if room.accessible else ""
    remarks = ", ".join(word for word in (access, *candidate.unrecorded) if word)
    return (seats(room), seen.floor, seen.place, seen.equipment, remarks)


LIST = Command(
    "rooms list",
    "rooms and their details, by the same filters",
    listing,
    (
        Argument("[in PLACE]", "a city, building, state or room list"),
        Argument("[…]", "floor N, N people, with EQUIPMENT, accessible, as in rooms free"),
    ),
    Access.MEMBER,
    ("rooms list in Lisbon", "rooms list 12 people"),
)
