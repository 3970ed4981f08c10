"""From results in causal order to root causes with their symptoms folded under them.  Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot.check import Check
from bot.finding import Broken, Result, Severity, Unknown


@dataclass(frozen=True, slots=True)
class Examined:
    """One check's result, and when it was looked at."""

    check: Check
    result: Result
    at: datetime


@dataclass(frozen=True, slots=True)
class Verdict:
    """An examined link and, where it is a symptom, the root cause it is folded under."""

    examined: Examined
    because_of: str = ""  # the check's name; "" for roots, the well and the lone unknown


@dataclass(frozen=True, slots=True)
class Diagnosis:
    verdicts: tuple[Verdict, ...]  # in causal order

    @property
    def roots(self) -> tuple[Examined, ...]:
        return tuple(
            v.examined
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
    """Fold every broken or blind link under the first broken one that it depends on."""
    cause: dict[str, str] = {}
    verdicts = []
    for one in examined:  # in causal order, so that causes are known first
        above = next((cause[n] for n in one.check.depends_on if cause.get(n)), "")
        symptom = isinstance(one.result, Unknown) or _stops(one.result)
        if _stops(one.result):
            cause[one.check.name] = above or one.check.name
        elif symptom and above:
            cause[one.check.name] = above  # blind because of it; what hangs on us does too
        verdicts.append(Verdict(one, above if symptom else ""))
    return Diagnosis(tuple(verdicts))


def _stops(result: Result) -> bool:
    """Only what is critical keeps the links below from working, and only that is a symptom:
    a warning folds nothing and is folded under nothing."""
    return isinstance(result, Broken) and any(
        finding.severity is Severity.CRITICAL for finding in result.findings
    )
