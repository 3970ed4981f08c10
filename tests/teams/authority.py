"""Entra's token endpoint for the bot, over TLS with an authority of its own; it counts."""

from __future__ import annotations

import ssl
from collections import Counter
from datetime import UTC, datetime, timedelta
from functools import cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any

from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.x509.oid import NameOID

from tests.fake_channel import APP_ID, TENANT, Served, rsa_key

SECRET = "a secret that nobody may read anywhere"


class Authority(Served):
    scheme = "https"

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.forget()
        self.bundle = folder / "authority.pem"
        self.bundle.write_bytes(_certificate())
        self._pair = folder / "pair.pem"
        self._pair.write_bytes(_certificate() + _private())

    def forget(self) -> None:
        """As on the first day."""
        self.asked: Counter[str] = Counter()
        self.fail_next: list[str] = []  # what it says at its next failures

    def ssl(self) -> Any:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self._pair)
        return context

    async def made(self) -> web.Application:
        app = web.Application()
        app.router.add_get("/{tenant}/v2.0/.well-known/openid-configuration", self._discovery)
        app.router.add_post("/{tenant}/oauth2/v2.0/token", self._token)
        return app

    async def _discovery(self, request: web.Request) -> web.Response:
        self.asked["discovery"] += 1
        if self.fail_next:
            raise web.HTTPServiceUnavailable(text=str(self.fail_next.pop(0)))
        if (tenant := request.match_info["tenant"]) != TENANT:
            return web.json_response({"error": "invalid_tenant"}, status=400)
        base = f"{self.url}/{tenant}"
        return web.json_response(
            {
                "issuer": f"{base}/v2.0",
                "authorization_endpoint": f"{base}/oauth2/v2.0/authorize",
                "token_endpoint": f"{base}/oauth2/v2.0/token",
            }
        )

    async def _token(self, request: web.Request) -> web.Response:
        self.asked["token"] += 1
        form = await request.post()
        if (form.get("client_id"), form.get("client_secret")) != (APP_ID, SECRET):
            why = "AADSTS7000215: Invalid client secret provided. Trace ID: 1"
            refusal = {"error": "invalid_client", "error_description": why}
            return web.json_response(refusal, status=401)
        token = f"token-{self.asked['token']}-{form['scope']!s}"
        return web.json_response(
            {"token_type": "Bearer", "expires_in": 3600, "access_token": token}
        )


@cache
def _certificate() -> bytes:
    key = rsa_key("authority")
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    places = [x509.DNSName("localhost"), x509.IPAddress(ip_address("127.0.0.1"))]
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=30))
        .add_extension(x509.SubjectAlternativeName(places), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


def _private() -> bytes:
    return rsa_key("authority").private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
