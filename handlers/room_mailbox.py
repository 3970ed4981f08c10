"""Rooms whose mailbox is set up wrongly: type, time zone, delegates who left.  Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.finding import Finding, Remedy, Severity
from bot.rooms import Room
from bot.tenancy import Account, Delegate, Survey
from bot.wording import few, plural
from handlers.cmdlet import MOST, each
from handlers.powershell import powershell
from handlers.zones import zone_of

PEOPLE = ("rooms/left", "rooms/no-account")  # beginnings of the fingerprints told here
TELLS = ("rooms/type", "rooms/zone", *PEOPLE)
# userPurpose, https://learn.microsoft.com/graph/api/resources/mailboxsettings
AS_ROOM = frozenset({"room", "unknown", "others", "unknownFutureValue"})
HALF_YEAR = timedelta(days=182)


def wrong_type(surveys: Sequence[Survey], names: Mapping[str, str]) -> list[Finding]:
    """Mailboxes that are listed as rooms and are something else."""
    wrong = {s.probe.mailbox: s.purpose for s in surveys if s.purpose and s.purpose not in AS_ROOM}
    named = few([f"{names.get(address, address)} ({what})" for address, what in wrong.items()])
    remedy = Remedy(
        "Make them room mailboxes.",
        each(list(wrong), "Set-Mailbox -Identity $_ -Type Room"),
        wait="up to 48 hours until every list shows it",
    )
    return _finding(
        "rooms/type",
        f"{plural(len(wrong), 'room')} of the wrong mailbox type: {named}.",
        "They answer no booking by themselves, and a scope over rooms does not hold them.",
        remedy,
        wrong,
    )


def odd_zones(
    surveys: Sequence[Survey], rooms: Sequence[Room], names: Mapping[str, str], now: datetime
) -> list[Finding]:
    """Mailboxes whose clock differs, now or in half a year, from most others of their site."""
    zones = {s.probe.mailbox: s.zone for s in surveys if s.zone and _offsets(s.zone, now)}
    sites: dict[str, list[str]] = {}
    for room in rooms:
        if room.address in zones and (room.city or room.building):
            sites.setdefault(room.city or room.building, []).append(room.address)
    odd = {a: usual for site in sites.values() for a, usual in _odd(site, zones, now).items()}
    named = few([f"{names.get(a, a)} ({zones[a]}; its site: {z})" for a, z in odd.items()])
    lines = [
        f"Set-MailboxCalendarConfiguration -Identity {powershell(address)} "
        f"-WorkingHoursTimeZone {powershell(zone)}"
        for address, zone in odd.items()
    ]
    return _finding(
        "rooms/zone",
        f"{plural(len(odd), 'room')} in another time zone than the rest of the site: {named}.",
        "Meetings in office hours look as if they were at night, and may be declined.",
        Remedy("Give the mailbox its site's zone.", "\n".join(lines[:MOST])),
        odd,
    )


def _odd(site: Sequence[str], zones: Mapping[str, str], now: datetime) -> dict[str, str]:
    """Those who differ, with the zone of the majority; a majority is over half, and two."""
    offsets = {address: _offsets(zones[address], now) for address in site}
    [(usual, most)] = Counter(offsets.values()).most_common(1)
    if most < 2 or most * 2 <= len(site):
        return {}
    [(zone, _)] = Counter(zones[a] for a in site if offsets[a] == usual).most_common(1)
    return {address: zone for address in site if offsets[address] != usual}


def _offsets(zone: str, now: datetime) -> tuple[timedelta | None, ...]:
    """The zone by what its clock shows in summer and winter; () where nobody knows it."""
    known = zone_of(zone)
    moments = (now, now + HALF_YEAR) if known else ()
    return tuple(at.astimezone(ZoneInfo(known or "UTC")).utcoffset() for at in moments)


def delegates(surveys: Sequence[Survey]) -> list[Delegate]:
    return [delegate for survey in surveys for delegate in survey.delegates or ()]


def left(
    found: Sequence[Delegate], accounts: Mapping[str, Account | None], names: Mapping[str, str]
) -> list[Finding]:
    """Delegates without a working account; `accounts` holds those asked for, in lower case."""
    gone = [(d, why) for d in found if (why := _gone(d.address.lower(), accounts))]
    said = dict.fromkeys(
        f"{d.name or d.address} ({why}) on {names.get(d.room, d.room)}" for d, why in gone
    )
    lines = [_remove(delegate) for delegate, _ in gone]
    return _finding(
        "rooms/left",
        f"{plural(len(said), 'delegate')} without a working account: {few(list(said))}.",
        "Requests that a delegate must approve wait for ever.",
        Remedy("Remove them from the calendar.", "\n".join(lines[:MOST]), wait="some minutes"),
        [delegate.room for delegate, _ in gone],
    )


def nobody(
    found: Sequence[Delegate], accounts: Mapping[str, Account | None], names: Mapping[str, str]
) -> list[Finding]:
    """Delegates of whom the directory knows no account: gone, or no person at all."""
    lost = [d for d in found if d.address and accounts.get(d.address.lower(), d) is None]
    said = dict.fromkeys(f"{d.address} on {names.get(d.room, d.room)}" for d in lost)
    return _finding(
        "rooms/no-account",
        f"{plural(len(said), 'delegate')} without an account here: {few(list(said))}.",
        "If it was a person who left, requests that they must approve wait for ever.",
        Remedy(
            "See what it is: a group or a contact may stay. What is not found is gone for over 30 "
            "days: take it off the calendar with Remove-MailboxFolderPermission.",
            each(
                list(dict.fromkeys(d.address for d in lost)),
                "Get-Recipient -Identity $_",
                "PrimarySmtpAddress,RecipientTypeDetails",
            ),
        ),
        [delegate.room for delegate in lost],
        Severity.INFO,
    )


def _remove(delegate: Delegate) -> str:
    folder = powershell(f"{delegate.room}:\\Calendar")
    user = powershell(delegate.address or delegate.name)
    return f"Remove-MailboxFolderPermission -Identity {folder} -User {user} -Confirm:$false"


def _gone(address: str, accounts: Mapping[str, Account | None]) -> str:
    if not address:  # a deleted person's row keeps the name alone
        return "deleted, only the name is left"
    if address not in accounts:
        return ""
    account = accounts[address]
    if account is None:
        return ""  # see `nobody`
    if account.deleted_at:
        return f"deleted on {account.deleted_at:%Y-%m-%d}"
    return "" if account.enabled else "account disabled"


def _finding(
    fingerprint: str,
    summary: str,
    consequence: str,
    remedy: Remedy,
    rooms: Iterable[str],
    severity: Severity = Severity.WARNING,
) -> list[Finding]:
    """None where it is about no room."""
    found = tuple(dict.fromkeys(rooms))
    made = Finding(fingerprint, "rooms", summary, severity, consequence, remedy, rooms=found)
    return [made] if found else []
