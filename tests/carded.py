"""What an alert looks like in each state, and in Slack's, Teams' and a terminal's own form.

`python -m tests.carded` writes the files anew; read the texts before you keep them: they are what
people see.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.console.render import render as terminal
from adapters.slack.render import render as slack
from adapters.store import open_store
from adapters.teams.render import render as teams
from bot.alert import Alert, Event, Kind, Status
from bot.book import Book
from bot.describe import describe
from bot.digest import digest
from bot.finding import Broken, Finding, Ok, Owner, Remedy, Severity, Unknown
from bot.lifecycle import acknowledged, seen, unseen
from bot.news import hidden, lines, reminder
from bot.notification import Told
from bot.people import Channel
from bot.reply import Reply
from bot.selfcheck import delivery
from bot.silence import Matcher, Silence
from tests.alerting import World
from tests.booked import looked, open_alert, resolve

FOLDER = Path(__file__).parent / "data" / "cards"
BEGAN = datetime(2026, 11, 23, 10, 10, tzinfo=UTC)
NOW = BEGAN + timedelta(hours=2)
OPS = Channel("slack", "C0OPS")
OLIVIA, BOB = "slack:U1 Olivia Reis", "teams:7f Bob"
NAMES = {f"{name.lower()}@contoso.example": name for name in (
    "Alfama", "Belém", "Chiado", "Fado", "Graça", "Lapa", "Rossio", "Tejo", "Camden", "Mitte",
    "Fremont", "Kreuzberg", "Holborn", "Strand",
)}  # fmt: skip
LINK = (
    "https://login.microsoftonline.com/a6a6638b-8c30-51d5-80c5-13596d1a9433/adminconsent"
    "?client_id=3ce93bda-07c7-58f4-bdd9-7a84c95f418f"
)

CONSENT = Finding(
    "consent/lost/integration",
    "Eptura Workplace",
    "Eptura Workplace has lost its consent: Calendars.ReadWrite and User.Read. It likely needs "
    "them. ana.costa@contoso.example took them away on 2026-11-23 10:08 UTC.",
    Severity.CRITICAL,
    "Without Calendars.ReadWrite bookings no longer go from Eptura to the rooms' calendars and "
    "back. Without User.Read the service account cannot sign in to Eptura's calendar service anew.",
    Remedy(
        "Give it Calendars.ReadWrite: the command gives just that, the link everything that the "
        "app's registration lists.",
        "$graph = Get-MgServicePrincipal -Filter 'appId eq ''00000003-…'''\n"
        "New-MgServicePrincipalAppRoleAssignment -ServicePrincipalId 'e5655dc3-…'",
        LINK,
        "a few minutes; tokens issued before do without it for up to 90 minutes",
    ),
    owner=Owner.INTEGRATION,
)
ROOMS = Finding(
    "rooms/overlapping",
    "rooms",
    "14 rooms with overlapping meetings in the next three days: Alfama, Belém, Chiado and 11 more.",
    Severity.WARNING,
    "Two parties stand before one door.",
    Remedy("See whether conflicts are allowed.", "Get-CalendarProcessing -Identity 'alfama'"),
    rooms=tuple(NAMES),
)
OPEN = Alert(
    check="consent",
    finding=CONSENT,
    status=Status.OPEN,
    opened_at=BEGAN,
    changed_at=BEGAN,
    number=7,
    version=1,
    impact="40 rooms, at least 54 meetings until 14:10 UTC (1 calendar not read)",
    symptoms=(
        "Access: Eptura Workplace has no impersonation: neither RBAC for Applications nor consent "
        "opens a mailbox.",
        "Scope: Eptura Workplace reaches no room, by what is granted.",
        "Rooms: 40 rooms denied.",
    ),
)
WARNING = replace(OPEN, check="rooms", finding=ROOMS, impact="", symptoms=(), number=8)
OWNED = acknowledged(OPEN, OLIVIA, "Ana gives it back before lunch", BEGAN + timedelta(minutes=7))
OVER = replace(
    OWNED.after, status=Status.RESOLVED, resolved_at=BEGAN + timedelta(minutes=42), symptoms=()
)
SILENCE = Silence(
    matcher=Matcher(check="rooms"), begins=BEGAN, until=NOW + timedelta(hours=1),
    author=BOB, reason="the network in Lisbon is rebuilt", number=3,
)  # fmt: skip
TOLD = Told(
    topic="alert/7", channel=OPS, message="m", version=1, rooms=0,
    spoken_at=BEGAN + timedelta(hours=1),
)  # fmt: skip
EVIL = "<!channel> <@U1> `rm -rf` *bold* _it_ [x](https://evil.example) <at>all</at> {{DATE(x)}}"
RIGHT_TO_LEFT = "\u202eesrever\u202c \u200fחדר ישיבות\u200f"


def _worse() -> tuple[Alert, tuple[Event, ...]]:
    """Acknowledged, and then so much worse that it is everybody's again."""
    few = replace(ROOMS, rooms=tuple(NAMES)[:4], summary="4 rooms with overlapping meetings.")
    mine = acknowledged(replace(WARNING, finding=few), OLIVIA, "asking Graça's owner", BEGAN)
    assert mine.after is not None
    change = seen(mine.after, ROOMS, BEGAN + timedelta(minutes=35))
    assert change.after is not None
    return change.after, (*mine.events, *change.events)


