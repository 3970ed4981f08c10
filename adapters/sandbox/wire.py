"""From HTTP to the gateway and back, with everything that can go wrong below the words."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from email.utils import format_datetime
from urllib.parse import parse_qsl

from aiohttp import web

from adapters.sandbox.answer import Answer
from adapters.sandbox.ask import Ask, ask
from adapters.sandbox.effect import SkewsClock, Wire
from adapters.sandbox.entra import Entra
from adapters.sandbox.gateway import Gateway
from adapters.sandbox.monitor import Monitor
from adapters.sandbox.referee import Referee
from adapters.sandbox.tenant import Tenant

_VERSIONS = ("v1.0", "beta")
_MONITOR = "v1"  # Azure Monitor's only version
_SILENCE = 0.02  # seconds between two looks at whether somebody still waits
_CONTENT_TYPE = (
    "application/json;odata.metadata=minimal;odata.streaming=true;"
    "IEEE754Compatible=false;charset=utf-8"
)
_DIAGNOSTIC = (
    '{"ServerInfo":{"DataCenter":"Sandbox","Slice":"E","Ring":"0","ScaleUnit":"000",'
    '"RoleInstance":"LOCALHOST"}}'
)
_SIGN_IN_PAGE = (
    "<!DOCTYPE html><html><head><title>Sign in to the network</title></head>"
    "<body><form action='/login'>Please sign in.</form></body></html>"
)


class Wiring:
    """The one handler of the server."""

    def __init__(
        self, tenant: Tenant, gateway: Gateway, entra: Entra, monitor: Monitor, referee: Referee
    ) -> None:
        self._tenant = tenant
        self._gateway = gateway
        self._entra = entra
        self._monitor = monitor
        self._referee = referee
        self.closing = False

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        target = request.raw_path
        first = target.lstrip("/").partition("/")[0].lower()
        if first in _VERSIONS:
            return await self._graph(request, target)
        if first == _MONITOR:
            return await self._logs(request, target)
        form = dict(parse_qsl((await request.read()).decode("utf-8", "replace")))
        now = self._referee.now().at
        answer = await self._entra.answer(request.method, request.path, form, now)
        response = _plain(answer)
        response.headers["Date"] = self._date(now)
        return response

    async def _graph(self, request: web.BaseRequest, target: str) -> web.StreamResponse:
        moment = self._referee.now(_port(request))
        asked = ask(request.method, target, request.headers, await request.read(), moment)
        wires = [wire for wire, _ in self._tenant.effects(Wire)]
        if wires and (spoilt := await self._spoilt(wires[0], request, asked)) is not None:
            return spoilt
        answer = await self._gateway.answer(asked)
        response = _response(asked, answer)
        response.headers["Date"] = self._date(moment.at)
        if Wire.TRUNCATED in wires:
            response.body = answer.encoded()[: len(answer.encoded()) // 2]
        if Wire.CUT_OFF in wires:
            return await _cut_off(request, answer)
        return response

    async def _logs(self, request: web.BaseRequest, target: str) -> web.StreamResponse:
        moment = self._referee.now(_port(request))
        asked = ask(request.method, target, request.headers, await request.read(), moment)
        response = _plain(await self._monitor.answer(asked))
        response.headers["x-ms-request-id"] = asked.request_id
        response.headers["Date"] = self._date(moment.at)
        return response

    def _date(self, now: datetime) -> str:
        for effect, _ in self._tenant.effects(SkewsClock):
            now += effect.by
        return format_datetime(now.astimezone(UTC), usegmt=True)

    async def _spoilt(
        self, wire: Wire, request: web.BaseRequest, asked: Ask
    ) -> web.StreamResponse | None:
        """What is said instead of an answer; None where the answer itself is wanted."""
        match wire:
            case Wire.SILENT | Wire.RESET:
                self._gateway.unanswered(asked, 0)
                await self._fall_silent(request, wire)
                return _hung_up(request)
            case Wire.HTML | Wire.EMPTY:
                self._gateway.unanswered(asked, 200)
                page = _SIGN_IN_PAGE if wire is Wire.HTML else ""
                kind = "text/html" if wire is Wire.HTML else "application/json"
                return web.Response(text=page, content_type=kind)
            case Wire.TRUNCATED | Wire.CUT_OFF:
                return None

    async def _fall_silent(self, request: web.BaseRequest, wire: Wire) -> None:
        """Until somebody mends it, hangs up, or the server goes away."""
        while wire is Wire.SILENT and any(on is wire for on, _ in self._tenant.effects(Wire)):
            if self.closing or request.transport is None or request.transport.is_closing():
                return
            await asyncio.sleep(_SILENCE)


def _port(request: web.BaseRequest) -> int:
    """The client's port: which connection it is."""
    peer = request.transport.get_extra_info("peername") if request.transport else None
    return int(peer[1]) if peer else 0


def _plain(answer: Answer) -> web.Response:
    headers = {"Cache-Control": "no-store, no-cache", "Pragma": "no-cache"} | answer.headers
    return web.Response(
        status=answer.status,
        body=answer.encoded(),
        headers=headers,
        content_type="application/json",
        charset="utf-8",
    )


def _response(asked: Ask, answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status, body=answer.encoded(), headers=_headers(asked, answer)
    )


def _headers(asked: Ask, answer: Answer) -> dict[str, str]:
    headers = {
        "Content-Type": _CONTENT_TYPE,
        "OData-Version": "4.0",
        "Cache-Control": "no-store",
        "Strict-Transport-Security": "max-age=31536000",
        "request-id": asked.request_id,
        "client-request-id": asked.client_request_id,
        "x-ms-ags-diagnostic": _DIAGNOSTIC,
    }
    return headers | answer.headers


def _hung_up(request: web.BaseRequest) -> web.Response:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


async def _cut_off(request: web.BaseRequest, answer: Answer) -> web.StreamResponse:
    """Announce the whole answer, send half of it, hang up."""
    body = answer.encoded()
    response = web.StreamResponse(status=answer.status)
    response.content_type = "application/json"
    response.content_length = len(body)
    await response.prepare(request)
    await response.write(body[: len(body) // 2])
    _hung_up(request)
    return response
