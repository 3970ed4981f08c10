"""A server over TLS that answers what a test tells it to: for what no decent Graph would say."""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Lock, Thread
from typing import Any, Self

from adapters.sandbox.tls import server_context

TENANT = "11111111-1111-1111-1111-111111111111"
CLIENT = "22222222-2222-2222-2222-222222222222"
SECRET = "a-secret-that-nobody-may-see"
TOKEN = "a-token-that-nobody-may-see"


@dataclass(frozen=True, slots=True)
class Asked:
    method: str
    path: str
    headers: dict[str, str]  # names in lower case
    body: Any
    text: str


@dataclass(frozen=True, slots=True)
class Said:
    status: int = 200
    body: Any = field(default_factory=dict)  # bytes are sent as they are
    headers: dict[str, str] = field(default_factory=dict)


def error(status: int, code: str, message: str = "", **headers: str) -> Said:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Said(status, {"error": {"code": code, "message": message}}, named)


Script = Callable[[Asked], Said]


def _nothing(_: Asked) -> Said:
    return Said(body={"value": []})


class Scripted:
    """`graph` answers everything under /v1.0, /beta and Azure Monitor's /v1, `login` the token
    endpoint."""

    def __init__(self, directory: Path) -> None:
        self.graph: Script = _nothing
        self.login: Script = lambda _: Said(body={"access_token": TOKEN, "expires_in": 3599})
        self.asked: list[Asked] = []
        self.signed_in: list[Asked] = []
        self.connections = 0
        self.discovered = 0  # how many MSAL apps were made
        self._lock = Lock()
        self._server = _Server(("127.0.0.1", 0), self._handler())
        self._server.socket = server_context(directory).wrap_socket(
            self._server.socket, server_side=True, do_handshake_on_connect=False
        )
        self.url = f"https://localhost:{self._server.server_port}"
        self.ca_bundle = str(directory / "ca.pem")

    def __enter__(self) -> Self:
        Thread(target=self._server.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def settings(self) -> dict[str, str]:
        return {
            "ROOMOPS_TENANT_ID": TENANT,
            "ROOMOPS_CLIENT_ID": CLIENT,
            "ROOMOPS_CLIENT_SECRET": SECRET,
            "ROOMOPS_GRAPH_URL": self.url,
            "ROOMOPS_LOGIN_URL": self.url,
            "ROOMOPS_CA_BUNDLE": self.ca_bundle,
        }

    def script(self, *answers: Said) -> None:
        """These in turn, the last one for ever."""
        left = list(answers)
        self.graph = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def answer(self, asked: Asked) -> Said:
        if asked.path.endswith("/.well-known/openid-configuration"):
            self.discovered += 1
            base = f"{self.url}/{TENANT}/oauth2/v2.0"
            return Said(
                body={
                    "authorization_endpoint": f"{base}/authorize",
                    "token_endpoint": f"{base}/token",
                }
            )
        is_graph = asked.path.startswith(("/v1.0/", "/beta/", "/v1/"))
        with self._lock:
            (self.asked if is_graph else self.signed_in).append(asked)
            return self.graph(asked) if is_graph else self.login(asked)

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        owner = self

        class Handler(_Handler):
            def respond(self, asked: Asked) -> Said:
                return owner.answer(asked)

            def setup(self) -> None:
                with owner._lock:
                    owner.connections += 1
                super().setup()

        return Handler


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256  # a full queue costs a second
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is no error here."""


class _Handler(BaseHTTPRequestHandler, ABC):
    protocol_version = "HTTP/1.1"
    wbufsize = -1
    disable_nagle_algorithm = True

    @abstractmethod
    def respond(self, asked: Asked) -> Said:
        """What the script says to it."""

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def do_DELETE(self) -> None:
        self._handle()

    def _handle(self) -> None:
        text = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        is_json = self.headers.get("Content-Type", "").startswith("application/json")
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = json.loads(text) if is_json else None
        said = self.respond(Asked(self.command, self.path, headers, body, text))
        raw = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
        self.send_response(said.status)
        for name, value in {"Content-Length": str(len(raw)), **said.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(raw)
        self.wfile.flush()

    def log_message(self, *_: Any) -> None:
        """Quiet."""