def _hostile() -> Alert:
    rooms = tuple(f"evil{n}@contoso.example" for n in range(12))
    finding = replace(
        ROOMS,
        subject=EVIL,
        summary=f"{EVIL} {RIGHT_TO_LEFT}: {'very ' * 800}long.",
        consequence=f"{EVIL} happens. {RIGHT_TO_LEFT}",
        remedy=Remedy(f"Ask {EVIL}", f"Get-Mailbox -Identity '{EVIL}' ```", wait=EVIL),
        rooms=rooms,
    )
    lines = tuple(f"Rooms: {EVIL} {'x' * 400} {n}" for n in range(14))
    note = f"{EVIL} {RIGHT_TO_LEFT}"
    alert = replace(WARNING, finding=finding, symptoms=lines, because_of=f"rooms/{EVIL}")
    owned = acknowledged(alert, f"slack:U9 {EVIL}", note, NOW).after
    assert owned is not None
    return owned


def _blind() -> Alert:
    """As two rounds in a row that cannot tell leave it."""
    world = World()
    may_not = Unknown(
        "Graph answers 403 Authorization_RequestDenied; the doctor may not read grants.",
        "the permission Directory.Read.All",
        "Get-MgServicePrincipalAppRoleAssignment -ServicePrincipalId 'e5655dc3-…'",
    )
    world.round(scope=may_not)
    world.round(scope=may_not)
    [alert] = world.open()
    return replace(alert, number=9, opened_at=BEGAN)


@contextmanager
def _booked() -> Iterator[Book]:
    with TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{folder}/roomops.db", lambda: NOW)
        yield store.book
        store.close()


def _unheard() -> Alert:
    """As the bot's own check leaves it, where a channel has taken nothing for a while."""
    with _booked() as book:
        book.outbox.enqueue("alert/7", (OPS,), BEGAN)
        [task] = book.outbox.claim("r1", OPS, BEGAN, timedelta(minutes=1), 1)
        why = "Slack does not accept the bot's token any more. Check SLACK_BOT_TOKEN."
        book.outbox.put_off(task, BEGAN + timedelta(minutes=15), why)
        result = delivery(book).look(None, BEGAN + timedelta(minutes=3))  # type: ignore[arg-type]
    assert isinstance(result, Broken)
    return replace(WARNING, check="delivery", finding=result.findings[0], number=10)


