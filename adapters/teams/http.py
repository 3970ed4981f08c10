"""The outgoing HTTP of this folder: who is trusted, and how long anything may take."""

from __future__ import annotations

import ssl
from functools import cache
from pathlib import Path
from typing import Any

import requests
from aiohttp import ClientSession, ClientTimeout, TCPConnector
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH

SECONDS = 10.0  # for one request, so that three of them fit into what a caller waits


@cache  # reading Mozilla's takes 30 ms, and one context serves every session
def trust(ca_bundle: Path | None) -> ssl.SSLContext:
    """Mozilla's authorities, as requests has them, and those of the bundle."""
    context = ssl.create_default_context(cafile=DEFAULT_CA_BUNDLE_PATH)
    if ca_bundle is not None:
        context.load_verify_locations(cafile=ca_bundle)
    return context


def async_session(context: ssl.SSLContext) -> ClientSession:
    """For the loop: keeps connections, and asks the environment for proxies as requests does."""
    timeout = ClientTimeout(total=SECONDS)
    return ClientSession(connector=TCPConnector(ssl=context), timeout=timeout, trust_env=True)


class Session(requests.Session):
    """For MSAL, which sets no timeout by itself."""

    def __init__(self, context: ssl.SSLContext, ca_bundle: Path | None) -> None:
        super().__init__()
        # Named with the request, since REQUESTS_CA_BUNDLE and CURL_CA_BUNDLE overrule what is
        # named with the session.
        self._authorities = str(ca_bundle) if ca_bundle is not None else True
        self.mount("https://", _Trusting(context))

    def request(self, *args: Any, **options: Any) -> requests.Response:
        settings = {"timeout": SECONDS, **options, "verify": self._authorities}
        return super().request(*args, **settings)


class _Trusting(HTTPAdapter):
    def __init__(self, context: ssl.SSLContext) -> None:
        self._context = context
        super().__init__()

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options, ssl_context=self._context)

    def proxy_manager_for(self, *args: Any, **options: Any) -> Any:
        return super().proxy_manager_for(*args, **options, ssl_context=self._context)
