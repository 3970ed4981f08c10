"""Whether Microsoft throttles the integration, judged from Graph's activity log.  `judge` is pure.

The bot's own 429s say nothing of it: Outlook counts for each app and mailbox.
https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from bot.activity import Calls, Seen
from bot.errors import Forbidden, Missing, Trouble
from bot.finding import Broken, Finding, Ok, Remedy, Result, Severity, Unknown
from bot.ports import Activity, Services
from bot.tenancy import Watched
from bot.text import clean
from handlers import activity_setup as setup
from handlers import activity_words as words
from handlers.details import age
from handlers.parts import NOT_PROVED, blind, proof
from handlers.whose import integration_of, integrations, is_own

FINGERPRINT = "throttling/integration"
SUBJECT = "the integration's app"


@dataclass(frozen=True, slots=True)
class Threshold:
    """In the last hour of the log: so many 429s, and more than that share of all requests."""

    severity: Severity
    count: int
    share: float
    because: str


# The first that is reached holds.  Numbers are ours: Microsoft documents limits, not how many
# refusals are normal.
THRESHOLDS = (
    Threshold(
        Severity.CRITICAL, 5, 0.20, "one in five fails: trying again no longer catches up with it"
    ),
    Threshold(
        Severity.WARNING, 5, 0.01, "single 429s are normal and tried again; one in a hundred is not"
    ),
)

_LIMITS = "Microsoft allows an app 4 requests at a time and 10,000 in 10 minutes for each mailbox"
_ADVICE = (
    "Ask the vendor of the integration to wait as long as Retry-After says and to spread its sync "
    "over time and rooms. Delegate access of one account to many rooms is the usual culprit: give "
    "the app its own access instead. A second app id is no way out, and Microsoft does not lift "
    "these limits."
)
_CONSEQUENCE = "Bookings and cancellations reach the rooms' calendars late, or not at all."


def look(services: Services, now: datetime) -> Result:
    """What the log says now, or why it says nothing."""
    watched, activity = services.watched, services.activity
    if not activity.workspace:
        return shared() if is_own(watched) else setup.unset(watched)
    try:
        seen = activity.seen(integration_of(watched))
    except Trouble as trouble:
        return unseen(watched, activity, trouble)
    return judge(watched, activity.workspace, seen, now) if seen else setup.unset(watched)


def judge(watched: Watched, workspace: str, seen: Seen, now: datetime) -> Result:
    if seen.until is None:
        return setup.nothing_arrives(workspace, seen.evidence)
    if now - seen.until > words.LATEST:
        why = f"{_CANNOT} now: the log has nothing newer than {age(now - seen.until)}."
        return Unknown(why, evidence=seen.evidence, notes=_notes(watched, seen, now))
    if reached := threshold(seen.last_hour):
        return Broken((_finding(watched, seen, now, reached),), _notes(watched, seen, now))
    if why := _blind_spot(watched, seen):
        return Unknown(why, evidence=seen.evidence, notes=_notes(watched, seen, now))
    summary = f"Microsoft does not throttle the integration: {_calm(seen.last_hour)}."
    return Ok(summary, seen.evidence, _notes(watched, seen, now))


def threshold(calls: Calls) -> Threshold | None:
    """The first of THRESHOLDS that is reached."""
    return next(
        (t for t in THRESHOLDS if calls.throttled >= t.count and calls.share >= t.share), None
    )


def shared() -> Ok:
    """One app registration for both, and no log."""
    summary = (
        "The bot and the integration share one app registration and so one budget: what Microsoft "
        "tells me of it in my own requests holds for both."
    )
    note = (
        f"That Microsoft refuses none of the integration's own requests {NOT_PROVED}: those stand "
        f"in Graph's activity logs alone. {setup.WOULD_TELL} would tell."
    )
    return Ok(summary, notes=(note,))


def unseen(watched: Watched, activity: Activity, trouble: Trouble) -> Unknown:
    """Why the log could not be read, and the act that helps."""
    match trouble:
        case Forbidden() if trouble.code == "InsufficientAccessError":
            return setup.no_role(watched, activity.workspace, proof(trouble))
        case Missing():
            why = f"Azure Monitor knows no workspace {activity.workspace}."
            tell = f"The id of the workspace with the Graph activity logs in {setup.SETTING}"
            return Unknown(f"{_CANNOT}: {why}", tell, evidence=proof(trouble))
        case _:
            told = blind(trouble)
            return Unknown(f"{_CANNOT}: {told.why}", told.would_tell, evidence=told.evidence)


_CANNOT = "I cannot tell whether Microsoft throttles the integration"


def _blind_spot(watched: Watched, seen: Seen) -> str:
    """Why no 429 does not mean that there was none; "" where it does."""
    if not seen.day.requests:
        return (
            f"{_CANNOT}: the log has no request of app {integration_of(watched)} in 24 hours. It "
            "does not use Graph (EWS does not show there), it stands still, or its id is another."
        )
    if not seen.whole:
        return f"{_CANNOT}: Azure Monitor gave a part of the log only."
    return ""


def _calm(calls: Calls) -> str:
    if not calls.throttled:
        return f"no 429 in {calls.requests:,} requests of the last hour of its log"
    return f"{words.refusals(calls)} were answered 429 in the last hour of its log, which is normal"


def _notes(watched: Watched, seen: Seen, now: datetime) -> tuple[str, ...]:
    together = (
        "The bot works with the same app registration: its own requests are among them, and it "
        "shares the limits."
    )
    return (*words.lines(seen, now), *([together] if is_own(watched) else []))


def _finding(watched: Watched, seen: Seen, now: datetime, reached: Threshold) -> Finding:
    return Finding(
        FINGERPRINT,
        SUBJECT,
        _summary(watched, seen, now),
        reached.severity,
        _CONSEQUENCE,
        Remedy(f"{_ADVICE} {_LIMITS}."),
        seen.evidence,
        integrations(watched),
        first_hand=True,
    )


def _summary(watched: Watched, seen: Seen, now: datetime) -> str:
    """What, how much, as of when; then where."""
    assert seen.until is not None
    what = f"Microsoft throttles the integration: {words.refusals(seen.last_hour)}"
    when = f"were refused in the hour that ended {age(now - seen.until)} ago"
    return f"{what} {when}{_where(watched, seen)}."


def _where(watched: Watched, seen: Seen) -> str:
    if one := words.one_mailbox(seen):
        account = " (the service account)" if one == watched.service_account.lower() else ""
        return f", most of them in the mailbox {clean(one)}{account}"
    many = len(seen.mailboxes)
    return f", spread over {many} mailboxes or more" if many > 1 else ""
