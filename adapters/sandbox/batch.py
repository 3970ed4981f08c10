"""JSON batches: up to 20 requests in one, at most four of them at a time towards Outlook.

https://learn.microsoft.com/graph/json-batching
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, Protocol

from adapters.sandbox.answer import Answer
from adapters.sandbox.ask import Ask
from adapters.sandbox.ask import ask as read_ask
from adapters.sandbox.refusal import Refusal, bad_request, failed_dependency

_MOST = 20
_REQUIRED = ("id", "method", "url")
_LANES = 4  # https://learn.microsoft.com/graph/throttling-limits#outlook-service-limits
_CONTENT_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)


class Operator(Protocol):
    async def operate(
        self, ask: Ask, roles: frozenset[str], lane: asyncio.Semaphore | None = None
    ) -> Answer: ...


@dataclass(frozen=True, slots=True)
class _Item:
    id: str
    ask: Ask
    depends_on: tuple[str, ...]


async def run(operator: Operator, envelope: Ask, roles: frozenset[str]) -> Answer:
    """Every item's own status, headers and body, in an order of Graph's own."""
    try:
        items = _items(envelope)
    except Refusal as refused:
        at = f"{envelope.moment.at:%Y-%m-%dT%H:%M:%S}"
        body = refused.body(envelope.request_id, envelope.client_request_id, at)
        return Answer(refused.status, body)
    lane = asyncio.Semaphore(_LANES)
    tasks: dict[str, asyncio.Task[Answer]] = {}
    async with asyncio.TaskGroup() as group:
        for item in items:
            before = [tasks[key.lower()] for key in item.depends_on]
            work = _after(before, operator, item, roles, lane)
            tasks[item.id.lower()] = group.create_task(work)
    responses = [_response(item, tasks[item.id.lower()].result()) for item in items]
    return Answer(200, {"responses": responses[::-1]})


async def _after(
    before: list[asyncio.Task[Answer]],
    operator: Operator,
    item: _Item,
    roles: frozenset[str],
    lane: asyncio.Semaphore,
) -> Answer:
    for task in before:
        if (await task).status >= 400:
            refused = failed_dependency()
            return Answer(refused.status, refused.body(item.ask.request_id, "", ""))
    return await operator.operate(item.ask, roles, lane)


def _response(item: _Item, answer: Answer) -> dict[str, Any]:
    headers = {"Cache-Control": "no-cache", "OData-Version": "4.0", "Content-Type": _CONTENT_TYPE}
    headers |= {"request-id": item.ask.request_id} | answer.headers
    return {"id": item.id, "status": answer.status, "headers": headers, "body": answer.body}


def _items(envelope: Ask) -> list[_Item]:
    body = envelope.json()
    requests = body.get("requests") if isinstance(body, dict) else None
    if not isinstance(requests, list) or not requests:
        raise bad_request("Invalid batch payload format.")
    if len(requests) > _MOST:
        raise bad_request(f"Number of batch request steps exceeds the maximum value of {_MOST}.")
    items: list[_Item] = []
    for request in requests:
        item = _item(envelope, request)
        _check_among(item, {earlier.id.lower() for earlier in items})
        items.append(item)
    return items


def _check_among(item: _Item, earlier: set[str]) -> None:
    if item.id.lower() in earlier:
        raise bad_request(f"Request Id {item.id} has to be unique in a batch.")
    for key in item.depends_on:
        if key.lower() not in earlier:
            raise bad_request(f"Request {item.id} depends on {key}, which does not come before it.")


def _item(envelope: Ask, request: Any) -> _Item:
    _check_shape(request)
    key, url = request["id"], request["url"]
    headers = _headers(envelope, request.get("headers") or {})
    if url.lower().startswith(("http:", "https:")):
        raise bad_request(f"Request {key} has an absolute URL; it must be relative.")
    if request.get("body") is not None and "content-type" not in headers:
        raise bad_request(f"Write request id : {key} does not contain Content-Type header or body.")
    target = f"{envelope.version}/{url.lstrip('/')}"
    asked = read_ask(request["method"], target, headers, request.get("body"), envelope.moment)
    return _Item(key, replace(asked, batched=True), tuple(request.get("dependsOn") or ()))


def _check_shape(request: Any) -> None:
    fits = (
        isinstance(request, dict)
        and all(isinstance(request.get(key), str) and request[key] for key in _REQUIRED)
        and isinstance(request.get("headers") or {}, dict)
        and isinstance(request.get("dependsOn") or [], list)
        and all(isinstance(key, str) for key in request.get("dependsOn") or [])
    )
    if not fits:
        raise bad_request("Invalid batch payload format.")


def _headers(envelope: Ask, own: Mapping[str, str]) -> dict[str, str]:
    """An item's own headers; of the envelope's only the id that ties them together."""
    inherited = {"client-request-id": envelope.client_request_id}
    return inherited | {str(name).lower(): str(value) for name, value in own.items()}
