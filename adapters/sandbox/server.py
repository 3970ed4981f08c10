"""The sandbox itself: the tenant behind a TLS server in a thread of its own."""

from __future__ import annotations

import asyncio
import socket
import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from threading import Event, Thread
from typing import Self
from weakref import WeakSet

from aiohttp import web

from adapters.sandbox.entra import Entra
from adapters.sandbox.gateway import Gateway
from adapters.sandbox.monitor import Monitor
from adapters.sandbox.referee import Referee
from adapters.sandbox.routes import ROUTES
from adapters.sandbox.seed import empty
from adapters.sandbox.stamp import utc_now
from adapters.sandbox.tenant import Tenant
from adapters.sandbox.tls import app_certificate, server_context
from adapters.sandbox.token import Tokens
from adapters.sandbox.wire import Wiring

_FAREWELL = 0.05  # seconds in which a connection that failed at TLS closes
_PATIENCE = 20  # seconds to come up or to go down


class Sandbox:
    """Serves between `with` and its end.

    Entra is at url/TENANT/…, Graph at url/v1.0 and url/beta, Azure Monitor at url/v1.  The
    certificates lie in `directory`, or in one that is removed at the end.
    """

    def __init__(
        self,
        tenant: Tenant | None = None,
        *,
        clock: Callable[[], datetime] = utc_now,
        host: str = "127.0.0.1",
        port: int = 0,
        directory: Path | None = None,
    ) -> None:
        self.tenant = empty() if tenant is None else tenant
        self.tenant.clock = clock
        self.referee = Referee(clock)
        self.url = ""
        self.ca_bundle = ""
        self._host, self._port = host, port
        self._directory = directory
        self._up = Event()
        self._failure: BaseException | None = None
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        if self._directory is None:
            made = tempfile.TemporaryDirectory(prefix="roomops-sandbox-")
            self._directory = Path(self._stack.enter_context(made))
        self._thread = Thread(target=self._serve, name="sandbox", daemon=True)
        self._thread.start()
        if not self._up.wait(_PATIENCE) or self._failure is not None:
            self._stack.close()
            raise OSError(
                f"the sandbox did not start on {self._host}:{self._port}"
            ) from self._failure
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._done.set)
        self._thread.join(_PATIENCE)
        self._stack.close()

    def settings(self) -> dict[str, str]:
        """The settings that point roomops at this tenant."""
        return {
            "ROOMOPS_TENANT_ID": self.tenant.id,
            "ROOMOPS_CLIENT_ID": self.tenant.app.client_id,
            "ROOMOPS_CLIENT_SECRET": self.tenant.app.secrets[0].value,
            "ROOMOPS_GRAPH_URL": self.url,
            "ROOMOPS_LOGIN_URL": self.url,
            "ROOMOPS_CA_BUNDLE": self.ca_bundle,
            "ROOMOPS_SERVICE_ACCOUNT": self.tenant.service_account.address,
            "ROOMOPS_INTEGRATION_APP_ID": self.tenant.integration.client_id,
            "ROOMOPS_CANARY_MAILBOX": self.tenant.canary.address,
            "ROOMOPS_MONITOR_URL": self.url,
            "ROOMOPS_LOG_ANALYTICS_WORKSPACE": self.tenant.records.activity.workspace,
        }

    def certificate(self) -> str:
        """Register a new certificate with the app; the path of the PEM with it and its key."""
        certificate, pem = app_certificate()
        self.tenant.app.certificates.append(certificate)
        path = Path(self.ca_bundle).with_name(f"app-{len(self.tenant.app.certificates)}.pem")
        path.write_bytes(pem)
        path.chmod(0o600)
        return str(path)

    def _serve(self) -> None:
        with asyncio.Runner() as runner:
            try:
                runner.run(self._until_done())
            except OSError as wrong:  # the port is taken, or not ours to take
                self._failure = wrong
                self._up.set()

    async def _until_done(self) -> None:
        self._loop, self._done = asyncio.get_running_loop(), asyncio.Event()
        assert self._directory is not None
        self.ca_bundle = str(self._directory / "ca.pem")
        context = server_context(self._directory)
        # The port is known once the socket is bound, and the answers name it.
        with socket.create_server((self._host, self._port)) as listening:
            self.url = f"https://localhost:{listening.getsockname()[1]}"
            wiring = self._wired()
            served = _Served(wiring.handle)
            runner = web.ServerRunner(served, shutdown_timeout=0.1)
            await runner.setup()
            await web.SockSite(runner, listening, ssl_context=context).start()
            self._up.set()
            await self._done.wait()
            wiring.closing = True
            served.hang_up()
            await runner.cleanup()
            if served.strangers:
                await asyncio.sleep(_FAREWELL)

    def _wired(self) -> Wiring:
        tokens = Tokens(self.tenant)
        gateway = Gateway(self.tenant, tokens, ROUTES, self.referee, self.url)
        entra = Entra(self.tenant, tokens, self.url)
        monitor = Monitor(self.tenant, tokens, self.referee)
        return Wiring(self.tenant, gateway, entra, monitor, self.referee)


class _Served(web.Server):
    """Knows its connections, so that none outlives the sandbox."""

    def __init__(self, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> None:
        super().__init__(handler)
        # Those that failed at TLS, as a client's do that does not know the authority: aiohttp
        # never hears of them, and so cannot close them.
        self.strangers = 0
        self._open: WeakSet[asyncio.Transport] = WeakSet()

    def __call__(self) -> web.RequestHandler:
        self.strangers += 1
        return super().__call__()

    def connection_made(self, handler: web.RequestHandler, transport: asyncio.Transport) -> None:
        self.strangers -= 1
        self._open.add(transport)
        super().connection_made(handler, transport)

    def hang_up(self) -> None:
        """At once: a farewell in TLS would wait for a client that may be asleep."""
        for transport in list(self._open):
            # Python 3.11.2's TLS transport stumbles over itself where it was closed already.
            with suppress(AttributeError):
                transport.abort()
