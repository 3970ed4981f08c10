"""From results in causal order to root causes with their symptoms folded under them.  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.check import Check
from bot.finding import Broken, Finding, Ok, Owner, Result, Severity, Unknown


@dataclass(frozen=True, slots=True)
class Examined:
    """One check's result, and when it was looked at."""

    check: Check
    result: Result
    at: datetime


@dataclass(frozen=True, slots=True)
class Cause:
    """A finding that stops what depends on its check, for its owner."""

    check: str
    fingerprint: str
    owner: Owner


@dataclass(frozen=True, slots=True)
class Verdict:
    """An examined link and, where it is a symptom, the root cause it is folded under."""

    examined: Examined
    roots: tuple[Finding, ...] = ()  # what nothing above explains
    symptoms: tuple[tuple[Finding, Cause], ...] = ()
    because_of: str = ""  # the check's name; "" for roots, the well and the lone unknown
    blinded_by: str = ""  # the fingerprint of what explains an unknown


@dataclass(frozen=True, slots=True)
class Diagnosis:
    verdicts: tuple[Verdict, ...]  # in causal order

    @property
    def roots(self) -> tuple[Examined, ...]:
        """Broken links that are nobody's symptom, each with its own findings alone."""
        return tuple(
            replace(v.examined, result=replace(v.examined.result, findings=v.roots))
            for v in self.verdicts
            if not v.because_of and isinstance(v.examined.result, Broken)
        )

    @property
    def unknown(self) -> tuple[Examined, ...]:
        return tuple(v.examined for v in self.verdicts if isinstance(v.examined.result, Unknown))

    @property
    def exit_code(self) -> int:
        """0 all ok, 1 something is broken, 2 something could not be told (CONTRACT)."""
        if any(isinstance(v.examined.result, Broken) for v in self.verdicts):
            return 1
        return 2 if self.unknown else 0


def in_causal_order(checks: Sequence[Check]) -> tuple[Check, ...]:
    """Causes before effects; ValueError on an unknown name or a circle."""
    known = {check.name: check for check in checks}
    ordered: dict[str, Check] = {}

    def place(check: Check, above: tuple[str, ...]) -> None:
        if check.name in above:
            raise ValueError(f"checks depend on each other: {' → '.join((*above, check.name))}")
        for name in check.depends_on:
            if name not in known:
                raise ValueError(f"{check.name} depends on {name}, which is no check")
            place(known[name], (*above, check.name))
        ordered.setdefault(check.name, check)

    for check in checks:
        place(check, ())
    return tuple(ordered.values())


def diagnose(examined: Sequence[Examined]) -> Diagnosis:
    """Fold what is broken or blind under the first cause above it that has the same owner."""
    flowing: dict[str, tuple[Cause, ...]] = {}  # by check: what stops those that depend on it
    verdicts = []
    for one in examined:  # in causal order, so that causes are known first
        above = tuple(c for name in one.check.depends_on for c in flowing.get(name, ()))
        verdict, flowing[one.check.name] = _judged(one, above)
        verdicts.append(verdict)
    known = {verdict.examined.check.name: verdict for verdict in verdicts}
    return Diagnosis(tuple(_explained(verdict, known, flowing) for verdict in verdicts))


def _judged(one: Examined, above: tuple[Cause, ...]) -> tuple[Verdict, tuple[Cause, ...]]:
    match one.result:
        case Broken(findings):
            causes = [(finding, _cause_of(finding, above)) for finding in findings]
            roots = tuple(finding for finding, cause in causes if cause is None)
            symptoms = tuple((finding, cause) for finding, cause in causes if cause)
            onward = tuple(
                cause or Cause(one.check.name, finding.fingerprint, finding.owner)
                for finding, cause in causes
                if stops(finding)
            )
            folded = symptoms and not any(map(stops, roots))
            because = symptoms[0][1].check if folded else ""
            return Verdict(one, roots, symptoms, because), onward
        case Unknown(cause=named):  # blind because of it; and so is what hangs on this
            return _blinded(Verdict(one), _blinding(named, above)), above
        case Ok():  # what is well carries nothing on
            return Verdict(one), ()


def _blinding(named: str, above: Sequence[Cause]) -> Sequence[Cause]:
    """What above an unknown explains it; one that names its cause is laid to no other.

    A room that Microsoft throttles is not blind because somebody's scope is lost.
    """
    if named:
        return ()  # see _explained
    return [cause for cause in above if Owner.BOT in cause.owner] or above


def _cause_of(finding: Finding, above: Sequence[Cause]) -> Cause | None:
    """Only what is critical keeps the links below from working, and only that is a symptom:
    a warning folds nothing and is folded under nothing."""
    if finding.first_hand or not stops(finding):
        return None
    return next((cause for cause in above if cause.owner & finding.owner), None)


def stops(finding: Finding) -> bool:
    """Whether what depends on it does not work now."""
    return finding.severity is Severity.CRITICAL and not finding.ahead


def _explained(
    verdict: Verdict, known: Mapping[str, Verdict], flowing: Mapping[str, tuple[Cause, ...]]
) -> Verdict:
    """An unknown may name what blinds it, even where that stands below or stops nothing else."""
    result = verdict.examined.result
    if not isinstance(result, Unknown) or not result.cause:
        return verdict
    name = result.cause.partition("/")[0]
    named = known[name].roots if name in known else ()
    causes = (*flowing.get(name, ()), *(Cause(name, f.fingerprint, f.owner) for f in named))
    order = list(known)
    above = name in known and order.index(name) < order.index(verdict.examined.check.name)
    fitting = [cause for cause in causes if _explains(cause, name, result.cause, above=above)]
    return _blinded(verdict, fitting)


def _explains(cause: Cause, check: str, named: str, *, above: bool) -> bool:
    """One finding that is named outright, or all of a check above, may be anybody's; else the bot
    must suffer from it."""
    if named == check == cause.check and above:
        return True
    if named != check and cause.fingerprint == named:
        return True
    fits = named == check or cause.check != check or cause.fingerprint.startswith(named)
    return fits and Owner.BOT in cause.owner


def _blinded(verdict: Verdict, causes: Sequence[Cause]) -> Verdict:
    """By the first of these, where there is one."""
    if not causes:
        return verdict
    return replace(verdict, because_of=causes[0].check, blinded_by=causes[0].fingerprint)
