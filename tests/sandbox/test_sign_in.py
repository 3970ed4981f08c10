"""Entra's token endpoint: who gets a token, what is in it, and every way to be refused."""

from __future__ import annotations

import base64
from datetime import timedelta

import jwt
import msal
import pytest
import requests
from cryptography.hazmat.primitives import hashes

from adapters.sandbox import Sandbox, Tenant
from adapters.sandbox.app import Secret
from tests.sandbox.asking import NOW, Asker, Clock
from tests.sandbox.schema import example


def claims(token: str) -> dict[str, object]:
    decoded: dict[str, object] = jwt.decode(token, options={"verify_signature": False})
    return decoded


def test_the_right_secret_buys_a_token_for_an_hour_to_an_hour_and_a_half(asker: Asker) -> None:
    answer = asker.sign_in()
    assert answer.status_code == 200
    assert set(answer.json()) == set(example("token_client_credentials.response"))
    assert 3599 <= answer.json()["expires_in"] <= 5400


def test_a_token_says_which_app_it_is_for_and_what_was_consented_to(
    asker: Asker, tenant: Tenant
) -> None:
    said = claims(asker.renew())
    assert said["idtyp"] == "app"
    assert said["appid"] == tenant.app.client_id
    assert said["tid"] == tenant.id
    assert said["roles"] == sorted(tenant.app.consented)
    assert "scp" not in said


def test_permissions_that_exchange_assigned_never_stand_in_the_token(asker: Asker) -> None:
    assert not any(str(role).startswith("Calendars") for role in claims(asker.renew())["roles"])  # type: ignore[attr-defined]


def test_without_any_consent_the_token_comes_without_roles(asker: Asker, tenant: Tenant) -> None:
    tenant.revoke(*tenant.app.consented)
    answer = asker.sign_in()
    assert answer.status_code == 200
    assert "roles" not in claims(answer.json()["access_token"])


@pytest.mark.parametrize(
    ("changes", "status", "error", "code"),
    [
        ({"client_secret": "not it"}, 401, "invalid_client", 7000215),
        ({"client_secret": None}, 401, "invalid_client", 7000218),
        ({"client_id": "11111111-2222-3333-4444-555555555555"}, 400, "unauthorized_client", 700016),
        ({"scope": "https://graph.microsoft.com/User.Read"}, 400, "invalid_scope", 70011),
        ({"scope": "https://vault.azure.net/.default"}, 400, "invalid_resource", 500011),
        ({"scope": None}, 400, "invalid_request", 900144),
        ({"grant_type": "password"}, 400, "unsupported_grant_type", 70003),
        ({"tenant": "fabrikam.example"}, 400, "invalid_request", 90002),
    ],
)
def test_a_wrong_request_is_refused_with_entras_own_code(
    asker: Asker, changes: dict[str, str | None], status: int, error: str, code: int
) -> None:
    answer = asker.sign_in(**changes)  # type: ignore[arg-type]
    assert answer.status_code == status
    assert answer.json()["error"] == error
    assert answer.json()["error_codes"] == [code]
    assert answer.json()["error_description"].startswith(f"AADSTS{code}: ")


@pytest.mark.parametrize(
    ("name", "fault", "changes"),
    [
        ("token_error_7000215", "secret-wrong", {}),
        ("token_error_7000222", "secret-expired", {}),
        ("token_error_53003", "conditional-access", {}),
        ("token_error_invalid_scope", "", {"scope": "https://foo.microsoft.com/x"}),
    ],
)
def test_refusals_have_the_shape_of_microsofts_examples(
    asker: Asker, tenant: Tenant, name: str, fault: str, changes: dict[str, str]
) -> None:
    if fault:
        tenant.break_(fault)
    theirs, ours = example(f"{name}.response"), asker.sign_in(**changes).json()
    assert ours.keys() == theirs.keys()
    assert ours["error"] == theirs["error"]
    assert ours["error_codes"] == theirs["error_codes"]
    first = theirs["error_description"].split(".")[0].split(" for app")[0]
    assert ours["error_description"].startswith(first)


def test_a_secret_ends_on_its_day(asker: Asker, tenant: Tenant, clock: Clock) -> None:
    tenant.app.secrets = [Secret("short-lived", NOW + timedelta(days=1))]
    assert asker.sign_in().status_code == 200
    clock.forward(days=1)
    assert asker.sign_in().json()["error_codes"] == [7000222]


