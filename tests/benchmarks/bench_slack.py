"""How fast Slack is acknowledged and answered, beside a bare Bolt echo in the same run.

    python -m tests.benchmarks.bench_slack [SECONDS]

Each server is a process of its own behind the same aiohttp server; the client and the stand-in
for Slack are this one.  Three echoes: Bolt's that answers inside its acknowledgement, Bolt's that
acknowledges and then answers through response_url (what Slack asks of work that may take a
while, and what we do), and ours, with a dispatch that does nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import itertools
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import quote_plus

from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncAck, AsyncApp, AsyncRespond
from slack_sdk.web.async_client import AsyncWebClient

from adapters.clock import now
from adapters.edge import Edge
from adapters.slack import Slack
from adapters.web import Web
from bot.people import Invocation
from bot.reply import Reply, say

SECRET, TOKEN = "secret", "xoxb-bench"
ECHOES = ("bare ack", "bare respond", "roomops")


# The servers


def bare(api: str, *, inside: bool) -> list[web.RouteDef]:
    app = AsyncApp(client=AsyncWebClient(TOKEN, base_url=api), signing_secret=SECRET)

    @app.command("/rooms")
    async def echo(ack: AsyncAck, respond: AsyncRespond, command: dict[str, str]) -> None:
        await ack(command["text"] if inside else "")
        if not inside:
            await respond(command["text"])

    async def receive(request: web.Request) -> web.Response:
        return await to_aiohttp_response(await app.async_dispatch(await to_bolt_request(request)))

    return [web.post("/slack/events", receive)]


def echo(invocation: Invocation) -> Reply:
    return say(invocation.text)


async def serve(which: str, api: str) -> None:
    if which == "roomops":
        slack = Slack(
            bot_token=TOKEN,
            signing_secret=SECRET,
            app_token=None,
            api_url=api,
            ca_bundle=None,
            edge=Edge(),
            clock=now,
        )
        await slack.start(echo)
        routes = slack.routes()
    else:
        routes = bare(api, inside=which == "bare ack")

    async def ready() -> list[str]:
        return []

    server = Web(routes, ready, lambda: b"")
    await server.start("127.0.0.1", 0)
    print(server.url.rpartition(":")[2], flush=True)
    await asyncio.Event().wait()


# Slack, as little of it as there can be


@dataclass
class Counted:
    answers: int = 0
    awaited: int = 0  # at which number of answers `reached` is set
    reached: asyncio.Event = field(default_factory=asyncio.Event)

    def add(self) -> None:
        self.answers += 1
        if self.answers >= self.awaited:
            self.reached.set()

    async def until(self, answers: int) -> None:
        self.awaited = answers
        self.reached.clear()
        if self.answers < answers:
            await self.reached.wait()


class StandIn(asyncio.Protocol):
    """Answers the Web API and takes what is said to a response_url."""

    USER = (
        b'{"ok":true,"team_id":"T1","bot_id":"B1","user_id":"UB","user":{"id":"U1","team_id":"T1"}}'
    )

    def __init__(self, counted: Counted) -> None:
        self._counted, self._got = counted, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._got += data
        while (end := self._got.find(b"\r\n\r\n")) >= 0:
            head = self._got[:end].lower()
            _, _, rest = head.partition(b"content-length:")
            whole = end + 4 + int(rest.split(b"\r\n")[0] or 0)
            if len(self._got) < whole:
                return
            is_answer = head.startswith(b"post /answer")
            if is_answer:
                self._counted.add()
            body, kind = (b"ok", b"text/plain") if is_answer else (self.USER, b"application/json")
            top = b"HTTP/1.1 200 OK\r\nContent-Type: %b\r\nContent-Length: %d\r\n\r\n"
            self._transport.write(top % (kind, len(body)) + body)  # type: ignore[attr-defined]
            self._got = self._got[whole:]


# The people


@dataclass
class Asked:
    answer_to: str
    numbers: itertools.count[int] = field(default_factory=itertools.count)

    def request(self) -> bytes:
        number = next(self.numbers)
        body = (
            "token=x&team_id=T1&team_domain=contoso&channel_id=C1&channel_name=ops&user_id=U1"
            "&user_name=olivia&command=%2Frooms&text=free+2pm+for+45m&api_app_id=A1"
            f"&is_enterprise_install=false&response_url={quote_plus(self.answer_to)}"
            f"&trigger_id={number}.1.2"
        ).encode()
        stamp = b"%d" % int(time.time())
        digest = hmac.new(SECRET.encode(), b"v0:" + stamp + b":" + body, hashlib.sha256).hexdigest()
        return (
            b"POST /slack/events HTTP/1.1\r\nHost: bot\r\n"
            b"Content-Type: application/x-www-form-urlencoded\r\n"
            b"X-Slack-Request-Timestamp: %b\r\nX-Slack-Signature: v0=%b\r\n"
            b"Content-Length: %d\r\n\r\n%b"
        ) % (stamp, digest.encode(), len(body), body)


async def ask(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: bytes) -> float:
    begun = time.perf_counter()
    writer.write(request)
    head = await reader.readuntil(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200"), head
    _, _, rest = head.lower().partition(b"content-length:")
    await reader.readexactly(int(rest.split(b"\r\n")[0]))
    return time.perf_counter() - begun


async def closed_loop(port: int, asked: Asked, connections: int, seconds: float) -> list[float]:
    """As many as there are connections, each asking again once it is acknowledged."""
    end = time.perf_counter() + seconds

    async def person() -> list[float]:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        times = []
        while time.perf_counter() < end:
            times.append(await ask(reader, writer, asked.request()))
        writer.close()
        return times

    people = await asyncio.gather(*(person() for _ in range(connections)))
    return [each for times in people for each in times]


async def steady(port: int, asked: Asked, rate: int, seconds: float) -> list[float]:
    """So many a second, whether or not earlier ones are acknowledged."""
    idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
    times: list[float] = []

    async def one() -> None:
        line = idle.pop() if idle else await asyncio.open_connection("127.0.0.1", port)
        times.append(await ask(*line, asked.request()))
        idle.append(line)

    begun = time.perf_counter()
    asking = []
    for number in range(int(rate * seconds)):
        await asyncio.sleep(begun + number / rate - time.perf_counter())
        asking.append(asyncio.create_task(one()))
    await asyncio.gather(*asking)
    for _, writer in idle:
        writer.close()
    return times


# The measuring


@asynccontextmanager
async def served(which: str, api: str) -> AsyncIterator[int]:
    command = (sys.executable, "-m", "tests.benchmarks.bench_slack", "serve", which, api)
    process = await asyncio.create_subprocess_exec(
        *command, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL
    )
    assert process.stdout
    line = b"x"
    while line and not line.strip().isdigit():
        line = await process.stdout.readline()
    try:
        yield int(line)
    finally:
        process.terminate()
        await process.wait()


@dataclass
class Result:
    per_second: dict[int, list[float]] = field(default_factory=lambda: {16: [], 64: []})
    answered: dict[int, list[float]] = field(default_factory=lambda: {16: [], 64: []})
    p50: list[float] = field(default_factory=list)
    p99: list[float] = field(default_factory=list)


async def measure(which: str, standin: str, counted: Counted, seconds: float, into: Result) -> None:
    async with served(which, f"{standin}/api/") as port:
        asked = Asked(f"{standin}/answer")
        await closed_loop(port, asked, 16, min(1.0, seconds))
        calm = await steady(port, asked, 50, seconds)
        cuts = statistics.quantiles(calm, n=100)
        into.p50.append(cuts[49] * 1000)
        into.p99.append(cuts[98] * 1000)
        for connections in into.per_second:
            before, begun = counted.answers, time.perf_counter()
            times = await closed_loop(port, asked, connections, seconds)
            took = time.perf_counter() - begun
            into.per_second[connections].append(len(times) / took)
            if which != "bare ack":  # until the last one is answered
                await asyncio.wait_for(counted.until(before + len(times)), 60)
                answered = (counted.answers - before) / (time.perf_counter() - begun)
                into.answered[connections].append(answered)


def row(name: str, result: Result) -> str:
    def middle(values: list[float]) -> str:
        return f"{statistics.median(values):8.1f}" if values else "        "

    cells = [middle(result.p50), middle(result.p99)]
    for connections in result.per_second:
        cells += [middle(result.per_second[connections]), middle(result.answered[connections])]
    return f"{name:14}" + "".join(f"{cell:>11}" for cell in cells)


def ratio(results: dict[str, Result], attribute: str, other: str, key: int | None = None) -> float:
    ours, theirs = (getattr(results[name], attribute) for name in ("roomops", other))
    if key is not None:
        ours, theirs = ours[key], theirs[key]
    return float(statistics.median(ours) / statistics.median(theirs))


async def main(seconds: float, rounds: int = 3) -> None:
    counted = Counted()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: StandIn(counted), "127.0.0.1", 0)
    standin = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    results = {which: Result() for which in ECHOES}
    for _ in range(rounds):
        for which, result in results.items():
            await measure(which, standin, counted, seconds, result)
    server.close()
    heads = ["ack p50", "ack p99", "acks/s 16", "answers/s", "acks/s 64", "answers/s"]
    print(f"medians of {rounds} rounds of {seconds:g} s; ms at 50 commands a second")
    print(" " * 14 + "".join(f"{head:>11}" for head in heads))
    for which, result in results.items():
        print(row(which, result))
    print(f"ack p99, ours / bare ack:            {ratio(results, 'p99', 'bare ack'):.2f}")
    print(
        f"acks/s at 16, ours / bare ack:       {ratio(results, 'per_second', 'bare ack', 16):.2f}"
    )
    for connections in (16, 64):
        times = ratio(results, "answered", "bare respond", connections)
        print(f"answers/s at {connections}, ours / bare respond: {times:.2f}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["serve"]:
        asyncio.run(serve(*sys.argv[2:4]))
    else:
        asyncio.run(main(float(sys.argv[1]) if sys.argv[1:] else 5.0))
