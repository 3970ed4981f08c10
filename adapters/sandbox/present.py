"""The tenant as it is at one moment, faults included: what every answer is made from.

Faults change copies.  The tenant's own things stay as they were set up, so that mending restores
exactly what was, in whatever order faults came and went.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

from adapters.sandbox.app import App
from adapters.sandbox.effect import (
    ChangesAccount,
    ChangesApp,
    ChangesAssignments,
    ChangesRecords,
    ChangesRoom,
    LeavesLists,
    LosesPermissions,
    MailboxIs,
    PolicyBlocks,
)
from adapters.sandbox.mailbox import Health, Mailbox
from adapters.sandbox.records import Records
from adapters.sandbox.room import RoomBook, RoomList
from adapters.sandbox.scope import Assignment
from adapters.sandbox.tenant import Tenant


class Present:
    """Made anew for every question; what it has once worked out it keeps."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._accounts = tenant.changes(ChangesAccount)
        self._rooms = tenant.changes(ChangesRoom)
        self.id, self.name, self.domain = tenant.id, tenant.name, tenant.domain
        self.schedules_need_scope = tenant.schedules_need_scope

    # apps

    @cached_property
    def app(self) -> App:
        """The bot's own."""
        app = self._tenant.app
        for effect, scene in self._tenant.changes(ChangesApp):
            if effect.own or self._tenant.integration is self._tenant.app:
                app = effect.change(app, scene)
        lost = tuple(effect.prefix for effect, _ in self._tenant.effects(LosesPermissions))
        kept = frozenset(name for name in app.consented if not name.startswith(lost))
        return replace(app, consented=kept)

    @cached_property
    def integration(self) -> App:
        if self._tenant.integration is self._tenant.app:
            return self.app
        app = self._tenant.integration
        for effect, scene in self._tenant.changes(ChangesApp):
            app = app if effect.own else effect.change(app, scene)
        return app

    @property
    def apps(self) -> tuple[App, ...]:
        """The bot's and the integration's, which may be one."""
        return tuple({app.client_id: app for app in (self.app, self.integration)}.values())

    def requested(self, app: App) -> frozenset[str]:
        """What the registration asks for: what was granted before anything was withdrawn."""
        own = app.client_id == self._tenant.app.client_id
        return (self._tenant.app if own else self._tenant.integration).consented

    # people and rooms

    @property
    def mailboxes(self) -> tuple[Mailbox, ...]:
        every = self._tenant.mailboxes
        return tuple(map(self._seen, every)) if self._accounts or self._rooms else every

    @property
    def rooms(self) -> tuple[RoomBook, ...]:
        every = self._tenant.rooms
        return tuple(map(self._seen_room, every)) if self._rooms else every

    @property
    def room_lists(self) -> tuple[RoomList, ...]:
        left = {room.address for _, room in self._tenant.effects(LeavesLists) if room}
        if not left:
            return self._tenant.room_lists
        return tuple(
            replace(held, members=tuple(name for name in held.members if name not in left))
            for held in self._tenant.room_lists
        )

    def find(self, key: str) -> Mailbox | None:
        """By address, user principal name or object id, in any case."""
        found = self._tenant.find(key)
        return found and self._seen(found)

    def kept(self, mailbox: Mailbox) -> Mailbox:
        """The tenant's own, to write in: what was found here may be a fault's copy."""
        return self._tenant.find(mailbox.address) or mailbox

    def health(self, mailbox: Mailbox) -> Health:
        """How it does; `mailbox` is one that was found here."""
        for effect, victim in self._tenant.effects(MailboxIs):
            aimed = victim is not None and mailbox.id == victim.id
            if aimed or (effect.every and isinstance(mailbox, RoomBook)):
                return effect.health
        return mailbox.health

    def _seen(self, mailbox: Mailbox) -> Mailbox:
        if isinstance(mailbox, RoomBook):
            return self._seen_room(mailbox)
        seen = mailbox
        for effect, scene in self._accounts:
            seen = effect.change(seen, scene) if mailbox is scene.account else seen
        return seen

    def _seen_room(self, room: RoomBook) -> RoomBook:
        seen = room
        for effect, scene in self._rooms:
            seen = effect.change(seen, scene) if effect.every or room is scene.room else seen
        return seen

    # what apps may do

    def assignments(self) -> tuple[Assignment, ...]:
        """The Exchange roles that the bot's app holds."""
        return self._of(self._tenant.app)

    def every_assignment(self) -> tuple[Assignment, ...]:
        """As `assignments`, with those of others."""
        apps = {app.client_id: app for app in (self._tenant.app, self._tenant.integration)}
        known = [app.service_principal_id for app in apps.values()]
        others = [held for held in self._tenant.given if held.holder not in known]
        return (*(held for app in apps.values() for held in self._of(app)), *others)

    def scoped(self, wanted: frozenset[str], mailbox: Mailbox | None) -> bool:
        """Whether an Exchange role gives one of these permissions over the mailbox."""
        return mailbox is not None and any(
            held.permissions & wanted and held.covers(mailbox) for held in self.assignments()
        )

    def policy_blocks(self, mailbox: Mailbox | None) -> bool:
        """Whether a legacy policy keeps consent from reaching the mailbox."""
        if self._tenant.effects(PolicyBlocks):
            return mailbox is None or mailbox.id != self._tenant.service_account.id
        allowed = self._tenant.allowed
        if allowed is None:
            return False
        return mailbox is None or mailbox.address.lower() not in allowed

    def _of(self, app: App) -> tuple[Assignment, ...]:
        """Deleting an enterprise app deletes what Exchange had assigned to it."""
        now = self.app if app is self._tenant.app else self.integration
        if not now.is_here:
            return ()
        held = tuple(h for h in self._tenant.given if h.holder == app.service_principal_id)
        for effect, scene in self._tenant.changes(ChangesAssignments):
            if app is (scene.app if effect.own else scene.integration):
                held = effect.change(held, scene)
        return tuple(each for each in held if app is not self._tenant.app or self._kept(each))

    def _kept(self, held: Assignment) -> bool:
        lost = [effect for effect, _ in self._tenant.effects(LosesPermissions) if effect.exchange]
        prefixes = tuple(effect.prefix for effect in lost)
        lacking = [name for name in held.permissions if name.startswith(prefixes)]
        return not lacking or len(lacking) < len(held.permissions)

    # what was written down

    @cached_property
    def records(self) -> Records:
        changes = self._tenant.changes(ChangesRecords)
        if not changes:
            return self._tenant.records
        written = self._tenant.records.copy()
        for effect, scene in changes:
            effect.change(written, scene)
        return written
