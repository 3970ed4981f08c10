"""HTTP sessions with one TLS context for all connections, timeouts and our own trust.

With a path in `verify`, urllib3 makes a context and loads the authorities anew for every
connection, which costs several times the handshake.
"""

from __future__ import annotations

import ssl
from functools import lru_cache
from http.cookiejar import DefaultCookiePolicy
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import certifi
import requests
from requests.adapters import HTTPAdapter
from requests.utils import get_environ_proxies
from urllib3.util.ssl_ import create_urllib3_context

from bot.errors import Trouble

CONNECT = 3.05  # seconds; just over a multiple of TCP's retransmission window
READ = 10.0  # seconds without a byte


def _version() -> str:
    try:
        return version("roomops")
    except PackageNotFoundError:  # run from a checkout that is not installed
        return "dev"


# Exchange can block apps by User-Agent (EwsApplicationAccessPolicy, which rules REST too), so
# administrators must be able to rely on it; the form is Microsoft's advice on decorating traffic.
# https://learn.microsoft.com/sharepoint/dev/general-development/how-to-avoid-getting-throttled-or-blocked-in-sharepoint-online
USER_AGENT = f"NONISV|roomops|roomops/{_version()}"


def trust(extra: Path | None) -> ssl.SSLContext:
    """The usual authorities and those in `extra`, which wins over REQUESTS_CA_BUNDLE.

    Without `extra`, the requests library's own environment variables count as usual.
    """
    return _context(*((certifi.where(), str(extra)) if extra else (_usual(),)))


@lru_cache(maxsize=8)
def _context(*paths: str) -> ssl.SSLContext:
    """One for the same authorities: to read them takes longer than all the rest of the start."""
    context = create_urllib3_context()
    for path in paths:
        try:
            kind = "capath" if Path(path).is_dir() else "cafile"
            context.load_verify_locations(**{kind: path})
        except OSError as wrong:  # ssl.SSLError is one
            raise Trouble(
                f"{path} holds no certificate authorities that can be read",
                "ROOMOPS_CA_BUNDLE takes a PEM file.",
            ) from wrong
    return context


def _usual() -> str:
    with requests.Session() as probe:
        merged = probe.merge_environment_settings("https://graph", {}, None, None, None)
    chosen = merged["verify"]
    return chosen if isinstance(chosen, str) else certifi.where()


class _Connections(HTTPAdapter):
    """Kept-alive connections that all use one TLS context, through a proxy as well."""

    def __init__(self, context: ssl.SSLContext, connections: int) -> None:
        self._context = context
        super().__init__(pool_connections=4, pool_maxsize=connections)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=self._context)

    def proxy_manager_for(self, proxy: str, **kwargs: Any) -> Any:
        return super().proxy_manager_for(proxy, **kwargs, ssl_context=self._context)

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        host, _ = super().build_connection_pool_key_attributes(request, verify, cert)
        return host, {}  # whatever `verify` says: the context decides

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:
        """Nothing: the context verifies, and a path set here would be loaded per connection."""

    def send(
        self, request: requests.PreparedRequest, *args: Any, **kwargs: Any
    ) -> requests.Response:
        kwargs["timeout"] = kwargs.get("timeout") or (CONNECT, READ)
        return super().send(request, *args, **kwargs)


def session(root: str, context: ssl.SSLContext, connections: int) -> requests.Session:
    """A session of many threads for one host: the environment's proxy, no cookies, no .netrc.

    The environment is read here and not with every request, where it costs more than the JSON.
    """
    made = requests.Session()
    made.proxies.update(get_environ_proxies(root))
    made.trust_env = False
    made.headers["User-Agent"] = USER_AGENT
    made.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = _Connections(context, connections)
    made.mount("https://", adapter)
    made.mount("http://", adapter)
    return made
