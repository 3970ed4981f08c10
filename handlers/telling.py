"""Results as blocks of a reply: a line for each part, then what broke with its one act."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.finding import Broken, Evidence, Finding, Ok, Remedy, Result, Severity, Unknown
from bot.reply import Block, Bold, Code, Link, Note, Reply, Span, Table, Text, Tone
from handlers.parts import Part, clause, merge, unproved

HEAD = ("", "Verdict", "What I saw", "Proof")


def verdict(result: Result) -> str:
    """The contract's three words."""
    match result:
        case Ok():
            return "ok"
        case Broken():
            return "broken"
        case Unknown():
            return "cannot tell"


def tone(result: Result) -> Tone:
    match result:
        case Ok():
            return Tone.GOOD
        case Broken(findings) if any(f.severity is Severity.CRITICAL for f in findings):
            return Tone.BAD
        case _:
            return Tone.WARN


def told(title: str, parts: Sequence[Part], now: datetime, extra: Iterable[Block] = ()) -> Reply:
    """The worst first, then every part on a line of its own, then the acts and the small print."""
    whole = merge(parts)
    rows = tuple(_row(one) for one in parts if _says(one.result))
    found = whole.findings if isinstance(whole, Broken) else ()
    blocks: list[Block] = [Text((Bold(title), ": ", _first(whole)))]
    blocks.append(Table(HEAD, rows))
    for finding in found:
        blocks += act(finding)
    if isinstance(whole, Unknown):
        blocks += would_tell(whole)
    blocks += [*extra, *(Note((note,)) for note in whole.notes)]
    blocks.append(Note((f"Looked at {now:%Y-%m-%d %H:%M:%S} UTC.",)))
    return Reply(tuple(blocks), tone(whole))


def _first(whole: Result) -> str:
    match whole:
        case Ok():
            return f"all is well{''.join(f'; {clause(note)}' for note in unproved(whole))}."
        case Broken(findings):
            return findings[0].summary
        case Unknown(why):
            return f"I cannot tell. {why}"


def _says(result: Result) -> bool:
    return not isinstance(result, Ok) or bool(result.summary)


def _row(one: Part) -> tuple[Span, ...]:
    seen, evidence = _seen(one.result)
    return one.name, verdict(one.result), seen, "; ".join(map(spell, evidence[:1]))


def _seen(result: Result) -> tuple[str, tuple[Evidence, ...]]:
    match result:
        case Ok(summary, evidence):
            return summary, evidence
        case Broken(findings):
            return " ".join(f.summary for f in findings), findings[0].evidence
        case Unknown(why, evidence=evidence):
            return why, evidence


def spell(evidence: Evidence) -> str:
    """Asked, answered, when, and the id that Microsoft's support asks for."""
    request = f", request {evidence.request_id}" if evidence.request_id else ""
    return f"{evidence.asked}: {evidence.answered}, {evidence.at:%H:%M:%S} UTC{request}"


def act(finding: Finding) -> list[Block]:
    """Consequence and remedy of one finding."""
    text = Text((Bold(finding.summary), " ", finding.consequence))
    return [text, *remedy(finding.remedy)]


def remedy(one: Remedy) -> list[Block]:
    wait = f" It shows after {one.wait}." if one.wait else ""
    link: tuple[Span, ...] = (" ", Link("Open the page", one.link)) if one.link else ()
    blocks: list[Block] = [Text((one.words, *link, wait))]
    return blocks + [Text((Code(line),)) for line in one.command.splitlines()]


def would_tell(unknown: Unknown) -> list[Block]:
    said = f"It would tell: {unknown.would_tell}." if unknown.would_tell else ""
    blocks: list[Block] = [Text((said,))] if said else []
    return blocks + [Text((Code(line),)) for line in unknown.command.splitlines()]
