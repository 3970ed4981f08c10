"""The one HTTP server: the chat platforms' routes, and how the process is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence

import structlog
from aiohttp import web

from bot.errors import Unreachable

log = structlog.get_logger(__name__)

LARGEST = 1 << 20  # bytes of one request's body; both platforms send far less
Ready = Callable[[], Awaitable[list[str]]]  # what is not ready, a sentence each


class Web:
    """Start it with routes; `url` is known once it listens."""

    def __init__(self, routes: Sequence[web.RouteDef], ready: Ready, metrics: Callable[[], bytes]):
        self._ready, self._metrics = ready, metrics
        app = web.Application(client_max_size=LARGEST, middlewares=[_sentences])
        app.add_routes(
            [
                *routes,
                web.get("/healthz", self._alive),
                web.get("/readyz", self._is_ready),
                web.get("/metrics", self._numbers),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, handle_signals=False)
        self.url = ""

    async def start(self, host: str, port: int) -> None:
        """Listen; Unreachable with a sentence when the address cannot be had."""
        await self._runner.setup()
        try:
            await web.TCPSite(self._runner, host, port).start()
        except OSError as wrong:
            await self._runner.cleanup()
            what = f"I cannot listen on {host}:{port} ({wrong.strerror or wrong})"
            raise Unreachable(what, "Set ROOMOPS_HOST and ROOMOPS_PORT.") from wrong
        bound = self._runner.addresses[0]
        name = f"[{bound[0]}]" if ":" in bound[0] else bound[0]
        self.url = f"http://{name}:{bound[1]}"

    async def stop(self) -> None:
        await self._runner.cleanup()

    async def _alive(self, _: web.Request) -> web.Response:
        return web.Response(text="alive\n")

    async def _is_ready(self, _: web.Request) -> web.Response:
        reasons = await self._ready()
        if not reasons:
            return web.Response(text="ready\n")
        return web.Response(status=503, text="\n".join(reasons) + "\n")

    async def _numbers(self, _: web.Request) -> web.Response:
        return web.Response(body=self._metrics(), content_type="text/plain", charset="utf-8")


@web.middleware
async def _sentences(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    """The last door: a bug is logged and answered without a word about its insides."""
    try:
        return await handler(request)
    except web.HTTPException:
        raise
    except Exception:
        log.exception("web.crashed", path=request.path)
        return web.Response(status=500, text="That went wrong on my side; my log tells more.\n")
