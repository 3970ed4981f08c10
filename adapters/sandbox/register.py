"""Who and what has an address in the tenant, and how a name finds it."""

from __future__ import annotations

import re
import unicodedata

from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.room import RoomBook, RoomList


class Register:
    """Mailboxes by address and by object id, rooms also by name; keys in lower case."""

    def __init__(self, domain: str) -> None:
        self._domain = domain
        self._mailboxes: dict[str, Mailbox] = {}
        self._named: dict[str, Mailbox] = {}  # the first of its name
        self._rooms: dict[str, RoomBook] = {}
        self._lists: dict[str, RoomList] = {}

    def enter(self, mailbox: Mailbox) -> None:
        address = mailbox.address.lower()
        self._mailboxes[address] = self._mailboxes[mailbox.id] = mailbox
        self._named.setdefault(mailbox.name, mailbox)
        if isinstance(mailbox, RoomBook):
            self._rooms[address] = mailbox

    def enter_list(self, made: RoomList) -> None:
        self._lists[made.address.lower()] = made

    def find(self, key: str) -> Mailbox | None:
        """By address, user principal name or object id, in any case."""
        return self._mailboxes.get(key.lower())

    def called(self, name: str, address: str = "") -> Mailbox | None:
        """By address where one is given, else by name."""
        return self.find(address) if address else self._named.get(name) or self.find(name)

    def rooms(self) -> tuple[RoomBook, ...]:
        return tuple(self._rooms.values())

    def lists(self) -> tuple[RoomList, ...]:
        return tuple(self._lists.values())

    def mailboxes(self) -> tuple[Mailbox, ...]:
        return tuple(dict.fromkeys(self._mailboxes.values()))

    def address_for(self, name: str) -> str:
        """A free address made of the name's plain letters."""
        plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
        local = re.sub(r"[^a-z0-9]+", ".", plain).strip(".")[:40].strip(".") or "mailbox"
        address, number = f"{local}@{self._domain}", 1
        while address in self._mailboxes or address in self._lists:
            number += 1
            address = f"{local}.{number}@{self._domain}"
        return address
