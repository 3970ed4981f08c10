"""What could be seen of an app's way into mailboxes, before anything is made of it.

Probes are made with the bot's own app, so they are proof for that app alone.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from bot.errors import Trouble
from bot.finding import Evidence, Owner, Result, Unknown
from bot.ports import Services
from bot.tenancy import Account, App, Assignment, Delegate, Grants, Probe, Reach
from handlers.parts import blind
from handlers.portal import permissions_of
from handlers.whose import bots, integrations

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Subject:
    """An app whose access is judged."""

    app_id: str
    own: bool  # it is the bot's own, so what the bot's probes meet is what it meets
    owner: Owner = Owner.BOTH  # whose access it is


@dataclass(frozen=True, slots=True)
class Probed:
    """What mailboxes answered the bot's own app, and which calendars the account shares."""

    rooms: tuple[Probe, ...] = ()
    canary: Probe | None = None
    delegated: tuple[Delegate, ...] = ()  # calendars that the service account is a delegate of


NOTHING = Probed()
ROOMS_ASKED = 60  # three batches
SHUT = (Reach.DENIED, Reach.POLICY)
# Mailboxes looked up one by one, a request each; the fewer where rooms cost many requests.
MANY_MEMBERS, FEW_MEMBERS = 60, 15
_SENTENCE_END = re.compile(r"(?<=\.) ")
_SINGLE = re.compile(r"mailbox ([0-9a-fA-F-]{36})")


