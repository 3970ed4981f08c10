"""What an access token says of itself, for information: nothing is verified, nothing decides.

Its form is not promised to clients, so that what cannot be read is Trouble and no empty answer.
https://learn.microsoft.com/entra/identity-platform/access-token-claims-reference
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode

from bot.errors import Trouble


def roles(token: str) -> frozenset[str]:
    """The application permissions that it was issued with; none stand there as no claim at all."""
    try:
        payload = token.split(".")[1]
        claims = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        found = claims.get("roles", [])
    except (AttributeError, IndexError, ValueError):
        raise _unreadable() from None  # the error's text may hold a part of the token
    if not isinstance(found, list):
        raise _unreadable()
    return frozenset(role for role in found if isinstance(role, str))


def _unreadable() -> Trouble:
    return Trouble("The bot's token does not tell its permissions")