def test_a_disabled_app_gets_no_token(asker: Asker, tenant: Tenant) -> None:
    tenant.app.enabled = False
    assert asker.sign_in().json()["error_codes"] == [7000112]


def test_the_openid_configuration_points_back_at_the_sandbox(asker: Asker) -> None:
    url = f"{asker.sandbox.url}/{asker.sandbox.tenant.id}"
    answer = asker.http.get(f"{url}/v2.0/.well-known/openid-configuration")
    assert answer.json()["token_endpoint"] == f"{url}/oauth2/v2.0/token"
    assert answer.json().keys() <= example("openid-configuration.v2").keys()


def test_an_unknown_tenant_has_no_openid_configuration(asker: Asker) -> None:
    url = f"{asker.sandbox.url}/nobody.example/v2.0/.well-known/openid-configuration"
    answer = asker.http.get(url)
    assert answer.status_code == 400
    assert answer.json()["error_codes"] == [90002]


def _msal(sandbox: Sandbox, session: requests.Session, credential: object) -> dict[str, object]:
    settings = sandbox.settings()
    session.verify, session.trust_env = sandbox.ca_bundle, False
    app = msal.ConfidentialClientApplication(
        settings["ROOMOPS_CLIENT_ID"],
        authority=f"{sandbox.url}/{settings['ROOMOPS_TENANT_ID']}",
        client_credential=credential,
        instance_discovery=False,
        http_client=session,
    )
    result: dict[str, object] = app.acquire_token_for_client(
        scopes=["https://graph.microsoft.com/.default"]
    )
    return result


def test_msal_signs_in_with_the_secret(sandbox: Sandbox) -> None:
    with requests.Session() as session:
        result = _msal(sandbox, session, sandbox.settings()["ROOMOPS_CLIENT_SECRET"])
    assert claims(str(result["access_token"]))["appidacr"] == "1"


def _certificate(pem: str) -> dict[str, str]:
    return {"private_key": pem, "public_certificate": pem[pem.index("-----BEGIN CERT") :]}


def test_msal_signs_in_with_a_registered_certificate(sandbox: Sandbox) -> None:
    with open(sandbox.certificate()) as file, requests.Session() as session:
        result = _msal(sandbox, session, _certificate(file.read()))
    assert claims(str(result["access_token"]))["appidacr"] == "2"


def test_a_certificate_that_is_not_registered_is_refused(sandbox: Sandbox) -> None:
    with open(sandbox.certificate()) as file, requests.Session() as session:
        sandbox.tenant.app.certificates.clear()
        result = _msal(sandbox, session, _certificate(file.read()))
    assert result["error_codes"] == [700027]


@pytest.mark.parametrize(
    "changes",
    [
        {"aud": "https://login.microsoftonline.com/common/oauth2/v2.0/token"},
        {"iss": "somebody else"},
        {"sub": "somebody else"},
        {"exp": 1_700_000_000},
    ],
)
def test_an_assertion_must_be_for_here_from_the_app_and_in_time(
    asker: Asker, sandbox: Sandbox, changes: dict[str, object]
) -> None:
    with open(sandbox.certificate()) as file:
        pem = file.read()
    app = sandbox.tenant.app
    url = f"{sandbox.url}/{sandbox.tenant.id}/oauth2/v2.0/token"
    claims = {"aud": url, "iss": app.client_id, "sub": app.client_id, "exp": 4_000_000_000}
    digest = app.certificates[0].fingerprint(hashes.SHA256())
    thumbprint = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

    def sign_in(**changed: object) -> int:
        signed = jwt.encode(claims | changed, pem, "PS256", headers={"x5t#S256": thumbprint})
        answer = asker.sign_in(
            client_secret=None, client_assertion_type=kind, client_assertion=signed
        )
        return answer.status_code

    assert sign_in() == 200
    assert sign_in(**changes) == 401


@pytest.mark.parametrize("assertion", ["", "a.b.c", "no dots"])
def test_an_assertion_that_is_no_token_is_refused(asker: Asker, assertion: str) -> None:
    kind = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
    answer = asker.sign_in(
        client_secret=None, client_assertion_type=kind, client_assertion=assertion
    )
    assert answer.json()["error_codes"] == [700027]
