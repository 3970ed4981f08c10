"""`doctor`: the whole causal chain, root cause first, one line a link, details on a button."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.access import Access
from bot.command import Argument, Command
from bot.desk import Desk
from bot.diagnosis import Cause, Diagnosis, Verdict
from bot.errors import Usage
from bot.examine import examine
from bot.export import sections, word
from bot.finding import Broken, Evidence, Finding, Ok, Unknown
from bot.people import Invocation
from bot.ports import Services
from bot.reply import (
    Block,
    Bold,
    Button,
    Buttons,
    Code,
    Facts,
    Link,
    Note,
    Reply,
    Span,
    Table,
    Text,
    Title,
    Tone,
)
from bot.text import quote
from bot.version import VERSION
from bot.wording import plural
from handlers.chain import CHECKS
from handlers.parts import clause, unproved
from handlers.throttling import throttling

BESIDE = ("throttling", "integration")  # checks that are no links of the chain
SHOWN = 5  # proofs of one finding that a reader sees at once; the export holds them all


def chain_or_beside(invocation: Invocation, desk: Desk) -> Reply:
    """The button under an alert says `doctor CHECK`, whether that is a link or not."""
    if invocation.arguments.lower().strip() in BESIDE:
        return throttling(invocation, desk)
    return doctor(invocation, desk)


def doctor(invocation: Invocation, services: Services) -> Reply:
    wanted = invocation.arguments.lower().split()
    names = [check.name for check in CHECKS]
    if wanted and wanted[0] not in (*names, "details", "export"):
        raise Usage(f"There is no link {quote(wanted[0])} in the chain", f"Say {', '.join(names)}.")
    # Every link is looked at even for one of them: a symptom is told from a cause by the others.
    diagnosis = examine(CHECKS, services, lambda: invocation.at)
    if not wanted:
        return first_screen(diagnosis)
    if wanted[0] == "export":
        parts = tuple(Text((Code(part),)) for part in sections(diagnosis, VERSION))
        whole = ("As a file: ", Code("roomops doctor --markdown -o FILE"), ", or --json.")
        return Reply((Note(whole), *parts))
    shown = [v for v in diagnosis.verdicts if wanted[0] in ("details", v.examined.check.name)]
    blocks = tuple(block for verdict in shown for block in details(verdict))
    return Reply(blocks, tone(diagnosis))


def first_screen(diagnosis: Diagnosis) -> Reply:
    """The root cause in the first sentence, then one line a link, then the fix."""
    head = Text((Bold(headline(diagnosis)),))
    rows = tuple(_row(verdict) for verdict in diagnosis.verdicts)
    blocks: list[Block] = [head, Table(("Link", "Verdict", "What I saw"), rows)]
    for finding in _roots(diagnosis)[:1]:
        blocks += _remedy(finding)
    buttons = [Button("Details", "doctor details"), Button("Run again", "doctor")]
    blocks.append(Buttons((*buttons, Button("Export", "doctor export"))))
    return Reply(tuple(blocks), tone(diagnosis))


def headline(diagnosis: Diagnosis) -> str:
    """What broke first; or what could not be told; or that all is well."""
    roots, unknown = _roots(diagnosis), diagnosis.unknown
    blind = f" I could not tell {plural(len(unknown), 'link')}." if unknown else ""
    if roots:
        others = len(roots) - 1
        more = f" And {plural(others, 'more cause')}, below." if others else ""
        return f"{roots[0].summary}{more}{blind}"
    if unknown:
        return f"Nothing is broken that I could see, but I cannot tell it all.{blind}"
    return f"All {len(diagnosis.verdicts)} links are well{_doubts(diagnosis)}."


def _roots(diagnosis: Diagnosis) -> list[Finding]:
    """What stopped something first, in causal order; then what will, then what only warns."""
    found = [finding for verdict in diagnosis.verdicts for finding in verdict.roots]
    return sorted(found, key=lambda one: (-one.severity, one.ahead))


def _doubts(diagnosis: Diagnosis) -> str:
    """What all these ok do not prove; "" where there is nothing."""
    doubts = [
        (v.examined, note) for v in diagnosis.verdicts for note in unproved(v.examined.result)
    ]
    if not doubts:
        return ""
    where = " and ".join(dict.fromkeys(one.check.title for one, _ in doubts))
    said = clause(doubts[0][1]) if len(doubts) == 1 else f"{len(doubts)} things are not proved"
    return f"; {said}, see {where}"


def tone(diagnosis: Diagnosis) -> Tone:
    if diagnosis.roots:
        return Tone.BAD
    return Tone.WARN if diagnosis.unknown else Tone.GOOD


def _row(verdict: Verdict) -> tuple[Span, ...]:
    one = verdict.examined
    said = word(one.result)
    if verdict.because_of:
        return one.check.title, said, f"because of {_title(verdict.because_of)}, {_side(verdict)}"
    return one.check.title, said, summary(verdict)


def _side(verdict: Verdict) -> str:
    """Where its cause stands in the list, seen from its symptom."""
    names = [check.name for check in CHECKS]
    above = names.index(verdict.because_of) < names.index(verdict.examined.check.name)
    return "above" if above else "below"


def _title(name: str) -> str:
    return next(check.title for check in CHECKS if check.name == name).lower()


def _first_sentence(text: str) -> str:
    """One line a link, with until when to wait; the rest stands in the details."""
    return re.split(r"(?<=[.])\s+(?=[A-Z])(?!Ask again in)", text, maxsplit=1)[0]


def summary(verdict: Verdict) -> str:
    """A link in one line: of what broke, what is nobody's symptom first."""
    match verdict.examined.result:
        case Ok(said) as well:
            doubts = (note[:1].lower() + note[1:] for note in unproved(well))
            told = (_first_sentence(part).rstrip(".") for part in (said, *doubts) if part)
            return f"{'; '.join(told)}."
        case Broken(findings):
            first = (*verdict.roots, *findings)[0]
            more = f" (+{len(findings) - 1} more)" if len(findings) > 1 else ""
            return f"{_first_sentence(first.summary)}{more}"
        case Unknown(why):
            return _first_sentence(why)


