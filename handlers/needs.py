"""What an app needs and what it holds, and so what is missing and what is too much.  Pure.

The bot's own needs come from its commands and checks, an integration's from its vendor's profile.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.check import Check
from bot.command import Command
from bot.tenancy import Assignment, Grant
from handlers.permissions import SIGN_IN, Way, role_for, wider
from handlers.vendor import Vendor

CHECK = "the check "  # so begins what is no command
# What commands ask of Graph beside what checks ask; a command that is not here asks only those.
_ASKED = {
    "rooms free": ("Place.Read.All", "Calendars.ReadBasic.All"),
    "rooms show": ("Place.Read.All", "Calendars.ReadBasic.All"),
    "rooms list": ("Place.Read.All",),
}


@dataclass(frozen=True, slots=True)
class Held:
    """One permission that an app holds, in one way."""

    permission: str
    way: Way
    resource: str = ""
    scope: str = ""  # of an Exchange role
    at: datetime | None = None

    @property
    def spelled(self) -> str:
        return f"{self.permission}, {self.way.value}{f' over {self.scope}' if self.scope else ''}"


@dataclass(frozen=True, slots=True)
class Need:
    """`stops` is what does not work without it; critical where that is the work itself."""

    permission: str
    ways: frozenset[Way]  # any of them will do
    stops: tuple[str, ...]
    critical: bool
    sure: bool = True
    source: str = ""
    instead: frozenset[str] = frozenset()  # other permissions that will do, in any way

    def met_by(self, one: Held) -> bool:
        wide = one.permission in wider(self.permission) and one.way in self.ways
        return wide or one.permission in self.instead


def of_the_bot(commands: Sequence[Command], checks: Sequence[Check]) -> tuple[Need, ...]:
    asked = [
        (permission, command.slash, True)
        for command in commands
        for permission in _ASKED.get(command.name, ())
    ]
    asked += [(p, f"{CHECK}“{check.name}”", False) for check in checks for p in check.permissions]
    return tuple(_need(name, asked) for name in dict.fromkeys(name for name, _, _ in asked))


def _need(name: str, asked: Iterable[tuple[str, str, bool]]) -> Need:
    uses = [(stops, critical) for permission, stops, critical in asked if permission == name]
    ways = {Way.APPLICATION, Way.RBAC} if role_for(name) else {Way.APPLICATION}
    stops = tuple(dict.fromkeys(stops for stops, _ in uses))
    return Need(name, frozenset(ways), stops, any(critical for _, critical in uses))


def of_the_integration(vendor: Vendor) -> tuple[Need, ...]:
    return tuple(
        Need(n.permission, n.ways, (n.stops,), n.critical, n.sure, n.source, n.instead)
        for n in vendor.needs
    )


def united(one: Sequence[Need], other: Sequence[Need]) -> tuple[Need, ...]:
    """Both apps' needs where one app is both; each is kept, since their ways may differ."""
    return tuple(dict.fromkeys([*one, *other]))


def held(grants: Iterable[Grant], assignments: Iterable[Assignment]) -> tuple[Held, ...]:
    """Entra's grants and Exchange's role assignments: they add up, and neither shows the other."""
    consented = [
        Held(g.permission, Way.APPLICATION if g.application else Way.DELEGATED, g.resource, at=g.at)
        for g in grants
    ]
    roles = [
        Held(a.role.removeprefix("Application "), Way.RBAC, "Exchange Online", a.scope)
        for a in assignments
    ]
    return tuple(dict.fromkeys([*consented, *roles]))


def missing(needs: Sequence[Need], holds: Sequence[Held]) -> tuple[Need, ...]:
    """What is needed and not held; what a wider missing one would bring is told under that one."""
    lacking = [need for need in needs if not any(need.met_by(one) for one in holds)]
    told: dict[str, Need] = {need.permission: need for need in lacking}
    for need in lacking:
        above = next((p for p in told if p != need.permission and p in wider(need.permission)), "")
        if above and need.ways <= told[above].ways:
            told[above] = _joined(told[above], told.pop(need.permission))
    return tuple(sorted(told.values(), key=lambda need: not need.critical))


def _joined(one: Need, other: Need) -> Need:
    both = dict.fromkeys([*one.stops, *other.stops])
    stops = tuple(sorted(both, key=lambda said: not said.startswith("/")))  # commands first
    return replace(one, stops=stops, critical=one.critical or other.critical)


def excess(needs: Sequence[Need], holds: Sequence[Held]) -> tuple[Held, ...]:
    """What is held and neither needed nor a smaller part of what is."""
    enough = {name for need in needs for name in (need.permission, *need.instead)}
    # Exchange has no role for ReadBasic: the next wider one is not too much.
    roles = {role_for(need.permission).removeprefix("Application ") for need in needs}
    return tuple(
        one
        for one in holds
        if not wider(one.permission) & enough
        and one.permission not in SIGN_IN
        and not (one.way is Way.RBAC and one.permission in roles)
    )
