"""Slack on loopback: Web API, response_urls, signed requests and Socket Mode.

It refuses what Slack refuses (tokens, scopes, layouts, a response_url's sixth use), fails when it
is ordered to, and remembers everything.  It runs in a thread of its own, so that synchronous
tests, asynchronous ones and other processes can talk to it; `wall` outlives them all.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import json
import ssl
import threading
from collections import Counter, defaultdict, deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Self
from urllib.parse import urlencode

from aiohttp import WSMsgType, web

from tests.slack.channels import Channels, no
from tests.slack.judge import faults
from tests.wall import Message

Json = dict[str, Any]
SCOPES = (
    "channels:history,chat:write,chat:write.public,commands,"
    "groups:history,usergroups:read,users:read"
)
FORM = "application/x-www-form-urlencoded"


@dataclass(frozen=True)
class Request:
    """What Slack would POST: send it as it is."""

    body: str
    headers: dict[str, str]


@dataclass(frozen=True)
class Failure:
    status: int
    headers: dict[str, str]
    body: str
    hang_up: bool = False
    taken: bool = False
    late: float = 0

    @property
    def silent(self) -> bool:
        """Nothing but late: the true answer comes in the end."""
        return self.taken and self.status == 200 and not (self.body or self.hang_up)


def _now() -> datetime:
    return datetime.now(UTC)


class FakeSlack:
    """The workspace T1.  `with FakeSlack() as slack:` serves it until the block ends."""

    bot_token = "xoxb-1-secret-bot"
    app_token = "xapp-1-secret-app"
    signing_secret = "5ecre7-of-signing"

    def __init__(
        self, clock: Callable[[], datetime] = _now, tls: ssl.SSLContext | None = None
    ) -> None:
        self.clock, self._tls = clock, tls
        self.home: Json = {"team_id": "T1", "bot_id": "B1", "user_id": "UBOT"}
        self.scopes = SCOPES
        self.link = ""  # where Socket Mode is said to be; here, when empty
        self.people: dict[str, Json] = {}
        self.person("U1", "Olivia", tz="Europe/Lisbon")
        self.person("U2", "Rui", tz="Europe/Berlin")
        self.groups: dict[str, list[str]] = {}
        self.calls: list[tuple[str, Json]] = []
        self.answers: list[Json] = []  # what response_urls took, in order
        self.uses: Counter[str] = Counter()  # of each response_url, failed ones included
        self.channels = Channels()
        self.revoked = ""  # the error that every call gets, such as token_revoked
        self.acknowledged: list[str] = []  # envelopes of Socket Mode
        self.ports: set[int] = set()  # from which it was asked: one a connection
        self.sockets: list[web.WebSocketResponse] = []
        self._failures: dict[str, deque[Failure]] = defaultdict(deque)
        self._tickets: set[str] = set()
        self._number = itertools.count(1)
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._run, name="fake-slack", daemon=True)

    # What it knows, and how it fails

    def person(self, user: str, name: str = "", *, team_id: str = "T1", **more: Any) -> None:
        """Add or change somebody; flags and fields as in Slack's user object."""
        profile = {"real_name": name, "display_name": name}
        self.people[user] = {"id": user, "team_id": team_id, "profile": profile, **more}

    def fail(
        self,
        what: str,
        status: int = 200,
        body: Json | str = "",
        *,
        times: int = 1,
        hang_up: bool = False,
        taken: bool = False,
        late: float = 0,
        **headers: str,
    ) -> None:
        """The next calls of a method ("users.info"), of "answer" or of "link" fail.

        `taken`: the work is done before the answer fails; `late`: the answer waits for so many
        seconds, or until `mend`.
        """
        text = body if isinstance(body, str) else json.dumps(body)
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        failure = Failure(status, named, text, hang_up, taken, late)
        self._failures[what].extend([failure] * times)

    def mend(self) -> None:
        """Forget the failures that were ordered, open every channel, let late answers go."""
        self._failures.clear()
        self.channels.closed.clear()
        self.revoked = ""
        self._loop.call_soon_threadsafe(self._let_go)

    def _let_go(self) -> None:
        self._late_ones.set()
        self._late_ones.clear()

    def close(self, channel: str, error: str = "channel_not_found") -> None:
        """Whatever is asked of the channel from now on gets that error, until `mend`."""
        self.channels.closed[channel] = error

    @property
    def messages(self) -> dict[tuple[str, str], Json]:
        """(channel, ts): the arguments of what hangs there."""
        return self.channels.messages

    @property
    def refused(self) -> list[str]:
        """Why messages were not taken."""
        return self.channels.refused

    def wall(self, channel: str) -> list[Message]:
        """The messages that stand there now, with the replies under them."""
        return self.channels.wall(channel)

    def delete(self, channel: str, ts: str) -> None:
        self.channels.delete(channel, ts)

    def chatter(self, channel: str, text: str, user: str = "U1", **more: Any) -> str:
        """Somebody writes there; the message's ts."""
        said = {"channel": channel, "text": text, **more}
        return str(self.channels.post(said, self._ts(), {"user": user})["ts"])

    def _ts(self) -> str:
        return f"{int(self.clock().timestamp())}.{next(self._number):06d}"

    def called(self, method: str) -> list[Json]:
        return [arguments for name, arguments in self.calls if name == method]

    # What it sends

    def sign(self, body: str | bytes, at: datetime | None = None, secret: str = "") -> Request:
        raw = body.encode() if isinstance(body, str) else body
        stamp = str(int((at or self.clock()).timestamp()))
        key = (secret or self.signing_secret).encode()
        digest = hmac.new(key, b"v0:%b:%b" % (stamp.encode(), raw), hashlib.sha256).hexdigest()
        headers = {
            "X-Slack-Request-Timestamp": stamp,
            "X-Slack-Signature": f"v0={digest}",
            "Content-Type": FORM,
        }
        return Request(raw.decode("utf-8", "surrogateescape"), headers)

    def command(self, line: str, **fields: str) -> Request:
        """`/rooms free` typed by U1 in C1; every field can be changed."""
        return self.sign(urlencode(self.command_fields(line, **fields)))

    def press(self, value: str, **changes: Any) -> Request:
        """A press by U1 on a button with this value, in C1."""
        return self.sign(urlencode({"payload": json.dumps(self.press_payload(value, **changes))}))

    def command_fields(self, line: str, **fields: str) -> dict[str, str]:
        command, _, text = line.partition(" ")
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
        return {
            "token": "legacy",
            "team_id": "T1",
            "team_domain": "contoso",
            "channel_id": "C1",
            "channel_name": "ops",
            "user_id": "U1",
            "user_name": "olivia",
            "command": command,
            "text": escaped,
            "api_app_id": "A1",
            "is_enterprise_install": "false",
            "response_url": self.response_url(),
            "trigger_id": f"{next(self._number)}.2.3",
            **fields,
        }

    def press_payload(self, value: str, **changes: Any) -> Json:
        text = {"type": "plain_text", "text": "Press"}
        action = {"type": "button", "action_id": "run:0", "block_id": "b", "text": text}
        return {
            "type": "block_actions",
            "user": {"id": "U1", "username": "olivia", "team_id": "T1"},
            "api_app_id": "A1",
            "token": "legacy",
            "team": {"id": "T1", "domain": "contoso"},
            "channel": {"id": "C1", "name": "ops"},
            "container": {"type": "message", "message_ts": "1.1", "channel_id": "C1"},
            "trigger_id": f"{next(self._number)}.2.3",
            "response_url": self.response_url(),
            "actions": [{**action, "value": value, "action_ts": f"{next(self._number)}.1"}],
            **changes,
        }

    def response_url(self) -> str:
        return f"{self.url}/answers/T1/{next(self._number)}/s3cret"

    def push(self, payload: Json, kind: str = "slash_commands") -> str:
        """Over the newest socket; the envelope's id, to be found among those acknowledged."""
        number = f"e{next(self._number)}"
        envelope = {"envelope_id": number, "type": kind, "payload": payload}
        self._on_loop(self.sockets[-1].send_json(envelope))
        return number

    def say_on_socket(self, message: Json) -> None:
        self._on_loop(self.sockets[-1].send_json(message))

    def drop_socket(self) -> None:
        """As a network does: the newest connection ends without a word."""
        self._on_loop(self.sockets[-1].close())

    # How it is served

    @property
    def api_url(self) -> str:
        return f"{self.url}/api/"

    def __enter__(self) -> Self:
        self._thread.start()
        assert self._up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._let_go)
        self._on_loop(self._runner.cleanup())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def _on_loop(self, work: Any) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(10)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.run_forever()

    async def _serve(self) -> None:
        self._late_ones = asyncio.Event()
        app = web.Application(client_max_size=4 << 20)
        app.router.add_route("*", "/api/{method}", self._api)
        app.router.add_post("/answers/{tail:.*}", self._answer)
        app.router.add_get("/link", self._link)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0, ssl_context=self._tls).start()
        scheme = "https" if self._tls else "http"
        self.url = f"{scheme}://127.0.0.1:{self._runner.addresses[0][1]}"
        self._up.set()

    def _next_failure(self, what: str) -> Failure | None:
        return self._failures[what].popleft() if self._failures[what] else None

    async def _ordered(self, what: str, request: web.Request) -> web.Response | None:
        failure = self._next_failure(what)
        return None if failure is None else await self._failed(failure, request)

    async def _failed(self, failure: Failure, request: web.Request) -> web.Response:
        with suppress(TimeoutError):
            if failure.late:
                await asyncio.wait_for(self._late_ones.wait(), failure.late)
        if failure.hang_up and request.transport:
            request.transport.abort()
        kind = "application/json" if failure.body.startswith(("{", "[")) else "text/html"
        content = {"Content-Type": kind, **failure.headers}
        return web.Response(status=failure.status, headers=content, text=failure.body)

    async def _api(self, request: web.Request) -> web.Response:
        method = request.match_info["method"]
        arguments = await _arguments(request)
        self.calls.append((method, arguments))
        self._count(request)
        failure = self._next_failure(method)
        if failure and not failure.taken:
            return await self._failed(failure, request)
        answer = self._answered(method, arguments, request.headers.get("Authorization", ""))
        if failure:
            failed = await self._failed(failure, request)
            if not failure.silent:
                return failed
        return web.json_response(answer, headers={"x-oauth-scopes": self.scopes})

    def _answered(self, method: str, arguments: Json, authorization: str) -> Json:
        token = self.app_token if method == "apps.connections.open" else self.bot_token
        if authorization != f"Bearer {token}":
            return no("invalid_auth")
        if self.revoked:
            return no(self.revoked)
        answer: Json = getattr(self, f"_{method.replace('.', '_')}", self._unknown)(arguments)
        return answer

    def _count(self, request: web.Request) -> None:
        if request.transport:
            self.ports.add(request.transport.get_extra_info("peername")[1])

    def _unknown(self, _: Json) -> Json:
        return no("unknown_method")

    def _auth_test(self, _: Json) -> Json:
        return {"ok": True, "url": "https://contoso.slack.com/", "team": "Contoso", **self.home}

    def _users_info(self, arguments: Json) -> Json:
        user = self.people.get(arguments["user"])
        return {"ok": True, "user": user} if user else no("user_not_found")

    def _usergroups_users_list(self, arguments: Json) -> Json:
        users = self.groups.get(arguments["usergroup"])
        return {"ok": True, "users": users} if users is not None else no("no_such_subteam")

    def _chat_postMessage(self, arguments: Json) -> Json:  # noqa: N802  Slack's name
        return self.channels.post(arguments, self._ts(), self._author)

    def _chat_update(self, arguments: Json) -> Json:
        return self.channels.update(arguments, self._author)

    def _conversations_history(self, arguments: Json) -> Json:
        return self.channels.history(arguments, self.scopes)

    def _conversations_replies(self, arguments: Json) -> Json:
        return self.channels.replies(arguments, self.scopes)

    @property
    def _author(self) -> Json:
        return {"user": self.home["user_id"], "bot_id": self.home["bot_id"], "app_id": "A1"}

    def _apps_connections_open(self, _: Json) -> Json:
        ticket = f"ticket-{next(self._number)}"
        self._tickets.add(ticket)
        link = self.link or self.url.replace("http", "ws", 1)
        return {"ok": True, "url": f"{link}/link?ticket={ticket}"}

    async def _answer(self, request: web.Request) -> web.Response:
        message = await request.json()
        self.uses[request.path] += 1
        self._count(request)
        if self.uses[request.path] > 5:
            self.refused.append("used_url")
            return web.json_response(no("used_url"), status=404)
        if failure := await self._ordered("answer", request):
            return failure
        if wrong := faults(message):
            self.refused += wrong
            return web.Response(status=400, text="invalid_blocks")
        self.answers.append({**message, "to": str(request.url)})
        return web.Response(text="ok")

    async def _link(self, request: web.Request) -> web.StreamResponse:
        if failure := await self._ordered("link", request):
            return failure
        ticket = request.query.get("ticket", "")
        if ticket not in self._tickets:
            return web.Response(status=403, text="spent")
        self._tickets.remove(ticket)
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.sockets.append(socket)
        await socket.send_json({"type": "hello", "num_connections": 1})
        async for message in socket:
            if message.type is WSMsgType.TEXT:
                self.acknowledged.append(json.loads(message.data)["envelope_id"])
        return socket


async def _arguments(request: web.Request) -> Json:
    if request.content_type == "application/json" and request.can_read_body:
        given = await request.json()
    else:
        given = {**request.query, **await request.post()}
    texts = {k: v for k, v in given.items() if k in ("blocks", "metadata") and isinstance(v, str)}
    return {**given, **{name: json.loads(text) for name, text in texts.items()}}
