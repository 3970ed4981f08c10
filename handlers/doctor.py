"""`doctor`: the whole causal chain, root cause first, one line a link, details on a button."""

from __future__ import annotations

import re
from collections.abc import Sequence

from bot.access import Access
from bot.command import Argument, Command
from bot.diagnosis import Diagnosis, Examined, Verdict
from bot.errors import Usage
from bot.examine import examine
from bot.export import sections, word
from bot.finding import Broken, Evidence, Finding, Ok, Result, Unknown
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
from handlers.chain import CHECKS
from handlers.details import plural

SHOWN = 5  # proofs of one finding that a reader sees at once; the export holds them all


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
    for root in diagnosis.roots[:1]:
        if isinstance(root.result, Broken):
            blocks += _remedy(root.result.findings[0])
    buttons = [Button("Details", "doctor details"), Button("Run again", "doctor")]
    blocks.append(Buttons((*buttons, Button("Export", "doctor export"))))
    return Reply(tuple(blocks), tone(diagnosis))


def headline(diagnosis: Diagnosis) -> str:
    """What broke first; or what could not be told; or that all is well."""
    roots, unknown = diagnosis.roots, diagnosis.unknown
    blind = f" I could not tell {plural(len(unknown), 'link')}." if unknown else ""
    if roots and isinstance(roots[0].result, Broken):
        more = f" And {plural(len(roots) - 1, 'more cause')}, below." if len(roots) > 1 else ""
        return f"{roots[0].result.findings[0].summary}{more}{blind}"
    if unknown:
        return f"Nothing is broken that I could see, but I cannot tell it all.{blind}"
    return f"All {len(diagnosis.verdicts)} links are well."


def tone(diagnosis: Diagnosis) -> Tone:
    if diagnosis.roots:
        return Tone.BAD
    return Tone.WARN if diagnosis.unknown else Tone.GOOD


def _row(verdict: Verdict) -> tuple[Span, ...]:
    one = verdict.examined
    said = word(one.result)
    if verdict.because_of:
        return one.check.title, said, f"because of {_title(verdict.because_of)}, above"
    return one.check.title, said, _first_sentence(summary(one.result))


def _title(name: str) -> str:
    return next(check.title for check in CHECKS if check.name == name).lower()


def _first_sentence(text: str) -> str:
    """One line a link; the rest stands in the details."""
    return re.split(r"(?<=[.])\s+(?=[A-Z])", text, maxsplit=1)[0]


def summary(result: Result) -> str:
    match result:
        case Ok(said):
            return said
        case Broken(findings):
            more = f" (+{len(findings) - 1} more)" if len(findings) > 1 else ""
            return f"{findings[0].summary}{more}"
        case Unknown(why):
            return why


def details(verdict: Verdict) -> list[Block]:
    """One link in depth: evidence, consequence and fix of everything found."""
    one = verdict.examined
    title = Title(f"{one.check.title}: {word(one.result)}")
    blocks: list[Block] = [title, *_depth(one)]
    if verdict.because_of:
        blocks.append(Note((f"A symptom: because of {_title(verdict.because_of)}.",)))
    blocks += [Note((note,)) for note in one.result.notes]
    return blocks


def _depth(one: Examined) -> list[Block]:
    match one.result:
        case Ok(said, evidence):
            return [Text((said,)), *_proof(evidence)]
        case Broken(findings):
            return [block for finding in findings for block in _found(finding)]
        case Unknown(why, would_tell, command, evidence):
            tell: list[Block] = [Text((f"What would let me tell: {would_tell}",))] * bool(
                would_tell
            )
            shows: list[Block] = [Text((Code(command),))] * bool(command)
            return [Text((why,)), *tell, *shows, *_proof(evidence)]


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
    doctor,
    (
        Argument("[LINK]", f"one link in depth: {', '.join(check.name for check in CHECKS)}"),
        Argument("[details]", "every link in depth; export gives it all to hand on"),
    ),
    Access.OPERATOR,
    ("doctor", "doctor consent"),
)
