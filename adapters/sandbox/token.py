"""Access tokens: issued by Entra, read by Graph.

They look like JSON Web Tokens and carry the claims of an app-only Graph token of version 1.0, but
only the table of issued ones decides: what a token may is what it was issued with.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache

import jwt
from cryptography.hazmat.primitives.asymmetric import ec

from adapters.sandbox.mailbox import stable_id
from adapters.sandbox.present import Present
from adapters.sandbox.refusal import token_invalid
from adapters.sandbox.tenant import Tenant

GRAPH = "https://graph.microsoft.com"
# Azure Monitor's, by cloud; the second is the new name of the first.
# https://learn.microsoft.com/azure/azure-monitor/logs/api/access-api
AUDIENCES = frozenset(
    f"https://{host}"
    for host in (
        "api.loganalytics.io",
        "api.loganalytics.azure.com",
        "api.loganalytics.us",
        "api.loganalytics.azure.cn",
    )
)

_SHORTEST, _LONGEST = 3599, 5399  # seconds; Entra picks 60 to 90 minutes


@dataclass(frozen=True, slots=True)
class Grant:
    """What a token lets its bearer do, until when."""

    roles: frozenset[str]
    expires: datetime
    epoch: int
    audience: str = GRAPH


@lru_cache(maxsize=1)
def _signing_key() -> ec.EllipticCurvePrivateKey:
    return ec.generate_private_key(ec.SECP256R1())


class Tokens:
    """Every token that is out."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant
        self._issued: dict[str, Grant] = {}
        self._count = 0

    def issue(self, now: datetime, credential: str, audience: str = GRAPH) -> tuple[str, int]:
        """A token and its life in seconds; `credential` is "1" for a secret, "2" a certificate."""
        self._count += 1
        life = _SHORTEST + self._count * 617 % (_LONGEST - _SHORTEST)
        expires = now + timedelta(seconds=life)
        roles = Present(self._tenant).app.consented if audience == GRAPH else frozenset()
        token = jwt.encode(
            self._claims(now, expires, roles, credential) | {"aud": audience},
            _signing_key(),
            algorithm="ES256",
            headers={"kid": "sandbox"},
        )
        self._issued = {key: grant for key, grant in self._issued.items() if grant.expires > now}
        self._issued[token] = Grant(roles, expires, self._tenant.epoch, audience)
        return token, life

    def read(self, authorization: str, now: datetime) -> Grant:
        """The grant behind an Authorization header, whosever it is; Refusal 401 otherwise."""
        scheme, _, token = authorization.partition(" ")
        if scheme.lower() != "bearer" or not token.strip():
            raise token_invalid("Access token is empty.")
        grant = self._issued.get(token.strip())
        if grant is None and token.count(".") != 2:
            raise token_invalid("IDX14100: JWT is not well formed, there are no dots (.).")
        if grant is None:
            raise token_invalid("Access token validation failure. Invalid signature.")
        if grant.expires <= now or grant.epoch < self._tenant.epoch:
            raise token_invalid("Lifetime validation failed, the token is expired.")
        return grant

    def _claims(
        self, now: datetime, expires: datetime, roles: frozenset[str], credential: str
    ) -> dict[str, object]:
        app, issued = self._tenant.app, int(now.timestamp())
        claims: dict[str, object] = {
            "aud": GRAPH,
            "iss": f"https://sts.windows.net/{self._tenant.id}/",
            "iat": issued,
            "nbf": issued,
            "exp": int(expires.timestamp()),
            "app_displayname": app.name,
            "appid": app.client_id,
            "appidacr": credential,
            "idp": f"https://sts.windows.net/{self._tenant.id}/",
            "idtyp": "app",
            "oid": app.service_principal_id,
            "sub": app.service_principal_id,
            "tid": self._tenant.id,
            "uti": stable_id("token", str(self._count)),
            "ver": "1.0",
        }
        return claims | ({"roles": sorted(roles)} if roles else {})
