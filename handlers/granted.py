"""What one app was granted, as it was seen, against what it needs: the verdict.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from bot.finding import Finding, Ok, Remedy, Result, Unknown
from bot.tenancy import ConsentChange
from handlers.granting import give_words
from handlers.holding import View
from handlers.lacking import lacking
from handlers.needs import Held, Need
from handlers.parts import broken
from handlers.permissions import EWS, Way, risk
from handlers.surplus import surplus

_DELEGATED = "Directory.Read.All"  # without it the bot's token tells, of applications alone
PROFILE = "The vendor's own list of permissions"
EWS_NOTE = "Its permissions over EWS ({names}) are judged under access."


def judge(view: View, changes: Sequence[ConsentChange], untold: str = "") -> Result:
    """`changes` are the audit's, newest first; `untold` says why there are none."""
    uncertain, excess = view.uncertain, view.excess
    findings = [*lacking(view, changes), *surplus(view, excess)]
    notes = _notes(view, excess, untold if view.lacking else "")
    if not view.profiled:
        return _unprofiled(view, findings, notes)
    if findings:
        doubt = (_doubt(view, uncertain),) if uncertain else ()
        return replace(broken(findings, (*doubt, *notes)), unseen=view.unseen)
    if uncertain:
        return _uncertain(view, _doubt(view, uncertain), notes)
    has = f"{view.title} has all {len(view.needs)} permissions that it {view.likely}needs."
    return Ok(has, view.grants.evidence, notes, view.unseen)


def _uncertain(view: View, why: str, notes: tuple[str, ...]) -> Unknown:
    hidden = view.assignments
    if not isinstance(hidden, Unknown):
        return Unknown(why, _DELEGATED, "", view.grants.evidence, notes)
    return Unknown(
        why, hidden.would_tell, hidden.command, hidden.evidence, notes, hidden.cause, view.unseen
    )


def _unprofiled(view: View, findings: Sequence[Finding], notes: tuple[str, ...]) -> Result:
    """Too much is said even so; that nothing is missing is not."""
    held = ", ".join(sorted({one.permission for one in view.holds})) or "nothing"
    why = (
        f"I have no profile of the vendor of {view.app.name}: what it needs I cannot tell. "
        f"It has {held}."
    )
    told = f"{PROFILE} would tell."
    hidden = view.assignments if isinstance(view.assignments, Unknown) else None
    if findings:
        unseen = (f"{why} {told}", hidden.why if hidden else "")
        return broken(findings, (*filter(None, unseen), *notes))
    if hidden is None:
        return Unknown(why, PROFILE, "", view.grants.evidence, notes)
    tells = ", ".join(filter(None, (PROFILE, hidden.would_tell)))
    evidence = (*view.grants.evidence, *hidden.evidence)
    return Unknown(f"{why} {hidden.why}", tells, hidden.command, evidence, notes)


def _doubt(view: View, uncertain: Sequence[Need]) -> str:
    names = ", ".join(need.permission for need in uncertain)
    if not isinstance(view.assignments, Unknown):
        return f"Whether {view.app.name} has {names} I cannot tell: delegated it may be."
    return (
        f"Whether {view.app.name} has {names} I cannot tell: Entra grants it not, and whether "
        f"an Exchange role does is not to be seen. {view.assignments.why}".rstrip()
    )


def _notes(view: View, excess: Sequence[Held], untold: str) -> tuple[str, ...]:
    plain = sorted({one.permission for one in excess if not risk(one.permission)})
    ews = sorted({one.permission for one in view.holds if one.permission in EWS})
    work = sorted({one.permission for one in view.left if one.permission not in EWS})
    return tuple(
        note
        for note in (
            f"{view.title} also has {', '.join(plain)}: {view.likely}not needed, read-only, "
            "little risk."
            if plain and view.profiled
            else "",
            EWS_NOTE.format(names=", ".join(ews)) if ews and view.integrates else "",
            f"{view.title} also has {', '.join(work)}: the integration may sync rooms with it, "
            "so leave it unless you know better."
            if work
            else "",
            f"Since when it is missing I cannot tell. {untold}" if untold else "",
        )
        if note
    )


def consent_remedy(view: View) -> Remedy | None:
    """One act for all that is missing and can be consented to; None where nothing is."""
    names = [need for need in view.lacking if need.ways & {Way.APPLICATION, Way.DELEGATED}]
    return give_words(view.app, names, view.watched) if names else None
