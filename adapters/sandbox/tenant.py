"""A Microsoft 365 tenant in memory, set up in sentences.

    tenant.room("Fado", city="Lisbon", capacity=10).busy(nine, ten)
    tenant.break_("throttled-room")

It is read by the server's thread while tests and the demo write to it: writing takes the lock,
reading finds whole values.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from threading import RLock
from typing import TypeVar, Unpack

from adapters.sandbox.activity_log import Burst
from adapters.sandbox.app import App, Secret
from adapters.sandbox.effect import Effect
from adapters.sandbox.faults import FAULTS
from adapters.sandbox.mailbox import Health, Mailbox, stable_id
from adapters.sandbox.permission import APP_ROLES
from adapters.sandbox.records import Records
from adapters.sandbox.register import Register
from adapters.sandbox.room import Details, RoomBook, RoomList
from adapters.sandbox.scene import Scene, scene
from adapters.sandbox.scope import Assignment, Reach, role_name
from adapters.sandbox.stamp import utc_now

DOMAIN = "contoso.example"

E = TypeVar("E", bound=Effect)


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests, or resource units of the directory, in so many seconds."""

    units: float
    seconds: float


@dataclass(frozen=True, slots=True)
class Limits:
    """What Microsoft allows one app: in one mailbox, of a service in its tenant, and in all.

    The directory is a small tenant's.  The logs' limit, Rate(5, 10), has to be asked for (see
    `strict`): it is so low that whoever tries things out would mostly wait.
    https://learn.microsoft.com/graph/throttling-limits
    """

    concurrent: int = 4  # to a mailbox, at a time
    requests: float = 10_000  # to a mailbox, in a window
    window: float = 600.0  # seconds
    directory: tuple[Rate, ...] = (Rate(3_500, 10),)
    logs: tuple[Rate, ...] = ()
    health: tuple[Rate, ...] = (Rate(240, 60), Rate(800, 3_600))
    everything: tuple[Rate, ...] = (Rate(130_000, 10),)

    def strict(self) -> Limits:
        """With the logs' limit as well."""
        return replace(self, logs=(Rate(5, 10),))

    def scaled(self, by: float) -> Limits:
        """Every rate times `by`; what is allowed at a time stays."""

        def less(rates: tuple[Rate, ...]) -> tuple[Rate, ...]:
            return tuple(replace(rate, units=rate.units * by) for rate in rates)

        return replace(
            self,
            requests=self.requests * by,
            directory=less(self.directory),
            logs=less(self.logs),
            health=less(self.health),
            everything=less(self.everything),
        )


