"""Who may post activities: the Bot Framework's channel, proved by its signed token.

Repairs botbuilder 4.17.1: its configurable authentication cannot run without an app id, accepts
a list of further issuers and then ignores it, and asks a second key endpoint about tokens that
merely claim to be an emulator's or a skill's.  Here one issuer counts, the configured one, and
no outgoing client is made: a turn answers through our Connector.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import jwt
from botbuilder.schema import Activity
from botframework.connector.auth import (
    AuthenticateRequestResult,
    AuthenticationConfiguration,
    BotFrameworkAuthentication,
    BotFrameworkAuthenticationFactory,
    ClaimsIdentity,
    ConnectorFactory,
    ServiceClientCredentialsFactory,
)
from botframework.connector.auth.jwt_token_extractor import JwtTokenExtractor

from adapters.teams.connector import Connector
from adapters.teams.keys import PublishedKeys

ISSUER = "https://api.botframework.com"
OPENID_URL = "https://login.botframework.com/v1/.well-known/openidconfiguration"
_GOVERNMENT = "https://api.botframework.us"


def scope(issuer: str) -> str:
    """What the bot's own token is for: the Bot Framework of the issuer's cloud."""
    return issuer if issuer == _GOVERNMENT else ISSUER


def on_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host).is_loopback
    except ValueError:
        return False


class _Ours(ConnectorFactory):  # type: ignore[misc]  # botframework has no types
    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    async def create(self, service_url: str, audience: str) -> Connector:  # noqa: ARG002
        return self._connector


class _OneApp(ServiceClientCredentialsFactory):  # type: ignore[misc]  # as above
    """Answers which app a token must be for.  Tokens of our own come from credentials.py."""

    def __init__(self, app_id: str) -> None:
        self._app_id = app_id.lower()

    async def is_valid_app_id(self, app_id: str) -> bool:
        return app_id.lower() == self._app_id

    async def is_authentication_disabled(self) -> bool:
        return False

    async def create_credentials(self, *_: object) -> Any:
        """Refused, not left out: a second set of credentials would be a second token a turn."""
        raise PermissionError("credentials.py has the only credentials")


class _Authentication(BotFrameworkAuthentication):  # type: ignore[misc]  # as above
    def __init__(self, connector: Connector) -> None:
        self._connectors = _Ours(connector)

    def create_connector_factory(self, claims_identity: ClaimsIdentity) -> ConnectorFactory:  # noqa: ARG002
        return self._connectors

    async def create_user_token_client(self, claims_identity: ClaimsIdentity) -> None:  # noqa: ARG002
        return None

    async def authenticate_streaming_request(self, *_: object) -> AuthenticateRequestResult:
        raise PermissionError("no streaming")


class ChannelOnly(_Authentication):
    """Only what the channel signed, for this app, about this very serviceUrl."""

    def __init__(self, connector: Connector, app_id: str, issuer: str, keys: PublishedKeys) -> None:
        super().__init__(connector)
        self._issuer = issuer
        # The SDK looks keys up by an address, in a table of the whole process.  It never goes to
        # this one, and no other instance finds ours under it.
        address = f"keys:{id(keys)}"
        JwtTokenExtractor.metadataCache[address] = keys
        self._stock = BotFrameworkAuthenticationFactory.create(
            # As soon as one of these is set, all are read and none has a default.
            to_bot_from_channel_token_issuer=issuer,
            to_bot_from_channel_open_id_metadata_url=address,
            to_bot_from_emulator_open_id_metadata_url=address,
            to_channel_from_bot_oauth_scope=scope(issuer),
            to_channel_from_bot_login_url="unused",
            oauth_url="unused",
            credential_factory=_OneApp(app_id),
            auth_configuration=AuthenticationConfiguration(),
        )

    async def authenticate_request(
        self, activity: Activity, auth_header: str
    ) -> AuthenticateRequestResult:
        """The channel's identity; PermissionError, or anything else, for everybody else."""
        kind, _, token = auth_header.partition(" ")
        if kind != "Bearer":
            raise PermissionError("no bearer token")
        claimed = jwt.decode(token, options={"verify_signature": False})
        if claimed.get("iss") != self._issuer:
            raise PermissionError("issued by somebody else")
        if "exp" not in claimed:  # PyJWT checks it only where it stands
            raise PermissionError("valid for ever")
        if activity.channel_id != "msteams":  # where nobody's tenant is known
            raise PermissionError("another channel than Teams")
        _check(activity.service_url)
        result = await self._stock.authenticate_request(activity, auth_header)
        result.connector_factory = self._connectors
        return result


class Anybody(_Authentication):
    """For development without credentials: whoever reaches us, but answers stay on this machine.

    Without a signature the request itself says where the answer goes.
    """

    async def authenticate_request(
        self,
        activity: Activity,
        auth_header: str,  # noqa: ARG002
    ) -> AuthenticateRequestResult:
        if not on_loopback(urlsplit(activity.service_url or "").hostname or ""):
            raise PermissionError("a serviceUrl that is not on this machine")
        result = AuthenticateRequestResult()
        result.claims_identity = ClaimsIdentity({}, True)
        result.connector_factory = self._connectors
        return result


def _check(service_url: str | None) -> None:
    address = urlsplit(service_url or "")
    if address.scheme != "https" and not on_loopback(address.hostname or ""):
        raise PermissionError("a serviceUrl to which no token may be sent")
