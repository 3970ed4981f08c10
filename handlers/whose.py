"""Whose app is whose: the integration may work with the bot's own app."""

from __future__ import annotations

from bot.finding import Owner
from bot.tenancy import Watched


def integration_of(watched: Watched) -> str:
    """The integration's app id; the bot's own where no other is named."""
    return watched.integration_app or watched.own_app


def is_own(watched: Watched) -> bool:
    return integration_of(watched).lower() == watched.own_app.lower()


def bots(watched: Watched) -> Owner:
    """Who suffers where something is wrong with the bot's own app."""
    return Owner.BOTH if is_own(watched) else Owner.BOT


def integrations(watched: Watched) -> Owner:
    """Who suffers where something is wrong with the integration's app."""
    return Owner.BOTH if is_own(watched) else Owner.INTEGRATION
