"""Ready-made tenants: the demo's, an empty one, and big ones for benchmarks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from adapters.sandbox.app import Delegation
from adapters.sandbox.event import Calendar
from adapters.sandbox.mailbox import OFFICE, Mailbox
from adapters.sandbox.permission import WANTED
from adapters.sandbox.room import RoomBook
from adapters.sandbox.seed_life import clock_change, days_around, ordinary_days
from adapters.sandbox.seed_rooms import LISBON, ROOMS, SITES, TEAMS, Site
from adapters.sandbox.tenant import Tenant

_LICENCE = "ENTERPRISEPACK"
_ACCOUNT_LICENCE = "STANDARDPACK"  # Exchange Online Plan 1, EXCHANGE_S_STANDARD
_PEOPLE = ("Ana Costa", "Bruno Dias", "Chidi Okoro", "Dana Levi", "Emi Sato", "Farid Haddad")
_TENTATIVE = ("Mitte", "Fremont")
_LEFT = ("Gus Former", "Hanna Gone")
_DAY = timedelta(days=1)
_SHAPES = 40  # different calendars in a big tenant

# What tomorrow holds in Lisbon, so that “tomorrow 2pm for 45m, 8 people in Lisbon with video” has
# an answer worth showing on any day: three rooms free, one of them till half past five.
_TOMORROW = {
    "Fado": ("09:00-10:00", "10:00-12:30", "17:30-18:30"),
    "Alfama": ("09:30-11:00", "15:15-16:00", "17:00-18:00"),
    "Belém": ("08:30-10:00", "11:00-13:30"),
    "Tejo": ("14:00-15:00",),
    "Sintra": ("09:00-12:00", "13:00-14:00", "14:00-15:00", "15:00-16:30"),
    "Rossio": ("12:00-14:15", "16:00-17:00"),
    "Estrela": ("14:30-16:00",),
    "Graça": ("10:30-11:00", "13:30-17:30"),
    "Mouraria": ("00:00-23:59",),
}


def empty() -> Tenant:
    """The bot's app with its permissions, the service account and the canary; no rooms.

    The state that Microsoft recommends: calendars by an Exchange role over rooms (and the service
    account), everything else by consent.
    """
    tenant = Tenant()
    for person in (tenant.service_account, tenant.canary):
        person.licences = (_LICENCE,)
    tenant.grant(*WANTED)
    tenant.scope("Calendars.Read")
    tenant.scope("Calendars.Read", tenant.service_account.address)
    tenant.service_account.password_policies = "DisablePasswordExpiration"
    tenant.integration.delegated.append(Delegation("User.Read offline_access"))
    tenant.scope("Calendars.ReadWrite", app=tenant.integration)
    return tenant


def seeded(now: datetime) -> Tenant:
    """Contoso: forty rooms in five cities, with two weeks of meetings on either side of `now`.

    Nothing is broken but what is awkward by design, as in every real tenant: Tejo's mailbox is
    on-premises, Kreuzberg has no zone and Wannsee one that nobody knows, Camden and Savile are
    booked twice, Mitte and Fremont leave invitations tentative, Old Library is not described and
    Shibuya's seats are not counted, and two people who left still hold meetings.
    """
    tenant = _settled(empty(), now)
    people = [_licensed(tenant.person(name)) for name in _PEOPLE]
    people += [tenant.person(name, left=True) for name in _LEFT]
    for site in SITES:
        _open(tenant, site, now, people)
    tenant.room_list("Executive rooms", "Sintra", "Savile", "Tempelhof", "Rainier", "Fuji")
    tenant.room("Tejo").on_premises()
    _fill_tomorrow(tenant, now, people)
    _tell_stories(tenant, now, people)
    for room in tenant.rooms:
        if room.name not in _TENTATIVE:
            _answer(room, now)
    _write_down(tenant, now, people[0])
    return tenant


def healthy(now: datetime) -> Tenant:
    """As `seeded`, and no room is awkward in anything but its name."""
    tenant = _settled(empty(), now)
    people = [_licensed(tenant.person(name)) for name in _PEOPLE]
    for site in SITES:
        _open(tenant, site, now, people)
    _fill_tomorrow(tenant, now, people)
    for room in tenant.rooms:
        _make_plain(room, now)
    _write_down(tenant, now, people[0])
    return tenant


def big(now: datetime, rooms: int) -> Tenant:
    """That many plain rooms, twenty a floor and five floors a building, all with meetings."""
    tenant = _settled(empty(), now)
    people = [_licensed(tenant.person(name)) for name in _PEOPLE]
    shapes = [_shape(index, now, people) for index in range(_SHAPES)]
    for number in range(rooms):
        site, building = SITES[number % len(SITES)], number // 100
        room = tenant.room(
            f"Room {number:05}",
            building=f"Building {building:03}",
            floor=number // 20 % 5,
            city=site.city,
            country=site.country,
            timezone=site.windows,
            capacity=4 + number % 17,
            video=TEAMS if number % 3 else None,
        )
        room.calendar = shapes[number % _SHAPES].copy()
    _write_down(tenant, now, people[0])
    return tenant


def _licensed(person: Mailbox) -> Mailbox:
    person.licences = (_LICENCE,)
    return person


def _open(tenant: Tenant, site: Site, now: datetime, people: Sequence[Mailbox]) -> None:
    zone = ZoneInfo(site.zone)
    today = now.astimezone(zone).date()
    opened = []
    for name, building, floor, capacity, details in ROOMS[site.city]:
        address = details.get("address") or tenant.address_for(name)
        room = tenant.room(name, address=address, timezone=site.windows, country=site.country)
        room.describe({"city": site.city, "building": building, "floor": floor})
        room.describe({"street": site.streets.get(building or ""), "capacity": capacity})
        room.describe(details)
        ordinary_days(room, _spared(site, today), zone, people)
        opened.append(room.address)
    tenant.room_list(f"{site.city} rooms", *opened)


def _spared(site: Site, today: date) -> list[date]:
    """The days to fill by chance: in Lisbon tomorrow is told, not drawn."""
    tomorrow = today + timedelta(days=1)
    return [day for day in days_around(today) if site is not LISBON or day != tomorrow]


def _settled(tenant: Tenant, now: datetime) -> Tenant:
    """Everything was set up some months ago, and nothing ends soon."""
    account, app, integration = tenant.service_account, tenant.app, tenant.integration
    account.licences = (_ACCOUNT_LICENCE,)
    account.password_changed = now - 120 * _DAY
    app.granted, integration.granted = now - 60 * _DAY, now - 90 * _DAY
    made, ends = now - 60 * _DAY, now + 300 * _DAY
    app.secrets = [replace(secret, starts=made, expires=ends) for secret in app.secrets]
    return tenant


def _make_plain(room: RoomBook, now: datetime) -> None:
    """Every detail is told, and every meeting is simply accepted."""
    site = next(site for site in SITES if site.city == room.city)
    floor = 1 if room.floor is None else room.floor
    building = room.building or next(iter(site.streets))
    room.describe({"timezone": site.windows, "hours": OFFICE, "building": building})
    room.describe({"floor": floor, "capacity": room.capacity or 8})
    every = room.calendar.between(now - 60 * _DAY, now + 60 * _DAY)
    # All-day entries float, so that seen from another zone they overlap what is beside them.
    timed = [event for event in every if not event.all_day]
    room.calendar = Calendar(replace(event, status="busy") for event in timed)


def _answer(room: RoomBook, now: datetime) -> None:
    """What comes up in the next days is accepted or not there, as a room does that is well."""
    answered = {
        event.id: replace(event, status="busy")
        for event in room.calendar.between(now - _DAY, now + 5 * _DAY)
        if event.status == "tentative"
    }
    every = room.calendar.between(now - 400 * _DAY, now + 400 * _DAY)
    room.calendar = Calendar(answered.get(event.id, event) for event in every)


def _fill_tomorrow(tenant: Tenant, now: datetime, people: Sequence[Mailbox]) -> None:
    for name, spans in _TOMORROW.items():
        for turn, span in enumerate(spans):
            first, _, last = span.partition("-")
            _add(tenant.room(name), now, 1, first, last, people[turn % 3])


def _tell_stories(tenant: Tenant, now: datetime, people: Sequence[Mailbox]) -> None:
    """The entries that a reader of calendars should have met once."""
    for ahead in range(-10, 11):
        _add(tenant.room("Night Watch"), now, ahead, "22:00", "02:00", people[1], "Night shift")
    for week in (1, 2):
        _add(tenant.room("Savile"), now, 7 * week, "16:00", "17:00", people[-1], "Board prep")
    _add(tenant.room("Camden"), now, 1, "11:00", "12:30", people[2], "First come")
    _add(tenant.room("Camden"), now, 1, "12:00", "13:00", people[3], "First served")
    _over_clock_change(tenant, now, people[0])


def _write_down(tenant: Tenant, now: datetime, administrator: Mailbox) -> None:
    """What the logs hold when nothing is wrong."""
    administrator.roles = ("Global Administrator",)
    account, integration, records = tenant.service_account, tenant.integration, tenant.records
    granted = integration.granted
    records.audited("Consent to application", granted, administrator, integration)
    for days in range(7, 0, -1):
        at = now - timedelta(days=days)
        records.app_signed_in(tenant.app, at)
        records.signed_in(account, integration, at, interactive=days in (1, 7))
    records.requires("Require MFA for administrators", "mfa", administrator.id)


def _add(
    room: RoomBook,
    now: datetime,
    ahead: int,
    first: str,
    last: str,
    who: Mailbox,
    subject: str = "",
) -> None:
    """An entry so many days ahead, by the clock on the room's wall."""
    zone = _zone_of(room)
    day = now.astimezone(zone).date() + timedelta(days=ahead)
    start = datetime.combine(day, time.fromisoformat(first), zone)
    end = datetime.combine(day, time.fromisoformat(last), zone)
    end += timedelta(days=1) if end <= start else timedelta()
    room.busy(start, end, subject or who.name, organizer=who)


def _over_clock_change(tenant: Tenant, now: datetime, who: Mailbox) -> None:
    for name in ("Sintra", "Thames", "Spree", "Rainier"):
        room = tenant.room(name)
        zone = _zone_of(room)
        day = clock_change(now.astimezone(zone).date(), zone)
        if day is not None:
            start = datetime.combine(day, time(0, 30), zone)
            end = datetime.combine(day, time(5), zone)
            room.busy(start, end, "Data centre move", organizer=who)


def _zone_of(room: RoomBook) -> ZoneInfo:
    return next(ZoneInfo(site.zone) for site in SITES if site.city == room.city)


def _shape(index: int, now: datetime, people: Sequence[Mailbox]) -> Calendar:
    zone = ZoneInfo(SITES[index % len(SITES)].zone)
    model = Mailbox(f"shape.{index}@contoso.example", f"Shape {index}")
    today = now.astimezone(zone).date()
    ordinary_days(model, [today + timedelta(days=ahead) for ahead in range(-1, 4)], zone, people)
    return model.calendar
