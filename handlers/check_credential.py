"""Credential: the bot gets a token, and its secrets and certificates last."""

from __future__ import annotations

from datetime import datetime

from bot.check import Check
from bot.errors import Forbidden
from bot.finding import Evidence, Finding, Ok, Remedy, Result, Severity, Unknown
from bot.ports import Services
from bot.tenancy import App, Watched
from handlers import portal
from handlers.credentials import NEW, Keyring, judge
from handlers.parts import Part, broken, facts, merge, part, proof, without
from handlers.whose import bots

PERMISSION = "Application.Read.All"
_EXPIRY = "credential/expiry/"


def look(services: Services, now: datetime) -> Result:
    return merge(parts(services, now))


def parts(services: Services, now: datetime) -> tuple[Part, ...]:
    directory, watched = services.directory, services.watched
    signing = part("sign-in", lambda: sign_in(services))
    if not isinstance(signing.result, Ok):  # every other question would get the same no
        return facts(bots(watched), [without(signing, _EXPIRY)])
    own = part("expiry", lambda: expiry(directory.app(watched.own_app), watched, now), _EXPIRY)
    return facts(bots(watched), [signing, own])


def sign_in(services: Services) -> Result:
    try:
        evidence = services.directory.sign_in()
    except Forbidden as refused:
        return token_refused(refused, services.watched)
    return token_given(evidence)


def token_given(evidence: tuple[Evidence, ...]) -> Result:
    return Ok("The bot signs in.", evidence)


def token_refused(refused: Forbidden, watched: Watched) -> Result:
    """The codes are hints in words; what decides is that there is no token."""
    code = f" Entra calls it {refused.code}." if refused.code else ""
    finding = Finding(
        "credential/refused",
        "the bot's own app",
        f"{refused}.{code}",
        Severity.CRITICAL,
        "I can ask Microsoft nothing: no room is shown, and the rest cannot be told.",
        Remedy(refused.hint, link=portal.credentials_of(watched, watched.own_app), wait=NEW),
        proof(refused),
    )
    return broken([finding])


def expiry(app: App | None, watched: Watched, now: datetime) -> Result:
    if app is None or app.credentials is None:
        why = app.why_no_credentials.rstrip(".") if app else "its app is not in this tenant"
        return Unknown(f"I cannot tell when the bot's own credentials end: {why}.", PERMISSION)
    return judge(
        Keyring(
            "credential",
            "the bot's own app",
            app.credentials,
            portal.credentials_of(watched, watched.own_app),
            "Set ROOMOPS_CLIENT_SECRET or ROOMOPS_CLIENT_CERTIFICATE to it and start me anew.",
            "I can no longer sign in, and no room is shown",
            app.evidence[-1:],  # what the registration said
            signs_in=True,
        ),
        now,
    )


CHECK: Check = Check(
    "credential",
    "Bot's credential",
    "whether the bot gets a token, and how long its secrets and certificates last",
    look,
    depends_on=("reach",),
    permissions=(PERMISSION,),
)
