"""Where Graph, sign-in and Azure Monitor's logs are, in each Microsoft cloud.

https://learn.microsoft.com/graph/deployments
"""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlsplit

from bot.errors import Trouble
from bot.settings import Settings


@dataclass(frozen=True, slots=True)
class Endpoints:
    """`graph` and `login` are scheme and host, without version or tenant."""

    graph: str
    login: str
    scope: str


@dataclass(frozen=True, slots=True)
class Monitor:
    """`root` is scheme and host of the endpoint that answers questions about logs."""

    root: str
    scope: str


_CLOUDS = {
    "global": ("https://graph.microsoft.com", "https://login.microsoftonline.com"),
    "usgov": ("https://graph.microsoft.us", "https://login.microsoftonline.us"),
    "usgov-dod": ("https://dod-graph.microsoft.us", "https://login.microsoftonline.us"),
    "china": (
        "https://microsoftgraph.chinacloudapi.cn",
        "https://login.partner.microsoftonline.cn",
    ),
}
# Host and audience differ worldwide: the host's new name is not known to Entra as a resource.
# https://learn.microsoft.com/azure/azure-monitor/logs/api/access-api
_US = ("https://api.loganalytics.us", "https://api.loganalytics.us")
_MONITORS = {
    "global": ("https://api.loganalytics.azure.com", "https://api.loganalytics.io"),
    "usgov": _US,
    "usgov-dod": _US,
    "china": ("https://api.loganalytics.azure.cn", "https://api.loganalytics.azure.cn"),
}
_LOOPBACK = ("localhost", "127.0.0.1", "::1")


def endpoints(settings: Settings) -> Endpoints:
    """The cloud's, unless overridden; Trouble for a plain http host that is not this machine.

    The scope names the cloud's own Graph even where another address is used to reach it,
    since that is the audience that Entra knows.
    """
    graph, login = _CLOUDS[settings.cloud]
    chosen = Endpoints(
        _root(settings.graph_url or graph, "ROOMOPS_GRAPH_URL"),
        _root(settings.login_url or login, "ROOMOPS_LOGIN_URL"),
        f"{graph}/.default",
    )
    if not chosen.login.startswith("https://"):
        raise Trouble("ROOMOPS_LOGIN_URL must start with https://", "MSAL takes nothing else.")
    return chosen


def monitor(settings: Settings) -> Monitor:
    """The cloud's, unless overridden; the scope is the cloud's in any case, as with Graph."""
    root, audience = _MONITORS[settings.cloud]
    return Monitor(
        _root(settings.monitor_url or root, "ROOMOPS_MONITOR_URL"), f"{audience}/.default"
    )


def _root(url: str, variable: str) -> str:
    parts = urlsplit(url)
    if parts.scheme != "https" and parts.hostname not in _LOOPBACK:
        raise Trouble(
            f"{variable} must start with https://", "Otherwise the token could be read on the way."
        )
    return f"{parts.scheme}://{parts.netloc}"
