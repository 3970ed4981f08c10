"""Where Graph and sign-in are."""

from __future__ import annotations

import pytest

from adapters.graph.clouds import Endpoints, endpoints
from bot.load import BadSettings, load


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


@pytest.mark.parametrize("name", ["GRAPH_URL", "LOGIN_URL"])
def test_neither_token_nor_sign_in_goes_in_the_clear(name: str) -> None:
    with pytest.raises(BadSettings, match=f"ROOMOPS_{name} takes https"):
        at(**{name: "http://graph.example"})
