"""Azure Monitor's endpoint for logs: one question in KQL, and the rows of its answer.

https://learn.microsoft.com/azure/azure-monitor/logs/api/request-format
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime

from adapters.graph import evidence
from adapters.graph.governor import Governor
from adapters.graph.kusto_refusal import NO_SENSE, WAY, refused, request_id
from adapters.graph.limits import MONITOR
from adapters.graph.question import Json, Question, segment
from adapters.graph.refusal import (
    Answer,
    Garbled,
    GatewayTimedOut,
    SignInRefused,
    Slowed,
    Unavailable,
    wanted_wait,
)
from adapters.graph.timing import Timing
from adapters.graph.token import Token, Tokens
from adapters.graph.transport import Transport
from adapters.graph.waiting import backoff
from bot.errors import Trouble
from bot.finding import Evidence

PATIENCE = 60.0  # seconds for one question, unless the asker has less
READ = 40.0  # seconds without a byte: nothing is sent before the answer is complete
_SERVER = 35  # seconds that Azure Monitor may work on it; it takes up to ten minutes otherwise
_TRIES = 3
_GUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True, slots=True)
class Rows:
    """`whole` is False where Azure Monitor says that something is missing."""

    rows: tuple[Json, ...] = field(repr=False)
    whole: bool
    evidence: Evidence


class Kusto:
    """Asks one workspace; everything passes the governor, in a budget of its own."""

    def __init__(
        self,
        transport: Transport,
        tokens: Tokens,
        governor: Governor,
        timing: Timing,
        workspace: str,
    ) -> None:
        self._transport, self._tokens, self._governor = transport, tokens, governor
        self._timing, self.workspace = timing, workspace

    def ask(self, operation: str, query: str, since: datetime, until: datetime) -> Rows:
        """The rows of what happened in that time; Trouble otherwise."""
        question = self._question(operation, query, since, until)
        patience = self._timing.until(PATIENCE)
        for attempt in range(_TRIES):
            token = self._tokens.get(patience)
            try:
                return self._once(question, token, patience)
            except (SignInRefused, Slowed, Unavailable, GatewayTimedOut) as trouble:
                if attempt + 1 == _TRIES or not self._again(trouble, token, attempt, patience):
                    raise
        raise AssertionError("the last try returns or raises")

    def close(self) -> None:
        self._transport.close()

    def _question(self, operation: str, query: str, since: datetime, until: datetime) -> Question:
        return Question(
            operation,
            f"/workspaces/{segment(self.workspace)}/query",
            "read the Graph activity logs",
            "",
            (MONITOR,),
            {"query": query, "timespan": f"{_iso(since)}/{_iso(until)}"},
            f"wait={_SERVER}",
            version="/v1",
        )

    def _once(self, question: Question, token: Token, until: float) -> Rows:
        with self._governor.turn(question.budgets, until, question.operation):
            answer = self._transport.send(question, token, until)
        if not answer.ok:
            raise self._refused(question, answer)
        rows, whole = _rows(answer)
        said = (f"{len(rows)} rows",) if whole else (f"{len(rows)} rows", "not all")
        seen = evidence.of_answer(question, answer, *said)
        return Rows(tuple(rows), whole, seen)

    def _refused(self, question: Question, answer: Answer) -> Trouble:
        """Where Azure Monitor wants to be left alone, everybody leaves it."""
        trouble = refused(question, answer)
        if isinstance(trouble, Slowed):
            self._governor.cool(MONITOR, trouble.retry_after.total_seconds(), trouble)
        elif answer.status >= 500 and (wait := wanted_wait(answer)):
            self._governor.cool(MONITOR, wait, trouble)
        return trouble

    def _again(
        self,
        trouble: SignInRefused | Slowed | Unavailable | GatewayTimedOut,
        token: Token,
        attempt: int,
        until: float,
    ) -> bool:
        """Whether to ask once more; has waited where the governor does not make it wait."""
        if isinstance(trouble, SignInRefused):
            return attempt == 0 and self._tokens.drop(token)
        if isinstance(trouble, Slowed):
            return trouble.retry_after.total_seconds() < self._timing.left(until)
        wait = backoff(attempt, self._timing.random())
        if wait >= self._timing.left(until):
            return False
        self._governor.nap(wait, until)
        return True


def guid(text: str) -> str:
    """A GUID as a string in KQL; ValueError for anything else, so that nothing else gets in."""
    plain = text.lower()
    if not _GUID.fullmatch(plain):
        raise ValueError("an app id is a GUID")
    return f"'{plain}'"


def _rows(answer: Answer) -> tuple[list[Json], bool]:
    """By column name.  A workspace without any data answers 204."""
    if answer.status == 204:
        return [], True
    try:
        table = answer.body["tables"][0]
        names = [column["name"] for column in table["columns"]]
        rows = [dict(zip(names, row, strict=True)) for row in table["rows"]]
    except (KeyError, IndexError, TypeError, ValueError):
        raise Garbled(NO_SENSE, WAY, request_id=request_id(answer), at=answer.at) from None
    return rows, "error" not in answer.body


def _iso(at: datetime) -> str:
    return f"{at:%Y-%m-%dT%H:%M:%S}Z"
