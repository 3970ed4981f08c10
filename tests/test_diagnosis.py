"""Root causes first, their symptoms folded under them: one row a rule."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from bot.check import Check
from bot.diagnosis import Examined, diagnose, in_causal_order
from bot.finding import Broken, Finding, Ok, Owner, Remedy, Severity, Unknown

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
OK, BLIND = Ok("well"), Unknown("I may not look.")
STOPPED = Broken((Finding("f", "s", "It stopped.", Severity.CRITICAL, "", Remedy("Fix it.")),))
WARNED = Broken((Finding("f", "s", "It creaks.", Severity.WARNING, "", Remedy("Oil it.")),))


def check(name: str, *above: str) -> Check:
    return Check(name, name.title(), name, lambda *_: OK, depends_on=above)


A, B, C = check("a"), check("b", "a"), check("c", "b")
BOTS, THEIRS, BOTH = Owner.BOT, Owner.INTEGRATION, Owner.BOTH


def stopped(
    name: str, owner: Owner = BOTH, *, first_hand: bool = False, ahead: bool = False
) -> Finding:
    return Finding(
        name,
        "s",
        f"{name} stopped.",
        Severity.CRITICAL,
        "",
        Remedy("Fix it."),
        owner=owner,
        first_hand=first_hand,
        ahead=ahead,
    )


WARNING = Finding("w", "s", "It creaks.", Severity.WARNING, "", Remedy("Oil it."))


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


@pytest.mark.parametrize(
    ("above", "here", "roots", "symptoms"),
    [
        ([stopped("a", BOTS)], [stopped("b", BOTS)], [], ["b"]),
        ([stopped("a", BOTS)], [stopped("b", THEIRS)], ["b"], []),  # another's access
        ([stopped("a", BOTH)], [stopped("b", THEIRS)], [], ["b"]),  # everybody's
        ([stopped("a", THEIRS)], [stopped("b", BOTH)], [], ["b"]),
        ([stopped("a", BOTS)], [stopped("b", BOTS), stopped("c", THEIRS)], ["c"], ["b"]),
        ([stopped("a", BOTS)], [stopped("b", BOTS), WARNING], ["w"], ["b"]),
        ([stopped("a")], [stopped("b", first_hand=True)], ["b"], []),  # read itself, so its own
        ([stopped("a", ahead=True)], [stopped("b")], ["b"], []),  # what is to come stopped nothing
        ([stopped("a")], [stopped("b", ahead=True)], ["b"], []),  # … and nothing stopped it
    ],
)
def test_a_finding_is_folded_under_what_stopped_the_same_owner(above, here, roots, symptoms):
    first = Examined(A, Broken(tuple(above)), NOW)
    second = Examined(B, Broken(tuple(here)), NOW)

    verdict = diagnose([first, second]).verdicts[1]

    assert [finding.fingerprint for finding in verdict.roots] == roots
    assert [finding.fingerprint for finding, _ in verdict.symptoms] == symptoms
    assert all(cause.fingerprint == "a" for _, cause in verdict.symptoms)


@pytest.mark.parametrize(
    ("here", "because_of"),
    [
        ([stopped("b", BOTS)], "a"),
        ([stopped("b", BOTS), WARNING], "a"),  # a warning beside it is no cause of its own
        ([stopped("b", BOTS), stopped("c", THEIRS)], ""),  # one of the two is
    ],
)
def test_a_link_with_a_cause_of_its_own_is_no_symptom(here, because_of):
    links = [Examined(A, Broken((stopped("a", BOTS),)), NOW), Examined(B, Broken((*here,)), NOW)]

    assert diagnose(links).verdicts[1].because_of == because_of


def test_what_is_broken_for_one_owner_goes_on_below_for_that_one_alone():
    """Through a link that adds a cause of the other's."""
    chain = [
        Examined(A, Broken((stopped("a", BOTS),)), NOW),
        Examined(B, Broken((stopped("b", BOTS), stopped("theirs", THEIRS))), NOW),
        Examined(C, Broken((stopped("c1", BOTS), stopped("c2", THEIRS))), NOW),
    ]

    below = diagnose(chain).verdicts[2]

    assert [(f.fingerprint, c.fingerprint) for f, c in below.symptoms] == [
        ("c1", "a"),
        ("c2", "theirs"),
    ]


@pytest.mark.parametrize(
    ("blind", "below", "because_of"),
    [
        (Unknown("I may not look.", cause="b"), [stopped("b", BOTS)], "b"),
        (Unknown("I may not look.", cause="b"), [stopped("b", THEIRS)], ""),  # I am the blind one
        (Unknown("I may not look.", cause="b"), [WARNING], "b"),
        (Unknown("I may not look."), [stopped("b", BOTS)], ""),
    ],
)
def test_an_unknown_may_be_explained_by_what_it_names_below(blind, below, because_of):
    chain = [Examined(A, blind, NOW), Examined(B, Broken((*below,)), NOW)]

    assert diagnose(chain).verdicts[0].because_of == because_of


@pytest.mark.parametrize(
    ("named", "owner", "because_of"),
    [
        ("", THEIRS, "a"),
        ("a", THEIRS, "a"),  # it says so itself
        ("throttling", THEIRS, ""),  # it says what blinds it, and that is something else
        ("throttling", BOTS, ""),
        ("a/lacks", THEIRS, ""),
    ],
)
def test_an_unknown_that_names_its_cause_is_laid_to_no_other(named, owner, because_of):
    blind = Unknown("I may not look.", cause=named)
    chain = [Examined(A, Broken((stopped("a", owner),)), NOW), Examined(B, blind, NOW)]

    assert diagnose(chain).verdicts[1].because_of == because_of


def test_roots_are_told_without_their_symptoms():
    chain = [
        Examined(A, Broken((stopped("a", BOTS),)), NOW),
        Examined(B, Broken((stopped("b", BOTS), stopped("theirs", THEIRS))), NOW),
    ]

    [_, root] = diagnose(chain).roots

    assert isinstance(root.result, Broken)
    assert [finding.fingerprint for finding in root.result.findings] == ["theirs"]


def test_causes_come_before_effects_whatever_the_order():
    assert in_causal_order([C, B, A]) == (A, B, C)


def test_a_circle_and_an_unknown_cause_are_refused():
    with pytest.raises(ValueError, match="depend on each other"):
        in_causal_order([check("x", "y"), check("y", "x")])
    with pytest.raises(ValueError, match="which is no check"):
        in_causal_order([check("x", "nothing")])


LACKS = Finding(
    "a/lacks/x", "s", "It lacks X.", Severity.WARNING, "", Remedy("Give it."), owner=Owner.BOT
)


@pytest.mark.parametrize(
    ("cause", "owner", "explained"),
    [
        ("a", Owner.BOT, "a/lacks/x"),
        ("a/lacks", Owner.BOT, "a/lacks/x"),
        ("a/other", Owner.BOT, ""),  # it says what it lacks, and that is not missing
        ("a/lacks", Owner.INTEGRATION, ""),  # another's consent blinds nobody
        ("a/lacks/x", Owner.INTEGRATION, "a/lacks/x"),  # unless it is named outright
        ("", Owner.BOT, ""),
    ],
)
def test_what_is_blind_may_name_a_mere_warning_as_its_cause(cause, owner, explained):
    first = Examined(check("b"), Unknown("I may not.", cause=cause), NOW)
    warned = Examined(check("a"), Broken((replace(LACKS, owner=owner),)), NOW)

    blind, _ = diagnose([first, warned]).verdicts

    assert blind.blinded_by == explained
