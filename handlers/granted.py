"""What one app was granted, as it was seen, against what it needs; and the findings.  Pure.

Entra's grants and Exchange's role assignments add up.  Where the latter could not be read, a
permission that an Exchange role could bring is neither there nor missing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.finding import Finding, Ok, Remedy, Result, Severity, Unknown
from bot.tenancy import App, Assignment, ConsentChange, Grants, Watched
from handlers import needs as needing
from handlers.granting import give, give_words, take
from handlers.needs import Held, Need
from handlers.parts import broken
from handlers.permissions import EWS, Way, risk

EWS_NOTE = "Its permissions over EWS ({names}) are judged under access."


@dataclass(frozen=True, slots=True)
class View:
    """One app with what it holds and needs; `word` is "bot" or "integration"."""

    word: str
    app: App
    grants: Grants
    assignments: tuple[Assignment, ...] | Unknown
    needs: tuple[Need, ...]
    watched: Watched

    @property
    def holds(self) -> tuple[Held, ...]:
        known = () if isinstance(self.assignments, Unknown) else self.assignments
        return needing.held(self.grants.grants, known)

    @property
    def lacking(self) -> tuple[Need, ...]:
        """What is missing for certain."""
        every = needing.missing(self.needs, self.holds)
        return tuple(need for need in every if not self._hidden(need))

    @property
    def uncertain(self) -> tuple[Need, ...]:
        """What an Exchange role could bring, where these could not be read."""
        return tuple(n for n in needing.missing(self.needs, self.holds) if self._hidden(n))

    @property
    def excess(self) -> tuple[Held, ...]:
        """What is held beyond need; a vendor's EWS is a matter of access, not of too much."""
        every = needing.excess(self.needs, self.holds)
        return tuple(one for one in every if not (self.leaves_ews and one.permission in EWS))

    def satisfying(self, need: Need) -> tuple[str, ...]:
        """How the need is met, as in “RBAC for Applications: Calendars.Read over Rooms only”."""
        return tuple(dict.fromkeys(one.spelled for one in self.holds if need.met_by(one)))

    @property
    def leaves_ews(self) -> bool:
        return self.word != "bot"

    def _hidden(self, need: Need) -> bool:
        return isinstance(self.assignments, Unknown) and Way.RBAC in need.ways


def judge(view: View, changes: Sequence[ConsentChange], untold: str = "") -> Result:
    """`changes` are the audit's, newest first; `untold` says why there are none."""
    if not view.needs:
        return _unprofiled(view)
    lacking, uncertain, excess = view.lacking, view.uncertain, view.excess
    findings = [_missing(view, need, changes) for need in lacking]
    findings += [_excess(view, one) for one in excess if risk(one.permission)]
    notes = _notes(view, excess, untold if lacking else "")
    if findings:
        doubt = (_doubt(view, uncertain),) if uncertain else ()
        return broken(findings, (*doubt, *notes))
    if uncertain and isinstance(view.assignments, Unknown):
        hidden, why = view.assignments, _doubt(view, uncertain)
        return Unknown(why, hidden.would_tell, hidden.command, hidden.evidence, notes)
    has = f"{view.app.name} has all {len(view.needs)} permissions that it needs."
    return Ok(has, view.grants.evidence, notes)


def _unprofiled(view: View) -> Result:
    held = ", ".join(sorted({one.permission for one in view.holds})) or "nothing"
    words = f"What {view.app.name} needs no vendor's profile tells; it has {held}."
    return Ok(words, view.grants.evidence)


def _doubt(view: View, uncertain: Sequence[Need]) -> str:
    names = ", ".join(need.permission for need in uncertain)
    why = view.assignments.why if isinstance(view.assignments, Unknown) else ""
    return (
        f"Whether {view.app.name} has {names} I cannot tell: Entra grants it not, and whether "
        f"an Exchange role does is not to be seen. {why}".rstrip()
    )


def _notes(view: View, excess: Sequence[Held], untold: str) -> tuple[str, ...]:
    plain = sorted({one.permission for one in excess if not risk(one.permission)})
    ews = sorted({one.permission for one in view.holds if one.permission in EWS})
    return tuple(
        note
        for note in (
            f"{view.app.name} also has {', '.join(plain)}: not needed, read-only, little risk."
            if plain
            else "",
            EWS_NOTE.format(names=", ".join(ews)) if ews and view.leaves_ews else "",
            f"Since when it is missing I cannot tell. {untold}" if untold else "",
        )
        if note
    )


def _missing(view: View, need: Need, changes: Sequence[ConsentChange]) -> Finding:
    name = view.app.name
    taken = taken_away(need, changes)
    since = f": {taken.actor} took it away on {_at(taken)}" if taken else ""
    return Finding(
        f"consent/missing/{view.word}/{need.permission}",
        name,
        f"{name} lacks the permission {need.permission}{since}.",
        Severity.CRITICAL if need.critical else Severity.WARNING,
        _consequence(view, need),
        give(view.app, _as_it_was(view, need, taken), view.watched),
        view.grants.evidence,
    )


def _as_it_was(view: View, need: Need, taken: ConsentChange | None) -> Need:
    """A vendor's app gets back what was taken; the bot's own does better with a role over rooms."""
    if taken is None or view.word == "bot":
        return need
    delegated = "delegated" in taken.activity.lower()
    return replace(need, ways=frozenset({Way.DELEGATED if delegated else Way.APPLICATION}))


def taken_away(need: Need, changes: Sequence[ConsentChange]) -> ConsentChange | None:
    """The newest line of the audit that took it, or that took something it does not name."""
    for change in changes:
        if change.activity.lower().startswith(("remove", "delete")) and (
            not change.permission or need.permission in change.permission.split()
        ):
            return change
    return None


def _at(change: ConsentChange) -> str:
    return f"{change.at:%Y-%m-%d %H:%M} UTC"


def _consequence(view: View, need: Need) -> str:
    stops = ", ".join(need.stops)
    if view.word != "bot":
        likely = f" Likely, since its vendor says so of a sister product: {need.source}"
        doubt = "" if need.sure else likely
        return f"Without it {stops}.{doubt}"
    verb = "does" if len(need.stops) == 1 else "do"
    if need.critical:
        return f"Without it {stops} {verb} not work."
    return f"Without it {stops} cannot tell all that {'it' if verb == 'does' else 'they'} should."


def _excess(view: View, one: Held) -> Finding:
    name = view.app.name
    how = f" over {one.scope}" if one.scope else ""
    return Finding(
        f"consent/excess/{view.word}/{one.way.name.lower()}/{one.permission}",
        name,
        f"{name} has {one.permission} ({one.way.value}{how}), which it does not need.",
        Severity.WARNING,
        f"If somebody steals its credentials, {risk(one.permission)}.",
        take(view.app, one, view.watched),
        view.grants.evidence,
    )


def consent_remedy(view: View) -> Remedy | None:
    """One act for all that is missing and can be consented to; None where nothing is."""
    names = [need for need in view.lacking if need.ways & {Way.APPLICATION, Way.DELEGATED}]
    return give_words(view.app, names, view.watched) if names else None
