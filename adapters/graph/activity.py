"""Graph's activity logs in Log Analytics, asked about one app: the port Activity.

Two questions a look, three where something was throttled; each is one KQL query over a day.
https://learn.microsoft.com/graph/microsoft-graph-activity-logs-overview
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from adapters.graph.kusto import Kusto, Rows, guid
from adapters.graph.kusto_refusal import NO_SENSE, NoTable
from adapters.graph.question import Json
from adapters.graph.refusal import Garbled
from adapters.graph.timing import Timing
from bot.activity import DAY, WIDTH, Calls, Seen, Spell, Worst
from bot.finding import Evidence

KEPT = 300.0  # seconds for which an answer is told again; the log is minutes late anyway
MOST = 10  # mailboxes and operations that are told
_AHEAD = timedelta(minutes=15)  # Microsoft's clocks may be ahead of ours
_LONGEST = 120  # characters of a name that we did not make
_PAIRS = 1_000  # mailboxes with their operations that are read

_TABLE = "MicrosoftGraphActivityLogs"
_COUNTS = (
    "requests=count(), throttled=countif(ResponseStatusCode == 429), "
    "unavailable=countif(ResponseStatusCode in (502, 503, 504, 509))"
)
# Ids out of the path, so that it can be counted: a segment that holds more than letters is one.
_USER = r"(?i)/users(?:/|\(\x27|\(%27)([^/?\x27)%]+(?:%40[^/?\x27)%]+)?)"
_MAILBOX = f"tolower(url_decode(extract(@'{_USER}', 1, RequestUri)))"
_PATH = r"extract(@'^https?://[^/]+/[^/]+/([^?]*)', 1, RequestUri)"
_IDS = r"/[^/()]*[^A-Za-z/$.()][^/()]*|\([^)]+\)"
_OPERATION = f"strcat(RequestMethod, ' ', replace_regex({_PATH}, @'{_IDS}', '/{{id}}'))"

ARRIVED = f"{_TABLE} | summarize oldest=min(TimeGenerated), newest=max(TimeGenerated)"


def spells_of(app_id: str) -> str:
    width = round(WIDTH.total_seconds() / 60)
    return (
        f"{_TABLE} | where AppId == {guid(app_id)} "
        f"| summarize {_COUNTS} by started=bin(TimeGenerated, {width}m)"
    )


def worst_of(app_id: str) -> str:
    return (
        f"{_TABLE} | where AppId == {guid(app_id)} "
        f"| extend mailbox={_MAILBOX}, operation={_OPERATION} "
        f"| summarize {_COUNTS} by mailbox, operation "
        f"| where throttled > 0 | top {_PAIRS} by throttled"
    )


class Activity:
    """Answers from memory for KEPT; a refusal is not remembered, since it may just be mended."""

    def __init__(self, kusto: Kusto | None, timing: Timing) -> None:
        self._kusto, self._timing = kusto, timing
        self._known: dict[str, tuple[Seen, float]] = {}

    @property
    def workspace(self) -> str:
        return self._kusto.workspace if self._kusto else ""

    def seen(self, app_id: str) -> Seen | None:
        """One app's last day, as bot.ports.Activity promises."""
        if self._kusto is None:
            return None
        known = self._known.get(app_id.lower())
        if known and self._timing.left(known[1]):
            return known[0]
        seen = self._read(self._kusto, app_id)
        self._known[app_id.lower()] = seen, self._timing.after(KEPT)
        return seen

    def close(self) -> None:
        if self._kusto:
            self._kusto.close()

    def _read(self, kusto: Kusto, app_id: str) -> Seen:
        now = self._timing.clock()
        since = _floor(now - DAY)
        nothing = Seen(app_id, since, now, None, None)

        def ask(operation: str, query: str) -> Rows:
            return kusto.ask(operation, query, since, now + _AHEAD)

        try:
            arrived = ask("activityArrived", ARRIVED)
        except NoTable as missing:
            return replace(nothing, evidence=_of(kusto, missing, now))
        seen = replace(
            nothing,
            first=_time(arrived, "oldest"),
            until=_time(arrived, "newest"),
            whole=arrived.whole,
            evidence=(arrived.evidence,),
        )
        return _with_calls(seen, ask) if seen.until else seen


def _with_calls(seen: Seen, ask: Callable[[str, str], Rows]) -> Seen:
    told = ask("activitySpells", spells_of(seen.app_id))
    spells = sorted((_spell(told, row) for row in told.rows), key=lambda spell: spell.at)
    seen = replace(
        seen,
        spells=tuple(spells),
        whole=seen.whole and told.whole,
        evidence=(*seen.evidence, told.evidence),
    )
    if not seen.day.throttled:
        return seen
    worst = ask("activityWorst", worst_of(seen.app_id))
    return replace(
        seen,
        mailboxes=_worst(worst, "mailbox"),
        operations=_worst(worst, "operation"),
        evidence=(*seen.evidence, worst.evidence),
    )


def _spell(rows: Rows, row: Json) -> Spell:
    at = _when(row.get("started"))
    if at is None:
        raise _garbled(rows)
    return Spell(at, _calls(rows, row))


def _calls(rows: Rows, row: Json) -> Calls:
    counts = [row.get(name) for name in ("requests", "throttled", "unavailable")]
    requests, throttled, unavailable = (n if isinstance(n, int) else -1 for n in counts)
    if min(requests, throttled, unavailable) < 0:
        raise _garbled(rows)
    return Calls(requests, throttled, unavailable)


def _worst(rows: Rows, name: str) -> tuple[Worst, ...]:
    """Those with the most 429s; what names nothing is left out."""
    sums: dict[str, Calls] = {}
    for row in rows.rows:
        if isinstance(key := row.get(name), str) and key:
            sums[key] = sums.get(key, Calls()) + _calls(rows, row)
    order = Counter({key: calls.throttled for key, calls in sums.items()})
    return tuple(Worst(key[:_LONGEST], sums[key]) for key, _ in order.most_common(MOST))


def _time(rows: Rows, name: str) -> datetime | None:
    """Of the one row; None where nothing arrived."""
    found: Sequence[Json] = rows.rows
    said = found[0].get(name) if found else None
    if said and _when(said) is None:
        raise _garbled(rows)
    return _when(said)


def _when(said: object) -> datetime | None:
    try:
        at = datetime.fromisoformat(said) if isinstance(said, str) else None
    except ValueError:
        return None
    return at if at and at.tzinfo else None


def _garbled(rows: Rows) -> Garbled:
    return Garbled(NO_SENSE, request_id=rows.evidence.request_id, at=rows.evidence.at)


def _of(kusto: Kusto, missing: NoTable, now: datetime) -> tuple[Evidence, ...]:
    asked = f"POST /v1/workspaces/{kusto.workspace}/query"
    return (
        Evidence(asked, f"400 {missing.code}, {missing}", missing.at or now, missing.request_id),
    )


def _floor(at: datetime) -> datetime:
    """The start of the spell in which it is."""
    return at - timedelta(seconds=at.timestamp() % WIDTH.total_seconds())
