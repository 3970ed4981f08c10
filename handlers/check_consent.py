"""Consent: what the bot and the integration need, were granted, lack and have too much of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import handlers
from bot.check import Check
from bot.errors import Forbidden, Trouble
from bot.finding import Evidence, Finding, Remedy, Result, Severity, Unknown
from bot.ports import Services
from bot.tenancy import App, Assignment, ConsentChange, Watched
from handlers import needs as needing
from handlers import portal
from handlers.check_app import integration_of, is_own
from handlers.consent_setting import POLICY, REQUESTS, setting
from handlers.granted import View, judge
from handlers.needs import Need
from handlers.parts import Part, blind, broken, merge, part, proof
from handlers.roles import WHO_APPROVES
from handlers.vendor import vendor_of

HISTORY = timedelta(days=30)  # a free tenant keeps 7 days of its audit, a paying one 30


@dataclass(frozen=True, slots=True)
class Consents:
    """Both apps' parts, and what was seen of those that could be looked at."""

    parts: tuple[Part, ...]
    views: tuple[View, ...] = ()


def look(services: Services, now: datetime) -> Result:
    return merge(consents(services, now).parts)


def consents(services: Services, now: datetime) -> Consents:
    watched = services.watched
    try:
        own = services.directory.app(watched.own_app)
    except Forbidden as refused:
        policy = part("consent setting", lambda: _setting(services))
        return Consents(_without_eyes(refused, policy, watched))
    policy = part("consent setting", lambda: _setting(services, own.name if own else ""))
    apps = [_examined("bot", lambda: _bot(services, own), services, now)]
    if not is_own(watched):
        apps.append(_examined("integration", lambda: _integration(services), services, now))
    views = tuple(view for _, view in apps if view)
    return Consents((*(one for one, _ in apps), policy), views)


def _examined(
    word: str, see: Callable[[], View | Result], services: Services, now: datetime
) -> tuple[Part, View | None]:
    try:
        seen = see()
    except Trouble as trouble:
        return Part(word, blind(trouble)), None
    if not isinstance(seen, View):
        return Part(word, seen), None
    return part(word, lambda: _judged(services, seen, now)), seen


def _bot(services: Services, own: App | None) -> View | Result:
    if own is None:
        return Unknown("The bot's own app is not in this tenant.")
    wanted = needing.of_the_bot(handlers.COMMANDS, handlers.CHECKS)
    return _view("bot", services, own, wanted)


def _integration(services: Services) -> View | Result:
    app = services.directory.app(integration_of(services.watched))
    if app is None or app.deleted_at:
        return Unknown("The integration's app is not in this tenant, so it holds nothing here.")
    vendor = vendor_of(app.name)
    wanted = needing.of_the_integration(vendor) if vendor else ()
    return _view("integration", services, app, wanted)


def _view(word: str, services: Services, app: App, wanted: tuple[Need, ...]) -> View:
    grants = services.directory.grants(app)
    return View(word, app, grants, _assignments(services, app), wanted, services.watched)


def _assignments(services: Services, app: App) -> tuple[Assignment, ...] | Unknown:
    try:
        return services.exchange.assignments(app)
    except Forbidden as refused:
        return blind(refused)


def _judged(services: Services, view: View, now: datetime) -> Result:
    """The audit is asked only where something is missing."""
    changes, untold = _history(services, view.app, now) if view.lacking else ((), "")
    return judge(view, changes, untold)


def _history(services: Services, app: App, now: datetime) -> tuple[tuple[ConsentChange, ...], str]:
    try:
        return services.directory.consent_changes(app, now - HISTORY), ""
    except Forbidden as refused:
        return (), refused.sentence


def _setting(services: Services, own: str = "") -> Result:
    return setting(services.directory.consent_policy(), own, services.watched)


def _without_eyes(refused: Forbidden, policy: Part, watched: Watched) -> tuple[Part, ...]:
    """The bot may not see its own app.

    One refusal is one permission missing.  A second that needs another one, with a token in hand,
    is a consent that is gone; so is a token that Graph calls empty.
    """
    other = policy.result.would_tell if isinstance(policy.result, Unknown) else ""
    empty = refused.code == "NoPermissionsInAccessToken"
    if empty or (other and refused.permission and other != refused.permission):
        evidence = policy.result.evidence if isinstance(policy.result, Unknown) else ()
        return (Part("bot", all_gone((*proof(refused), *evidence), watched)),)
    return Part("bot", blind(refused)), policy


def all_gone(refusals: tuple[Evidence, ...], watched: Watched) -> Result:
    finding = Finding(
        "consent/missing/bot",
        "the bot's own app",
        "The consent to the bot's own app is gone: it signs in, and Microsoft Graph refuses "
        "whatever it asks.",
        Severity.CRITICAL,
        "I see no rooms, and most of what I check cannot be told.",
        Remedy(
            f"Consent to it again, to what its registration lists. {WHO_APPROVES}",
            link=portal.consent_to(watched, watched.own_app),
            wait="a few minutes",
        ),
        refusals,
    )
    return broken([finding])


CHECK: Check = Check(
    "consent",
    "Consent",
    "permissions needed, granted, missing and too wide, for the bot and the integration's app",
    look,
    depends_on=("app",),
    permissions=(
        "Application.Read.All",
        "Directory.Read.All",
        "RoleManagement.Read.Exchange",
        "AuditLog.Read.All",
        POLICY,
        REQUESTS,
    ),
)
