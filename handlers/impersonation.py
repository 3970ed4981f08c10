"""`/roomops impersonation`: access mode, scope, reach, canary, delegates, End Event Early."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.command import Argument, Command
from bot.errors import Usage
from bot.finding import Broken, Ok, Unknown
from bot.people import Invocation
from bot.ports import Services
from bot.reply import Block, Bold, Button, Buttons, Facts, Note, Reply, Table, Text
from bot.rooms import Catalogue
from bot.tenancy import Delegate, Probe, Reach
from bot.text import quote
from bot.wording import plural
from handlers import check_access, check_endearly, check_rooms, check_scope
from handlers.access_mode import NOT_APPLICABLE, Access, access_of
from handlers.access_seen import Probed, Seen, attempt, see_all, with_members
from handlers.canary import canary
from handlers.details import labels
from handlers.mailbox_access import in_depth
from handlers.parts import Part, merge
from handlers.room import ADDRESS, named
from handlers.room_mailbox import delegates
from handlers.telling import remedy, told, tone, verdict, would_tell
from handlers.write_probe import write_probe

MOST = 20  # delegates in the table
DETAILS = Buttons((Button("Details", "impersonation details"),))
_SPACE = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class Picture:
    """Everything that the command shows, looked at once."""

    parts: tuple[Part, ...]
    rooms: check_rooms.Looked
    canary: Probe | None
    delegates: tuple[Delegate, ...]


def impersonation(invocation: Invocation, services: Services) -> Reply:
    said = _SPACE.sub(" ", invocation.arguments).strip().strip('"')
    catalogue = _catalogue(services, invocation.at)
    if said and said.lower() != "details":
        return in_depth(services, _mailbox(said, catalogue), catalogue, invocation.at)
    picture = look(services, catalogue, invocation.at)
    return _details(picture, invocation.at) if said else _short(picture, invocation.at)


def _catalogue(services: Services, now: datetime) -> Catalogue:
    """Without it much can still be told, so an empty one with the reason will do."""
    found = attempt(services.rooms.catalogue)
    return Catalogue((), now, found.why) if isinstance(found, Unknown) else found


def _mailbox(said: str, catalogue: Catalogue) -> str:
    if ADDRESS.fullmatch(said):
        return said
    found = named(said, catalogue.rooms)
    if len(found) == 1:
        return found[0].address
    what = "Two rooms are called so" if found else f"I know no room called {quote(said)}"
    raise Usage(what, "Say a mailbox address, a room's name, or details.")


def look(services: Services, catalogue: Catalogue, now: datetime) -> Picture:
    rooms = check_rooms.survey(services, now, catalogue)
    found = attempt(lambda: canary(services))
    asked = None if isinstance(found, Unknown) else found
    shared = delegates(rooms.surveys)
    account = services.watched.service_account.lower()
    own = tuple(d for d in shared if d.address.lower() == account)
    probed = Probed(tuple(s.probe for s in rooms.surveys), asked, own)
    known = tuple(room.address for room in catalogue.rooms)
    views = [with_members(services, one, len(known)) for one in see_all(services, probed)]
    parts = [one for seen in views for one in _app(seen, access_of(seen), known, now)]
    parts += write_probe(services, views, known, now)
    parts.append(Part("Rooms", check_rooms.judge(rooms, now)))
    ends = [check_endearly.judge(seen, access_of(seen)) for seen in views[:1]]
    parts += [Part("End Event Early", result) for result in ends]
    return Picture(tuple(parts), rooms, asked, tuple(shared))


def _app(seen: Seen, access: Access, rooms: Sequence[str], now: datetime) -> list[Part]:
    return [
        Part(f"Access of {seen.name}", check_access.judge(seen, access, rooms, now)),
        Part(f"Scope of {seen.name}", check_scope.judge(seen, access, rooms)),
    ]


def _short(picture: Picture, now: datetime) -> Reply:
    """The verdict first, a line for each question, one act, and the rest on a button."""
    whole = merge(picture.parts)
    facts = [(part.name, f"{verdict(part.result)}. {_first(part)}") for part in picture.parts]
    facts.insert(-1, ("Canary", _canary(picture.canary)))
    facts.insert(-1, ("Delegates", _delegates(picture)))
    blocks: list[Block] = [Facts(tuple(facts))]
    if isinstance(whole, Broken):
        worst = whole.findings[0]
        head = Text((Bold(worst.summary), " ", worst.consequence))
        blocks = [head, *blocks, *remedy(worst.remedy)]
    elif isinstance(whole, Unknown):
        blocks += would_tell(whole)
    fresh = Note((f"{NOT_APPLICABLE}. Looked at {now:%Y-%m-%d %H:%M:%S} UTC.",))
    return Reply((*blocks, fresh, DETAILS), tone(whole))


def _first(part: Part) -> str:
    match part.result:
        case Ok(summary):
            return summary
        case Broken(findings):
            more = f" And {len(findings) - 1} more." if len(findings) > 1 else ""
            return f"{findings[0].summary}{more}"
        case Unknown(why):
            return why


def _canary(probe: Probe | None) -> str:
    if probe is None:
        return "not asked: that people's mailboxes are out of reach is not proved"
    if probe.reach is Reach.READ:
        return f"{probe.mailbox} answered me, and should not"
    if probe.reach in (Reach.DENIED, Reach.POLICY):
        return f"{probe.mailbox} refused me, as it should"
    return f"{probe.mailbox} told nothing: {probe.words}"


def _delegates(picture: Picture) -> str:
    looked = sum(survey.delegates is not None for survey in picture.rooms.surveys)
    if not picture.delegates:
        return f"none on {plural(looked, 'calendar')} that I looked into"
    people = len({d.address.lower() or d.name for d in picture.delegates})
    rooms = plural(len({d.room for d in picture.delegates}), "calendar")
    found = f"{people} on {rooms}, of {looked} that I looked into"
    return f"{found}; the manual discourages access by delegates"


def _details(picture: Picture, now: datetime) -> Reply:
    extra: list[Block] = [_reach(picture)]
    names = labels(picture.rooms.rooms)
    if rows := tuple(
        (names.get(d.room, d.room), d.name, d.address, d.role) for d in picture.delegates
    ):
        extra.append(Table(("Room", "Delegate", "Address", "Role"), rows[:MOST]))
    if len(rows) > MOST:
        extra.append(Note((f"And {plural(len(rows) - MOST, 'more delegate')}.",)))
    extra.append(Text((f"Canary: {_canary(picture.canary)}.",)))
    return told("Impersonation", picture.parts, now, extra)


def _reach(picture: Picture) -> Facts:
    """How many rooms met which answer."""
    count = Counter(survey.probe.reach for survey in picture.rooms.surveys)
    pairs = [(f"Rooms: {reach.value}", f"{many:,}") for reach, many in count.most_common()]
    return Facts(tuple(pairs) or (("Rooms", "none"),))


IMPERSONATION = Command(
    "impersonation",
    "access mode, scope verdict, reach per room, canary, delegates, End Event Early",
    impersonation,
    (
        Argument("[MAILBOX]", "an address or a room's name: that one mailbox in depth"),
        Argument("[details]", "every verdict with its proof and act"),
    ),
    examples=("impersonation", "impersonation details"),
)
