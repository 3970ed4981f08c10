"""Reach: Entra and Graph answer at all, our clock is right, and Microsoft reports no incident."""

from __future__ import annotations

from datetime import datetime, timedelta
from urllib.parse import urlsplit

from bot.check import Check
from bot.errors import Unreachable
from bot.finding import LACKING, Broken, Finding, Ok, Remedy, Result, Severity, Unknown
from bot.ports import Services
from bot.tenancy import Reached, ServiceIssue, Watched
from handlers.parts import Part, broken, merge, proof
from handlers.powershell import powershell

PERMISSION = "ServiceHealth.Read.All"
# A client assertion is refused when it is this far off: RFC 7523 leaves “a few minutes” of leeway,
# and Entra takes five.
WRONG = timedelta(minutes=5)
ODD = timedelta(minutes=1)
_OURS = ("exchange online", "entra", "azure active directory", "identity service")


def look(services: Services, now: datetime) -> Result:  # noqa: ARG001  a check's signature
    try:
        reached = services.directory.reach()
    except Unreachable as down:
        return unreachable(down, services.watched)
    return merge(parts(reached))


def unreachable(down: Unreachable, watched: Watched) -> Result:
    host = urlsplit(watched.login_url).hostname or "login.microsoftonline.com"
    remedy = Remedy(
        f"{down.hint or 'Try the way by hand from this machine.'} If it fails by hand too, look "
        "at DNS, the proxy (HTTPS_PROXY), the firewall and ROOMOPS_CA_BUNDLE.",
        f"Test-NetConnection -ComputerName {powershell(host)} -Port 443",
    )
    finding = Finding(
        "reach/unreachable",
        "Microsoft Entra and Graph",
        f"{down}.",
        Severity.CRITICAL,
        "I see no room and no account, and nothing below can be told.",
        remedy,
        proof(down),
    )
    return Broken((finding,), dead_end=True)


def parts(reached: Reached) -> tuple[Part, ...]:
    answers = Ok("Entra and Graph answer.", reached.evidence)
    return (
        Part("Entra and Graph", answers),
        Part("clock", clock(reached)),
        Part("service health", health(reached), tells=("reach/incident/",)),
    )


def clock(reached: Reached) -> Result:
    off = abs(reached.skew)
    way = "behind" if reached.skew > timedelta() else "ahead of"
    words = f"This machine's clock is {_minutes(off)} {way} Microsoft's."
    if off <= WRONG:
        return Ok("" if off > ODD else "The clock is right.", notes=(words,) if off > ODD else ())
    finding = Finding(
        "reach/clock",
        "this machine's clock",
        words,
        Severity.CRITICAL,
        "Microsoft refuses sign-ins that are signed with a wrong time, and times I tell are wrong.",
        Remedy("Set the clock and keep it set, with an NTP client.", "w32tm /resync"),
        reached.evidence,
    )
    return broken([finding])


def _minutes(length: timedelta) -> str:
    seconds = round(length.total_seconds())
    return f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"


def health(reached: Reached) -> Result:
    if reached.issues is None:
        return _unread(reached)
    ours = [issue for issue in reached.issues if _is_ours(issue)]
    incidents = [_incident(issue, reached) for issue in ours if issue.is_incident]
    notes = [f"Microsoft's advisory {one.id}: {one.title}." for one in ours if not one.is_incident]
    if incidents:
        return broken(incidents, notes)
    return Ok("Microsoft reports no incident of Exchange Online or Entra.", notes=tuple(notes))


def _unread(reached: Reached) -> Unknown:
    why = reached.why_not or "Microsoft's service health may not be read."
    if PERMISSION in why:
        return Unknown(why, PERMISSION, cause=LACKING)
    return Unknown(why, cause=reached.cause)


def _is_ours(issue: ServiceIssue) -> bool:
    return any(name in issue.service.lower() for name in _OURS)


def _incident(issue: ServiceIssue, reached: Reached) -> Finding:
    since = f" since {issue.since:%Y-%m-%d %H:%M} UTC" if issue.since else ""
    return Finding(
        f"reach/incident/{issue.id}",
        issue.service,
        f"Microsoft reports incident {issue.id} on {issue.service}{since}: {issue.title}.",
        Severity.WARNING,
        "What fails now may be Microsoft's own trouble and end by itself.",
        Remedy(
            "Wait, and follow it in the admin centre.",
            link=f"https://admin.microsoft.com/#/servicehealth/:/alerts/{issue.id}",
            wait="until Microsoft has mended it",
        ),
        reached.evidence,
    )


CHECK: Check = Check(
    "reach",
    "Reach",
    "whether Entra and Graph answer, this machine's clock, Microsoft's own incidents",
    look,
    permissions=(PERMISSION,),
)
