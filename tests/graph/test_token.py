"""Signing in: once, lazily, with a secret or a certificate, and what refusals say."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import jwt
import pytest

from adapters.graph import Graph
from adapters.graph.refusal import SignInRefused
from adapters.sandbox import Sandbox, Tenant
from bot.errors import Forbidden, Throttled, Trouble, Unreachable
from tests.graph.conftest import Connect
from tests.graph.glass import Glass
from tests.graph.scripted import TOKEN, Said, Scripted


def test_connecting_asks_nobody(scripted: Scripted, told: Graph) -> None:
    assert scripted.connections == 0


def test_sixteen_threads_share_one_token_request(scripted: Scripted, told: Graph) -> None:
    with ThreadPoolExecutor(16) as pool:
        for done in [pool.submit(told.probe) for _ in range(16)]:
            done.result()
    assert len(scripted.signed_in) == 1
    assert len(scripted.asked) == 16


def test_a_certificate_signs_in_with_ps256_and_a_sha256_thumbprint(
    sandbox: Sandbox, scripted: Scripted, joined: Connect
) -> None:
    settings = scripted.settings() | {"ROOMOPS_CLIENT_CERTIFICATE": sandbox.certificate()}
    del settings["ROOMOPS_CLIENT_SECRET"]
    joined(settings).probe()
    form = dict(pair.split("=", 1) for pair in scripted.signed_in[0].text.split("&"))
    header = jwt.get_unverified_header(form["client_assertion"])
    assert header["alg"] == "PS256"
    assert "x5t#S256" in header
    assert "client_secret" not in form


def test_entra_takes_the_certificate(sandbox: Sandbox, joined: Connect) -> None:
    settings = sandbox.settings() | {"ROOMOPS_CLIENT_CERTIFICATE": sandbox.certificate()}
    del settings["ROOMOPS_CLIENT_SECRET"]
    joined(settings).probe()
    assert sandbox.referee.operations == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "holds no private key"),
        ("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", "holds no certificate"),
        (
            "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "locked with a passphrase",
        ),
        (
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"
            "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----",
            "not the certificate's",
        ),
    ],
)
def test_a_useless_certificate_file_says_what_is_wrong_with_it(
    scripted: Scripted, joined: Connect, tmp_path: Path, text: str, said: str
) -> None:
    pem = tmp_path / "app.pem"
    pem.write_text(text)
    settings = scripted.settings() | {"ROOMOPS_CLIENT_CERTIFICATE": str(pem)}
    del settings["ROOMOPS_CLIENT_SECRET"]
    with pytest.raises(Trouble, match=said):
        joined(settings).probe()
    assert not scripted.signed_in


@pytest.mark.parametrize(
    ("fault", "said"),
    [
        ("secret-expired", "secret has expired. Create a new client secret"),
        ("secret-wrong", "secret is not the app's. Create a new client secret"),
        ("app-disabled", "app is switched off"),
        ("app-deleted", "app is not in this tenant"),
        ("conditional-access", "Conditional Access policy blocks"),
    ],
)
def test_a_refused_sign_in_names_the_cause_and_the_cure(
    tenant: Tenant, graph: Graph, fault: str, said: str
) -> None:
    tenant.break_(fault)
    with pytest.raises(Forbidden) as refused:
        graph.probe()
    assert said in refused.value.sentence
    assert refused.value.code.startswith("AADSTS")
    assert refused.value.request_id


def test_an_unknown_tenant_is_named_as_the_cause(sandbox: Sandbox, joined: Connect) -> None:
    graph = joined(sandbox.settings(), ROOMOPS_TENANT_ID="99999999-9999-9999-9999-999999999999")
    with pytest.raises(Forbidden, match="no such tenant"):
        graph.probe()


def test_an_unknown_code_gets_a_safe_answer(scripted: Scripted, told: Graph) -> None:
    body = {"error": "invalid_client", "error_codes": [424242], "error_description": "Psst"}
    scripted.login = lambda _: Said(401, body)
    with pytest.raises(SignInRefused) as refused:
        told.probe()
    assert "one that I do not know" in refused.value.sentence
    assert "Psst" not in refused.value.sentence


def test_codes_decide_and_not_the_text(scripted: Scripted, told: Graph) -> None:
    """Its separators changed from line ends to blanks between 2022 and 2026."""
    text = "AADSTS7000222: expired Trace ID: 1 Correlation ID: 2"
    body = {"error": "invalid_client", "error_codes": [7000215], "error_description": text}
    scripted.login = lambda _: Said(401, body)
    with pytest.raises(SignInRefused, match="is not the app's"):
        told.probe()


def test_what_was_mended_shows_within_seconds_and_not_after_msals_minute(
    tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.break_("conditional-access")
    with pytest.raises(Forbidden):
        graph.probe()
    tenant.mend()
    with pytest.raises(Forbidden):
        graph.probe()  # repeated from memory: fifty threads must not ask fifty times
    glass.forward(seconds=6)
    graph.probe()


def test_entra_out_of_order_is_not_our_fault(tenant: Tenant, graph: Graph) -> None:
    tenant.break_("entra-down")
    with pytest.raises(Unreachable, match="out of order"):
        graph.probe()


def test_a_token_that_is_held_outlives_entra(scripted: Scripted, told: Graph, glass: Glass) -> None:
    scripted.login = lambda _: Said(body={"access_token": TOKEN, "expires_in": 200})
    told.probe()
    scripted.login = lambda _: Said(503, {"error": "temporarily_unavailable"})
    told.probe()
    assert len(scripted.signed_in) == 2  # near its end a newer one is wished for, not needed
    glass.forward(seconds=171)
    with pytest.raises(Unreachable):
        told.probe()


def test_entras_retry_after_is_obeyed(scripted: Scripted, told: Graph, glass: Glass) -> None:
    scripted.login = lambda _: Said(
        429, {"error": "temporarily_unavailable"}, {"Retry-After": "40"}
    )
    with pytest.raises(Throttled) as refused:
        told.probe()
    assert refused.value.retry_after == timedelta(seconds=40)
    glass.forward(seconds=39)
    with pytest.raises(Throttled):
        told.probe()
    assert len(scripted.signed_in) == 1
    glass.forward(seconds=2)
    with pytest.raises(Throttled):
        told.probe()
    assert len(scripted.signed_in) == 2


@pytest.mark.parametrize(
    "said",
    [
        Said(200, b"<html>Please sign in</html>"),
        Said(200, b""),
        Said(200, b"[]"),
        Said(302, b"", {"Location": "https://elsewhere.example/"}),
        Said(500, b"oops"),
        Said(400, b"oops"),
        Said(200, {"token_type": "Bearer"}),
    ],
)
def test_an_answer_that_is_no_answer_is_trouble_and_nothing_else(
    scripted: Scripted, told: Graph, said: Said
) -> None:
    scripted.login = lambda _: said
    with pytest.raises(Unreachable):
        told.probe()


def test_a_token_that_graph_no_longer_takes_is_renewed_once(
    tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    graph.probe()
    glass.forward(minutes=95)  # by Graph's clock it is over, whatever MSAL believes
    graph.probe()


def test_a_token_that_is_never_taken_is_not_asked_for_for_ever(
    scripted: Scripted, told: Graph
) -> None:
    scripted.graph = lambda _: Said(401, {"error": {"code": "InvalidAuthenticationToken"}})
    with pytest.raises(SignInRefused, match="does not accept"):
        told.probe()
    assert len(scripted.signed_in) == 2
    assert len(scripted.asked) == 2


def test_a_consent_given_later_is_noticed_without_a_restart(
    tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    """A token carries the roles of its hour; a denial makes the bot look for a newer one."""
    tenant.revoke("Place.Read.All")
    with pytest.raises(Forbidden):
        graph.probe()
    tenant.grant("Place.Read.All")
    glass.forward(minutes=6)
    with pytest.raises(Forbidden):
        graph.probe()
    graph.probe()


def test_a_token_without_any_permission_names_the_one_that_is_missing(
    tenant: Tenant, graph: Graph
) -> None:
    tenant.break_("access-lost")
    with pytest.raises(Forbidden) as refused:
        graph.probe()
    assert "Place.Read.All" in refused.value.hint
