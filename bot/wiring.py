"""Where the parts meet: settings in, a bot that answers out.  Nothing here decides anything."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import timedelta

from adapters import clock, graph, store
from adapters.graph.tls import session, trust
from adapters.heartbeat import Heartbeat
from bot.access import Policy
from bot.book import Book
from bot.desk import Desk
from bot.dispatch import Dispatcher
from bot.ledger_keeper import Felt
from bot.people import Channel
from bot.ports import Clock, Groups, Services
from bot.settings import Settings
from bot.tenancy import Watched
from handlers import COMMANDS


@dataclass(frozen=True, slots=True)
class Bot:
    """What every way to run it shares; close it when done."""

    dispatch: Dispatcher
    desk: Desk
    graph: graph.Graph
    store: store.Store
    clock: Clock
    felt: Felt

    def close(self) -> None:
        self.graph.close()
        self.store.close()


def assemble(
    settings: Settings,
    groups: Mapping[str, Groups],
    now: Clock = clock.now,
    timer: Callable[[], float] = time.monotonic,
    channels: tuple[Channel, ...] = (),
    connect: Callable[[Settings, Clock], graph.Graph] = graph.connect,
) -> Bot:
    """Opens the database (Trouble when it cannot); asks nothing of Microsoft 365 yet.

    Alerts go to `channels`, or to the ops channels of the settings.
    """
    book = store.open_store(settings.database_url.get_secret_value(), now)
    client = connect(settings, now)
    felt = felt_by(client)
    services = replace(services_of(settings, client), pressure=felt)
    interval = timedelta(seconds=settings.check_interval)
    desk = desk_of(services, book.book, channels or ops_channels(settings), interval)
    dispatch = Dispatcher(COMMANDS, policy(settings, groups), book, desk, timer)
    return Bot(dispatch, desk, client, book, now, felt)


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
        client.activity,
        felt_by(client),
    )


def felt_by(client: graph.Graph) -> Felt:
    return Felt(client.governor.ledger, client.governor.standing)


def desk_of(
    services: Services, book: Book, channels: tuple[Channel, ...], interval: timedelta
) -> Desk:
    """What commands reach: the services, the book, and where alerts are told."""
    given = {field.name: getattr(services, field.name) for field in fields(services)}
    return Desk(**given, book=book, channels=channels, interval=interval)


def ops_channels(settings: Settings) -> tuple[Channel, ...]:
    """Where alerts go: the ops channel of each platform that is switched on."""
    found = []
    if settings.slack_bot_token and settings.slack_ops_channel:
        found.append(Channel("slack", settings.slack_ops_channel))
    if (settings.teams_app_id or settings.teams_development) and settings.teams_ops_conversation:
        found.append(Channel("teams", settings.teams_ops_conversation))
    return tuple(found)


def heartbeat_of(settings: Settings) -> Heartbeat | None:
    if settings.heartbeat_url is None:
        return None
    url = settings.heartbeat_url.get_secret_value()
    return Heartbeat(url, session(url, trust(settings.ca_bundle), 1))


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
        settings.heartbeat_url,
        settings.database_url if "@" in settings.database_url.get_secret_value() else None,
    )
    return [secret.get_secret_value() for secret in given if secret]
