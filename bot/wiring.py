"""Where the parts meet: settings in, a bot that answers out.  Nothing here decides anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from adapters import clock, graph, store
from bot.access import Policy
from bot.dispatch import Dispatcher
from bot.ports import Clock, Groups, Services
from bot.settings import Settings
from bot.tenancy import Watched
from handlers import COMMANDS


@dataclass(frozen=True, slots=True)
class Bot:
    """What every way to run it shares; close it when done."""

    dispatch: Dispatcher
    graph: graph.Graph
    store: store.Store
    clock: Clock

    def close(self) -> None:
        self.graph.close()
        self.store.close()


def assemble(
    settings: Settings,
    groups: Mapping[str, Groups],
    now: Clock = clock.now,
    timer: Callable[[], float] = time.monotonic,
) -> Bot:
    """Opens the database (Trouble when it cannot); asks nothing of Microsoft 365 yet."""
    book = store.open_store(settings.database_url.get_secret_value(), now)
    client = graph.connect(settings, now)
    services = services_of(settings, client)
    dispatch = Dispatcher(COMMANDS, policy(settings, groups), book, services, timer)
    return Bot(dispatch, client, book, now)


def connected(settings: Settings) -> graph.Graph:
    """A client of Graph alone, for what needs no database."""
    return graph.connect(settings, clock.now)


def services_of(settings: Settings, client: graph.Graph) -> Services:
    watched = Watched(
        tenant=settings.tenant_id or "",
        own_app=settings.client_id or "",
        integration_app=settings.integration_app_id or "",
        service_account=settings.service_account or "",
        canary=settings.canary_mailbox or "",
        login_url=graph.endpoints(settings).login,
        write_probe_room=settings.write_probe_room or "",
    )
    return Services(
        client,
        client.directory,
        client.exchange,
        watched,
        settings.timezone,
        settings.show_subjects,
        client.asking,
    )


def policy(settings: Settings, groups: Mapping[str, Groups]) -> Policy:
    channels = {
        "slack": settings.slack_ops_channel,
        "teams": settings.teams_ops_conversation,
    }
    ops = frozenset(f"{platform}:{channel}" for platform, channel in channels.items() if channel)
    return Policy(settings.admins, settings.operators, ops, settings.allow_guests, groups)


def secrets_of(settings: Settings) -> list[str]:
    """Every secret's value, for the log to mask."""
    given = (
        settings.client_secret,
        settings.slack_bot_token,
        settings.slack_signing_secret,
        settings.slack_app_token,
        settings.teams_app_password,
        settings.database_url if "@" in settings.database_url.get_secret_value() else None,
    )
    return [secret.get_secret_value() for secret in given if secret]
