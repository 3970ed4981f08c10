"""Where Graph and sign-in are."""

from __future__ import annotations

import pytest

from adapters.graph.clouds import Endpoints, endpoints
from bot.errors import Trouble
from bot.load import load


def at(**settings: str) -> Endpoints:
    return endpoints(load({f"ROOMOPS_{name}": value for name, value in settings.items()})[0])


@pytest.mark.parametrize(
    ("cloud", "graph", "login"),
    [
        ("global", "graph.microsoft.com", "login.microsoftonline.com"),
        ("usgov", "graph.microsoft.us", "login.microsoftonline.us"),
        ("usgov-dod", "dod-graph.microsoft.us", "login.microsoftonline.us"),
        ("china", "microsoftgraph.chinacloudapi.cn", "login.partner.microsoftonline.cn"),
    ],
)
def test_every_cloud_has_its_own_graph_sign_in_and_scope(
    cloud: str, graph: str, login: str
) -> None:
    expected = Endpoints(f"https://{graph}", f"https://{login}", f"https://{graph}/.default")
    assert at(CLOUD=cloud) == expected


def test_an_address_of_ones_own_keeps_the_clouds_scope() -> None:
    """Entra knows the cloud's Graph, not the way by which it is reached."""
    assert at(CLOUD="china", GRAPH_URL="https://gate.example:8443/") == Endpoints(
        "https://gate.example:8443",
        "https://login.partner.microsoftonline.cn",
        "https://microsoftgraph.chinacloudapi.cn/.default",
    )


def test_a_token_is_not_sent_in_the_clear() -> None:
    with pytest.raises(Trouble, match="ROOMOPS_GRAPH_URL must start with https"):
        at(GRAPH_URL="http://graph.example")


def test_sign_in_is_never_in_the_clear() -> None:
    with pytest.raises(Trouble, match="ROOMOPS_LOGIN_URL"):
        at(LOGIN_URL="http://localhost:8443")
