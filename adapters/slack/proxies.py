"""Which proxy leads to an address, by the environment's word.

aiohttp's own reading (trust_env) asks a thread for it, and a second one for .netrc, at every
request; the SDK's reading knows no NO_PROXY.
"""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import getproxies, proxy_bypass

_LIKE = {"wss": "https", "ws": "http"}


class Proxies:
    """HTTP_PROXY, HTTPS_PROXY, ALL_PROXY and NO_PROXY, read once for each host."""

    def __init__(self) -> None:
        self._ways: dict[tuple[str, str], str | None] = {}

    def __call__(self, url: str) -> str | None:
        parts = urlsplit(url)
        way = (_LIKE.get(parts.scheme, parts.scheme), parts.hostname or "")
        if way not in self._ways:
            self._ways[way] = _proxy(*way)
        return self._ways[way]


def _proxy(scheme: str, host: str) -> str | None:
    if proxy_bypass(host):
        return None
    known = getproxies()
    return known.get(scheme) or known.get("all")
