"""Which requests are Slack's, decided before anything else looks at them.

Everything wrong is answered with a 4xx.  The SDK's check would answer 500 to a timestamp
that is no number, to a signature that is not ASCII and to a body that is not UTF-8.
The law: nothing in a request is believed before its signature is.
"""

from __future__ import annotations

import hmac
import re
from collections import OrderedDict
from collections.abc import Mapping
from datetime import timedelta
from hashlib import sha256

from aiohttp import web

from bot.ports import Clock

LARGEST = 1 << 20  # bytes; Slack's own largest payloads are some hundred thousand
WINDOW = timedelta(minutes=5)  # docs.slack.dev/authentication/verifying-requests-from-slack
MOST = 50_000  # deliveries remembered; five minutes of 160 commands a second
TYPES = ("application/x-www-form-urlencoded", "application/json")


class Guard:
    """Admits what Slack signed within its window, each delivery once."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        self._secret, self._clock = signing_secret.encode(), clock
        self._seen: OrderedDict[bytes, float] = OrderedDict()  # digest → when its stamp is stale

    async def admit(self, request: web.Request) -> str | None:
        """The body, None where nothing is to be done for it; or an HTTP error is raised."""
        body = await _read(request)
        if b"ssl_check=1" in body.split(b"&"):  # unsigned; asks only whether we are there
            return None
        digest, stale = self._checked(request.headers, body)
        text = _decoded(body)
        return None if self._is_repeated(digest, stale) else text

    def _checked(self, headers: Mapping[str, str], body: bytes) -> tuple[bytes, float]:
        stamp = headers.get("X-Slack-Request-Timestamp", "")
        signature = headers.get("X-Slack-Signature", "")
        if not re.fullmatch(r"[0-9]{1,12}", stamp):
            raise _refused("the timestamp is missing or no number")
        if abs(self._clock().timestamp() - int(stamp)) > WINDOW.total_seconds():
            raise _refused("the timestamp is not of these minutes")
        signed = hmac.new(self._secret, b"v0:%b:%b" % (stamp.encode(), body), sha256)
        expected = f"v0={signed.hexdigest()}".encode()
        if not hmac.compare_digest(expected, signature.encode("utf-8", "replace")):
            raise _refused("the signature is missing or wrong")
        return signed.digest(), int(stamp) + WINDOW.total_seconds()

    def _is_repeated(self, digest: bytes, stale: float) -> bool:
        now = self._clock().timestamp()
        while self._seen and (len(self._seen) > MOST or next(iter(self._seen.values())) < now):
            self._seen.popitem(last=False)
        if digest in self._seen:
            return True  # its first delivery is being answered
        self._seen[digest] = stale
        return False


async def _read(request: web.Request) -> bytes:
    """The raw body, never more than we take of it."""
    if request.content_type not in TYPES or "Content-Encoding" in request.headers:
        raise web.HTTPUnsupportedMediaType(text="I take a form or JSON, not encoded\n")
    if (request.content_length or 0) > LARGEST:
        raise web.HTTPRequestEntityTooLarge(LARGEST, request.content_length or 0)
    body = bytearray()
    try:
        async for piece in request.content.iter_any():
            body += piece
            if len(body) > LARGEST:
                raise web.HTTPRequestEntityTooLarge(LARGEST, len(body))
    except (web.RequestPayloadError, OSError):  # it broke off, or is no body at all
        raise web.HTTPBadRequest(text="The body broke off\n") from None
    return bytes(body)


def _decoded(body: bytes) -> str:
    try:
        return body.decode()
    except UnicodeDecodeError:
        raise web.HTTPBadRequest(text="The body is not UTF-8\n") from None


def _refused(why: str) -> web.HTTPUnauthorized:
    return web.HTTPUnauthorized(text=f"Not from Slack: {why}\n")
