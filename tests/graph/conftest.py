"""The client against the sandbox, and against a server that says what it is told."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import structlog
from structlog.testing import LogCapture

from adapters.graph import Graph, connect
from adapters.graph.limits import LIMITS, Limits
from adapters.sandbox import Sandbox, Tenant, empty
from bot.load import load
from bot.rooms import Room, RoomState
from tests.graph.glass import Glass
from tests.graph.scripted import Scripted

Connect = Callable[..., Graph]


@pytest.fixture(autouse=True)
def log() -> Iterator[LogCapture]:
    """Every event of the test; a client's threads may still write when it has ended."""
    before, capture = structlog.get_config(), LogCapture()
    structlog.configure(processors=[capture], cache_logger_on_first_use=False)
    yield capture
    structlog.configure(**before)


@pytest.fixture
def glass() -> Glass:
    return Glass()


@pytest.fixture
def nine(glass: Glass) -> datetime:
    """Nine in the morning of the test's day, an hour before now."""
    return glass.now() - timedelta(hours=1)


@pytest.fixture(scope="session")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the servers' authority lies; one place, so that clients need to read it once."""
    return tmp_path_factory.mktemp("certificates")


@pytest.fixture
def sandbox(glass: Glass, certificates: Path) -> Iterator[Sandbox]:
    with Sandbox(empty(), clock=glass.now, directory=certificates) as served:
        yield served


@pytest.fixture
def tenant(sandbox: Sandbox) -> Tenant:
    return sandbox.tenant


@pytest.fixture
def scripted(certificates: Path) -> Iterator[Scripted]:
    with Scripted(certificates) as served:
        yield served


@pytest.fixture
def joined(glass: Glass) -> Iterator[Connect]:
    """Connects with settings and changes to them, within other limits; closes at the end."""
    made: list[Graph] = []

    def join(given: dict[str, str], limits: Limits = LIMITS, **changes: str) -> Graph:
        settings, _ = load({**given, **changes})
        made.append(
            connect(
                settings,
                glass.now,
                sleep=glass.sleep,
                random=lambda: 0.5,
                monotonic=glass.monotonic,
                limits=limits,
            )
        )
        return made[-1]

    yield join
    for graph in made:
        graph.close()


@pytest.fixture
def graph(sandbox: Sandbox, joined: Connect) -> Graph:
    """The client of the sandbox."""
    return joined(sandbox.settings())


@pytest.fixture
def told(scripted: Scripted, joined: Connect) -> Graph:
    """The client of the scripted server."""
    return joined(scripted.settings())


def rooms(*names: str) -> list[Room]:
    return [Room(f"{name.lower()}@contoso.example", name) for name in names]


def ordered(tenant: Tenant) -> list[Room]:
    """The tenant's rooms as the client's nouns, without asking the directory."""
    return [Room(room.address, room.name) for room in tenant.rooms]


def why(states: tuple[RoomState, ...]) -> dict[str, str]:
    """The reason of each room that could not be read."""
    return {s.room.name: s.unreadable.words for s in states if s.unreadable}
