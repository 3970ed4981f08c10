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
from contextlib import suppress
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Self
from urllib.parse import unquote

import jwt
from aiohttp import web
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from jwt.algorithms import RSAAlgorithm

from tests.teams.conversations import Conversations, words
from tests.teams.conversations import texts as texts
from tests.wall import Message

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
        said = self.body.get("activity", self.body)
        content: Json = said["attachments"][0]["content"]
        return content

    @property
    def words(self) -> str:
        """All words of the card, in order; of a new conversation those of its first message."""
        return words(self.body.get("activity", self.body))


@dataclass(frozen=True)
class Fault:
    """How one request fails; `taken`: after its work was done."""

    status: int
    code: str
    headers: dict[str, str]
    taken: bool = False
    hang_up: bool = False
    late: float = 0

    @property
    def silent(self) -> bool:
        """Nothing but late: the true answer comes in the end."""
        return self.taken and not (self.status or self.hang_up)


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
        self.faults: list[Fault] = []
        self.conversations = Conversations()
        self.installed = True  # in the team whose channels are asked for
        self.members: dict[str, Json] = {}
        self.channels: list[str] = []
        self.metadata_down = False
        self.while_fetching: Callable[[], None] = lambda: None

    def fail(
        self,
        status: int = 0,
        code: str = "",
        *,
        times: int = 1,
        taken: bool = False,
        hang_up: bool = False,
        late: float = 0,
        **headers: str,
    ) -> None:
        """The next requests that say something fail.

        `taken`: the work is done before the answer fails; `late`: the answer waits for so many
        seconds, or until `mend`.
        """
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.faults += [Fault(status, code, named, taken, hang_up, late)] * times

    def mend(self) -> None:
        """Forget the failures that were ordered, open every conversation, let late answers go."""
        self.fail_next, self.faults = [], []
        self.conversations.closed.clear()
        self.loop.call_soon_threadsafe(self._let_go)

    def _let_go(self) -> None:
        self._late_ones.set()
        self._late_ones.clear()

    def close(self, conversation: str, status: int, code: str) -> None:
        """Whatever is said there from now on is refused, until `mend`."""
        self.conversations.closed[conversation] = status, code

    def wall(self, conversation: str) -> list[Message]:
        """The messages that stand there now, with the replies under them."""
        return self.conversations.wall(conversation)

    def delete(self, conversation: str, message: str) -> None:
        self.conversations.delete(conversation, message)

    def __exit__(self, *how: object) -> None:
        self.loop.call_soon_threadsafe(self._let_go)
        super().__exit__(*how)

    @property
    def metadata_url(self) -> str:
        return f"{self.url}/v1/.well-known/openidconfiguration"

    @property
    def service_url(self) -> str:
        return f"{self.url}/connector/"

    async def made(self) -> web.Application:
        self._late_ones = asyncio.Event()
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
        if not self.installed:
            raise web.HTTPForbidden
        return web.json_response({"conversations": [{"id": each} for each in self.channels]})

    async def _said(self, request: web.Request) -> web.Response:
        self.asked["said"] += 1
        body = await request.json() if request.can_read_body else {}
        if self.fail_next:
            status, headers = self.fail_next.pop(0)
            return _no(status, f"Code{status}", headers)
        fault = self.faults.pop(0) if self.faults else None
        if fault and not fault.taken:
            return await self._badly(fault, request)
        status, answer = self._taken(request, body)
        if fault:
            failed = await self._badly(fault, request)
            if not fault.silent:
                return failed
        return web.json_response(answer, status=status)

    async def _badly(self, fault: Fault, request: web.Request) -> web.Response:
        with suppress(TimeoutError):
            if fault.late:
                await asyncio.wait_for(self._late_ones.wait(), fault.late)
        if fault.hang_up and request.transport:
            request.transport.abort()
        return _no(fault.status or 500, fault.code, fault.headers)

    def _taken(self, request: web.Request, body: Json) -> tuple[int, Json]:
        _, _, _, *path = map(unquote, request.rel_url.raw_path.split("/"))
        conversation = path[1] if path[1:] else str(body["channelData"]["channel"]["id"])
        if refused := self.conversations.refusal(conversation):
            return refused[0], {"error": {"code": refused[1], "message": "no"}}
        token = request.headers.get("Authorization", "")
        told = "/" + request.match_info["tail"]
        call = Call(request.method, told, dict(request.query), body, token)
        if request.method == "PUT":
            changed = self.conversations.change(conversation, path[3], body)
            if changed[0] == 200:
                self.calls.append(call)
            return changed
        self.calls.append(call)
        message = f"m{len(self.calls)}"
        if not path[1:]:
            return self.conversations.begin(body, message)
        if "isTargetedActivity" in request.query:  # which one person sees
            return 201, {"id": message}
        return self.conversations.add(conversation, body, message)

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


def _no(status: int, code: str, headers: dict[str, str]) -> web.Response:
    error = {"error": {"code": code, "message": "no"}}
    return web.json_response(error, status=status, headers=headers)
