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
from handlers.check_app import is_own
from handlers.granting import give, give_words, take
from handlers.needs import Held, Need
from handlers.parts import broken
from handlers.permissions import EWS, Way, risk

PROFILE = "The vendor's own list of permissions"
# What an integration whose needs nobody wrote down may sync rooms with.
_WORK = ("Calendars.", "MailboxSettings.", "Exchange Full Access")
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
        """What is held beyond need; what may be an integration's very work is not too much."""
        every = needing.excess(self.needs, self.holds)
        return tuple(one for one in every if not self._left(one))

    @property
    def left(self) -> tuple[Held, ...]:
        """What no known need explains, and without which rooms may stop syncing."""
        return tuple(one for one in needing.excess(self.needs, self.holds) if self._left(one))

    def satisfying(self, need: Need) -> tuple[str, ...]:
        """How the need is met, as in “RBAC for Applications: Calendars.Read over Rooms only”."""
        return tuple(dict.fromkeys(one.spelled for one in self.holds if need.met_by(one)))

    @property
    def integrates(self) -> bool:
        """Whether rooms are synced by this app; the bot's own does where no other is named."""
        return self.word != "bot" or is_own(self.watched)

    @property
    def profiled(self) -> bool:
        """Whether it is known what the integration needs."""
        return self.word == "bot" or bool(self.needs)

    def _left(self, one: Held) -> bool:
        if not self.integrates:
            return False
        known = self.word != "bot" and self.profiled
        return one.permission in EWS or (not known and one.permission.startswith(_WORK))

    def _hidden(self, need: Need) -> bool:
        return isinstance(self.assignments, Unknown) and Way.RBAC in need.ways


def judge(view: View, changes: Sequence[ConsentChange], untold: str = "") -> Result:
    """`changes` are the audit's, newest first; `untold` says why there are none."""
    lacking, uncertain, excess = view.lacking, view.uncertain, view.excess
    findings = [_missing(view, need, changes) for need in lacking]
    findings += [_excess(view, one) for one in excess if risk(one.permission)]
    notes = _notes(view, excess, untold if lacking else "")
    if not view.profiled:
        return _unprofiled(view, findings, notes)
    if findings:
        doubt = (_doubt(view, uncertain),) if uncertain else ()
        return broken(findings, (*doubt, *notes))
    if uncertain and isinstance(view.assignments, Unknown):
        hidden, why = view.assignments, _doubt(view, uncertain)
        return Unknown(why, hidden.would_tell, hidden.command, hidden.evidence, notes)
    has = f"{view.app.name} has all {len(view.needs)} permissions that it needs."
    return Ok(has, view.grants.evidence, notes)


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
    why = view.assignments.why if isinstance(view.assignments, Unknown) else ""
    return (
        f"Whether {view.app.name} has {names} I cannot tell: Entra grants it not, and whether "
        f"an Exchange role does is not to be seen. {why}".rstrip()
    )


def _notes(view: View, excess: Sequence[Held], untold: str) -> tuple[str, ...]:
    plain = sorted({one.permission for one in excess if not risk(one.permission)})
    ews = sorted({one.permission for one in view.holds if one.permission in EWS})
    work = sorted({one.permission for one in view.left if one.permission not in EWS})
    return tuple(
        note
        for note in (
            f"{view.app.name} also has {', '.join(plain)}: not needed, read-only, little risk."
            if plain and view.profiled
            else "",
            EWS_NOTE.format(names=", ".join(ews)) if ews and view.integrates else "",
            f"{view.app.name} also has {', '.join(work)}: the integration may sync rooms with it, "
            "so leave it unless you know better."
            if work
            else "",
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
    if view.word != "bot" or need.source:
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
        f"{name} has {one.permission} ({one.way.value}{how}), {_unneeded(view)}.",
        Severity.WARNING,
        f"If somebody steals its credentials, {risk(one.permission)}.",
        _taken(view, one),
        view.grants.evidence,
    )


def _unneeded(view: View) -> str:
    return "which it does not need" if view.profiled else "and I know no need of it"


def _taken(view: View, one: Held) -> Remedy:
    remedy = take(view.app, one, view.watched)
    if view.profiled:
        return remedy
    return replace(remedy, words=f"Ask its vendor first whether it needs it. {remedy.words}")


def consent_remedy(view: View) -> Remedy | None:
    """One act for all that is missing and can be consented to; None where nothing is."""
    names = [need for need in view.lacking if need.ways & {Way.APPLICATION, Way.DELEGATED}]
    return give_words(view.app, names, view.watched) if names else None
