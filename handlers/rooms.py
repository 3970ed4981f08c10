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
from handlers import nearest
from handlers.details import age, detail, labels, plural, seats, spell_unreadable
from handlers.fit import Candidate, Offer, best_first, candidates, offer
from handlers.question import Question, understand_question
from handlers.when import describe

PAGE = 10
LATER = timedelta(minutes=30)


@dataclass(frozen=True, slots=True)
class Answer:
    """Every candidate, sorted into free, perhaps free, and unreadable; the rest is taken."""

    asked: int
    free: tuple[Offer, ...]
    tentative: tuple[Offer, ...]
    unreadable: tuple[RoomState, ...]
    read_at: datetime | None  # the oldest reading among them


def free(invocation: Invocation, services: Services) -> Reply:
    question = understand_question(invocation, services)
    found = candidates(question.catalogue.rooms, question.wanted)
    answer = look(question, found, services)
    first = _headline(question, answer, invocation.at)
    if not found:
        return _nothing_fits(question, first)
    blocks = [first, *_offers(question, answer)]
    if not answer.free:
        blocks += nearest.blocks(question, found, answer.unreadable, services)
    blocks += _unread(answer.unreadable, question.catalogue.problem)
    blocks += _buttons(question, answer)
    tone = Tone.PLAIN if answer.free else Tone.WARN
    return Reply(tuple(blocks), tone, outcome=_outcome(answer))


def look(question: Question, found: Sequence[Candidate], services: Services) -> Answer:
    """Ask for the calendars of the candidates, and of no other room."""
    interval, wanted = question.interval, question.wanted
    states = services.rooms.availability([c.room for c in found], *question.window())
    pairs = list(zip(found, states, strict=True))
    read = [(c, s) for c, s in pairs if s.unreadable is None]
    offers = [o for c, s in read if (o := offer(c, s, interval.start, interval.end))]
    return Answer(
        len(found),
        tuple(best_first([o for o in offers if not o.tentative], wanted)),
        tuple(best_first([o for o in offers if o.tentative], wanted)),
        tuple(s for _, s in pairs if s.unreadable is not None),
        min((s.read_at for _, s in read), default=None),
    )


def _outcome(answer: Answer) -> Outcome:
    blind = answer.asked and len(answer.unreadable) == answer.asked
    return Outcome.FAILED if blind else Outcome.ANSWERED


def _headline(question: Question, answer: Answer, now: datetime) -> Text:
    parts = [describe(question.interval, now)]
    if answer.asked:
        parts.append(f"{len(answer.free)} of {plural(answer.asked, 'room')} free")
    if answer.read_at:
        parts.append(f"read {age(now - answer.read_at)} ago")
    return Text((" · ".join(parts),))


def _offers(question: Question, answer: Answer) -> list[Block]:
    """One page of the free rooms; the tentative ones stand apart on the last page."""
    everything = [*answer.free, *answer.tentative]
    start = (question.wanted.page - 1) * PAGE
    shown = everything[start : start + PAGE]
    free = [o for o in shown if not o.tentative]
    tentative = [o for o in shown if o.tentative]
    blocks: list[Block] = []
    if free:
        blocks.append(_table(question, free))
    if tentative:
        blocks.append(Text(("Perhaps free, a tentative booking is in the way:",)))
        blocks.append(_table(question, tentative))
    if len(everything) > PAGE and shown:
        last = start + len(shown)
        blocks.append(Note((f"Rooms {start + 1} to {last} of {len(everything)}.",)))
    elif everything and not shown:
        blocks.append(Note((f"There are only {len(everything)} rooms to show; say page 1.",)))
    return blocks


def _table(question: Question, offers: Sequence[Offer]) -> Table:
    names = labels(question.catalogue.rooms)
    rows = tuple((names[offer.room.address], *_row(question, offer)) for offer in offers)
    return Table(("Room", "Seats", "Floor", "", ""), rows, frozenset({1}))


def _row(question: Question, offer: Offer) -> tuple[Span, ...]:
    room = offer.room
    return (seats(room), detail(room).floor, _until(question, offer), _remarks(offer))


def _until(question: Question, offer: Offer) -> str:
    zone = ZoneInfo(question.interval.zone)
    if offer.free_until is None:
        return "free until the end of the day"
    return f"free until {offer.free_until.astimezone(zone):%H:%M}"


def _remarks(offer: Offer) -> str:
    room = offer.room
    access = "wheelchair access" if room.accessible else ""
    return ", ".join(word for word in (access, *offer.candidate.unrecorded) if word)


def _unread(states: Sequence[RoomState], problem: str) -> list[Block]:
    blocks: list[Block] = []
    if states:
        blocks.append(Text((spell_unreadable(states),)))
    if problem:
        blocks.append(Note((problem,)))
    return blocks


def _nothing_fits(question: Question, first: Text) -> Reply:
    sentence = nearest.why_nothing_fits(question.catalogue.rooms, question.wanted)
    return Reply((first, Text((sentence,)), *_unread((), question.catalogue.problem)), Tone.WARN)


def _buttons(question: Question, answer: Answer) -> list[Block]:
    buttons = []
    offers = [*answer.free, *answer.tentative]
    if offers:
        buttons.append(_show(question, offers[0].room))
    buttons.append(Button("30 minutes later", question.line(later=LATER)))
    page = question.wanted.page
    if len(offers) > page * PAGE:
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
