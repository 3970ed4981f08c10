"""`/rooms free`: the rooms free for the whole time, best fit first, and those unknown."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.access import Access
from bot.command import Argument, Command
from bot.people import Invocation
from bot.ports import Services
from bot.reply import Block, Button, Buttons, Note, Outcome, Reply, Span, Table, Text, Tone
from bot.rooms import Room, RoomState
from bot.wording import plural
from handlers import nearest
from handlers.details import age, detail, only, seats, span, spell_unreadable
from handlers.fit import Candidate, Offer, best_first, candidates, offer
from handlers.question import Question, understand_question
from handlers.slowed import aged
from handlers.when import describe

PAGE = 10
LATER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Taken:
    """A candidate that is taken; `free_from` is when it is next free for as long."""

    candidate: Candidate
    free_from: datetime | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Every candidate: free, perhaps free, taken or unreadable."""

    asked: int
    free: tuple[Offer, ...]
    tentative: tuple[Offer, ...]
    taken: tuple[Taken, ...]
    unreadable: tuple[RoomState, ...]
    read_at: datetime | None  # the oldest reading among them

    def pages(self) -> list[tuple[Offer, ...] | tuple[Taken, ...]]:
        """The offers, ten at a time, then what is taken; never empty."""
        offers = (*self.free, *self.tentative)
        first = [offers[i : i + PAGE] for i in range(0, len(offers), PAGE)] or [()]
        return [*first, *(self.taken[i : i + PAGE] for i in range(0, len(self.taken), PAGE))]


def free(invocation: Invocation, services: Services) -> Reply:
    question = understand_question(invocation, services)
    found = candidates(question.catalogue.rooms, question.wanted)
    answer = look(question, found, services)
    first = _headline(question, answer, invocation.at)
    if not found:
        return _nothing_fits(question, first)
    blocks: list[Block] = [first, *aged(services, answer.read_at, invocation.at)]
    if all(candidate.unrecorded for candidate in found):
        sure = nearest.why_nothing_fits(question.catalogue.rooms, question.wanted)
        blocks.append(Text((f"{sure} What follows might fit: not all of it is recorded.",)))
    blocks += _offers(question, answer)
    if not answer.free and question.wanted.page == 1:
        unread, tentative = len(answer.unreadable), len(answer.tentative)
        blocks += nearest.blocks(question, found, unread, tentative, services)
    blocks += _unread(question, answer.unreadable)
    blocks += _buttons(question, answer)
    tone = Tone.PLAIN if answer.free else Tone.WARN
    return Reply(tuple(blocks), tone, outcome=_outcome(answer))


def look(question: Question, found: Sequence[Candidate], services: Services) -> Answer:
    """Ask for the calendars of the candidates, and of no other room."""
    interval, wanted = question.interval, question.wanted
    window = question.window()
    states = services.rooms.availability([c.room for c in found], *window)
    pairs = list(zip(found, states, strict=True))
    read = [(c, s) for c, s in pairs if s.unreadable is None]
    made = [(c, s, offer(c, s, interval.start, interval.end)) for c, s in read]
    offers = [o for _, _, o in made if o]
    length = interval.end - interval.start
    taken = [
        Taken(c, nearest.first_gap(s, interval.start, window[1], length))
        for c, s, o in made
        if o is None
    ]
    return Answer(
        len(found),
        tuple(best_first([o for o in offers if not o.tentative], wanted)),
        tuple(best_first([o for o in offers if o.tentative], wanted)),
        tuple(sorted(taken, key=_soonest)),
        tuple(s for _, s in pairs if s.unreadable is not None),
        min((s.read_at for _, s in read), default=None),
    )


def _soonest(taken: Taken) -> tuple[bool, float]:
    at = taken.free_from
    return at is None, at.timestamp() if at else 0.0


def _outcome(answer: Answer) -> Outcome:
    blind = answer.asked and len(answer.unreadable) == answer.asked
    return Outcome.FAILED if blind else Outcome.ANSWERED


def _headline(question: Question, answer: Answer, now: datetime) -> Text:
    parts = [describe(question.interval, now)]
    if answer.asked:
        parts.append(f"{len(answer.free):,} of {plural(answer.asked, 'room')} free")
    if answer.read_at:
        parts.append(f"read {age(now - answer.read_at)} ago")
    return Text((" · ".join(parts),))


