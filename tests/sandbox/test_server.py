"""The server itself: where it stands, what it leaves behind, how it starts and ends."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from adapters.sandbox import Sandbox, empty
from tests.sandbox.asking import Asker


def test_the_settings_are_all_that_a_client_needs() -> None:
    with Sandbox() as sandbox:
        settings = sandbox.settings()
        assert set(settings) == {
            "ROOMOPS_TENANT_ID",
            "ROOMOPS_CLIENT_ID",
            "ROOMOPS_CLIENT_SECRET",
            "ROOMOPS_GRAPH_URL",
            "ROOMOPS_LOGIN_URL",
            "ROOMOPS_CA_BUNDLE",
            "ROOMOPS_SERVICE_ACCOUNT",
            "ROOMOPS_INTEGRATION_APP_ID",
            "ROOMOPS_CANARY_MAILBOX",
            "ROOMOPS_MONITOR_URL",
            "ROOMOPS_LOG_ANALYTICS_WORKSPACE",
        }
        asker = Asker(sandbox)
        assert asker.get(f"users/{settings['ROOMOPS_SERVICE_ACCOUNT']}").status_code == 200
        asker.http.close()


def test_nothing_is_left_behind() -> None:
    with Sandbox() as sandbox:
        bundle = Path(sandbox.ca_bundle)
        assert bundle.is_file()
    assert not bundle.parent.exists()


def test_a_directory_that_was_given_is_kept(tmp_path: Path) -> None:
    with Sandbox(directory=tmp_path) as sandbox:
        assert Path(sandbox.ca_bundle).parent == tmp_path
    assert (tmp_path / "ca.pem").is_file()


def test_nobody_without_its_authority_trusts_it(asker: Asker) -> None:
    with httpx.Client(trust_env=False) as stranger, pytest.raises(httpx.ConnectError):
        stranger.get(f"{asker.sandbox.url}/v1.0/organization")


def test_two_sandboxes_stand_side_by_side() -> None:
    with Sandbox(empty()) as one, Sandbox(empty()) as other:
        assert one.url != other.url


def test_a_port_that_is_taken_is_an_error_and_not_a_wait() -> None:
    with Sandbox() as sandbox:
        port = int(sandbox.url.rsplit(":", 1)[1])
        with pytest.raises(OSError, match=str(port)), Sandbox(port=port):
            pass


def test_it_ends_while_somebody_is_still_asking(asker: Asker) -> None:
    """A connection that is kept alive does not hold it up."""
    with Sandbox() as sandbox:
        other = Asker(sandbox)
        other.get("organization")
    with pytest.raises(httpx.TransportError):
        other.get("organization")
    other.http.close()
