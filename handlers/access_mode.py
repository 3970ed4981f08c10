"""How an app gets into mailboxes, in the manual's word (impersonation) and in today's.  Pure.

What an app may do is the union of Entra's consent and Exchange's RBAC for Applications; roles of
the latter stand neither in tokens nor among Entra's grants.
https://learn.microsoft.com/exchange/permissions-exo/application-rbac
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum, auto

from bot.finding import Unknown
from bot.tenancy import Assignment, Grant, Reach
from handlers.access_seen import Seen, single_mailbox

READ = frozenset(
    {"Calendars.Read", "Calendars.ReadBasic", "Calendars.ReadBasic.All", "Calendars.ReadWrite"}
)
EWS_APP = "full_access_as_app"
EWS_DELEGATED = "EWS.AccessAsUser.All"
DELEGATED = READ | {"Calendars.Read.Shared", "Calendars.ReadWrite.Shared", EWS_DELEGATED}
PREFIX = "Application "
EWS_ROLES = frozenset({"Application EWS.AccessAsApp"})
FULL_ROLES = frozenset({"Application Exchange Full Access"})
WRITE_ROLES = FULL_ROLES | EWS_ROLES | {"Application Calendars.ReadWrite"}
READ_ROLES = WRITE_ROLES | {"Application Calendars.Read"}
OLD_ROLE = "ApplicationImpersonation"
NOT_APPLICABLE = (
    "ApplicationImpersonation: not applicable since 2025, Exchange Online has removed the role"
)


class Mode(Enum):
    SCOPED = auto()  # RBAC for Applications
    CONSENT = auto()  # tenant-wide
    BOTH = auto()
    POLICY = auto()  # consent, narrowed by a legacy Application Access Policy
    EWS = auto()
    DELEGATE = auto()
    PROVED = auto()  # rooms answer without consent, so it is RBAC; the roles were not told
    NONE = auto()
    UNKNOWN = auto()


@dataclass(frozen=True, slots=True)
class Access:
    """The ways that are open; None where it was not told whether they are."""

    mode: Mode
    consented: frozenset[str] | None  # application permissions to calendars, for every mailbox
    roles: tuple[Assignment, ...] | None  # Exchange roles that open calendars
    ews: tuple[str, ...] = ()  # grants that work over EWS alone, without a signed-in user
    delegated: tuple[str, ...] = ()
    leftovers: tuple[Assignment, ...] = ()  # of ApplicationImpersonation
    policy: bool = False  # a mailbox said that a legacy policy blocks it

    @property
    def reaches_everyone(self) -> bool:
        """By what is granted for Graph, and unless a legacy policy narrows it."""
        consent = bool(self.consented) and not self.policy
        return consent or any(role.everyone for role in self.roles or ())

    @property
    def covers_rooms(self) -> bool:
        return self.reaches_everyone or any(role.rooms_only for role in self.roles or ())

    @property
    def writes_by_graph(self) -> bool:
        """Whether it may change calendars of every mailbox; what is not told counts as no."""
        consent = "Calendars.ReadWrite" in (self.consented or ()) and not self.policy
        wide = [role.role for role in self.roles or () if role.everyone]
        return consent or any(role in WRITE_ROLES - EWS_ROLES for role in wide)

    @property
    def writes_everywhere(self) -> bool:
        """The same, by Graph or by EWS."""
        return self.writes_by_graph or self.ews_everywhere

    @property
    def ews_everywhere(self) -> bool:
        """Whether EWS opens every mailbox, beside whatever narrows Graph."""
        wide = [role.role for role in self.roles or () if role.everyone]
        return EWS_APP in self.ews or any(role in EWS_ROLES for role in wide)

    @property
    def writes(self) -> bool:
        held = any(role.role in WRITE_ROLES for role in self.roles or ())
        return held or "Calendars.ReadWrite" in (self.consented or ()) or bool(self.ews)


def access_of(seen: Seen) -> Access:
    grants = None if isinstance(seen.grants, Unknown) else seen.grants.grants
    told = None if isinstance(seen.assignments, Unknown) else seen.assignments
    consented = None if grants is None else _consented(grants)
    roles = None if told is None else tuple(a for a in told if a.role in READ_ROLES)
    ews = _ews(grants or (), roles or ())
    delegated = _delegated(grants or ())
    leftovers = tuple(a for a in told or () if a.role == OLD_ROLE)
    policy = any(probe.reach is Reach.POLICY for probe in seen.probes)
    mode = _granted(consented, roles, policy) or _otherwise(seen, ews, delegated)
    if mode is None:
        mode = _without_grant(seen, consented, roles)
    return Access(mode, consented, roles, ews, delegated, leftovers, policy)


def _granted(
    consented: frozenset[str] | None, roles: tuple[Assignment, ...] | None, policy: bool
) -> Mode | None:
    graph = [role for role in roles or () if role.role not in EWS_ROLES]
    if consented and policy:
        return Mode.POLICY
    if consented and graph:
        return Mode.BOTH
    if consented:
        return Mode.CONSENT
    return Mode.SCOPED if graph and consented is not None else None


def _otherwise(seen: Seen, ews: tuple[str, ...], delegated: tuple[str, ...]) -> Mode | None:
    if ews:
        return Mode.EWS
    return Mode.DELEGATE if delegated or (seen.delegated) else None


def _without_grant(
    seen: Seen, consented: frozenset[str] | None, roles: tuple[Assignment, ...] | None
) -> Mode:
    """Nothing that is granted was seen; what rooms answer may still tell."""
    reads = any(probe.reach is Reach.READ for probe in seen.rooms)
    shut = bool(seen.rooms) and all(probe.reach is Reach.DENIED for probe in seen.rooms)
    match consented, roles:
        case frozenset(), None if reads:
            return Mode.PROVED
        case frozenset(), None if shut:
            return Mode.NONE
        case frozenset(), tuple() if not roles and not reads:
            return Mode.NONE
        case _:
            return Mode.UNKNOWN


_SENTENCES = {
    Mode.SCOPED: "{name} has impersonation by RBAC for Applications: {roles}",
    Mode.CONSENT: "{name} has impersonation of every mailbox by tenant-wide consent: {consent}",
    Mode.BOTH: "{name} has impersonation twice, by RBAC for Applications ({roles}) and by "
    "tenant-wide consent ({consent}): the two add up, so the scope narrows nothing",
    Mode.POLICY: "{name} has impersonation by consent ({consent}), narrowed by a legacy "
    "Application Access Policy",
    Mode.EWS: "{name} has impersonation over Exchange Web Services: {ews}",
    Mode.DELEGATE: "{name} has no impersonation, only delegate access: {delegated}",
    Mode.PROVED: "{name} has impersonation by RBAC for Applications: rooms answer it, and no "
    "calendar permission is consented",
    Mode.NONE: "{name} has no impersonation: neither RBAC for Applications nor consent "
    "opens a mailbox",
    Mode.UNKNOWN: "I cannot tell how {name} gets into mailboxes",
}


def describe(access: Access, seen: Seen) -> str:
    """How the app gets in, in both words; a sentence without its full stop."""
    delegated = and_list(access.delegated) or "calendars that are shared with the service account"
    name = seen.name if access.mode is Mode.UNKNOWN else seen.title
    return _SENTENCES[access.mode].format(
        name=name,
        consent=and_list(sorted(access.consented or ())),
        roles=held(access.roles or ()),
        ews=and_list(access.ews),
        delegated=delegated,
    )


def held(roles: Iterable[Assignment]) -> str:
    """“Calendars.Read over Rooms only and 2 single mailboxes”."""
    scopes: dict[str, list[Assignment]] = {}
    for role in roles:
        scopes.setdefault(role.role.removeprefix(PREFIX), []).append(role)
    return "; ".join(f"{role} over {and_list(_over(some))}" for role, some in scopes.items())


def _over(roles: Sequence[Assignment]) -> list[str]:
    single = sum(bool(single_mailbox(role)) for role in roles)
    named = {role.scope or role.filter for role in roles if not single_mailbox(role)}
    return sorted(named) + ([f"{single} single mailbox{'es' * (single > 1)}"] if single else [])


def and_list(names: Sequence[str]) -> str:
    return " and ".join((", ".join(names[:-1]), names[-1])) if len(names) > 1 else "".join(names)


def _consented(grants: Iterable[Grant]) -> frozenset[str]:
    return frozenset(g.permission for g in grants if g.application and g.permission in READ)


def _ews(grants: Iterable[Grant], roles: Iterable[Assignment]) -> tuple[str, ...]:
    consent = [g.permission for g in grants if g.application and g.permission == EWS_APP]
    return tuple(dict.fromkeys((*consent, *(r.role for r in roles if r.role in EWS_ROLES))))


def _delegated(grants: Iterable[Grant]) -> tuple[str, ...]:
    found = (g.permission for g in grants if not g.application and g.permission in DELEGATED)
    return tuple(dict.fromkeys(found))
