"""Whether the bot can write in a room: one event is written there and deleted again.

A write is no question: one whose answer is lost may have been done, so it is never sent again.
https://learn.microsoft.com/graph/api/user-post-events
"""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Lock
from uuid import uuid4

from adapters.graph import evidence
from adapters.graph.asker import working
from adapters.graph.probe import refused
from adapters.graph.question import GRAPH, Question, mailbox, segment
from adapters.graph.refusal import Blocked, SignInRefused
from adapters.graph.timing import PATIENCE, Timing
from adapters.graph.wire import Wire
from bot.asking import Urgency
from bot.errors import Forbidden, Trouble, Unreachable
from bot.finding import Evidence
from bot.tenancy import Probe, Reach
from bot.text import clean

SUBJECT = "roomops write probe"
# Something was written, or may have been; where it was refused, nothing was.
_WRITTEN = (Reach.READ, Reach.SILENT, Reach.OTHER)
_AHEAD = timedelta(days=365)
_LENGTH = timedelta(minutes=1)
_NEED = (
    "Grant its app the Exchange role “Application Calendars.ReadWrite” over the rooms, or the "
    "application permission Calendars.ReadWrite, with admin consent."
)


class Writes:
    """Remembers when each room was last written in; not beyond this process's life."""

    def __init__(self, wire: Wire, timing: Timing) -> None:
        self._wire, self._timing = wire, timing
        self._lock = Lock()
        self._last: dict[str, tuple[Probe, datetime]] = {}

    def probe(self, room: str, fresh: timedelta) -> Probe:
        """A person's is written anew; a round is told the last one while it is fresh."""
        key, now = room.casefold(), self._timing.clock()
        with self._lock:
            told, at = self._last.get(key, (None, now))
            if told and working().urgency is Urgency.ROUND and timedelta() <= now - at < fresh:
                return told
            made = write_probe(self._wire, room, self._timing)
            if made.reach in _WRITTEN:
                self._last[key] = (made, now)
        return made


def write_probe(wire: Wire, room: str, timing: Timing) -> Probe:
    """READ: written and deleted.  Trouble only where nothing was sent."""
    start = (timing.clock() + _AHEAD).replace(second=0, microsecond=0)
    writing = _event(room, start)
    heard = wire.once(writing, timing.until(PATIENCE))
    if isinstance(heard, Trouble):
        seen = evidence.of_trouble(writing, heard, timing.clock())
        return Probe(room, *_not_written(heard, start), (seen,))
    proof = evidence.of_answer(writing, heard)
    key = heard.body.get("id")
    if not isinstance(key, str) or not key:
        words = f"Graph's answer to a write makes no sense: {_left(start)}"
        return Probe(room, Reach.OTHER, words, (proof,))
    return _deleted(wire, room, key, proof, timing)


def _deleted(wire: Wire, room: str, key: str, proof: Evidence, timing: Timing) -> Probe:
    """Asked again where that helps: deleting twice harms nothing."""
    removing = Question(
        "write probe, delete",
        f"/users/{segment(room)}/events/{segment(key)}",
        "delete the event that it wrote",
        _NEED,
        (mailbox(room), GRAPH),
        verb="DELETE",
    )
    try:
        # However little time is left: what was written must not stay.
        answer = wire.hear(removing, timing.after(PATIENCE))
    except Trouble as trouble:
        words = (
            f"I wrote the event “{SUBJECT}” and could not delete it: it may still be there, with "
            f"the id {clean(key)}."
        )
        seen = evidence.of_trouble(removing, trouble, timing.clock())
        return Probe(room, Reach.OTHER, words, (proof, seen))
    return Probe(room, Reach.READ, evidence=(proof, evidence.of_answer(removing, answer)))


def _event(room: str, start: datetime) -> Question:
    body = {
        "subject": SUBJECT,
        "start": _utc(start),
        "end": _utc(start + _LENGTH),
        "showAs": "free",
        "sensitivity": "private",
        "isReminderOn": False,
        "transactionId": str(uuid4()),
    }
    path, budgets = f"/users/{segment(room)}/events", (mailbox(room), GRAPH)
    return Question("write probe", path, "write in this calendar", _NEED, budgets, body)


def _utc(at: datetime) -> dict[str, str]:
    return {"dateTime": f"{at:%Y-%m-%dT%H:%M:%S}", "timeZone": "UTC"}


def _not_written(trouble: Trouble, start: datetime) -> tuple[Reach, str]:
    match trouble:
        case Unreachable():
            return Reach.SILENT, f"Graph did not answer a write: {_left(start)}"
        case Forbidden() if not isinstance(trouble, SignInRefused | Blocked):
            return Reach.DENIED, "The bot may not write in its calendar."
        case _:
            return refused(trouble)


def _left(start: datetime) -> str:
    return f"one event “{SUBJECT}” may be left on {start:%Y-%m-%d at %H:%M} UTC."
