"""Who may consent in this tenant: users' own consent, the admin workflow, what waits.  Pure."""

from __future__ import annotations

from collections.abc import Sequence

from bot.finding import Finding, Ok, Remedy, Result, Severity, Unknown
from bot.tenancy import ConsentPolicy, Watched
from handlers import portal
from handlers.parts import broken
from handlers.roles import WHO_APPROVES, WHO_APPROVES_DELEGATED
from handlers.vendor import vendor_of
from handlers.whose import bots, integrations

POLICY, REQUESTS = "Policy.Read.All", "ConsentRequest.Read.All"
_USERS = {
    "nobody": "Users may not consent to any app themselves",
    "legacy": "Users may consent to any app, a risk Microsoft advises against",
    "low": "Users may consent to low-risk permissions of verified publishers",
    "managed by Microsoft": "Microsoft manages what users may consent to; calendars are not "
    "part of it since November 2025",
}


def setting(policy: ConsentPolicy, own: str, watched: Watched) -> Result:
    """`own` is the name of the bot's app; a vendor's that waits is ours to tell of too."""
    waiting = [name for name in policy.pending or () if name == own or vendor_of(name)]
    notes = _notes(policy, waiting)
    if waiting:
        names = dict.fromkeys(waiting)
        return broken([_waiting(n, policy, watched, bots_own=n == own) for n in names], notes)
    summary = " ".join(filter(None, (_users(policy.user_consent), _workflow(policy))))
    if policy.pending is None:
        why = "Which requests for consent wait for an administrator I may not read."
        rest = policy.requests_enabled is None or not policy.user_consent
        would_tell = f"{REQUESTS}, {POLICY}" if rest else REQUESTS
        return Unknown(why, would_tell, evidence=policy.evidence, notes=(summary, *notes))
    if policy.requests_enabled is None or not policy.user_consent:
        why = "Who may consent in this tenant I may not read."
        return Unknown(why, POLICY, evidence=policy.evidence, notes=(summary, *notes))
    return Ok(summary, policy.evidence, notes)


def _users(said: str) -> str:
    if not said:
        return ""
    return f"{_USERS.get(said, f'Users may consent by a policy of this tenant ({said})')}."


def _workflow(policy: ConsentPolicy) -> str:
    match policy.requests_enabled:
        case True:
            return "They can ask an administrator for it."
        case False:
            return "They cannot ask an administrator for it: they meet a dead end."
        case None:
            return ""


def _notes(policy: ConsentPolicy, waiting: Sequence[str]) -> tuple[str, ...]:
    others = [name for name in policy.pending or () if name not in waiting]
    asked = f"Requests for other apps wait for an administrator: {', '.join(others)}."
    return (asked,) if others else ()


def _waiting(name: str, policy: ConsentPolicy, watched: Watched, *, bots_own: bool) -> Finding:
    return Finding(
        f"consent/pending/{name.lower()}",
        name,
        f"A request for consent to {name} waits for an administrator.",
        Severity.WARNING,
        "Until somebody approves it, whoever asked cannot connect the app.",
        Remedy(
            f"Review it there. {WHO_APPROVES} {WHO_APPROVES_DELEGATED}",
            link=portal.consent_requests(watched),
            wait="a few minutes",
        ),
        policy.evidence,
        bots(watched) if bots_own else integrations(watched),
    )
