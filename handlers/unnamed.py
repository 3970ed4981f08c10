"""No service account is named: whether the integration needs one, or works as an app alone."""

from __future__ import annotations

from bot.errors import Trouble
from bot.finding import Evidence, Ok, Result, Unknown
from bot.ports import Services
from bot.tenancy import App, Assignment, Grants
from handlers.needs import Held, held
from handlers.parts import blind
from handlers.permissions import SIGN_IN, Way
from handlers.vendor import vendor_of
from handlers.whose import integration_of

SETTING = "ROOMOPS_SERVICE_ACCOUNT"
UNSET = "No service account is named"


def unnamed(services: Services) -> Result:
    """Ok only where the integration is seen to hold permissions as an app and no others."""
    try:
        app = services.directory.app(integration_of(services.watched))
        if app is None or app.deleted_at:
            return Unknown(f"{UNSET}, and the integration's app is not in this tenant.", SETTING)
        grants = services.directory.grants(app)
    except Trouble as trouble:
        unseen = blind(trouble)
        would = ", ".join(filter(None, (SETTING, unseen.would_tell)))
        why = f"{UNSET}; whether the integration needs one I cannot tell: {unseen.why}"
        return Unknown(why, would, evidence=unseen.evidence)
    return judge(app, grants, _assignments(services, app))


def _assignments(services: Services, app: App) -> tuple[Assignment, ...]:
    """What may not be read counts as none: consent alone may still show what it works as."""
    try:
        return services.exchange.assignments(app)
    except Trouble:
        return ()


def judge(app: App, grants: Grants, assignments: tuple[Assignment, ...]) -> Result:
    """By the vendor's profile first, then by what was granted; pure."""
    vendor = vendor_of(app.name)
    if vendor and vendor.account.licensed:
        return Unknown(f"{UNSET}, and {vendor.name} works with one.", SETTING)
    holds = held(grants.grants, assignments)
    signed_in = _names(holds, Way.DELEGATED)
    if signed_in:
        why = f"{UNSET}, and {app.name} may also work as a signed-in user ({signed_in})."
        return Unknown(why, SETTING, evidence=grants.evidence)
    if not _names(holds, Way.APPLICATION, Way.RBAC):
        why = f"{UNSET}, and nothing that {app.name} holds shows that it works as an app."
        return Unknown(why, SETTING, evidence=grants.evidence)
    return _as_app(app, grants.evidence)


def _as_app(app: App, evidence: tuple[Evidence, ...]) -> Ok:
    note = f"{app.name} holds no delegated permission that opens data, so it needs no account."
    return Ok(f"{UNSET}; this integration signs in as an app.", evidence, (note,))


def _names(holds: tuple[Held, ...], *ways: Way) -> str:
    """Permissions held so, without those of any sign-in."""
    return ", ".join(
        sorted({h.permission for h in holds if h.way in ways and h.permission not in SIGN_IN})
    )
