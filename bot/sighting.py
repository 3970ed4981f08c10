"""What a diagnosis says of each problem: who saw it, whether just now, and what it is laid to."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.alert import Alert, blindness
from bot.diagnosis import Diagnosis, Verdict
from bot.finding import Finding, Owner, Remedy, Severity, Unknown
from bot.wording import plural

BLIND_ROUNDS = 2  # in a row: once may be a hiccup


@dataclass(frozen=True, slots=True)
class Sighting:
    check: str
    finding: Finding
    cause: str = ""  # the fingerprint of the root that explains it
    is_fresh: bool = True  # its check was looked at in this round


def sightings(
    looked: Collection[str],
    diagnosis: Diagnosis,
    known: Mapping[str, Alert],
    unknown: Mapping[str, int],
) -> dict[str, Sighting]:
    """By fingerprint, causes first; two of one fingerprint are one."""
    found: dict[str, Sighting] = {}
    for verdict in diagnosis.verdicts:
        check = verdict.examined.check.name
        fresh = check in looked
        seen = [*_broken(verdict, fresh)]
        if fresh:
            seen += _blind(verdict, known, unknown)
        for one in seen:
            twin = found.get(one.finding.fingerprint)
            found[one.finding.fingerprint] = _merged(twin, one) if twin else one
    return found


def burdens(diagnosis: Diagnosis) -> dict[str, tuple[str, ...]]:
    """What fails because of each root, a line for each link, by the root's fingerprint."""
    lines: dict[str, list[str]] = {}
    for verdict in diagnosis.verdicts:
        title = verdict.examined.check.title
        below: dict[str, list[Finding]] = {}
        for finding, cause in verdict.symptoms:
            below.setdefault(cause.fingerprint, []).append(finding)
        for fingerprint, findings in below.items():
            more = f" (+{len(findings) - 1:,} more)" if len(findings) > 1 else ""
            lines.setdefault(fingerprint, []).append(f"{title}: {findings[0].summary}{more}")
        if verdict.blinded_by:
            lines.setdefault(verdict.blinded_by, []).append(f"{title}: I cannot tell.")
    return {fingerprint: tuple(said) for fingerprint, said in lines.items()}


def _broken(verdict: Verdict, fresh: bool) -> Iterator[Sighting]:
    check = verdict.examined.check.name
    for finding in verdict.roots:
        yield Sighting(check, finding, is_fresh=fresh)
    for finding, cause in verdict.symptoms:
        laid_to = cause.fingerprint if cause.fingerprint != finding.fingerprint else ""
        yield Sighting(check, finding, laid_to, fresh)


def _blind(
    verdict: Verdict,
    known: Mapping[str, Alert],
    unknown: Mapping[str, int],
) -> Iterator[Sighting]:
    check, result = verdict.examined.check, verdict.examined.result
    if not isinstance(result, Unknown):
        return
    fingerprint = blindness(check.name)
    if fingerprint in known or unknown.get(check.name, 0) >= BLIND_ROUNDS:
        yield Sighting(check.name, _blindness(verdict, result), verdict.blinded_by)


def _blindness(verdict: Verdict, result: Unknown) -> Finding:
    check = verdict.examined.check
    tell = result.would_tell.rstrip(".")
    words = (
        f"What would let me tell: {tell}."
        if tell
        else "Run the check again; it says what I asked and what came back."
    )
    return Finding(
        blindness(check.name),
        check.title,
        f"I cannot tell about {check.title.lower()}: {result.why}",
        Severity.WARNING,
        "What breaks there goes unnoticed; what was broken there stays open here.",
        Remedy(words, result.command),
        result.evidence,
        Owner.BOT,
    )


def _merged(first: Sighting, second: Sighting) -> Sighting:
    """The worse one's words, everybody's rooms; a symptom only where both are."""
    pair: Sequence[Finding] = (first.finding, second.finding)
    worst = max(pair, key=lambda finding: finding.severity)
    rooms = tuple(dict.fromkeys(room for finding in pair for room in finding.rooms))
    evidence = tuple(dict.fromkeys(e for finding in pair for e in finding.evidence))
    return Sighting(
        first.check,
        replace(worst, rooms=rooms, evidence=evidence),
        first.cause if second.cause else "",
        first.is_fresh or second.is_fresh,
    )


def unseen(looked: Collection[str], diagnosis: Diagnosis) -> dict[str, tuple[str, ...]]:
    """By check that was looked at: the beginnings of fingerprints that it could not judge."""
    return {
        verdict.examined.check.name: verdict.examined.result.unseen
        for verdict in diagnosis.verdicts
        if verdict.examined.check.name in looked
    }


def grown(before: Finding, now: Finding) -> Finding:
    """Where not all could be seen: a room that is not listed now may not have been asked."""
    left_out = [room for room in before.rooms if room not in now.rooms]
    if not left_out:
        return now
    if set(now.rooms) <= set(before.rooms) and now.severity == before.severity:
        return before
    words = f"{now.summary} Of {plural(len(left_out), 'room')} before I could not tell this time."
    return replace(now, rooms=(*now.rooms, *left_out), summary=words)