class Tenant:
    """Contoso, its people and rooms, and what the bot's app may do there."""

    def __init__(self) -> None:
        self.id = stable_id("tenant", DOMAIN)
        self.name = "Contoso"
        self.domain = DOMAIN
        self.latency = 0.0  # seconds, added to each Graph answer
        self.slowness = 5.0  # seconds, what the slow faults add
        self.retry_after = 5  # seconds, what the throttling faults ask for
        self.limits = Limits()
        self.clock = utc_now  # what faults take the time from; the sandbox puts in its own
        self.schedules_need_scope = False  # whether getSchedule refuses rooms out of scope
        self.epoch = 0  # tokens of an earlier epoch are refused as expired
        self.app = App(stable_id("app", "bot"), "roomops", [Secret(stable_id("secret", "bot"))])
        self.integration = App(stable_id("app", "integration"), "Eptura Workplace", vendor=True)
        self.records = Records()
        self._lock = RLock()
        self._register = Register(DOMAIN)
        self._assignments: tuple[Assignment, ...] = ()
        self._policy: frozenset[str] | None = None
        self._broken: dict[str, Scene] = {}  # by fault
        self._held = 0
        self.service_account = self.person("Rooms service", f"svc-rooms@{DOMAIN}")
        self.canary = self.person("Clara Canary", f"clara.canary@{DOMAIN}")

    # people and rooms

    def person(self, name: str, address: str = "", *, left: bool = False) -> Mailbox:
        """Get or create; somebody who left has a disabled account."""
        with self._lock:
            found = self._register.called(name, address)
            if found is None:
                found = Mailbox(address or self._register.address_for(name), name, enabled=not left)
                self._register.enter(found)
            return found

    def room(self, name: str, **details: Unpack[Details]) -> RoomBook:
        """Get by name or address, or create; what is said of it is kept."""
        with self._lock:
            found = self._register.called(name, details.get("address", ""))
            if not isinstance(found, RoomBook):
                address = details.get("address") or self._register.address_for(name)
                found = RoomBook(address, name, purpose="room", enabled=False)
                self._register.enter(found)
            return found.describe(details)

    def room_list(self, name: str, *rooms: str, address: str = "") -> RoomList:
        """A room list of these rooms; replaces one of the same name."""
        with self._lock:
            known = (made.address for made in self.room_lists if made.name == name)
            own = address or next(known, "") or self._register.address_for(name)
            made = RoomList(own, name, tuple(self.room(room).address for room in rooms))
            self._register.enter_list(made)
            return made

    @property
    def rooms(self) -> tuple[RoomBook, ...]:
        return self._register.rooms()

    @property
    def room_lists(self) -> tuple[RoomList, ...]:
        return self._register.lists()

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        return self._register.mailboxes()

    def find(self, key: str) -> Mailbox | None:
        """By address, user principal name or object id, in any case."""
        return self._register.find(key)

    def address_for(self, name: str) -> str:
        """A free address made of the name's plain letters."""
        return self._register.address_for(name)

    # what the bot's app may do

    def grant(self, *permissions: str) -> None:
        """Administrator's consent to application permissions to Graph."""
        if unknown := sorted(set(permissions) - set(APP_ROLES)):
            raise ValueError(f"Graph has no application permission {', '.join(unknown)}")
        self.app.consented |= frozenset(permissions)

    def revoke(self, *permissions: str) -> None:
        """Take consent away; tokens issued before keep it until they expire."""
        self.app.consented -= frozenset(permissions)

    def scope(
        self, role: str, *mailboxes: str, everyone: bool = False, app: App | None = None
    ) -> Assignment:
        """An Exchange role for the bot's app or another: over all rooms, these, or everyone."""
        named = [self._mailbox(name).address.lower() for name in mailboxes]
        reach = Reach.EVERYONE if everyone else Reach.LISTED if mailboxes else Reach.ROOMS
        holder = (app or self.app).service_principal_id
        made = Assignment(holder, role_name(role), reach, frozenset(named))
        with self._lock:
            self._assignments = (*self._assignments, made)
        return made

    def unscope(self, role: str | None = None) -> None:
        """Take that Exchange role from the bot's app, or every one that it has."""
        name = role and role_name(role)
        own = self.app.service_principal_id
        with self._lock:
            self._assignments = tuple(
                held
                for held in self._assignments
                if held.holder != own or (name and held.role != name)
            )

    def policy(self, *mailboxes: str) -> None:
        """A legacy Application Access Policy: consent counts for these mailboxes alone."""
        self._policy = frozenset(self._mailbox(name).address.lower() for name in mailboxes)

    @property
    def given(self) -> tuple[Assignment, ...]:
        """Every Exchange role that was given to an app and not taken back."""
        return self._assignments

    @property
    def allowed(self) -> frozenset[str] | None:
        """The addresses that a legacy policy lets consent reach; None where there is none."""
        return self._policy

    def integrate_by_own_app(self) -> None:
        """The integration works with the bot's own app, not with a vendor's."""
        vendor, self.integration = self.integration, self.app
        for held in self._assignments:
            if held.holder == vendor.service_principal_id:
                mine = replace(held, holder=self.app.service_principal_id)
                self._assignments = (*self._assignments, mine)

    def integration_throttled(
        self, per_hour: int, mailbox: str = "", since: datetime | None = None, status: int = 429
    ) -> None:
        """So many of its requests an hour are refused: in one mailbox, or in all rooms in turn.

        Since a day ago, unless said otherwise.  0 ends all such stories.
        """
        log = self.records.activity
        began = since or self.clock() - timedelta(days=1)
        address = self._mailbox(mailbox).address if mailbox else ""
        told = (*log.bursts, Burst(per_hour, began, address, status)) if per_hour else ()
        self.records.activity = replace(log, bursts=told)

    # faults

    def break_(self, name: str, room: str = "") -> None:
        """Switch a fault on; one that needs a room takes `room`, else the first that is well."""
        if name not in FAULTS:
            raise LookupError(f"there is no fault “{name}”; there are {', '.join(FAULTS)}")
        with self._lock:
            self._broken = {**self._broken, name: self._scene(room)}
            self.epoch += self._calls_in_tokens(name)

    def mend(self, name: str | None = None) -> None:
        """Switch one fault off, or all of them."""
        with self._lock:
            gone = [broken for broken in self._broken if name in (None, broken)]
            self._broken = {key: room for key, room in self._broken.items() if key not in gone}
            self.epoch += sum(map(self._calls_in_tokens, gone))

    def faults(self) -> tuple[str, ...]:
        """The names of the faults that are on, in the order of their breaking."""
        return tuple(self._broken)

    def effects(self, kind: type[E]) -> list[tuple[E, Mailbox | None]]:
        """The effects of one kind that are on, each with the room it was aimed at."""
        return [(effect, met.room) for effect, met in self.changes(kind)]

    def changes(self, kind: type[E]) -> list[tuple[E, Scene]]:
        """As `effects`, each with what it met when it was switched on."""
        return [
            (effect, met)
            for name, met in self._broken.items()
            for effect in FAULTS[name].effects
            if isinstance(effect, kind)
        ]

    @contextmanager
    def held(self) -> Iterator[None]:
        """Graph answers nothing inside the block: a gate for tests of what runs together."""
        self._held += 1
        try:
            yield
        finally:
            self._held -= 1

    @property
    def is_held(self) -> bool:
        return self._held > 0

    def _mailbox(self, name: str) -> Mailbox:
        return self.find(name) or self.room(name)

    def _calls_in_tokens(self, name: str) -> bool:
        return FAULTS[name].calls_in_tokens(one_app=self.integration is self.app)

    def _scene(self, room: str) -> Scene:
        return scene(
            self.clock(),
            (self.app, self.integration),
            (self.service_account, self.canary, *self.mailboxes),
            self.rooms,
            self._victim(room),
        )

    def _victim(self, name: str) -> RoomBook | None:
        if name:
            return self.room(name)
        well = (room for room in self.rooms if room.health is Health.WELL)
        return next(well, None)