def _offers(question: Question, answer: Answer) -> list[Block]:
    """One page: free rooms, then those only tentatively booked, then those that are taken."""
    pages = answer.pages()
    if question.wanted.page > len(pages):
        return [Note((f"{only(len(pages), 'page')}; say page {len(pages)}.",))]
    shown = pages[question.wanted.page - 1]
    blocks = _tables(question, shown)
    if len(pages) > 1:
        total = len(answer.free) + len(answer.tentative) + len(answer.taken)
        first = 1 + sum(len(page) for page in pages[: question.wanted.page - 1])
        here = span(first, first + len(shown) - 1, total) if shown else ""
        taken = f"{plural(len(answer.taken), 'room')} taken" if answer.taken else ""
        blocks.append(Note((" · ".join(word for word in (here, taken) if word),)))
    return blocks


def _tables(question: Question, shown: Sequence[Offer] | Sequence[Taken]) -> list[Block]:
    free = [_row(question, o) for o in shown if isinstance(o, Offer) and not o.tentative]
    tentative = [_row(question, o) for o in shown if isinstance(o, Offer) and o.tentative]
    taken = [_taken_row(question, t) for t in shown if isinstance(t, Taken)]
    blocks: list[Block] = [_table(free)] if free else []
    if tentative:
        blocks.append(Text(("Perhaps free, a tentative booking is in the way:",)))
        blocks.append(_table(tentative))
    if taken:
        blocks.append(Text(("Taken for at least a part of it:",)))
        blocks.append(_table(taken))
    return blocks


def _table(rows: Sequence[tuple[Span, ...]]) -> Table:
    return Table(("Room", "Seats", "Floor", "", ""), tuple(rows), frozenset({1}))


def _row(question: Question, offer: Offer) -> tuple[Span, ...]:
    return (*_room(question, offer.room), _until(question, offer), _remarks(offer.candidate))


def _taken_row(question: Question, taken: Taken) -> tuple[Span, ...]:
    at = taken.free_from
    clock = question.clock(at, question.interval.start) if at else ""
    words = f"free from {clock}" if at else f"not free for as long {question.that_day}"
    return (*_room(question, taken.candidate.room), words, _remarks(taken.candidate))


def _room(question: Question, room: Room) -> tuple[Span, ...]:
    return (question.label(room), seats(room), detail(room).floor)


def _until(question: Question, offer: Offer) -> str:
    if offer.free_until is None:
        return "free until the end of the day"
    last = question.interval.end - timedelta(microseconds=1)
    return f"free until {question.clock(offer.free_until, last)}"


def _remarks(candidate: Candidate) -> str:
    access = "wheelchair access" if candidate.room.accessible else ""
    return ", ".join(word for word in (access, *candidate.unrecorded) if word)


def _unread(question: Question, states: Sequence[RoomState]) -> list[Block]:
    blocks: list[Block] = []
    if states:
        names = {state.room.address: question.label(state.room) for state in states}
        blocks.append(Text((spell_unreadable(states, names),)))
    if question.catalogue.problem:
        blocks.append(Note((question.catalogue.problem,)))
    return blocks


def _nothing_fits(question: Question, first: Text) -> Reply:
    sentence = nearest.why_nothing_fits(question.catalogue.rooms, question.wanted)
    return Reply((first, Text((sentence,)), *_unread(question, ())), Tone.WARN)


def _buttons(question: Question, answer: Answer) -> list[Block]:
    buttons = []
    offers = [*answer.free, *answer.tentative]
    if offers:
        buttons.append(_show(question, offers[0].room))
    buttons.append(Button("30 minutes later", question.line(later=LATER)))
    page = question.wanted.page
    if len(answer.pages()) > page:
        buttons.append(Button("More", question.line(page=page + 1)))
    return [Buttons(tuple(buttons))]


def _show(question: Question, room: Room) -> Button:
    day = question.interval.start.astimezone(ZoneInfo(question.interval.zone)).date()
    return Button(f"Show {room.name}", f"rooms show {room.address} {day.isoformat()}")


FREE = Command(
    "rooms free",
    "rooms free for the whole time, best fit first, and until when",
    free,
    (
        Argument("[WHEN]", "now, 14:00-15:00, tomorrow 2pm, friday 9-10:30, 24 dec 8:30; now"),
        Argument("[for DURATION]", "45m, 1h30m, 90 minutes, or until 5pm; 60 minutes"),
        Argument("[in PLACE]", "a city, building, state or room list"),
        Argument("[floor N]", "a floor's number or label"),
        Argument("[N people]", "seats for so many"),
        Argument("[with EQUIPMENT]", "video, display, audio, or a tag such as whiteboard"),
        Argument("[accessible]", "wheelchair access; combinable asks for rooms that join"),
    ),
    Access.MEMBER,
    (
        "rooms free tomorrow 2pm for 45m, 8 people in Lisbon with video",
        "rooms free",
        "rooms free friday 9-10:30 accessible",
    ),
)
