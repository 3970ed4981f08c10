"""Microsoft Graph: the only code that knows it.  Implements Rooms, Directory and Exchange.

Synchronous, safe for many threads, and silent until first asked: connecting asks nobody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from datetime import datetime
from random import random as chance

from adapters.graph import kusto
from adapters.graph.activity import Activity
from adapters.graph.asker import on_behalf_of
from adapters.graph.availability import Availability
from adapters.graph.batch import Batch
from adapters.graph.calendars import Calendars
from adapters.graph.catalogue import Shelf
from adapters.graph.clouds import Endpoints, endpoints, monitor
from adapters.graph.credential import credential
from adapters.graph.directory import Directory
from adapters.graph.doors import Doors
from adapters.graph.exchange import Exchange
from adapters.graph.governor import Governor
from adapters.graph.kusto import Kusto
from adapters.graph.kusto_refusal import WHO as MONITOR
from adapters.graph.limits import LIMITS, Limits
from adapters.graph.pace import Pace
from adapters.graph.paths import Paths
from adapters.graph.places import ROOMS, Places
from adapters.graph.question import places
from adapters.graph.reader import Reader
from adapters.graph.round import Tools
from adapters.graph.schedule import Schedules, Window
from adapters.graph.sweep import Sweep
from adapters.graph.timing import PATIENCE, Timing
from adapters.graph.tls import USER_AGENT, session, trust
from adapters.graph.token import Tokens
from adapters.graph.transport import Transport
from adapters.graph.wire import Wire
from bot.asking import Asker
from bot.errors import Trouble
from bot.ports import Clock
from bot.rooms import Catalogue, Room, RoomState
from bot.settings import Settings

WORKERS = 96  # threads, and kept-alive connections, towards Graph

__all__ = ["USER_AGENT", "WORKERS", "Graph", "connect", "endpoints"]


class Graph:
    """Rooms and their calendars, as bot.ports.Rooms promises; made by `connect`."""

    def __init__(
        self,
        wire: Wire,
        tokens: Tokens,
        timing: Timing,
        pool: ThreadPoolExecutor,
        doors: Doors,
        home: tuple[Endpoints, str],
        activity: Activity,
    ) -> None:
        """`home` is where sign-in is, and the tenant."""
        self._wire, self._tokens, self._timing, self._pool = wire, tokens, timing, pool
        self._activity = activity
        self._doors, batch = doors, Batch(wire, timing)
        reader, sweep = Reader(wire, batch, timing), Sweep(wire, batch, pool, timing)
        self._directory = Directory(reader, tokens, doors, home, timing)
        self._shelf = Shelf(Places(wire, batch, timing).read, timing)
        paths, pace = Paths(wire.governor, timing), Pace(timing)
        tools = Tools(Schedules(wire, timing), pool, paths, pace, timing, wire.governor)
        self._availability = Availability(tools, tokens)
        self._exchange = Exchange(wire, reader, sweep, timing, Calendars(self._calendars))

    @property
    def directory(self) -> Directory:
        """Entra, as bot.ports.Directory promises."""
        return self._directory

    @property
    def exchange(self) -> Exchange:
        """Mailboxes and Exchange's roles, as bot.ports.Exchange promises."""
        return self._exchange

    @property
    def activity(self) -> Activity:
        """Graph's own log of who asked what, as bot.ports.Activity promises."""
        return self._activity

    @property
    def governor(self) -> Governor:
        """How hard Graph is asked: its standing, its ledger, its share among replicas."""
        return self._wire.governor

    def catalogue(self) -> Catalogue:
        """Every room known, from memory where it can; Trouble only if none was ever read."""
        return self._shelf.catalogue()

    def availability(
        self,
        rooms: Sequence[Room],
        start: datetime,
        end: datetime,
        *,
        patience: float = PATIENCE,
    ) -> tuple[RoomState, ...]:
        """One state a room, in the order asked; a room that fails says so itself.

        Takes `patience` seconds at most.  Trouble only where the bot cannot sign in and nothing
        is remembered.
        """
        return self._availability.read(rooms, Window(start, end), self._timing.until(patience))

    def asking(self, asker: Asker) -> AbstractContextManager[None]:
        """Everything asked inside is on behalf of this asker, as bot.asking.Asking promises."""
        return on_behalf_of(asker, self._timing.monotonic())

    def _calendars(self, rooms: Sequence[Room], window: Window) -> tuple[RoomState, ...]:
        return self._availability.read(rooms, window, self._timing.until(PATIENCE))

    def probe(self) -> None:
        """Sign in and read one room's entry; Trouble says what is missing."""
        self._wire.ask(places("probe", f"{ROOMS}?$top=1"), self._timing.until(PATIENCE))

    def warm(self) -> None:
        """Read the directory of rooms in the background, now and from time to time."""
        self._shelf.keep_warm()

    def close(self) -> None:
        """Take no more questions; those under way end within their time limits."""
        self._shelf.close()
        self._pool.shutdown(wait=False, cancel_futures=True)
        self._wire.close()
        self._doors.close()
        self._activity.close()


def connect(
    settings: Settings,
    clock: Clock,
    *,
    sleep: Callable[[float], None] = time.sleep,  # noqa: TID251  the one real sleep, where none is given
    random: Callable[[], float] = chance,
    monotonic: Callable[[], float] = time.monotonic,
    limits: Limits = LIMITS,
) -> Graph:
    """A client for the tenant of these settings; Trouble where they cannot be used."""
    if not settings.tenant_id or not settings.client_id:
        raise Trouble("Microsoft 365 is not set up", "Set ROOMOPS_TENANT_ID and ROOMOPS_CLIENT_ID.")
    timing = Timing(clock, monotonic, sleep, random)
    where = endpoints(settings)
    trusted = trust(settings.ca_bundle)
    web = session(where.graph, trusted, WORKERS)
    authority = (settings.tenant_id, settings.client_id)
    door = session(where.login, trusted, 1)
    held = credential(settings)  # at once: a bad certificate should stop the start
    tokens = Tokens(where, authority, lambda: held, door, timing)
    governor = Governor(timing, limits)
    wire = Wire(Transport(where.graph, web, timing), tokens, governor, timing)
    strangers = session(where.login, trusted, 1), session(where.graph, trusted, 1)
    doors = Doors(where, settings.tenant_id, strangers, governor, timing)
    pool = ThreadPoolExecutor(WORKERS, thread_name_prefix="graph")
    activity = Activity(_logs(settings, tokens, governor, timing), timing)
    return Graph(wire, tokens, timing, pool, doors, (where, settings.tenant_id), activity)


def _logs(settings: Settings, tokens: Tokens, governor: Governor, timing: Timing) -> Kusto | None:
    """The workspace with Graph's activity logs, where one is named."""
    if not settings.log_analytics_workspace:
        return None
    where = monitor(settings)
    web = session(where.root, trust(settings.ca_bundle), 2)
    transport = Transport(where.root, web, timing, MONITOR, kusto.READ)
    ours = tokens.beside(where.scope)
    return Kusto(transport, ours, governor, timing, settings.log_analytics_workspace)
