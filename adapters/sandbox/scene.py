"""When a fault struck, and whom and what it finds there: the tenant's own, without any fault."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from adapters.sandbox.app import App
from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.room import RoomBook

# Who acts where the tenant has nobody of the kind; they are not in its directory.
_ADMINISTRATOR = Mailbox("ana.costa@contoso.example", "Ana Costa")
_PERSON = Mailbox("bruno.dias@contoso.example", "Bruno Dias")
_LEAVER = Mailbox("gus.former@contoso.example", "Gus Former", enabled=False)


@dataclass(frozen=True, slots=True)
class Scene:
    at: datetime
    app: App
    integration: App
    account: Mailbox
    administrator: Mailbox  # who did it
    person: Mailbox  # somebody who works here
    leaver: Mailbox  # somebody who no longer does
    rooms: tuple[RoomBook, ...]  # those that there were
    room: RoomBook | None  # the one it was aimed at; None where there is none


def scene(
    at: datetime,
    apps: tuple[App, App],
    people: tuple[Mailbox, ...],
    rooms: tuple[RoomBook, ...],
    room: RoomBook | None,
) -> Scene:
    """`apps` are the bot's and the integration's; `people` start with account and canary."""
    account, canary, *others = people
    known = [who for who in others if who not in (account, canary) and who.purpose == "user"]
    working = [who for who in known if who.enabled]
    administrators = [who for who in working if "Global Administrator" in who.roles]
    return Scene(
        at,
        *apps,
        account,
        administrator=next(iter(administrators), _ADMINISTRATOR),
        person=next((who for who in working if who not in administrators), _PERSON),
        leaver=next((who for who in known if not who.enabled), _LEAVER),
        rooms=rooms,
        room=room,
    )
