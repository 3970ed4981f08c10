"""Parts of a check: what decides, what is only told, and what is handed on when they are merged."""

from __future__ import annotations

import pytest

from bot.finding import Broken, Finding, Ok, Owner, Remedy, Severity, Unknown
from handlers.parts import Part, broken, clause, facts, folded, merge, unproved, without

STOPPED = Finding("f", "s", "It stopped.", Severity.CRITICAL, "", Remedy("Fix it."))
NOTE = "That it can sign in is not proved: nobody may look."


def part(result, **more) -> Part:
    return Part("part", result, **more)


def test_findings_keep_their_owner_through_a_merge():
    theirs = facts(Owner.INTEGRATION, [part(Broken((STOPPED,)))])
    ours = facts(Owner.BOT, [part(Broken((STOPPED,)))])

    result = merge([*theirs, *ours, part(Ok("well"))])

    assert isinstance(result, Broken)
    assert [finding.owner for finding in result.findings] == [Owner.INTEGRATION, Owner.BOT]


@pytest.mark.parametrize(
    ("causes", "kept"),
    [(["credential"], "credential"), (["credential", "credential"], "credential"),
     (["credential", "consent"], ""), (["credential", ""], "")],
)  # fmt: skip
def test_a_cause_is_kept_where_it_explains_all_that_is_unseen(causes, kept):
    result = merge([part(Ok("well")), *(part(Unknown("why", cause=one)) for one in causes)])

    assert isinstance(result, Unknown)
    assert result.cause == kept


def test_a_part_beside_the_others_is_told_and_decides_nothing():
    result = merge([part(Ok("Well.")), part(Unknown(NOTE, "Entra ID P1"), beside=True)])

    assert isinstance(result, Ok)
    assert unproved(result) == (f"{NOTE} Entra ID P1 would tell.",)


def test_what_is_not_proved_is_a_clause_without_its_reason():
    assert clause(NOTE) == "that it can sign in is not proved"


def test_what_is_still_to_come_stands_behind_what_stopped_already():
    later = Finding("g", "s", "It ends.", Severity.CRITICAL, "", Remedy("Renew it."), ahead=True)

    assert [one.fingerprint for one in broken([later, STOPPED]).findings] == ["f", "g"]


UNSEEN = Part("a part", Unknown("why"), tells=("c/part",))


@pytest.mark.parametrize(
    ("parts", "unseen"),
    [
        ([part(Ok("well"))], ()),
        ([part(Ok("well")), UNSEEN], ("c/part",)),
        ([part(Broken((STOPPED,))), UNSEEN], ("c/part",)),
        ([part(Ok("well")), part(Unknown("why"))], ("",)),  # who does not say what it tells
        ([part(Ok("well")), Part("", Unknown("why"), beside=True, tells=("c/b",))], ("c/b",)),
        ([without(part(Broken((STOPPED,))), "c/part")], ("c/part",)),  # not asked at all
        ([part(folded(Broken((STOPPED,)), Broken((STOPPED,))))], ("f",)),  # told as a note
    ],
)
def test_what_a_part_could_not_tell_is_handed_on(parts, unseen):
    assert merge(parts).unseen == unseen