def _daily(*, quiet: bool) -> Reply:
    with _booked() as book:
        day, hour = timedelta(days=1), timedelta(hours=1)
        looked(book, NOW - timedelta(minutes=4), scope=Unknown("I may not look."))
        if not quiet:
            stays = replace(ROOMS, summary="2 rooms with overlapping meetings: Camden, Mitte.")
            open_alert(book, stays, NOW - 3 * day)
            ended = replace(CONSENT, fingerprint="credential/expired", summary="My secret ended.")
            resolve(book, open_alert(book, ended, NOW - 9 * hour).number, NOW - 8 * hour)
            open_alert(book, CONSENT, NOW - 2 * hour)
        else:
            looked(book, NOW - timedelta(minutes=2), scope=Ok("It is well."))
        return digest(book, NOW)


def _events() -> tuple[Event, ...]:
    assert OWNED.after is not None
    over = unseen(replace(OWNED.after, good=0), BEGAN + timedelta(minutes=42))
    said = replace(ROOMS, summary="Rooms.", rooms=tuple(NAMES)[:3])
    worse = seen(replace(WARNING, finding=said), ROOMS, BEGAN + timedelta(minutes=20))
    opened = Event(Kind.OPENED, BEGAN, words=CONSENT.summary)
    return (opened, *OWNED.events, *worse.events, *over.events)


def _told_after() -> Reply:
    again = replace(WARNING, number=11, opened_at=BEGAN + timedelta(minutes=20))
    ended = replace(SILENCE, ended_at=NOW, ended_by="time")
    hid = [
        (WARNING, Event(Kind.OPENED, BEGAN)),
        (again, Event(Kind.OPENED, again.opened_at)),
        (OVER, Event(Kind.OPENED, BEGAN)),
        (OVER, Event(Kind.RESOLVED, OVER.resolved_at or NOW)),
    ]
    return hidden(ended, hid, NOW)


def _replies() -> dict[str, Reply]:
    worse, history = _worse()
    later = NOW - timedelta(minutes=20)
    flapping = tuple(NOW - timedelta(minutes=at) for at in (50, 30, 10, 5))
    folded = replace(WARNING, because_of=CONSENT.fingerprint)
    assert OWNED.after is not None
    return {
        "open-critical": _card(OPEN),
        "open-warning-many-rooms": _card(WARNING),
        "acknowledged": _card(OWNED.after, OWNED.events),
        "open-again": _card(worse, history),
        "flapping": _card(replace(WARNING, flaps=flapping)),
        "silenced": _card(WARNING, silences=(SILENCE,)),
        "folded": _card(folded),
        "resolved": _card(OVER, OWNED.events),
        "blind-check": _card(_blind()),
        "delivery": _card(_unheard()),
        "hostile": _card(_hostile()),
        "thread": lines(_events()),
        "thread-of-many": lines([Event(Kind.WORSE, later, words=f"Line {n}.") for n in range(30)]),
        "reminder": reminder(OPEN, TOLD, NOW),
        "reminder-of-what-is-acknowledged": reminder(OWNED.after, TOLD, NOW + timedelta(hours=7)),
        "silence-over": _told_after(),
        "daily": _daily(quiet=False),
        "daily-quiet": _daily(quiet=True),
    }


def _card(
    alert: Alert, history: tuple[Event, ...] = (), silences: tuple[Silence, ...] = ()
) -> Reply:
    return describe(alert, history, silences, NOW, NAMES)


REPLIES = _replies()


def written(name: str) -> dict[str, str]:
    """The text of each file that shows this reply, by its suffix."""
    reply = REPLIES[name]
    return {
        "slack.json": _json(slack(reply)),
        "teams.json": _json(teams(reply)),
        "txt": f"{terminal(reply, width=80, colour=False)}\n",
    }


def _json(message: dict[str, object]) -> str:
    return json.dumps(message, ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for path in FOLDER.iterdir():
        path.unlink()
    for each in REPLIES:
        for suffix, text in written(each).items():
            (FOLDER / f"{each}.{suffix}").write_text(text, encoding="utf-8")
