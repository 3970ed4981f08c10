"""Azure Monitor's door: the token, the role on the workspace, then the query.

https://learn.microsoft.com/azure/azure-monitor/logs/api/errors
"""

from __future__ import annotations

import asyncio
from datetime import datetime
from typing import Any

from adapters.sandbox.activity_log import TABLE, ActivityLog, Mood
from adapters.sandbox.answer import Answer
from adapters.sandbox.ask import Ask
from adapters.sandbox.kql import SyntaxProblem, UnknownTable, run
from adapters.sandbox.present import Present
from adapters.sandbox.referee import Record, Referee
from adapters.sandbox.refusal import Refusal
from adapters.sandbox.tenant import Tenant
from adapters.sandbox.token import AUDIENCES, Tokens

PATH = "/workspaces/{workspace}/query"
_INVALID = "The request had some invalid properties"
_NO_ROLE = "The provided credentials have insufficient access to perform the requested operation"
_COLUMNS = {
    "TimeGenerated": "datetime",
    "AppId": "string",
    "ApiVersion": "string",
    "RequestMethod": "string",
    "RequestUri": "string",
    "ResponseStatusCode": "int",
    "RequestId": "string",
    "OperationId": "string",
    "ClientAuthMethod": "int",
    "DurationMs": "int",
    "TenantId": "string",
    "Type": "string",
}


class Problem(Exception):
    """An answer that is an error, in Azure Monitor's own form."""

    def __init__(self, status: int, code: str, message: str, *inner: tuple[str, str]) -> None:
        super().__init__(f"{status} {code}")
        self.status, self.code, self.message, self.inner = status, code, message, inner

    def body(self, correlation: str) -> dict[str, Any]:
        deepest: dict[str, Any] = {}
        for code, message in reversed(self.inner):
            deepest = {"code": code, "message": message} | _under(deepest)
        error = {"message": self.message, "code": self.code, "correlationId": correlation}
        return {"error": error | _under(deepest)}


class Monitor:
    """Answers what is asked of the one workspace."""

    def __init__(self, tenant: Tenant, tokens: Tokens, referee: Referee) -> None:
        self._tenant, self._tokens, self._referee = tenant, tokens, referee

    async def answer(self, ask: Ask) -> Answer:
        log = Present(self._tenant).records.activity
        if log.mood is Mood.SLOW:
            await asyncio.sleep(self._tenant.slowness)
        try:
            answer = self._answer(ask, log)
        except Problem as problem:
            answer = self._refused(ask, problem)
        at = ask.moment.monotonic
        record = Record(ask.method, PATH, "", answer.status, at, batched=False)
        self._referee.answered(record, operation=False)
        return answer

    def _refused(self, ask: Ask, problem: Problem) -> Answer:
        wait = {"Retry-After": str(self._tenant.retry_after)} if problem.status == 429 else {}
        return Answer(problem.status, problem.body(ask.request_id), wait)

    def _answer(self, ask: Ask, log: ActivityLog) -> Answer:
        self._check_token(ask)
        match ask.method, ask.path.strip("/").split("/"):
            case "POST", ["workspaces", workspace, "query"] if workspace.lower() == log.workspace:
                pass
            case _:
                raise Problem(404, "PathNotFoundError", "The requested path does not exist")
        _check_mood(log)
        return self._queried(ask, log)

    def _check_token(self, ask: Ask) -> None:
        said = ask.headers.get("authorization", "")
        if not said:
            text = "Authentication failed. The 'Authorization' header is missing."
            raise Problem(401, "AuthenticationFailed", text)
        try:
            grant = self._tokens.read(said, ask.moment.at)
        except Refusal as refused:
            code, text = "InvalidAuthenticationToken", "The access token is invalid."
            raise Problem(403, code, text) from refused
        if grant.audience not in AUDIENCES:
            code = "InvalidAuthenticationTokenAudience"
            text = f"The access token has been obtained from wrong audience '{grant.audience}'."
            raise Problem(403, code, text)

    def _queried(self, ask: Ask, log: ActivityLog) -> Answer:
        body = ask.json()
        if not isinstance(body, dict) or not isinstance(body.get("query"), str):
            raise Problem(400, "BadArgumentError", _INVALID, ("BodyError", "no query"))
        start, end = _timespan(body.get("timespan"), ask.moment.at)
        end = min(end, ask.moment.at - log.delay)
        present = Present(self._tenant)
        app = present.integration
        asks = app.client_id if app.is_here and app.enabled else ""
        rooms = [room.address for room in present.rooms]
        table = TABLE if log.table else ""
        names, rows = _run(body["query"], table, lambda: log.rows(asks, rooms, start, end))
        if log.mood is Mood.PARTIAL:
            rows = rows[: (len(rows) + 1) // 2]
        return Answer(200, _told(names, rows) | (_PARTIAL if log.mood is Mood.PARTIAL else {}))


_PARTIAL = {"error": {"code": "PartialError", "message": "There were some errors when processing "
            "your query.", "details": [{"code": "EngineError"}]}}  # fmt: skip


def _check_mood(log: ActivityLog) -> None:
    if log.mood is Mood.THROTTLED:
        text = "Requests are being throttled. Please retry later."
        raise Problem(429, "ThrottledError", text)
    if log.mood is Mood.DOWN:
        raise Problem(503, "ServiceUnavailableError", "The service is unavailable")
    if not log.readable:
        raise Problem(403, "InsufficientAccessError", _NO_ROLE)


def _run(query: str, table: str, rows: Any) -> tuple[list[str], list[dict[str, Any]]]:
    try:
        return run(query, table, _COLUMNS, rows)
    except SyntaxProblem as wrong:
        inner = ("SyntaxError", "A recognition error occurred in the query.")
        raise Problem(400, "BadArgumentError", _INVALID, inner) from wrong
    except UnknownTable as wrong:
        what = f"Failed to resolve table or column expression named '{wrong}'"
        raise _semantic(what) from wrong
    except LookupError as wrong:
        raise _semantic(f"Failed to resolve scalar expression named '{wrong}'") from wrong


def _semantic(message: str) -> Problem:
    inner = ("SemanticError", "A semantic error occurred.")
    return Problem(
        400, "BadArgumentError", _INVALID, inner, ("SEM0100", f"'where' operator: {message}")
    )


def _timespan(said: object, now: datetime) -> tuple[datetime, datetime]:
    """An interval of two times, as ISO 8601 writes it."""
    try:
        start, end = map(datetime.fromisoformat, str(said).split("/"))
    except ValueError as wrong:
        raise Problem(400, "BadArgumentError", _INVALID, ("TimespanError", str(said))) from wrong
    return start, min(end, now)


def _told(names: list[str], rows: list[dict[str, Any]]) -> dict[str, Any]:
    kinds = [_COLUMNS.get(name) or _kind([row[name] for row in rows]) for name in names]
    columns = [{"name": name, "type": kind} for name, kind in zip(names, kinds, strict=True)]
    values = [[_value(row[name]) for name in names] for row in rows]
    return {"tables": [{"name": "PrimaryResult", "columns": columns, "rows": values}]}


def _kind(values: list[Any]) -> str:
    found = next((value for value in values if value is not None), None)
    return {int: "long", datetime: "datetime"}.get(type(found), "string")


def _value(value: Any) -> Any:
    return f"{value:%Y-%m-%dT%H:%M:%S.%f}0Z" if isinstance(value, datetime) else value


def _under(error: dict[str, Any]) -> dict[str, Any]:
    return {"innererror": error} if error else {}
