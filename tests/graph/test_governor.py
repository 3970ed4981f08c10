"""Who may ask when: four at a time, and nobody before a cool-down is over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest

from adapters.graph.governor import AT_ONCE, Governor
from adapters.graph.question import GRAPH, PLACES, mailbox
from adapters.graph.refusal import Slowed, Unavailable
from adapters.graph.timing import Timing
from bot.errors import Throttled, Unreachable
from tests.graph.glass import Glass
from tests.polling import eventually

SLOW = Slowed("Microsoft asks the bot to wait", timedelta(seconds=1), code="TooManyRequests")
FADO, BELEM = (mailbox("fado@x"), GRAPH), (mailbox("Belem@x"), GRAPH)


@pytest.fixture
def governor(glass: Glass) -> Governor:
    return Governor(Timing(glass.now, glass.monotonic, glass.sleep, lambda: 0.5))


def test_four_at_a_time_enter_a_mailbox_and_the_fifth_waits(
    governor: Governor, glass: Glass
) -> None:
    gate, inside = Event(), []

    def ask() -> None:
        with governor.turn(FADO, glass.monotonic() + 20):
            inside.append(1)
            gate.wait(10)

    with ThreadPoolExecutor(6) as pool:
        asked = [pool.submit(ask) for _ in range(6)]
        eventually(lambda: len(inside) == AT_ONCE)
        with governor.turn(BELEM, glass.monotonic()):
            assert len(inside) == AT_ONCE
        gate.set()
        for each in asked:
            each.result()
    assert len(inside) == 6


def test_a_mailbox_is_the_same_in_any_case(governor: Governor, glass: Glass) -> None:
    governor.cool(mailbox("BELEM@X"), 30, SLOW)
    with pytest.raises(Throttled):
        governor.turn(BELEM, glass.monotonic() + 20).__enter__()


def test_a_cool_down_is_slept_through(governor: Governor, glass: Glass) -> None:
    governor.cool(FADO[0], 7, SLOW)
    before = glass.monotonic()
    with governor.turn(FADO, before + 20):
        assert glass.monotonic() >= before + 7
    with governor.turn(BELEM, before):
        pass


def test_a_longer_cool_down_than_the_patience_is_refused_at_once(
    governor: Governor, glass: Glass
) -> None:
    governor.cool(FADO[0], 3600, SLOW)
    with pytest.raises(Throttled) as refused:
        governor.turn(FADO, glass.monotonic() + 20).__enter__()
    assert refused.value.retry_after == timedelta(hours=1)
    assert refused.value.code == "TooManyRequests"
    assert not glass.slept


def test_who_cannot_wait_hears_why(governor: Governor, glass: Glass) -> None:
    governor.cool(GRAPH, 60, Unavailable("Microsoft Graph is down for the moment"))
    with pytest.raises(Unavailable, match="down"):
        governor.turn(FADO, glass.monotonic() + 20).__enter__()


def test_a_cool_down_is_never_shortened(governor: Governor) -> None:
    governor.cool(FADO[0], 60, SLOW)
    governor.cool(FADO[0], 1, SLOW)
    assert governor.cooling(*FADO) == 60


def test_a_cool_down_of_graph_holds_for_everything(governor: Governor) -> None:
    governor.cool(GRAPH, 9, SLOW)
    assert governor.cooling(*FADO) == governor.cooling(PLACES, GRAPH) == 9


def test_the_longest_of_several_cool_downs_counts(governor: Governor) -> None:
    governor.cool(GRAPH, 9, SLOW)
    governor.cool(FADO[0], 5, SLOW)
    governor.cool(BELEM[0], 30, SLOW)
    assert governor.cooling(*FADO) == 9
    assert governor.cooling(*BELEM) == 30


def test_a_clock_that_jumps_changes_no_wait(governor: Governor, glass: Glass) -> None:
    governor.cool(FADO[0], 10, SLOW)
    glass.jump(hours=-3)
    assert governor.cooling(*FADO) == 10
    glass.jump(hours=6)
    assert governor.cooling(*FADO) == 10


def test_a_batch_of_twenty_takes_all_four_places_of_its_budget(
    governor: Governor, glass: Glass
) -> None:
    with governor.turn((PLACES,) * 20 + (GRAPH,), glass.monotonic()), pytest.raises(Throttled):
        governor.turn((PLACES, GRAPH), glass.monotonic()).__enter__()


def test_closing_sends_whoever_waits_away(governor: Governor, glass: Glass) -> None:
    governor.cool(FADO[0], 5, SLOW)
    governor.close()
    with pytest.raises(Unreachable, match="closing"):
        governor.turn(FADO, glass.monotonic() + 20).__enter__()
