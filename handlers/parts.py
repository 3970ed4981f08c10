"""A check in parts: each is decided alone, all together make the one result.

A part that broke wins over one that could not be seen, and that one over those that are well:
a check with a part unseen is never ok.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from bot.errors import Forbidden, Trouble
from bot.finding import Broken, Evidence, Finding, Ok, Result, Unknown


@dataclass(frozen=True, slots=True)
class Part:
    """`name` is its label on a line of its own: "licence", "mailbox"."""

    name: str
    result: Result


def part(name: str, look: Callable[[], Result]) -> Part:
    """What `look` returns; a Trouble that it raises is what could not be seen."""
    try:
        return Part(name, look())
    except Trouble as trouble:
        return Part(name, blind(trouble))


def blind(trouble: Trouble) -> Unknown:
    """The outside's no as a result: its sentence, and the permission that would help."""
    permission = trouble.permission if isinstance(trouble, Forbidden) else ""
    return Unknown(trouble.sentence, permission, evidence=proof(trouble))


def proof(trouble: Trouble) -> tuple[Evidence, ...]:
    """The refusal itself as evidence, where it came from outside and is dated."""
    if trouble.at is None:
        return ()
    answered = trouble.code or type(trouble).__name__
    return (Evidence(str(trouble), answered, trouble.at, trouble.request_id),)


def broken(findings: Iterable[Finding], notes: Sequence[str] = ()) -> Broken:
    """The worst first; those equally bad in the order given."""
    return Broken(tuple(sorted(findings, key=lambda one: -one.severity)), tuple(notes))


def folded(cause: Result, effect: Result) -> Result:
    """The effect as a mere note where both broke: one thing is wrong, not two."""
    if isinstance(cause, Broken) and isinstance(effect, Broken):
        return Ok("", notes=(*(finding.summary for finding in effect.findings), *effect.notes))
    return effect


def merge(parts: Sequence[Part]) -> Result:
    results = [one.result for one in parts]
    notes = _once(note for result in results for note in result.notes)
    findings = [f for result in results if isinstance(result, Broken) for f in result.findings]
    unseen = [result for result in results if isinstance(result, Unknown)]
    well = [result for result in results if isinstance(result, Ok)]
    if findings:
        return broken(findings, (*_once(map(_spelled, unseen)), *notes))
    if unseen:
        return Unknown(
            " ".join(_once(u.why for u in unseen)),
            ", ".join(_once(u.would_tell for u in unseen)),
            "\n".join(_once(u.command for u in unseen)),
            tuple(e for u in unseen for e in u.evidence),
            (*_once(result.summary for result in well), *notes),
        )
    summary = " ".join(_once(result.summary for result in well))
    return Ok(summary, tuple(e for result in well for e in result.evidence), notes)


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
