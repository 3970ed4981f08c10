"""A diagnosis to hand to somebody's support: JSON or Markdown, without a secret."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from bot.diagnosis import Cause, Diagnosis, Verdict
from bot.finding import Broken, Evidence, Finding, Ok, Owner, Remedy, Unknown

Json = dict[str, Any]
_OWNERS = {
    Owner.BOT: "the bot's access",
    Owner.INTEGRATION: "the integration's access",
    Owner.BOTH: "everybody's access",
}


def to_json(diagnosis: Diagnosis, version: str) -> str:
    """`{version, roots, links: [{check, title, verdict, at, because_of, …}]}`; times ISO UTC.

    `verdict` is ok, broken or cannot tell.  A link is because of a link, a finding because of
    a finding, by its fingerprint.
    """
    told = {
        "version": version,
        "roots": [root.check.name for root in diagnosis.roots],
        "links": [_link(verdict) for verdict in diagnosis.verdicts],
    }
    return json.dumps(told, ensure_ascii=False, indent=2)


def _link(verdict: Verdict) -> Json:
    one = verdict.examined
    head: Json = {
        "check": one.check.name,
        "title": one.check.title,
        "verdict": word(one.result),
        "at": _time(one.at),
        "because_of": verdict.because_of,
        "notes": list(one.result.notes),
    }
    match one.result:
        case Ok(summary, evidence):
            return {**head, "summary": summary, "evidence": _evidence(evidence)}
        case Broken(findings):
            because = {finding.fingerprint: cause for finding, cause in verdict.symptoms}
            told = [_finding(f, because.get(f.fingerprint)) for f in findings]
            return {**head, "findings": told}
        case Unknown(why, would_tell, command, evidence, _, cause):
            more = {"why": why, "would_tell": would_tell, "command": command, "cause": cause}
            return {**head, **more, "evidence": _evidence(evidence)}


def word(result: Ok | Broken | Unknown) -> str:
    match result:
        case Ok():
            return "ok"
        case Broken():
            return "broken"
        case Unknown():
            return "cannot tell"


def whose(owner: Owner) -> str:
    """bot, integration or both."""
    return str(owner.name).lower()


def _finding(finding: Finding, cause: Cause | None) -> Json:
    return {
        "fingerprint": finding.fingerprint,
        "subject": finding.subject,
        "summary": finding.summary,
        "severity": finding.severity.name.lower(),
        "owner": whose(finding.owner),
        "because_of": cause.fingerprint if cause else "",
        "rooms": list(finding.rooms),
        "consequence": finding.consequence,
        "remedy": _remedy(finding.remedy),
        "evidence": _evidence(finding.evidence),
    }


def _remedy(remedy: Remedy) -> Json:
    return {
        "words": remedy.words,
        "command": remedy.command,
        "link": remedy.link,
        "wait": remedy.wait,
    }


def _evidence(evidence: Sequence[Evidence]) -> list[Json]:
    return [
        {"asked": e.asked, "answered": e.answered, "at": _time(e.at), "request_id": e.request_id}
        for e in evidence
    ]


def _time(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}"


def to_markdown(diagnosis: Diagnosis, version: str) -> str:
    return "\n\n".join(sections(diagnosis, version)) + "\n"


def sections(diagnosis: Diagnosis, version: str) -> list[str]:
    """The Markdown in parts: a heading, then one a link."""
    return [f"# roomops doctor ({version})", *map(_section, diagnosis.verdicts)]


def _section(verdict: Verdict) -> str:
    one = verdict.examined
    because = f", because of {verdict.because_of}" if verdict.because_of else ""
    head = f"## {one.check.title}: {word(one.result)}{because}"
    return "\n".join((head, "", f"Looked at {_time(one.at)}.", "", *_body(verdict))).rstrip()


def _body(verdict: Verdict) -> list[str]:
    result = verdict.examined.result
    notes = [f"- Note: {_plain(note)}" for note in result.notes]
    match result:
        case Ok(summary, evidence):
            return [_plain(summary), *_proof(evidence), *notes]
        case Broken(findings):
            because = {finding.fingerprint: cause for finding, cause in verdict.symptoms}
            told = (_spelled(f, because.get(f.fingerprint)) for f in findings)
            return [line for lines in told for line in lines] + notes
        case Unknown(why, would_tell, command, evidence):
            tell = [f"What would tell: {_plain(would_tell)}"] if would_tell else []
            return [_plain(why), *tell, *_code(command), *_proof(evidence), *notes]


def _spelled(finding: Finding, cause: Cause | None) -> list[str]:
    remedy = finding.remedy
    wait = f" It may take {remedy.wait}." if remedy.wait else ""
    link = [f"Link: <{remedy.link}>"] if remedy.link else []
    weight = f"{finding.severity.name.lower()}, {_OWNERS[finding.owner]}"
    return [
        f"**{_plain(finding.summary)}** ({weight})",
        *([f"A symptom of `{cause.fingerprint}`."] if cause else []),
        f"{_plain(finding.consequence)}",
        f"Fix: {_plain(remedy.words)}{wait}",
        *link,
        *_code(remedy.command),
        *_proof(finding.evidence),
    ]


def _code(command: str) -> list[str]:
    return ["", *(f"    {line}" for line in command.splitlines()), ""] if command else []


def _proof(evidence: Sequence[Evidence]) -> list[str]:
    return [
        f"- `{e.asked}` → {_plain(e.answered)} at {_time(e.at)}"
        + (f", request id {e.request_id}" if e.request_id else "")
        for e in evidence
    ]


def _plain(text: str) -> str:
    """Data may hold anything; what Markdown would read as markup is defused."""
    return "".join(f"\\{c}" if c in "\\`*_[]<>#|!" else c for c in text)
