"""Entra: the OpenID configuration and the token endpoint for client credentials."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Mapping
from datetime import datetime

import jwt
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from adapters.sandbox.answer import Answer
from adapters.sandbox.app import App
from adapters.sandbox.effect import SignInDown, SignInFails, SignInSlow
from adapters.sandbox.present import Present
from adapters.sandbox.sign_in_error import SignInRefused
from adapters.sandbox.tenant import Tenant
from adapters.sandbox.token import AUDIENCES, GRAPH, Tokens

_ASSERTION = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
# Azure Bot Service stands in every tenant; a Teams bot gets its token from the same place.
_BOTS = frozenset({"https://api.botframework.com/.default"})
_GRAPH = frozenset(
    f"https://{host}/.default"
    for host in (
        "graph.microsoft.com",
        "graph.microsoft.us",
        "dod-graph.microsoft.us",
        "microsoftgraph.chinacloudapi.cn",
    )
)
_MONITOR = frozenset(f"{audience}/.default" for audience in AUDIENCES)


class Entra:
    """`base` is where it is reached, as in https://localhost:8443."""

    def __init__(self, tenant: Tenant, tokens: Tokens, base: str) -> None:
        self._tenant = tenant
        self._tokens = tokens
        self._base = base

    async def answer(
        self, method: str, path: str, form: Mapping[str, str], now: datetime
    ) -> Answer:
        """`path` is the request's, `form` the decoded body."""
        if self._tenant.effects(SignInSlow):
            await asyncio.sleep(self._tenant.slowness)
        if self._tenant.effects(SignInDown):
            return Answer(503, {"error": "temporarily_unavailable", "error_codes": [90033]})
        who, _, what = path.strip("/").partition("/")
        try:
            return self._answer(method, who, what, form, now)
        except SignInRefused as refused:
            app = form.get("client_id", self._tenant.app.client_id)
            name, tenant = self._tenant.app.name, self._tenant.name
            return Answer(refused.status, refused.body(now, app=app, name=name, tenant=tenant))

    def _answer(
        self, method: str, who: str, what: str, form: Mapping[str, str], now: datetime
    ) -> Answer:
        match method, what.lower():
            case "GET", "v2.0/.well-known/openid-configuration":
                self._check_tenant(who)
                return Answer(200, self._configuration(who))
            case "POST", "oauth2/v2.0/token":
                self._check_tenant(who)
                return self._token(self._endpoint(who), form, now)
            case _:
                return Answer(404, {"error": "not_found"})

    def _check_tenant(self, who: str) -> None:
        if who.lower() not in (self._tenant.id, self._tenant.domain):
            raise SignInRefused(90002, who)

    def _endpoint(self, who: str) -> str:
        return f"{self._base}/{who}/oauth2/v2.0/token"

    def _configuration(self, who: str) -> dict[str, object]:
        root = f"{self._base}/{who}"
        return {
            "token_endpoint": self._endpoint(who),
            "token_endpoint_auth_methods_supported": ["client_secret_post", "private_key_jwt"],
            "jwks_uri": f"{root}/discovery/v2.0/keys",
            "issuer": f"{self._base}/{self._tenant.id}/v2.0",
            "authorization_endpoint": f"{root}/oauth2/v2.0/authorize",
            "device_authorization_endpoint": f"{root}/oauth2/v2.0/devicecode",
            "tenant_region_scope": "WW",
            "cloud_instance_name": "microsoftonline.com",
            "cloud_graph_host_name": "graph.windows.net",
            "msgraph_host": "graph.microsoft.com",
        }

    def _token(self, endpoint: str, form: Mapping[str, str], now: datetime) -> Answer:
        for needed in ("grant_type", "client_id", "scope"):
            if not form.get(needed):
                raise SignInRefused(900144, needed)
        if form["grant_type"] != "client_credentials":
            raise SignInRefused(70003, form["grant_type"])
        for effect, _ in self._tenant.effects(SignInFails):
            raise SignInRefused(effect.code)
        credential = self._authenticate(endpoint, form, now)
        self._check_scope(form["scope"])
        asked = form["scope"]
        audience = asked.removesuffix("/.default") if asked in _MONITOR else GRAPH
        token, life = self._tokens.issue(now, credential, audience)
        body = {"token_type": "Bearer", "expires_in": life, "ext_expires_in": life}
        return Answer(200, body | {"access_token": token})

    def _authenticate(self, endpoint: str, form: Mapping[str, str], now: datetime) -> str:
        app = Present(self._tenant).app
        if form["client_id"].lower() != app.client_id or not app.is_here:
            raise SignInRefused(700016)
        if not app.enabled or app.disabled_by_microsoft:
            raise SignInRefused(7000112)
        if form.get("client_assertion_type") == _ASSERTION:
            _check_assertion(app, form.get("client_assertion", ""), endpoint)
            return "2"
        if not form.get("client_secret"):
            raise SignInRefused(7000218)
        _check_secret(app, form["client_secret"], now)
        return "1"

    def _check_scope(self, scope: str) -> None:
        if not scope.endswith("/.default"):
            raise SignInRefused(70011, scope)
        if scope not in _GRAPH | _BOTS | _MONITOR | {f"{self._base}/.default"}:
            raise SignInRefused(500011, scope.removesuffix("/.default"))


def _check_secret(app: App, value: str, now: datetime) -> None:
    held = [secret for secret in app.secrets if secret.value == value]
    if not held:
        raise SignInRefused(7000215)
    if all(secret.expired(now) for secret in held):
        raise SignInRefused(7000222)


def _check_assertion(app: App, assertion: str, endpoint: str) -> None:
    """Signature, audience, issuer and times; the times by the real clock, as the client's are."""
    try:
        header = jwt.get_unverified_header(assertion)
        key = _registered(app, header.get("x5t#S256", ""), header.get("x5t", ""))
        jwt.decode(
            assertion,
            key,
            algorithms=["PS256", "RS256"],
            audience=endpoint,
            issuer=app.client_id,
            subject=app.client_id,
        )
    except jwt.PyJWTError as wrong:
        raise SignInRefused(700027, f"[Reason - {wrong}]") from wrong


def _registered(app: App, sha256: str, sha1: str) -> RSAPublicKey:
    """The key of the certificate with that thumbprint."""
    for certificate in app.certificates:
        prints = (_print(certificate, hashes.SHA256()), _print(certificate, hashes.SHA1()))
        key = certificate.public_key()
        # MSAL leaves the padding of the thumbprint on.
        if isinstance(key, RSAPublicKey) and (sha256.rstrip("="), sha1.rstrip("=")) in (
            (prints[0], ""),
            ("", prints[1]),
            prints,
        ):
            return key
    raise SignInRefused(700027, "[Reason - The key was not found.]")


def _print(certificate: x509.Certificate, algorithm: hashes.HashAlgorithm) -> str:
    digest = certificate.fingerprint(algorithm)
    return base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
