"""Consent: what the bot and the integration need, were granted, lack and have too much of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
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
from handlers.check_reach import PERMISSION as HEALTH
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
        return Consents(_without_eyes(refused, policy, services))
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
    if is_own(services.watched) and (vendor := vendor_of(own.name)):
        wanted = needing.united(wanted, needing.of_the_integration(vendor))
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
    try:
        policy = services.directory.consent_policy()
    except Forbidden as refused:  # of both its parts
        unseen = blind(refused)
        names = dict.fromkeys(filter(None, (unseen.would_tell, POLICY, REQUESTS)))
        return replace(unseen, would_tell=", ".join(names))
    return setting(policy, own, services.watched)


def _without_eyes(refused: Forbidden, policy: Part, services: Services) -> tuple[Part, ...]:
    """The bot may not see its own app.

    Some refusals are some permissions missing.  A consent that is gone is a token that Graph
    calls empty, or a no to everything that can be asked for little, each under its own permission.
    """
    hidden = policy.result if isinstance(policy.result, Unknown) else None
    empty = refused.code == "NoPermissionsInAccessToken"
    if empty or (hidden and hidden.would_tell and _all_refused(services)):
        evidence = hidden.evidence if hidden else ()
        return (Part("bot", all_gone((*proof(refused), *evidence), services.watched)),)
    return Part("bot", blind(refused)), policy


def _all_refused(services: Services) -> bool:
    """Rooms that memory answers for prove nothing, and so leave it open."""
    directory, address = services.directory, services.watched.service_account
    asks: list[Callable[[], object]] = [services.rooms.catalogue]
    if address:
        asks.append(lambda: directory.account(address))
    return all(map(_refused, asks)) and _health_refused(services)


def _health_refused(services: Services) -> bool:
    try:
        return HEALTH in services.directory.reach().why_not
    except Trouble:
        return False


def _refused(ask: Callable[[], object]) -> bool:
    try:
        ask()
    except Forbidden:
        return True
    except Trouble:
        return False
    return False


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
