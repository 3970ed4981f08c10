"""The scope verdict in words.  Pure."""

from __future__ import annotations

from bot.tenancy import Reach
from bot.wording import few, plural
from handlers.access_mode import Access, Mode, held
from handlers.access_seen import Seen
from handlers.scope_verdict import Ground, Scope, Width


def verdict(scope: Scope) -> str:
    """In two or three words, for a table."""
    return _SHORT[scope.width]


_SHORT = {
    Width.ROOMS_ONLY: "rooms only, as recommended",
    Width.EVERYONE: "all mailboxes, wider than recommended",
    Width.SOME_MISSING: "some rooms missing",
    Width.TOO_WIDE: "too wide",
    Width.NONE: "none",
    Width.CANNOT_TELL: "cannot tell",
}


def say(seen: Seen, access: Access, scope: Scope) -> str:
    """The verdict on one app, a sentence without its full stop."""
    name = seen.title
    match scope.width:
        case Width.ROOMS_ONLY:
            return f"{name} reaches rooms only, as recommended{_how(scope)}"
        case Width.EVERYONE:
            over = " over EWS" if access.mode is Mode.EWS or scope.ground is Ground.EWS else ""
            return (
                f"{name} reaches all mailboxes{over} by what is granted: wider than recommended, "
                "though End Event Early needs it"
            )
        case Width.TOO_WIDE:
            return f"{name} reaches more than rooms: {_too_wide(seen, access, scope)}"
        case Width.SOME_MISSING | Width.NONE:
            return missing(seen, scope)
        case Width.CANNOT_TELL:
            return f"I cannot tell how wide {seen.name} reaches{_why(seen, scope)}"


def missing(seen: Seen, scope: Scope) -> str:
    """Which rooms are out of reach; a sentence without its full stop."""
    name = seen.title
    if scope.width is Width.NONE:
        by = " by a legacy Application Access Policy" if _policy(seen) else ""
        asked = f": {len(scope.missing):,} asked, all refused{by}" if seen.rooms else _BY_GRANT
        return f"{name} reaches no room{asked}"
    of = f" of {len(seen.rooms):,} asked" if seen.rooms else _BY_GRANT
    return f"{name} does not reach {plural(len(scope.missing), 'room')}{of}: {few(scope.missing)}"


_BY_GRANT = ", by what is granted"


def _policy(seen: Seen) -> bool:
    return any(probe.reach is Reach.POLICY for probe in seen.rooms)


def _how(scope: Scope) -> str:
    if scope.ground is Ground.PROBES:
        return ": rooms answer, the canary is refused"
    if scope.ground is Ground.GRANTS:
        return ", by what is granted; not proved by a probe, since I cannot act as it"
    return ", by what is granted; that nobody else is in reach is not proved"


def _too_wide(seen: Seen, access: Access, scope: Scope) -> str:
    consent = ", ".join(sorted(access.consented or ()))
    roles = held(access.roles or ())
    answered = f"the canary {seen.canary_address} answered"
    if scope.ground is Ground.TWICE:
        return (
            f"consent ({consent}) and RBAC for Applications ({roles}) are held together, so the "
            "scope narrows nothing"
        )
    why = f"{consent} is consented tenant-wide" if consent else roles
    if scope.ground is Ground.GRANTS:
        return f"{why}; not proved by a probe"
    if consent and roles:
        return f"{answered}; consent ({consent}) is held beside RBAC, so the scope narrows nothing"
    return f"{answered}; {why}" if why else answered


def _why(seen: Seen, scope: Scope) -> str:
    if scope.ground is Ground.NO_CANARY and seen.canary:
        return f": the canary told nothing ({seen.canary.words.rstrip('.')})"
    return _GROUNDS.get(scope.ground, "")


_GROUNDS = {
    Ground.AT_ODDS: ": it is granted every mailbox, and the canary is refused; a change may be on "
    "its way, for up to 2 hours",
    Ground.NO_CANARY: ": rooms answer, and no canary mailbox is set to show who must not",
    Ground.NO_ANSWER: ": no mailbox that I asked gave a telling answer",
    Ground.DELEGATE: ": delegate access is as wide as calendars are shared with the account",
    Ground.CUSTOM: ": I cannot act as it, and only Exchange knows whom its scope holds",
    Ground.UNTOLD: ": I cannot act as it, and may not read all that it is granted",
}
