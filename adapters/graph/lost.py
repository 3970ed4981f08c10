"""What it means when nothing whole comes back: no connection, no answer, or half of one."""

from __future__ import annotations

import requests
from urllib3.exceptions import NameResolutionError, ReadTimeoutError

from adapters.graph.refusal import TooSlow, Unavailable
from bot.errors import Unreachable


def lost(wrong: Exception, who: str) -> Unreachable:
    """`who` is whom we asked; the exception itself is not told, since it names hosts and paths."""
    match wrong:
        case requests.ReadTimeout() | ReadTimeoutError():
            return TooSlow(f"{who} did not answer in time", _LATER)
        case requests.exceptions.SSLError():
            return Unreachable(f"The certificate of {who} is not one that I trust", _TRUST)
        case requests.exceptions.ProxyError():
            return Unavailable(f"The proxy on the way to {who} does not answer", _PROXY)
        case requests.ConnectionError() if _nameless(wrong):
            return Unavailable(f"The name of {who} cannot be resolved", _DNS)
        case _:
            return Unavailable(f"{who} does not answer", _LATER)


def _nameless(wrong: requests.ConnectionError) -> bool:
    cause = wrong.args[0] if wrong.args else None
    return isinstance(getattr(cause, "reason", None), NameResolutionError)


_DNS = "Check DNS and the network of this machine."
_LATER = "Try again in a few minutes."
_TRUST = "Add your own certificate authority with ROOMOPS_CA_BUNDLE."
_PROXY = "HTTPS_PROXY and NO_PROXY say which one is used."
