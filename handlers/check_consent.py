"""Consent: what the bot and the integration need, were granted, lack and have too much of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import handlers
from bot.check import Check
from bot.errors import Forbidden, Trouble
from bot.finding import LACKING, Evidence, Result, Unknown
from bot.ports import Services
from bot.tenancy import App, Assignment, ConsentChange, Grant, Grants
from bot.wording import plural
from handlers import needs as needing
from handlers.consent_setting import POLICY, REQUESTS, setting
from handlers.granted import judge
from handlers.holding import THE_BOT, View
from handlers.needs import Need
from handlers.parts import Part, blind, facts, merge, part, proof
from handlers.vendor import vendor_of
from handlers.whose import bots, integration_of, integrations, is_own

GRAPH = "Microsoft Graph"
_UNREAD = Unknown(
    "Which Exchange roles it has I cannot tell without reading its enterprise app.",
    "Application.Read.All",
    cause=LACKING,
)
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
    bot = _seen(lambda: _bot(services, now))
    theirs = None if is_own(watched) else _seen(lambda: _integration(services))
    one, view = _examined("bot", bot, theirs, services, now)
    parts, views = facts(bots(watched), [_telling(one, watched.own_app)]), [view]
    if theirs is not None:
        app_id = integration_of(watched)
        one, view = _examined("integration", theirs, bot, services, now)
        parts = (*parts, *facts(integrations(watched), [_telling(one, app_id)]))
        views.append(view)
    own = views[0].app.name if views[0] else ""
    policy = part("consent setting", lambda: _setting(services, own), "consent/pending/")
    return Consents((*parts, policy), tuple(view for view in views if view))


def _telling(one: Part, app_id: str) -> Part:
    kinds = ("missing", "excess")
    return replace(one, tells=tuple(f"consent/{kind}/{app_id.lower()}" for kind in kinds))


def _seen(see: Callable[[], View | Result]) -> View | Result:
    try:
        return see()
    except Trouble as trouble:
        return blind(trouble)


def _examined(
    word: str, seen: View | Result, other: View | Result | None, services: Services, now: datetime
) -> tuple[Part, View | None]:
    """One app's part; the scopes that the other's roles name are there for it too."""
    if not isinstance(seen, View):
        return Part(word, seen), None
    view = replace(seen, elsewhere=other.roles if isinstance(other, View) else ())
    return part(word, lambda: _judged(services, view, now)), view


def _bot(services: Services, now: datetime) -> View | Result:
    watched = services.watched
    own: App | None = App(watched.own_app, "", THE_BOT, True, None)
    try:
        own = services.directory.app(watched.own_app)
        if own is None:
            return Unknown("The bot's own app is not in this tenant.")
        return _view("bot", services, own, _wanted(services, own))
    except Forbidden as refused:
        assert own is not None
        return _by_token(services, own, refused, now)


def _wanted(services: Services, own: App) -> tuple[Need, ...]:
    wanted = needing.of_the_bot(handlers.COMMANDS, handlers.CHECKS)
    if is_own(services.watched) and (vendor := vendor_of(own.name)):
        return needing.united(wanted, needing.of_the_integration(vendor))
    return wanted


def _by_token(services: Services, own: App, refused: Forbidden, now: datetime) -> View | Result:
    """What it was consented to is known even where it may not read that: its token says so."""
    try:
        roles = services.directory.own_roles()
    except Trouble:
        return blind(refused)
    said = plural(len(roles), "application permission")
    evidence = (Evidence("roles in the bot's token", said, now), *proof(refused))
    grants = Grants(tuple(Grant(name, True, GRAPH) for name in sorted(roles)), evidence)
    assignments = _assignments(services, own) if own.object_id else _UNREAD
    wanted = _wanted(services, own)
    return View("bot", own, grants, assignments, wanted, services.watched, partly=True)


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


def _setting(services: Services, own: str) -> Result:
    try:
        policy = services.directory.consent_policy()
    except Forbidden as refused:  # of both its parts
        unseen = blind(refused)
        names = dict.fromkeys(filter(None, (unseen.would_tell, POLICY, REQUESTS)))
        return replace(unseen, would_tell=", ".join(names))
    return setting(policy, own, services.watched)


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