def single_mailbox(role: Assignment) -> str:
    """The object id of the one mailbox that the role is over, or ""."""
    found = _SINGLE.fullmatch(role.scope)
    return found[1] if found else ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One app's grants, Exchange roles and, for the bot's own app alone, what probes met."""

    subject: Subject
    app: App | Unknown | None  # None: this tenant has no such app
    grants: Grants | Unknown
    assignments: tuple[Assignment, ...] | Unknown
    rooms: tuple[Probe, ...] = ()
    canary: Probe | None = None
    canary_address: str = ""  # "" where none is set
    delegated: tuple[Delegate, ...] = ()
    members: frozenset[str] | None = None  # whom roles over single mailboxes hold, lower case
    account: str = ""  # the service account
    consent_page: str = ""  # where what was consented to can be taken away
    elsewhere: tuple[Assignment, ...] = ()  # what other apps hold, whose scopes are there too

    @property
    def name(self) -> str:
        if isinstance(self.app, App) and self.app.name:
            return self.app.name
        return "the bot" if self.subject.own else self.subject.app_id

    @property
    def title(self) -> str:
        """The name at the start of a sentence."""
        return "The bot" if self.name == "the bot" else self.name

    @property
    def identity(self) -> str:
        """What Exchange's cmdlets know it by: the enterprise app's object id."""
        return self.app.object_id if isinstance(self.app, App) else self.subject.app_id

    @property
    def scopes(self) -> tuple[Assignment, ...]:
        """Every assignment that was read, for the scopes that they name."""
        return (
            *(() if isinstance(self.assignments, Unknown) else self.assignments),
            *self.elsewhere,
        )

    @property
    def probes(self) -> tuple[Probe, ...]:
        return (*self.rooms, self.canary) if self.canary else self.rooms

    @property
    def evidence(self) -> tuple[Evidence, ...]:
        """What was consented, what the canary said, and what one room did."""
        grants = () if isinstance(self.grants, Unknown) else self.grants.evidence
        canary = self.canary.evidence if self.canary else ()
        return (*grants, *canary, *(self.rooms[0].evidence if self.rooms else ()))


def subjects(services: Services) -> tuple[Subject, ...]:
    """The integration's app, then the bot's own; one where they are the same."""
    watched = services.watched
    own = watched.own_app.lower()
    ids = dict.fromkeys(i.lower() for i in (watched.integration_app, watched.own_app) if i)
    whose = {True: bots(watched), False: integrations(watched)}
    return tuple(Subject(app_id, app_id == own, whose[app_id == own]) for app_id in ids)


def see_all(services: Services, probed: Probed = NOTHING) -> tuple[Seen, ...]:
    """Each app, and what the others hold: a scope that is there already need not be made."""
    found = tuple(see(services, subject, probed) for subject in subjects(services))
    held = {
        one.subject: () if isinstance(one.assignments, Unknown) else one.assignments
        for one in found
    }
    return tuple(
        replace(
            one,
            elsewhere=tuple(a for who, has in held.items() if who is not one.subject for a in has),
        )
        for one in found
    )


def see(services: Services, subject: Subject, probed: Probed = NOTHING) -> Seen:
    """Ask Entra and Exchange about the app; what they refuse stays unknown, nothing raises.

    Who is behind roles over single mailboxes is not looked up: see `with_members`.
    """
    app = attempt(lambda: services.directory.app(subject.app_id))
    grants: Grants | Unknown
    assignments: tuple[Assignment, ...] | Unknown
    if isinstance(app, App) and app.deleted_at:
        why = f"{app.name} was deleted on {app.deleted_at:%Y-%m-%d}, and its roles went with it."
        grants = assignments = Unknown(why, evidence=app.evidence, cause="app")
    elif isinstance(app, App):
        known = app
        grants = attempt(lambda: services.directory.grants(known))
        assignments = attempt(lambda: services.exchange.assignments(known))
    else:
        missing = Unknown(f"This tenant has no app {subject.app_id}.", cause="app")
        grants = assignments = app or missing
    watched = services.watched
    object_id = app.object_id if isinstance(app, App) else ""
    return Seen(
        subject,
        app,
        grants,
        assignments,
        rooms=probed.rooms if subject.own else (),
        canary=probed.canary if subject.own else None,
        canary_address=watched.canary,
        delegated=() if subject.own else probed.delegated,
        account=watched.service_account,
        consent_page=permissions_of(watched, subject.app_id, object_id),
    )


def with_members(services: Services, seen: Seen, rooms: int) -> Seen:
    """Look up the mailboxes that are assigned one by one, unless they are many.

    For another's app alone: what the bot's own reaches is proved by probes.
    """
    told = () if isinstance(seen.assignments, Unknown) else seen.assignments
    ids = {key for role in told if (key := single_mailbox(role))}
    most = MANY_MEMBERS if rooms <= MANY_MEMBERS else FEW_MEMBERS
    if seen.subject.own or not ids or len(ids) > most:
        return seen
    found = [_account(services, key) for key in sorted(ids)]
    known = frozenset(one.address.lower() for one in found if isinstance(one, Account))
    return replace(seen, members=known if len(known) == len(ids) else None)


def _account(services: Services, key: str) -> Account | Unknown | None:
    return attempt(lambda: services.directory.account(key))


def attempt(ask: Callable[[], T]) -> T | Unknown:
    """The answer, or why there is none."""
    try:
        return ask()
    except Trouble as trouble:
        return blind(trouble)


def once(result: Result) -> Result:
    """With each sentence said once: two apps are often unseen for one and the same reason."""
    if not isinstance(result, Unknown):
        return result
    why = " ".join(dict.fromkeys(_SENTENCE_END.split(result.why)))
    would_tell = ", ".join(dict.fromkeys(result.would_tell.split(", ")))
    return replace(result, why=why, would_tell=would_tell)


def cause_of(unseen: Sequence[Unknown]) -> str:
    """The check that explains all of these; "" where they have no such cause in common."""
    causes = {one.cause for one in unseen}
    return causes.pop() if len(causes) == 1 else ""


def room_addresses(services: Services) -> tuple[str, ...] | Unknown:
    """Every room of the catalogue."""
    return attempt(lambda: tuple(room.address for room in services.rooms.catalogue().rooms))


def rooms_probed(services: Services, rooms: Sequence[str]) -> tuple[Probe, ...]:
    """Some rooms' answers, others each time; and of those that refused last time."""
    return services.exchange.sample(rooms, ROOMS_ASKED) if rooms else ()
