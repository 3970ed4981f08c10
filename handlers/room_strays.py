"""Rooms that answer and that the directory of rooms does not list: hidden, or still new.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from bot.finding import Finding, Remedy, Severity
from bot.tenancy import Stray, Strays
from bot.wording import few, plural
from handlers.cmdlet import each
from handlers.details import age

TELLS = ("rooms/hidden",)  # beginnings of the fingerprints told here
NEW = timedelta(hours=48)  # how long Microsoft may take to list a room
_COLUMNS = "PrimarySmtpAddress,RecipientTypeDetails,HiddenFromAddressListsEnabled,WhenCreated"


def hidden(strays: Strays, now: datetime) -> list[Finding]:
    """Those that had the time to be listed; that somebody wants it so cannot be seen."""
    found = [one for one in strays.rooms if not _is_new(one, now)]
    if not found:
        return []
    addresses = tuple(one.address for one in found)
    are = "answers and is" if len(found) == 1 else "answer and are"
    show = "Set-Mailbox -Identity $_ -HiddenFromAddressListsEnabled $false"
    lines = (each(addresses, "Get-Mailbox -Identity $_", _COLUMNS), each(addresses, show))
    return [
        Finding(
            "rooms/hidden",
            "rooms",
            f"{plural(len(found), 'room')} {are} not in the directory of rooms, probably hidden: "
            f"{_named(found)}.",
            Severity.INFO,
            "No search finds them; who knows the address can book them.",
            Remedy(
                "The first line shows whether they are hidden; the second lists them again. What "
                "nobody should find may stay as it is.",
                "\n".join(lines),
                wait="up to 48 hours until every list shows it",
            ),
            tuple(proof for one in found[:3] for proof in one.evidence),
            rooms=addresses,
        )
    ]


def notes(strays: Strays, now: datetime) -> tuple[str, ...]:
    """New rooms, and how far I looked."""
    said = [
        f"{one.name} ({one.address}) was made {age(now - one.created)} ago and is not listed yet: "
        "that can take 48 hours. It can be booked by its address."
        for one in strays.rooms
        if one.created and _is_new(one, now)
    ]
    if strays.looked < strays.of:
        said.append(
            f"Of {strays.of:,} accounts that may be rooms the directory hides, {strays.looked:,} "
            "are looked at so far."
        )
    if strays.cut:
        said.append("The tenant has more disabled accounts than I read to find hidden rooms.")
    return tuple(said)


def _is_new(one: Stray, now: datetime) -> bool:
    return one.created is not None and now - one.created < NEW


def _named(found: Sequence[Stray]) -> str:
    return few([f"{one.name} ({one.address})" for one in found])
