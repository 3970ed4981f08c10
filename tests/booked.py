"""Things that stand in the book: alerts as rounds leave them, rounds that were looked at."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.alert import Alert, Change, Event, Kind, Status
from bot.book import Book
from bot.finding import Evidence, Finding, Ok, Remedy, Result, Severity
from handlers import CHECKS

LEASE = timedelta(seconds=60)


def finding(fingerprint: str, summary: str, severity: Severity = Severity.CRITICAL, **more):
    given = {
        "consequence": "Rooms stop syncing.",
        "remedy": Remedy("Grant it again.", "Connect-MgGraph", wait="an hour"),
        "subject": "Eptura",
        **more,
    }
    return Finding(fingerprint=fingerprint, summary=summary, severity=severity, **given)


def open_alert(book: Book, found: Finding, now: datetime, **more) -> Alert:
    """An alert that a round just opened; its check is the first word of the fingerprint."""
    alert = Alert(
        check=found.fingerprint.partition("/")[0],
        finding=found,
        status=Status.OPEN,
        opened_at=now,
        changed_at=now,
    )
    event = Event(Kind.OPENED, now, words=found.summary)
    (stored,) = book.alerts.commit([Change(None, replace(alert, **more), (event,))], (), now)
    assert stored is not None
    return stored


def resolve(book: Book, number: int, now: datetime) -> Alert:
    alert = book.alerts.get(number)
    over = replace(alert, status=Status.RESOLVED, resolved_at=now, changed_at=now)
    (stored,) = book.alerts.commit([Change(alert, over, (Event(Kind.RESOLVED, now),))], (), now)
    assert stored is not None
    return stored


def looked(book: Book, now: datetime, **results: Result) -> None:
    """Every check of the chain was looked at just now, and was well unless said otherwise."""
    for check in CHECKS:
        fence = book.rounds.begin(check.name, timedelta(), "web-1", now, LEASE)
        assert fence is not None
        book.rounds.end(fence, results.get(check.name, Ok("It is well.")), (), (), now)


def proof(now: datetime) -> Evidence:
    return Evidence("GET /servicePrincipals", "200, no Calendars.ReadWrite", now, "req-1")
