"""A mailbox with its account: a person's, a shared one's or, as a RoomBook, a room's."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from enum import StrEnum
from typing import Self
from uuid import NAMESPACE_DNS, uuid5

from adapters.sandbox.event import Calendar, Event, Organizer, Status


class Health(StrEnum):
    """What a call that is addressed to the mailbox meets."""

    WELL = "well"
    DENIED = "denied"
    ON_PREMISES = "on-premises"
    NO_MAILBOX = "no mailbox"
    VANISHED = "vanished"


@dataclass(frozen=True, slots=True)
class Hours:
    """Working hours.  `custom` shows the zone as a customTimeZone without a known name."""

    start: time = time(8)
    end: time = time(18)
    days: tuple[str, ...] = ("monday", "tuesday", "wednesday", "thursday", "friday")
    custom: bool = False


@dataclass(frozen=True, slots=True)
class Delegate:
    """Somebody who may do more with the calendar than the organization may."""

    name: str
    address: str
    role: str = "write"  # Graph's calendarRoleType


OFFICE = Hours()
ANA = Organizer("Ana Costa", "ana.costa@contoso.example")


def stable_id(*parts: str) -> str:
    """A GUID that is the same in every run."""
    return str(uuid5(NAMESPACE_DNS, "/".join(parts)))


@dataclass(slots=True, eq=False)
class Mailbox:
    """Set it up in sentences; every sentence returns the mailbox, so that they chain."""

    address: str
    name: str
    purpose: str = "user"  # Graph's userPurpose
    timezone: str | None = "UTC"  # Windows or IANA name, as the mailbox has it
    hours: Hours | None = OFFICE
    sharing: str = "limitedRead"  # what everybody in the organization sees: calendarRoleType
    enabled: bool = True  # the account, not the mailbox; a room's is normally disabled
    licences: tuple[str, ...] = ()  # skuPartNumber
    plan_status: str = "Success"  # provisioningStatus of the Exchange plans
    delegates: tuple[Delegate, ...] = ()
    password_changed: datetime = datetime(2026, 1, 12, 9, 40, tzinfo=UTC)
    password_policies: str | None = None
    created: datetime = datetime(2021, 5, 4, 8, tzinfo=UTC)
    roles: tuple[str, ...] = ()  # display names of directory roles
    aliases: tuple[str, ...] = ()  # other addresses; no sign-in name, so no key of a path
    deleted: datetime | None = None  # soft-deleted, to be restored within 30 days
    health: Health = Health.WELL
    calendar: Calendar = field(default_factory=Calendar)

    @property
    def id(self) -> str:
        return stable_id("user", self.address.lower())

    @property
    def as_organizer(self) -> Organizer:
        return Organizer(self.name, self.address)

    def busy(
        self,
        start: datetime,
        end: datetime,
        subject: str = "",
        *,
        status: Status = "busy",
        private: bool = False,
        organizer: Mailbox | Organizer = ANA,
        all_day: bool = False,
        location: str = "",
    ) -> Self:
        """Put an entry into the calendar; times are aware, an all-day one's dates count."""
        who = organizer.as_organizer if isinstance(organizer, Mailbox) else organizer
        key = stable_id("event", self.address.lower(), start.isoformat(), str(len(self.calendar)))
        self.calendar.add(
            [Event(key, start, end, who, subject, status, private, all_day, location or self.name)]
        )
        return self

    def free(self) -> Self:
        """Empty the calendar."""
        self.calendar.clear()
        return self

    def on_premises(self) -> Self:
        self.health = Health.ON_PREMISES
        return self

    def deny(self) -> Self:
        """Exchange refuses it to the app, whatever was granted."""
        self.health = Health.DENIED
        return self

    def vanish(self) -> Self:
        """The directory no longer knows the address; Places still lists it for a day."""
        self.health = Health.VANISHED
        return self

    def delete(self, at: datetime) -> Self:
        """Soft-deleted: only the directory's bin still knows it."""
        self.deleted = at
        return self.vanish()

    def no_mailbox(self) -> Self:
        """The account is there, the mailbox is not: unlicensed or soft-deleted."""
        self.health = Health.NO_MAILBOX
        return self

    def mend(self) -> Self:
        self.deleted = None
        self.health = Health.WELL
        return self
