"""One mailbox in depth: who reaches it, what it answered, and whether that is as it should be."""

from __future__ import annotations

from datetime import datetime

from bot.ports import Services
from bot.reply import Block, Bold, Code, Facts, Note, Reply, Span, Table, Text, Tone
from bot.rooms import Catalogue
from bot.tenancy import Probe, Reach, Survey
from handlers import access_remedy
from handlers.access_mode import Access, access_of, describe
from handlers.access_seen import Probed, Seen, see, subjects
from handlers.telling import spell


def in_depth(services: Services, mailbox: str, catalogue: Catalogue, now: datetime) -> Reply:
    [survey] = services.exchange.survey([mailbox], 1)
    room = next((r for r in catalogue.rooms if r.address.lower() == mailbox.lower()), None)
    views = [see(services, subject, Probed()) for subject in subjects(services)]
    good, head = expectation(survey.probe, room is not None, services.watched.canary)
    facts: list[tuple[str, Span]] = [
        ("Mailbox", f"{mailbox}{f' ({room.name})' if room else ''}"),
        *((f"Reached by {seen.name}", granted(seen, room is not None)) for seen in views),
        *_told(survey),
    ]
    blocks: list[Block] = [Text((Bold(head),)), Facts(tuple(facts)), *_delegates(survey)]
    blocks.append(Text(("Exchange's own word on its roles, without what is consented in Entra:",)))
    blocks += [Text((Code(access_remedy.proof(seen, [mailbox])),)) for seen in views]
    proofs = "; ".join(map(spell, survey.probe.evidence[:2]))
    blocks.append(Note((f"{proofs or f'Looked at {now:%Y-%m-%d %H:%M:%S} UTC'}.",)))
    return Reply(tuple(blocks), Tone.GOOD if good else Tone.WARN)


def expectation(probe: Probe, room: bool, canary: str) -> tuple[bool, str]:
    """Whether the bot met what it should have met, and a sentence on it; pure."""
    refused = probe.reach in (Reach.DENIED, Reach.POLICY)
    if probe.reach is Reach.READ and room:
        return True, f"{probe.mailbox} is a room, and I reach it."
    if probe.reach is Reach.READ:
        word = "my canary" if probe.mailbox.lower() == canary.lower() else "no room of the list"
        return False, f"I reach {probe.mailbox}, which is {word}: wider than recommended."
    if refused and not room:
        return True, f"{probe.mailbox} is no room of the list and refuses me, as recommended."
    return False, f"I do not reach {probe.mailbox}: {probe.words or probe.reach.value}"


def granted(seen: Seen, room: bool) -> str:
    """Whether what is granted reaches this mailbox; pure."""
    access = access_of(seen)
    how = describe(access, seen)
    if access.reaches_everyone:
        return f"yes, like every mailbox. {how}."
    if access.consented is None or access.roles is None:
        return f"cannot tell. {how}."
    if room and any(role.rooms_only for role in access.roles):
        return f"yes, as a room. {how}."
    if _only_rooms(access):
        return f"no, its roles are over rooms. {how}."
    return f"cannot tell, Exchange alone knows. {how}." if access.roles else f"no. {how}."


def _only_rooms(access: Access) -> bool:
    return bool(access.roles) and all(role.rooms_only for role in access.roles or ())


def _told(survey: Survey) -> list[tuple[str, Span]]:
    why = dict(survey.why)
    unread = why.get("mailbox", "not told")
    return [
        ("Mailbox type", survey.purpose or unread),
        ("Time zone", survey.zone or unread),
    ]


def _delegates(survey: Survey) -> list[Block]:
    if survey.delegates is None:
        why = dict(survey.why).get("delegates", "the calendar is out of reach")
        return [Note((f"Delegates: cannot tell, {why}",))]
    if not survey.delegates:
        return [Note(("Delegates: none.",))]
    rows = tuple((one.name, one.address, one.role) for one in survey.delegates[:20])
    return [Table(("Delegate", "Address", "Role"), rows)]
