"""The keys with which the channel signs, fetched beside the loop and remembered.

Repairs botbuilder 4.17.1: its fetch blocks the event loop and knows no timeout, and a key that was
published after the last fetch is refused for up to a day, since the search for it raises
IndexError before the second fetch (microsoft/botbuilder-python#1210).
"""

from __future__ import annotations

import asyncio
import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import structlog
from aiohttp import ClientError, ClientSession, ClientTimeout
from jwt import InvalidKeyError
from jwt.algorithms import RSAAlgorithm

from bot.ports import Clock

log = structlog.get_logger(__name__)

_FRESH = timedelta(hours=24)  # Microsoft's own advice for bots
_GAP = timedelta(minutes=1)  # a stranger's made-up key ids must not become requests of ours
_TIMEOUT = ClientTimeout(total=5)
_NEVER = datetime.min.replace(tzinfo=UTC)


class KeysUnreachable(Exception):
    """No key is known yet, and none could be fetched."""


@dataclass(frozen=True, slots=True)
class Key:
    """The shape in which botframework's JwtTokenExtractor wants it."""

    public_key: Any
    endorsements: tuple[str, ...]  # the channels for which this key may sign


class PublishedKeys:
    """Stands in for botframework's _OpenIdMetadata; stale keys are better than none."""

    def __init__(self, url: str, http: ClientSession, clock: Clock) -> None:
        self._url, self._http, self._clock = url, http, clock
        self._keys: dict[str, Key] = {}
        self._read_at = self._tried_at = _NEVER
        self._lock = asyncio.Lock()

    async def get(self, key_id: str | None) -> Key:
        """The key of that id; PermissionError if the channel publishes none.

        KeysUnreachable if it was never told what the channel publishes.
        """
        if self._wanting(key_id):
            tried_at = self._tried_at
            async with self._lock:
                if self._tried_at == tried_at:  # nobody asked while we stood in line
                    await self._read()
        if not self._keys:
            raise KeysUnreachable
        if key_id is None or key_id not in self._keys:
            raise PermissionError("signed with a key that the channel does not publish")
        return self._keys[key_id]

    def _wanting(self, key_id: str | None) -> bool:
        if not self._keys:
            return True
        now = self._clock()
        old = now - self._read_at > _FRESH
        return (old or key_id not in self._keys) and now - self._tried_at > _GAP

    async def _read(self) -> None:
        self._tried_at = self._clock()
        try:
            self._keys = await self._fetch()
            self._read_at = self._tried_at
        except (ClientError, TimeoutError, ValueError, LookupError, TypeError) as wrong:
            log.warning("teams.keys_unreachable", why=type(wrong).__name__, known=len(self._keys))

    async def _fetch(self) -> dict[str, Key]:
        metadata = await self._json(self._url)
        published = (await self._json(metadata["jwks_uri"]))["keys"]
        return {key["kid"]: _key(key) for key in published if key.get("kty") == "RSA"}

    async def _json(self, url: str) -> Any:
        async with self._http.get(url, timeout=_TIMEOUT, raise_for_status=True) as response:
            return await response.json(content_type=None)


def _key(published: dict[str, Any]) -> Key:
    try:
        public_key = RSAAlgorithm.from_jwk(json.dumps(published))
    except InvalidKeyError as wrong:
        raise ValueError("not an RSA key") from wrong
    return Key(public_key, tuple(published.get("endorsements", ())))
