"""How wide an app's access to mailboxes is: rooms only, everyone, something between, or none.

Pure.  Probes win over what is granted where both were seen; a probe counts for the bot's own app
alone.  A fresh change takes 30 minutes to 2 hours to reach Exchange's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.tenancy import Reach
from handlers.access_mode import Access, Mode
from handlers.access_seen import SHUT, Seen, single_mailbox


class Width(Enum):
    ROOMS_ONLY = auto()  # as recommended
    EVERYONE = auto()  # by what is granted; nobody said that anyone must stay out
    SOME_MISSING = auto()
    TOO_WIDE = auto()
    NONE = auto()
    CANNOT_TELL = auto()


class Ground(Enum):
    """What the verdict rests on."""

    PROBES = auto()
    GRANTS = auto()  # computed, not proved
    TWICE = auto()  # consent and RBAC held together
    EWS = auto()  # a grant over EWS opens what the scope keeps shut
    AT_ODDS = auto()  # probes contradict what is granted
    NO_CANARY = auto()
    NO_ANSWER = auto()  # the mailboxes that were asked told nothing
    UNTOLD = auto()  # grants or roles could not be read
    CUSTOM = auto()  # a management scope of which nobody here knows whom it holds
    DELEGATE = auto()  # as wide as calendars are shared


@dataclass(frozen=True, slots=True)
class Scope:
    width: Width
    ground: Ground
    missing: tuple[str, ...] = ()  # rooms that were asked and lie outside
    refused: tuple[str, ...] = ()  # rooms that refuse although what is granted covers them


def scope_of(seen: Seen, access: Access, rooms: Sequence[str]) -> Scope:
    """`rooms` are all that there are; a probe may have asked only some of them."""
    shut = tuple(probe.mailbox for probe in seen.rooms if probe.reach in SHUT)
    read = any(probe.reach is Reach.READ for probe in seen.rooms)
    if shut and not read:
        return Scope(Width.NONE, Ground.PROBES, shut)
    nominal = access.covers_rooms and not access.policy
    missing, refused = ((), shut) if nominal else (shut, ())
    if wide := _too_wide(seen, access):
        return Scope(Width.TOO_WIDE, wide, missing, refused)
    if missing:
        return Scope(Width.SOME_MISSING, Ground.PROBES, missing)
    if _undone_by_ews(seen, access):
        return Scope(Width.EVERYONE, Ground.EWS, refused=refused)
    if seen.subject.own:
        width, ground = _proved(seen, access)
        return Scope(width, ground, refused=refused)
    return _computed(seen, access, rooms)


def _too_wide(seen: Seen, access: Access) -> Ground | None:
    """Wider than somebody wants it: the canary answers, or a scope was made and is undone."""
    if _reach(seen) is Reach.READ:
        return Ground.PROBES
    if access.mode is Mode.BOTH:
        return Ground.TWICE
    denied = _reach(seen) in SHUT
    if access.reaches_everyone and seen.canary_address and not denied:
        return Ground.GRANTS
    return None


def _undone_by_ews(seen: Seen, access: Access) -> bool:
    """Probes go over Graph, so a canary that refuses them proves nothing about EWS."""
    if access.policy or access.reaches_everyone or not access.ews_everywhere:
        return False
    reads = any(probe.reach is Reach.READ for probe in seen.rooms)
    return access.mode is Mode.SCOPED or reads


def _reach(seen: Seen) -> Reach | None:
    return seen.canary.reach if seen.canary else None


def _proved(seen: Seen, access: Access) -> tuple[Width, Ground]:
    """By probes; the case of rooms that refuse is out of the way."""
    reads = any(probe.reach is Reach.READ for probe in seen.rooms)
    denied = _reach(seen) in SHUT
    if access.reaches_everyone:
        return (Width.CANNOT_TELL, Ground.AT_ODDS) if denied else (Width.EVERYONE, Ground.GRANTS)
    if not reads:
        return _silent(access)
    if denied:
        return Width.ROOMS_ONLY, Ground.PROBES
    if _rooms_only(access):
        return Width.ROOMS_ONLY, Ground.NO_CANARY
    return Width.CANNOT_TELL, Ground.NO_CANARY


def _silent(access: Access) -> tuple[Width, Ground]:
    if access.mode is Mode.NONE:
        return Width.NONE, Ground.GRANTS
    return Width.CANNOT_TELL, Ground.NO_ANSWER


def _computed(seen: Seen, access: Access, rooms: Sequence[str]) -> Scope:
    """By what is granted, for an app that the bot cannot act as."""
    if access.mode is Mode.NONE:
        return Scope(Width.NONE, Ground.GRANTS)
    if access.mode is Mode.DELEGATE:
        return Scope(Width.CANNOT_TELL, Ground.DELEGATE)
    if access.reaches_everyone or access.mode is Mode.EWS:
        return Scope(Width.EVERYONE, Ground.GRANTS)
    if access.consented is None or access.roles is None:
        return Scope(Width.CANNOT_TELL, Ground.UNTOLD)
    rooms_only = _rooms_only(access)
    return Scope(Width.ROOMS_ONLY, Ground.GRANTS) if rooms_only else _listed(seen, access, rooms)


def _listed(seen: Seen, access: Access, rooms: Sequence[str]) -> Scope:
    """Roles over single mailboxes, where each of those is known to be a room or the account."""
    members = seen.members or frozenset()
    known = {room.lower() for room in rooms} | {seen.account.lower()}
    single = all(single_mailbox(role) for role in access.roles or ())
    if single and members == {seen.account.lower()}:
        return Scope(Width.NONE, Ground.GRANTS, tuple(rooms))
    if not single or not members or not rooms or not members <= known:
        return Scope(Width.CANNOT_TELL, Ground.CUSTOM)
    missing = tuple(room for room in rooms if room.lower() not in members)
    if not missing:
        return Scope(Width.ROOMS_ONLY, Ground.GRANTS)
    width = Width.NONE if len(missing) == len(rooms) else Width.SOME_MISSING
    return Scope(width, Ground.GRANTS, missing)


def _rooms_only(access: Access) -> bool:
    """By what is granted, all of which was told; some mailbox beside them does not count."""
    roles = [role for role in access.roles or () if not single_mailbox(role)]
    return access.consented is not None and bool(roles) and all(r.rooms_only for r in roles)
