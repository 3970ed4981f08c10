"""App: the integration's enterprise app is there, enabled, and its credentials last."""

from __future__ import annotations

from datetime import datetime

from bot.check import Check
from bot.errors import Trouble
from bot.finding import Finding, Ok, Remedy, Result, Severity
from bot.ports import Services
from bot.tenancy import App, Watched
from bot.wording import plural
from handlers import portal
from handlers.credentials import Keyring, judge
from handlers.expiry import restore_days
from handlers.parts import Part, blind, broken, facts, merge, without
from handlers.powershell import powershell
from handlers.whose import integration_of, integrations, is_own

_STOPS = "The integration can no longer reach the calendars: rooms and bookings stop syncing."
_EXPIRY = "app/expiry/"
_APPROVERS = "A Global Administrator or Privileged Role Administrator"


def look(services: Services, now: datetime) -> Result:
    watched = services.watched
    try:
        app = services.directory.app(integration_of(watched))
    except Trouble as trouble:
        return blind(trouble)
    return merge(parts(app, watched, now))


def parts(app: App | None, watched: Watched, now: datetime) -> tuple[Part, ...]:
    found = Part("app", presence(app, watched, now))
    if app is None or app.deleted_at:
        return facts(integrations(watched), [without(found, _EXPIRY)])
    ends = Part("credentials", credentials(app, watched, now))
    return facts(integrations(watched), [found, ends])


def presence(app: App | None, watched: Watched, now: datetime) -> Result:
    if app is None:
        return broken([_missing(watched)])
    if app.deleted_at:
        return broken([_deleted(app, app.deleted_at, now)])
    if app.disabled_by_microsoft:
        return broken([_disabled_by_microsoft(app, watched)])
    if not app.enabled:
        return broken([_disabled(app, watched)])
    notes = ("No other app is named as the integration's, so I looked at my own.",)
    return Ok(
        f"{app.name} is in this tenant and enabled.",
        app.evidence,
        notes if is_own(watched) else (),
    )


def _missing(watched: Watched) -> Finding:
    app_id = integration_of(watched)
    return Finding(
        "app/missing",
        app_id,
        f"The integration's app {app_id} is not in this tenant.",
        Severity.CRITICAL,
        _STOPS,
        Remedy(
            f"{_APPROVERS} adds it by consenting to it. Check ROOMOPS_INTEGRATION_APP_ID first.",
            link=portal.consent_to(watched, app_id),
            wait="a few minutes",
        ),
    )


def _deleted(app: App, at: datetime, now: datetime) -> Finding:
    days = plural(restore_days(at, now), "day")
    return Finding(
        "app/deleted",
        app.name,
        f"The enterprise app {app.name} was deleted on {at:%Y-%m-%d %H:%M} UTC.",
        Severity.CRITICAL,
        _STOPS,
        Remedy(
            f"Restore it: that can be done for {days} more. Its Exchange role assignments went "
            "with it and must be made again.",
            f"Restore-MgDirectoryDeletedItem -DirectoryObjectId {powershell(app.object_id)}",
            wait="a few minutes",
        ),
        app.evidence,
    )


def _disabled(app: App, watched: Watched) -> Finding:
    return Finding(
        "app/disabled",
        app.name,
        f"The enterprise app {app.name} is disabled: nobody may sign in to it.",
        Severity.CRITICAL,
        _STOPS,
        Remedy(
            "Find out who switched it off and why, then enable it.",
            f"Update-MgServicePrincipal -ServicePrincipalId {powershell(app.object_id)} "
            "-AccountEnabled:$true",
            portal.properties_of(watched, app.app_id, app.object_id),
            "a few minutes; tokens issued before live on for up to 90 minutes",
        ),
        app.evidence,
    )


def _disabled_by_microsoft(app: App, watched: Watched) -> Finding:
    return Finding(
        "app/disabled-by-microsoft",
        app.name,
        f"Microsoft has disabled {app.name} ({app.disabled_by_microsoft}).",
        Severity.CRITICAL,
        _STOPS,
        Remedy(
            "Only its publisher can have that lifted: write to the vendor's support with this.",
            link=portal.properties_of(watched, app.app_id, app.object_id),
        ),
        app.evidence,
    )


def credentials(app: App, watched: Watched, now: datetime) -> Result:
    if is_own(watched):
        return Ok("")  # looked at with the bot's own credential
    if app.credentials is None:
        why = app.why_no_credentials.rstrip(".") or "its registration was not told"
        note = f"I cannot tell when the credentials of {app.name} end: {why}."
        elsewhere = app.home_tenant not in (None, watched.tenant)  # nothing of it is ours to tell
        return Ok("", notes=(note,), unseen=() if elsewhere else (_EXPIRY,))
    return judge(
        Keyring(
            "app",
            app.name,
            app.credentials,
            portal.credentials_of(watched, app.app_id),
            "Give it to the integration's console.",
            "the integration can no longer sign in, and rooms stop syncing",
            app.evidence,
        ),
        now,
    )


CHECK: Check = Check(
    "app",
    "Integration's app",
    "whether the integration's enterprise app is there and enabled, and its credentials last",
    look,
    depends_on=("credential",),
    permissions=("Application.Read.All",),
)
