"""Alerts as rows: how each stands, worst first, symptoms under their cause.  Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.alert import Alert, Status, name_of
from bot.damping import is_flapping
from bot.reply import Span, Table
from bot.silence import Silence
from bot.text import cut
from bot.wording import lasting
from handlers.matcher import Meant, State

LONGEST = 160  # characters of a summary in a row; the alert itself shows it all
HEAD = ("#", "Severity", "What is wrong", "How it stands", "For")


@dataclass(frozen=True, slots=True)
class Seen:
    """An alert as it stands now, with the silences that keep it quiet."""

    alert: Alert
    state: State
    silences: tuple[Silence, ...] = ()

    @property
    def severity(self) -> str:
        return self.alert.finding.severity.name.lower()


def seen(alerts: Iterable[Alert], silences: Sequence[Silence], now: datetime) -> list[Seen]:
    """Worst first, newest first within; what is over comes last, the latest first."""
    found = []
    for alert in alerts:
        quiet = tuple(silence for silence in silences if silence.covers(alert, now))
        found.append(Seen(alert, _state(alert, quiet), quiet))
    return sorted(found, key=_rank)


def _state(alert: Alert, quiet: Sequence[Silence]) -> State:
    if alert.is_over:
        return State.RESOLVED
    if alert.status is Status.PENDING:
        return State.PENDING
    if alert.because_of:
        return State.FOLDED
    if quiet:
        return State.SILENCED
    return State.ACKNOWLEDGED if alert.status is Status.ACKNOWLEDGED else State.OPEN


def _rank(one: Seen) -> tuple[bool, int, float, int]:
    alert = one.alert
    over = one.state is State.RESOLVED
    newest = (alert.resolved_at or alert.changed_at) if over else alert.opened_at
    worst = 0 if over else -int(alert.finding.severity)
    return over, worst, -newest.timestamp(), -alert.number


def chosen(found: Sequence[Seen], meant: Meant) -> list[Seen]:
    """Those that are meant; pending ones only where they are asked for."""
    return [one for one in found if _is_meant(one, meant)]


def _is_meant(one: Seen, meant: Meant) -> bool:
    if meant.state is None and one.state is State.PENDING:
        return False
    return meant.state in (None, one.state) and meant.matcher.concerns(one.alert)


def counted(found: Iterable[Seen]) -> str:
    """As in "2 open, 1 acknowledged, 1 silenced"; "" for none."""
    states = [one.state for one in found]
    order = (State.OPEN, State.ACKNOWLEDGED, State.SILENCED, State.FOLDED, State.PENDING)
    return ", ".join(f"{states.count(s):,} {_COUNTED.get(s, s)}" for s in order if s in states)


_COUNTED = {State.FOLDED: "folded under a cause", State.PENDING: "seen once"}


def table(found: Sequence[Seen], everything: Sequence[Seen], now: datetime) -> Table:
    """A row each, and one for each symptom; `everything` tells the numbers of causes."""
    return Table(HEAD, tuple(row for one in found for row in _rows(one, everything, now)))


def folded(found: Sequence[Seen]) -> list[Seen]:
    """What is folded follows its cause, where that is among them."""
    under: dict[str, list[Seen]] = {}
    for one in found:
        if one.state is State.FOLDED:
            under.setdefault(one.alert.because_of, []).append(one)
    ordered: list[Seen] = []
    for one in found:
        if one.state is not State.FOLDED:
            ours = () if one.alert.is_over else under.pop(one.alert.fingerprint, ())
            ordered += [one, *ours]
    return [*(one for lone in under.values() for one in lone), *ordered]


def _rows(one: Seen, found: Sequence[Seen], now: datetime) -> Iterable[tuple[Span, ...]]:
    alert, mark = one.alert, "↳ " * (one.state is State.FOLDED)
    what = f"{mark}{short(alert.finding.summary)}"
    yield f"#{alert.number}", one.severity, what, standing(one, now, found), _since(alert, now)
    if not alert.is_over:
        for symptom in alert.symptoms:
            yield "", "", f"↳ {short(symptom)}", f"because of #{alert.number}", ""


def short(text: str) -> str:
    return cut(text, LONGEST)


def _since(alert: Alert, now: datetime) -> str:
    return lasting((alert.resolved_at or now) - alert.opened_at)


def standing(one: Seen, now: datetime, found: Sequence[Seen] = ()) -> str:
    """In words, with who and for how long; `found` tells the number of its cause."""
    alert = one.alert
    match one.state:
        case State.RESOLVED:
            return f"resolved {ago(alert.resolved_at or now, now)}"
        case State.PENDING:
            return "seen once, I wait for a second look"
        case State.FOLDED:
            causes = [s.alert for s in found if s.alert.fingerprint == alert.because_of]
            return f"because of #{causes[0].number}" if causes else "because of another one"
        case State.SILENCED:
            return f"silenced for {_quiet(one.silences, now)}"
        case State.ACKNOWLEDGED:
            return acknowledged(alert, now) + _flaps(alert)
        case State.OPEN:
            return "open" + _flaps(alert)


def _flaps(alert: Alert) -> str:
    return ", comes and goes" if is_flapping(alert) else ""


def _quiet(silences: Sequence[Silence], now: datetime) -> str:
    last = max(silences, key=lambda silence: silence.until)
    return f"{lasting(last.until - now)} more by {name_of(last.author)} (silence {last.number})"


def ago(at: datetime, now: datetime) -> str:
    return f"{lasting(now - at)} ago" if now - at >= timedelta(minutes=1) else "just now"


def acknowledged(alert: Alert, now: datetime) -> str:
    since = f" {ago(alert.acknowledged_at, now)}" if alert.acknowledged_at else ""
    note = f": {short(alert.note)}" if alert.note else ""
    return f"acknowledged by {name_of(alert.acknowledged_by)}{since}{note}"