def details(verdict: Verdict) -> list[Block]:
    """One link in depth: evidence, consequence and fix of everything found."""
    one = verdict.examined
    title = Title(f"{one.check.title}: {word(one.result)}")
    blocks: list[Block] = [title, *_depth(verdict)]
    if verdict.because_of and not verdict.symptoms:
        blocks.append(Note((f"A symptom: because of {_title(verdict.because_of)}.",)))
    blocks += [Note((note,)) for note in one.result.notes]
    return blocks


def _depth(verdict: Verdict) -> list[Block]:
    match verdict.examined.result:
        case Ok(said, evidence):
            return [Text((said,)), *_proof(evidence)]
        case Broken():
            roots = [block for finding in verdict.roots for block in _found(finding)]
            symptoms = (block for s in verdict.symptoms for block in _symptom(*s))
            return [*roots, *symptoms]
        case Unknown(why, would_tell, command, evidence):
            tell: list[Block] = [Text((f"What would let me tell: {would_tell}",))] * bool(
                would_tell
            )
            shows: list[Block] = [Text((Code(command),))] * bool(command)
            return [Text((why,)), *tell, *shows, *_proof(evidence)]


def _symptom(finding: Finding, cause: Cause) -> list[Block]:
    because = Note((f"A symptom: because of {_title(cause.check)}.",))
    return [*_found(finding), because]


def _found(finding: Finding) -> list[Block]:
    head: list[Block] = [Text((Bold(finding.summary), f" {finding.consequence}"))]
    return [*head, *_remedy(finding), *_proof(finding.evidence)]


def _remedy(finding: Finding) -> list[Block]:
    remedy = finding.remedy
    wait = f" It may take {remedy.wait} to show." if remedy.wait else ""
    words: tuple[Span, ...] = (Bold("Fix: "), f"{remedy.words}{wait}")
    if remedy.link:
        words = (*words, " ", Link("Open it", remedy.link))
    commands: list[Block] = [Text((Code(remedy.command),))] * bool(remedy.command)
    return [Text(words), *commands]


def _proof(evidence: Sequence[Evidence]) -> list[Block]:
    if not evidence:
        return []
    pairs = tuple((e.asked, _answered(e)) for e in evidence[:SHOWN])
    left = len(evidence) - SHOWN
    more: list[Block] = [Note((f"And {plural(left, 'more proof')}; the export has them.",))] * (
        left > 0
    )
    return [Facts(pairs), *more]


def _answered(evidence: Evidence) -> str:
    ident = f", request id {evidence.request_id}" if evidence.request_id else ""
    return f"{evidence.answered} at {evidence.at:%H:%M:%S} UTC{ident}"


DOCTOR = Command(
    "doctor",
    "the whole causal chain, root cause first, with proof and the fix",
    chain_or_beside,
    (
        Argument("[LINK]", f"one link in depth: {', '.join(check.name for check in CHECKS)}"),
        Argument("[details]", "every link in depth; export gives it all to hand on"),
    ),
    Access.OPERATOR,
    ("doctor", "doctor consent"),
    patience=None,  # the chain has its own
)
