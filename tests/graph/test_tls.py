"""Trust, proxies, connections and what is said of ourselves."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from adapters.graph import USER_AGENT, Graph, connect
from adapters.graph.tls import session, trust
from bot.errors import Trouble, Unreachable
from bot.load import load
from tests.graph.conftest import Connect
from tests.graph.glass import Glass
from tests.graph.scripted import Said, Scripted


@pytest.mark.parametrize("variable", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_the_setting_wins_over_the_environment(
    scripted: Scripted,
    joined: Connect,
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    variable: str,
) -> None:
    (tmp_path / "none.pem").write_text("")
    monkeypatch.setenv(variable, str(tmp_path / "none.pem"))
    joined(scripted.settings()).probe()
    assert scripted.asked


def test_without_the_setting_the_environment_counts(
    scripted: Scripted, joined: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", scripted.ca_bundle)
    settings = scripted.settings()
    del settings["ROOMOPS_CA_BUNDLE"]
    joined(settings).probe()
    assert scripted.asked


def test_a_stranger_is_not_trusted(
    scripted: Scripted, joined: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    settings = scripted.settings()
    del settings["ROOMOPS_CA_BUNDLE"]
    with pytest.raises(Unreachable, match="certificate of Microsoft's sign-in") as refused:
        joined(settings).probe()
    assert "ROOMOPS_CA_BUNDLE" in refused.value.hint
    assert not scripted.signed_in


def test_extra_authorities_are_added_to_the_usual_ones(
    scripted: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable in ("REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"):
        monkeypatch.delenv(variable, raising=False)
    alone = trust(None).cert_store_stats()["x509_ca"]
    assert trust(Path(scripted.ca_bundle)).cert_store_stats()["x509_ca"] == alone + 1


def test_a_file_without_authorities_is_named_at_the_start(
    scripted: Scripted, joined: Connect, tmp_path: Path
) -> None:
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing")
    with pytest.raises(Trouble, match="holds no certificate authorities"):
        joined(scripted.settings(), ROOMOPS_CA_BUNDLE=str(empty))


def test_the_environments_proxy_is_used(
    scripted: Scripted, joined: Connect, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted: list[str] = []

    class Proxy(BaseHTTPRequestHandler):
        def do_CONNECT(self) -> None:
            wanted.append(self.path)
            self.send_error(502)

        def log_message(self, *_: object) -> None:
            """Quiet."""

    with HTTPServer(("127.0.0.1", 0), Proxy) as proxy:
        Thread(target=proxy.serve_forever, args=(0.01,), daemon=True).start()
        monkeypatch.setenv("HTTPS_PROXY", f"http://127.0.0.1:{proxy.server_port}")
        for variable in ("NO_PROXY", "no_proxy"):
            monkeypatch.delenv(variable, raising=False)
        with pytest.raises(Unreachable):
            joined(scripted.settings()).probe()
        proxy.shutdown()
    assert wanted[0] == scripted.url.removeprefix("https://")


def test_netrc_does_not_replace_the_token(
    scripted: Scripted, told: Graph, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "netrc").write_text("machine localhost login other password other")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    told.probe()
    assert scripted.asked[0].headers["authorization"].startswith("Bearer ")
    assert "authorization" not in scripted.signed_in[0].headers


def test_connections_are_kept_alive_and_shared(scripted: Scripted, told: Graph) -> None:
    with ThreadPoolExecutor(3) as pool:
        for _ in range(5):
            for done in [pool.submit(told.probe) for _ in range(3)]:
                done.result()
    assert scripted.connections <= 1 + 3  # one for the sign-in
    assert len(scripted.asked) == 15


def test_one_context_serves_every_connection(scripted: Scripted) -> None:
    """Loading the authorities anew for each connection costs more than its handshake."""
    context = trust(Path(scripted.ca_bundle))
    web = session(scripted.url, context, 2)
    pool = web.get_adapter(scripted.url).poolmanager.connection_from_url(scripted.url)  # type: ignore[attr-defined]  # requests' own adapter
    assert pool.conn_kw["ssl_context"] is context
    assert web.get(f"{scripted.url}/v1.0/places", verify=False).status_code == 200
    assert pool.ca_certs is None


def test_the_user_agent_is_stable_and_documented(scripted: Scripted, told: Graph) -> None:
    """Exchange's EwsApplicationAccessPolicy can block by it, for REST as well."""
    told.probe()
    assert USER_AGENT.startswith("NONISV|roomops|roomops/")
    assert {each.headers["user-agent"] for each in scripted.asked + scripted.signed_in} == {
        USER_AGENT
    }


def test_cookies_are_not_kept(scripted: Scripted, told: Graph) -> None:
    scripted.script(Said(body={"value": []}, headers={"Set-Cookie": "who=us; Path=/"}))
    told.probe()
    told.probe()
    assert "cookie" not in scripted.asked[1].headers


def test_redirects_are_not_followed(scripted: Scripted, told: Graph) -> None:
    scripted.script(Said(302, b"", {"Location": f"{scripted.url}/v1.0/elsewhere"}))
    with pytest.raises(Trouble):
        told.probe()
    assert len(scripted.asked) == 1


def test_what_is_not_set_up_says_so(glass: Glass) -> None:
    with pytest.raises(Trouble, match="not set up"):
        connect(load({})[0], glass.now)
