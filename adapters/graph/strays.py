"""Rooms that Places does not list, hidden or new: looked for among accounts that may not sign in.

No filter of the directory tells a room's account from another's, so the mailbox is asked what it
is.  https://learn.microsoft.com/graph/api/resources/mailboxsettings
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from threading import Lock

from adapters.graph import evidence, plain
from adapters.graph.question import Json, directory
from adapters.graph.reader import Reader
from adapters.graph.refusal import Answer
from adapters.graph.survey import questions
from adapters.graph.sweep import Sweep
from adapters.graph.timing import LONG_PATIENCE, Timing
from adapters.graph.turns import Turns
from bot.errors import Throttled, Unreachable
from bot.finding import Evidence
from bot.tenancy import Stray, Strays

_READ = 3000  # accounts, in pages of 999
_OLDEST = timedelta(days=1)
_FIELDS = "id,displayName,mail,createdDateTime,assignedLicenses"
_ACCOUNTS = directory(
    "disabledAccounts",
    f"/users?$filter=accountEnabled%20eq%20false&$select={_FIELDS}&$top=999",
    "read accounts",
    "User.Read.All",
)


class Lookout:
    """Remembers for a day what each mailbox said it is.  Shared by all threads of the process."""

    def __init__(self, reader: Reader, sweep: Sweep, timing: Timing) -> None:
        self._reader, self._sweep, self._timing = reader, sweep, timing
        self._lock = Lock()
        self._turns = Turns()
        self._told: dict[str, tuple[bool, datetime, Evidence]] = {}  # whether it is a room's

    def look(self, listed: Sequence[str], most: int) -> Strays:
        """`most` mailboxes are asked; those that were rooms last time first."""
        rows = self._reader.rows(self._reader.one(_ACCOUNTS), _READ)
        known = {address.casefold() for address in listed}
        accounts = {a: row for row in rows if (a := _candidate(row)) and a.casefold() not in known}
        self._ask(accounts, most)
        now = self._timing.clock()
        with self._lock:
            told = {a: seen for a in accounts if (seen := self._told.get(a.casefold()))}
        fresh = {a: seen for a, seen in told.items() if now - seen[1] <= _OLDEST}
        rooms = (
            _stray(a, accounts[a], proof) for a, (is_room, _, proof) in fresh.items() if is_room
        )
        return Strays(tuple(rooms), len(fresh), len(accounts), len(rows) >= _READ)

    def _ask(self, accounts: Iterable[str], most: int) -> None:
        with self._lock:
            rooms = {key for key, (is_room, _, _) in self._told.items() if is_room}
        turn = self._turns.take(list(accounts), most, rooms)
        asked = [questions(address)[1] for address in turn]
        heard = self._sweep.ask(asked, self._timing.until(LONG_PATIENCE)) if asked else []
        for address, question, answer in zip(turn, asked, heard, strict=True):
            if isinstance(answer, Answer):
                proof = evidence.of_answer(question, answer)
                self._learn(address, answer.body.get("userPurpose") == "room", proof)
            elif address.casefold() in rooms:
                pass  # a room that is out of reach is one still
            elif not isinstance(answer, Throttled | Unreachable):  # no mailbox, or out of scope
                proof = evidence.of_trouble(question, answer, self._timing.clock())
                self._learn(address, is_room=False, proof=proof)

    def _learn(self, address: str, is_room: bool, proof: Evidence) -> None:
        with self._lock:
            self._told[address.casefold()] = (is_room, self._timing.clock(), proof)
            while len(self._told) > _READ:
                del self._told[next(iter(self._told))]


def _candidate(row: Json) -> str:
    """The address of an account that may be a room's: a person's would have a licence."""
    return "" if row.get("assignedLicenses") else plain.text(row.get("mail"))


def _stray(address: str, row: Json, proof: Evidence) -> Stray:
    name = plain.text(row.get("displayName")) or address
    return Stray(address, name, plain.moment(row.get("createdDateTime")), (proof,))
