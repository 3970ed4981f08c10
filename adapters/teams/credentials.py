"""The bot's own token for the Bot Framework: one MSAL app, one request in flight.

Repairs botbuilder 4.17.1: it makes new credentials and a new MSAL app for every turn, so that
20 messages cost 20 token and 20 discovery requests, each of them blocking the event loop.
"""

from __future__ import annotations

import asyncio
import re
from typing import Any

import msal
import requests
from msal.exceptions import MsalError

from bot.errors import Forbidden, Trouble, Unreachable

_CODE = re.compile(r"AADSTS\d+")


class Credentials:
    """A single-tenant bot's app id and secret; `authority` is https://HOST/TENANT."""

    def __init__(
        self, app_id: str, secret: str, authority: str, scope: str, session: requests.Session
    ) -> None:
        self._app_id, self._secret = app_id, secret
        self._authority, self._scopes, self._session = authority, [f"{scope}/.default"], session
        self._app: Any = None
        self._flight: asyncio.Task[str] | None = None

    async def token(self) -> str:
        """A token that is valid now, mostly from MSAL's memory; Trouble when there is none."""
        # MSAL lets several threads ask at once while its memory is cold, so we do not.
        if self._flight is None or self._flight.done():
            self._flight = asyncio.create_task(asyncio.to_thread(self._ask))
        return await asyncio.shield(self._flight)

    def _ask(self) -> str:
        try:
            self._app = self._app or self._connected()
            answer = self._app.acquire_token_for_client(scopes=self._scopes)
        except (requests.RequestException, ValueError, MsalError) as wrong:
            raise Unreachable(
                "Entra gave no token for the Teams bot",
                "Check ROOMOPS_LOGIN_URL and ROOMOPS_TEAMS_TENANT_ID.",
                code=type(wrong).__name__,
            ) from wrong
        if "access_token" not in answer:
            raise _refused(answer)
        return str(answer["access_token"])

    def _connected(self) -> Any:
        # Asks the authority for its endpoints.  Instance discovery would ask a public host about
        # an authority that the settings name already.
        return msal.ConfidentialClientApplication(
            self._app_id,
            client_credential=self._secret,
            authority=self._authority,
            instance_discovery=False,
            http_client=self._session,
        )


def _refused(answer: dict[str, Any]) -> Trouble:
    # The description names tenants and trace ids; the AADSTS code in it says all that helps.
    found = _CODE.search(str(answer.get("error_description", "")))
    code = found[0] if found else str(answer.get("error", ""))
    return Forbidden(
        f"Entra refused the Teams bot's credentials ({code})",
        "Check ROOMOPS_TEAMS_APP_ID and ROOMOPS_TEAMS_APP_PASSWORD.",
        code=code,
    )
