"""Root causes first, their symptoms folded under them: one row a rule."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.check import Check
from bot.diagnosis import Examined, diagnose, in_causal_order
from bot.finding import Broken, Finding, Ok, Remedy, Severity, Unknown

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OK, BLIND = Ok("well"), Unknown("I may not look.")
STOPPED = Broken((Finding("f", "s", "It stopped.", Severity.CRITICAL, "", Remedy("Fix it.")),))
WARNED = Broken((Finding("f", "s", "It creaks.", Severity.WARNING, "", Remedy("Oil it.")),))


def check(name: str, *above: str) -> Check:
    return Check(name, name.title(), name, lambda *_: OK, depends_on=above)


A, B, C = check("a"), check("b", "a"), check("c", "b")


@pytest.mark.parametrize(
    ("results", "folded", "roots", "code"),
    [
        ((OK, OK, OK), ("", "", ""), (), 0),
        ((STOPPED, OK, OK), ("", "", ""), ("a",), 1),
        ((STOPPED, STOPPED, STOPPED), ("", "a", "a"), ("a",), 1),
        ((STOPPED, BLIND, STOPPED), ("", "a", "a"), ("a",), 1),  # blind because of a
        ((STOPPED, OK, STOPPED), ("", "", ""), ("a", "c"), 1),  # what is well carries nothing on
        ((BLIND, STOPPED, STOPPED), ("", "", "b"), ("b",), 1),  # blindness alone causes nothing
        ((WARNED, STOPPED, OK), ("", "", ""), ("a", "b"), 1),  # a warning folds nothing
        ((STOPPED, WARNED, OK), ("", "", ""), ("a", "b"), 1),  # … and is nobody's symptom
        ((OK, BLIND, OK), ("", "", ""), (), 2),
        ((OK, BLIND, WARNED), ("", "", ""), ("c",), 1),
    ],
)
def test_symptoms_are_folded_under_what_stopped_above_them(results, folded, roots, code):
    pairs = zip((A, B, C), results, strict=True)
    diagnosis = diagnose([Examined(c, r, NOW) for c, r in pairs])

    assert tuple(v.because_of for v in diagnosis.verdicts) == folded
    assert tuple(root.check.name for root in diagnosis.roots) == roots
    assert diagnosis.exit_code == code


def test_causes_come_before_effects_whatever_the_order():
    assert in_causal_order([C, B, A]) == (A, B, C)


def test_a_circle_and_an_unknown_cause_are_refused():
    with pytest.raises(ValueError, match="depend on each other"):
        in_causal_order([check("x", "y"), check("y", "x")])
    with pytest.raises(ValueError, match="which is no check"):
        in_causal_order([check("x", "nothing")])
