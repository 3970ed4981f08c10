"""A Bot Framework channel on loopback: it signs activities, and its Connector records.

It serves its OpenID metadata and keys, and is the serviceUrl to which the bot answers, all over
real HTTP in a thread of its own.
"""

from __future__ import annotations

import asyncio
import json
import threading
import time
import uuid
from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

TENANT = "11111111-0000-0000-0000-000000000001"
APP_ID = "22222222-0000-0000-0000-0000000000aa"
ISSUER = "https://channel.test.invalid"

Json = dict[str, Any]


class Served(ABC):
    """An aiohttp application on 127.0.0.1 and a free port, in a thread with its own loop."""

    scheme = "http"

    def __init__(self) -> None:
        self.port = 0
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._up = threading.Event()
        self._failed: BaseException | None = None

    @property
    def url(self) -> str:
        return f"{self.scheme}://127.0.0.1:{self.port}"

    @abstractmethod
    async def made(self) -> web.Application:
        """The application to serve, made on the loop that serves it."""

    def ssl(self) -> Any:
        return None

    def _run(self) -> None:
        asyncio.set_event_loop(self.loop)
        try:
            self.loop.run_until_complete(self._start())
        except BaseException as wrong:  # noqa: BLE001  told to whoever waits in __enter__
            self._failed = wrong
            self._up.set()
            return
        self._up.set()
        self.loop.run_forever()

    async def _start(self) -> None:
        self._runner = web.AppRunner(await self.made(), access_log=None)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self.ssl())
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def _stop(self) -> None:
        await self._runner.cleanup()
        for _ in range(5):  # closed transports say goodbye in later rounds of the loop
            await asyncio.sleep(0)

    def __enter__(self) -> Self:
        self._thread.start()
        self._up.wait(20)
        if self._failed:
            raise self._failed
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._stop(), self.loop).result(20)
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(20)
        self.loop.close()


@cache
def rsa_key(name: str) -> RSAPrivateKey:
    """A key of that name; slow to make, so made once."""
    return generate_private_key(public_exponent=65537, key_size=2048)


@dataclass(frozen=True)
class Call:
    """One request that the bot made to the Connector."""

    method: str
    path: str
    query: dict[str, str]
    body: Json
    authorization: str

    @property
    def card(self) -> Json:
        content: Json = self.body["attachments"][0]["content"]
        return content

    @property
    def words(self) -> str:
        """All words of the card, in order."""
        return "".join(texts(self.card["body"])) if self.body.get("attachments") else ""


def texts(part: Any) -> list[str]:
    """Every text and button title of a card's body, what stands in fallbacks aside."""
    if isinstance(part, list):
        return [text for each in part for text in texts(each)]
    if not isinstance(part, dict):
        return []
    own = [part[key] for key in ("text", "title") if key in part]
    return own + [t for key, value in part.items() if key != "fallback" for t in texts(value)]


@dataclass
class Published:
    kid: str
    key: RSAPrivateKey
    endorsements: list[str] = field(default_factory=lambda: ["msteams"])

    def public(self) -> Json:
        jwk: Json = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
        return {**jwk, "kid": self.kid, "alg": "RS256", "use": "sig",
                "endorsements": self.endorsements}  # fmt: skip


class FakeChannel(Served):
    def __init__(self) -> None:
        super().__init__()
        self.forget()

    def forget(self) -> None:
        """As on the first day."""
        self.published = [Published("k1", rsa_key("k1"))]
        self.calls: list[Call] = []  # what was said to the Connector, members asked for aside
        self.asked: Counter[str] = Counter()
        self.fail_next: list[tuple[int, dict[str, str]]] = []
        self.members: dict[str, Json] = {}
        self.channels: list[str] = []
        self.metadata_down = False
        self.while_fetching: Callable[[], None] = lambda: None

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def service_url(self) -> str:
        return f"{self.url}/connector/"

    async def made(self) -> web.Application:
        app = web.Application(client_max_size=10**7)
        app.router.add_get("/v1/.well-known/openidconfiguration", self._metadata)
        app.router.add_get("/v1/.well-known/keys", self._keys)
        connector = "/connector/v3/conversations/{conversation}"
        app.router.add_get(f"{connector}/members/{{member}}", self._member)
        app.router.add_get("/connector/v3/teams/{team}/conversations", self._channels)
        app.router.add_route("*", "/connector/{tail:.*}", self._said)
        return app

    async def _metadata(self, _: web.Request) -> web.Response:
        self.asked["metadata"] += 1
        await asyncio.to_thread(self.while_fetching)
        if self.metadata_down:
            raise web.HTTPBadGateway
        return web.json_response({"issuer": ISSUER, "jwks_uri": f"{self.url}/v1/.well-known/keys"})

    async def _keys(self, _: web.Request) -> web.Response:
        self.asked["keys"] += 1
        return web.json_response({"keys": [each.public() for each in self.published]})

    async def _member(self, request: web.Request) -> web.Response:
        self.asked["member"] += 1
        user = request.match_info["member"]
        if self.members.get(user) == {}:
            raise web.HTTPNotFound
        known = {"id": user, "tenantId": TENANT, "userRole": "user", "userPrincipalName": "o@c"}
        return web.json_response({**known, **self.members.get(user, {})})

    async def _channels(self, _: web.Request) -> web.Response:
        self.asked["channels"] += 1
        return web.json_response({"conversations": [{"id": each} for each in self.channels]})

    async def _said(self, request: web.Request) -> web.Response:
        self.asked["said"] += 1
        body = await request.json() if request.can_read_body else {}
        if self.fail_next:
            status, headers = self.fail_next.pop(0)
            error = {"error": {"code": f"Code{status}", "message": "no"}}
            return web.json_response(error, status=status, headers=headers)
        path = "/" + request.match_info["tail"]
        token = request.headers.get("Authorization", "")
        self.calls.append(Call(request.method, path, dict(request.query), body, token))
        return web.json_response({"id": f"m{len(self.calls)}"}, status=201)

    def token(self, *, key: Any = None, kid: str = "k1", alg: str = "RS256", **claims: Any) -> str:
        """A token for the bot; a claim of None is left out."""
        now = int(time.time())
        told = {
            "iss": ISSUER,
            "aud": APP_ID,
            "serviceurl": self.service_url,
            "nbf": now - 5,
            "exp": now + 600,
            **claims,
        }
        given = {name: value for name, value in told.items() if value is not None}
        signing = "" if alg == "none" else key or rsa_key("k1")
        return "Bearer " + jwt.encode(given, signing, algorithm=alg, headers={"kid": kid})

    def activity(self, text: str | None = "rooms free 2pm", **more: Any) -> Json:
        """A message in a personal chat, as Teams sends it."""
        return {
            "type": "message",
            "id": uuid.uuid4().hex,
            "timestamp": "2026-11-23T10:00:00.000Z",
            "serviceUrl": self.service_url,
            "channelId": "msteams",
            "text": text,
            "textFormat": "plain",
            "from": {"id": "29:olivia", "name": "Olivia", "aadObjectId": "aad-olivia"},
            "recipient": {"id": f"28:{APP_ID}", "name": "roomops"},
            "conversation": {"id": "a:1", "conversationType": "personal", "tenantId": TENANT},
            "channelData": {"tenant": {"id": TENANT}},
            **more,
        }
