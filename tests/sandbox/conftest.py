"""A tenant, a clock that stands still, the sandbox that serves it, and somebody who asks."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from adapters.sandbox import Sandbox, Tenant, empty
from tests.sandbox.asking import Asker, Clock


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def tenant() -> Tenant:
    made = empty()
    made.room("Fado", city="Lisbon", building="Baixa", floor=2, capacity=10, video="Teams Room")
    made.room("Alfama", city="Lisbon", building="Baixa", floor=1, capacity=8, accessible=True)
    made.room("Belém", city="Lisbon", capacity=14)
    made.room_list("Lisbon rooms", "Fado", "Alfama")
    return made


@pytest.fixture
def sandbox(tenant: Tenant, clock: Clock) -> Iterator[Sandbox]:
    with Sandbox(tenant, clock=clock) as running:
        yield running


@pytest.fixture
def asker(sandbox: Sandbox) -> Iterator[Asker]:
    made = Asker(sandbox)
    yield made
    made.http.close()
