"""What rooms' mailboxes tell of themselves beside their reach: delegates, zone and purpose.

It is remembered for a day, since a big tenant's rooms take turns.

https://learn.microsoft.com/graph/api/calendar-list-calendarpermissions
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from threading import Lock

from adapters.graph import plain
from adapters.graph.question import GRAPH, Question, mailbox, segment
from adapters.graph.refusal import Answer, Garbled
from adapters.graph.timing import Timing
from adapters.graph.wire import Wire
from bot.errors import Trouble
from bot.tenancy import Delegate, Probe, Reach, Survey

_MOST = 20_000  # rooms
_OLDEST = timedelta(days=1)
_GONE = (Reach.ON_PREMISES, Reach.UNKNOWN)

# “Default” and “Anonymous” in base64: everybody in the organization, and everybody else.
_EVERYBODY = frozenset({"RGVmYXVsdA==", "QW5vbnltb3Vz"})
_SENSELESS = Garbled("Microsoft Graph's answer makes no sense")


def questions(address: str) -> tuple[Question, Question]:
    """Delegates, then the mailbox's settings."""
    user, budgets = f"/users/{segment(address)}", (mailbox(address), GRAPH)
    sharing, settings = f"{user}/calendar/calendarPermissions", f"{user}/mailboxSettings"
    return (
        Question(
            "calendarPermissions",
            sharing,
            "read who may use this calendar",
            _need("Calendars.Read"),
            budgets,
            permission="Calendars.Read",
        ),
        Question(
            "mailboxSettings",
            settings,
            "read the settings of this mailbox",
            _need("MailboxSettings.Read"),
            budgets,
            permission="MailboxSettings.Read",
        ),
    )


def survey(
    wire: Wire, seen: Probe, answers: Sequence[Answer | Trouble], timing: Timing, until: float
) -> Survey:
    """One room, by the answers to its `questions`; what was not told is None, `why` says why."""
    sharing, settings = answers
    why: list[tuple[str, str]] = []
    delegates, zone, purpose = None, None, None
    try:
        delegates = _delegates(wire, seen.mailbox, _sure(sharing), until)
    except Trouble as trouble:
        why.append(("delegates", trouble.sentence))
    try:
        zone, purpose = _mailbox(_sure(settings))
    except Trouble as trouble:
        why.append(("mailbox", trouble.sentence))
    return Survey(seen, delegates, zone, purpose, tuple(why), timing.clock())


class Surveyed:
    """What each room told last.  Shared by all threads of the process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._known: OrderedDict[str, Survey] = OrderedDict()  # the oldest writing first

    def learnt(self, new: Survey) -> Survey:
        """With what it did not tell this time taken from the last, and then as old as that."""
        key = new.probe.mailbox.casefold()
        with self._lock:
            made = _completed(new, self._known.get(key))
            self._known[key] = replace(made, why=())
            self._known.move_to_end(key)
            while len(self._known) > _MOST:
                self._known.popitem(last=False)
        return made

    def recall(self, probe: Probe, now: datetime) -> Survey:
        """Its newer probe with what it told last; a mailbox that is gone told nothing."""
        with self._lock:
            known = self._known.get(probe.mailbox.casefold())
        if known is None or known.at is None or not timedelta() <= now - known.at <= _OLDEST:
            return Survey(probe)
        return Survey(probe) if probe.reach in _GONE else replace(known, probe=probe)


def _completed(new: Survey, old: Survey | None) -> Survey:
    untold = dict(new.why)
    if old is None or not untold:
        return new
    mailbox = old if "mailbox" in untold else new
    delegates = old if "delegates" in untold else new
    return replace(
        new,
        delegates=delegates.delegates,
        zone=mailbox.zone,
        purpose=mailbox.purpose,
        at=old.at,
    )


def _delegates(wire: Wire, room: str, answer: Answer, until: float) -> tuple[Delegate, ...]:
    rows = wire.rest(questions(room)[0], answer.body, until)
    return tuple(_named(room, rows))


def _named(room: str, rows: Iterable[object]) -> Iterable[Delegate]:
    """Somebody who was deleted keeps a row with a name and no address."""
    for row in rows:
        if not isinstance(row, dict) or not (role := plain.text(row.get("role"))):
            raise _SENSELESS
        said = row.get("emailAddress")
        who = said if isinstance(said, dict) else {}
        address, name = plain.text(who.get("address")), plain.text(who.get("name"))
        if role != "none" and row.get("id") not in _EVERYBODY and (address or name):
            yield Delegate(room, address, name or address, role)


def _mailbox(answer: Answer) -> tuple[str | None, str | None]:
    zone, purpose = answer.body.get("timeZone"), answer.body.get("userPurpose")
    if not all(isinstance(each, str | None) for each in (zone, purpose)):
        raise _SENSELESS
    return plain.text(zone) or None, plain.text(purpose) or None


def _sure(heard: Answer | Trouble) -> Answer:
    if isinstance(heard, Trouble):
        raise heard
    return heard


def _need(permission: str) -> str:
    return (
        f"Grant its app the application permission {permission}, with admin consent, or the "
        f"Exchange role “Application {permission}” over the rooms."
    )
