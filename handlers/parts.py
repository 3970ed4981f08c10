"""A check in parts: each is decided alone, all together make the one result.

A part that broke wins over one that could not be seen, and that one over those that are well:
a check with a part unseen is never ok.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace

from bot.errors import Forbidden, Throttled, Trouble
from bot.finding import (
    EVERYTHING,
    LACKING,
    THROTTLED,
    Broken,
    Evidence,
    Finding,
    Ok,
    Owner,
    Result,
    Unknown,
)

NOT_PROVED = "is not proved"  # stands in a note that says what an ok does not prove


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is its label on a line of its own: "licence", "mailbox".

    One that is `beside` does not decide: where it could not be seen, the others may still be ok.
    What it `tells` are the beginnings of its fingerprints: unseen, it ends none of these.
    """

    name: str
    result: Result
    beside: bool = False
    tells: tuple[str, ...] = EVERYTHING

    @property
    def unseen(self) -> tuple[str, ...]:
        said = self.result.unseen
        return self.tells if isinstance(self.result, Unknown) and said == EVERYTHING else said


def part(name: str, look: Callable[[], Result], *tells: str) -> Part:
    """What `look` returns; a Trouble that it raises is what could not be seen."""
    try:
        return Part(name, look(), tells=tells or EVERYTHING)
    except Trouble as trouble:
        return Part(name, blind(trouble), tells=tells or EVERYTHING)


def without(one: Part, *untold: str) -> Part:
    """It, where the parts that tell these were not asked because of what it says."""
    return replace(one, result=replace(one.result, unseen=(*one.unseen, *untold)))


def blind(trouble: Trouble) -> Unknown:
    """The outside's no as a result: its sentence, and the permission that would help."""
    permission = trouble.permission if isinstance(trouble, Forbidden) else ""
    cause = LACKING if permission else THROTTLED if isinstance(trouble, Throttled) else ""
    return Unknown(trouble.sentence, permission, evidence=proof(trouble), cause=cause)


def proof(trouble: Trouble) -> tuple[Evidence, ...]:
    """The refusal itself as evidence, where it came from outside and is dated."""
    if trouble.at is None:
        return ()
    answered = trouble.code or type(trouble).__name__
    return (Evidence(str(trouble), answered, trouble.at, trouble.request_id),)


def broken(findings: Iterable[Finding], notes: Sequence[str] = ()) -> Broken:
    """The worst first; those equally bad in the order given, what is still to come after them."""
    by_weight = sorted(findings, key=lambda one: (-one.severity, one.ahead))
    return Broken(tuple(by_weight), tuple(notes))


def facts(owner: Owner, parts: Iterable[Part]) -> tuple[Part, ...]:
    """What was read in the directory itself: whose it is, and no symptom of what is above."""
    return tuple(replace(one, result=_fact(owner, one.result)) for one in parts)


def _fact(owner: Owner, result: Result) -> Result:
    if not isinstance(result, Broken):
        return result
    owned = (replace(finding, owner=owner, first_hand=True) for finding in result.findings)
    return replace(result, findings=tuple(owned))


def folded(cause: Result, effect: Result) -> Result:
    """The effect as a mere note where both broke: one thing is wrong, not two."""
    if isinstance(cause, Broken) and isinstance(effect, Broken):
        notes = (*(finding.summary for finding in effect.findings), *effect.notes)
        return Ok("", notes=notes, unseen=tuple(one.fingerprint for one in effect.findings))
    return effect


def merge(parts: Sequence[Part]) -> Result:
    results = [_weighed(one) for one in parts]
    notes = _once(note for result in results for note in result.notes)
    findings = [f for result in results if isinstance(result, Broken) for f in result.findings]
    unseen = [result for result in results if isinstance(result, Unknown)]
    well = [result for result in results if isinstance(result, Ok)]
    untold = tuple(dict.fromkeys(prefix for one in parts for prefix in one.unseen))
    if findings:
        worst_first = broken(findings, (*_once(map(_spelled, unseen)), *notes))
        return replace(worst_first, unseen=untold)
    if unseen:
        return Unknown(
            " ".join(_once(u.why for u in unseen)),
            ", ".join(_once(u.would_tell for u in unseen)),
            "\n".join(_once(u.command for u in unseen)),
            tuple(e for u in unseen for e in u.evidence),
            (*_once(result.summary for result in well), *notes),
            _common({u.cause for u in unseen}),
            untold,
        )
    summary = " ".join(_once(result.summary for result in well))
    return Ok(summary, tuple(e for result in well for e in result.evidence), notes, untold)


def _weighed(one: Part) -> Result:
    if one.beside and isinstance(one.result, Unknown):
        return Ok("", notes=(_spelled(one.result), *one.result.notes))
    return one.result


def unproved(result: Result) -> tuple[str, ...]:
    """Notes of an ok that say what it does not prove."""
    notes = result.notes if isinstance(result, Ok) else ()
    return tuple(note for note in notes if NOT_PROVED in note)


def clause(note: str) -> str:
    """“that it can sign in is not proved”, of a note that goes on with the reason."""
    said = note.partition(NOT_PROVED)[0] + NOT_PROVED
    return said[:1].lower() + said[1:]


def _common(causes: set[str]) -> str:
    """What explains all of it; "" where a part has another cause, or none that is known."""
    return causes.pop() if len(causes) == 1 else ""


def _spelled(unseen: Unknown) -> str:
    """One line with all that an unseen part says; a note has no fields for it."""
    tell = unseen.would_tell if unseen.would_tell not in unseen.why else ""
    shown = "; ".join(unseen.command.splitlines())
    return " ".join(
        said
        for said in (
            unseen.why,
            f"{tell} would tell." if tell else "",
            f"This shows it: {shown}" if shown else "",
        )
        if said
    )


def _once(texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for text in texts if text))
