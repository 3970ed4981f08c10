"""The gate under pressure: who goes first, what is learned, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta

import pytest

from adapters.graph.asker import on_behalf_of
from adapters.graph.governor import Governor
from adapters.graph.limits import LIMITS, of_size, scaled
from adapters.graph.question import GRAPH, PLACES, directory, mailbox
from adapters.graph.refusal import Answer, Slowed, Unavailable
from adapters.graph.services import DIRECTORY, HEALTH, LOGS, charged
from adapters.graph.timing import Timing
from bot.asking import Asker, Urgency
from bot.errors import Throttled, Unreachable
from bot.throttling import By, Step
from tests.graph.glass import Glass
from tests.polling import eventually

FADO = (mailbox("fado@x"), GRAPH)
SLOW = Slowed("Microsoft asks the bot to wait", timedelta(seconds=1))
DOWN = Unavailable("Microsoft Graph is down for the moment")
ACCOUNT = directory("account", "/users/x?$select=id", "read accounts", "User.Read.All")


def made(glass: Glass, scale: float = 1.0) -> Governor:
    timing = Timing(glass.now, glass.monotonic, glass.sleep, lambda: 0.5)
    return Governor(timing, scaled(LIMITS, scale))


@pytest.fixture
def governor(glass: Glass) -> Governor:
    return made(glass)


@contextmanager
def round_of(name: str = "rooms") -> Iterator[None]:
    with on_behalf_of(Asker(name, Urgency.ROUND), 0.0):
        yield


def went(governor: Governor, glass: Glass, budgets: tuple[str, ...], seconds: float) -> int:
    """How many requests get their turn in so many seconds."""
    end, count = glass.monotonic() + seconds, 0
    while glass.monotonic() < end:
        try:
            with governor.turn(budgets, end):
                count += 1
        except Throttled:
            break
    return count


@pytest.mark.parametrize("scale", [1.0, 0.1])
def test_one_mailbox_gets_nearly_what_microsoft_allows_and_never_more(
    glass: Glass, scale: float
) -> None:
    """10,000 requests in ten minutes, wherever the ten minutes begin."""
    governor = made(glass, scale)
    counts = [went(governor, glass, FADO, 600) for _ in range(2)]
    assert all(9_000 * scale <= count <= 10_000 * scale for count in counts)


def test_the_logs_take_five_at_once_and_the_sixth_ten_seconds_later(
    governor: Governor, glass: Glass
) -> None:
    assert went(governor, glass, (LOGS, GRAPH), 10) == 5
    before = glass.monotonic()
    with governor.turn((LOGS, GRAPH), before + 20):
        assert glass.monotonic() >= 1_010


def test_who_has_less_patience_than_a_limit_asks_for_hears_it_at_once(
    governor: Governor, glass: Glass
) -> None:
    went(governor, glass, (LOGS,) * 5 + (GRAPH,), 0.1)
    with pytest.raises(Throttled, match="below a limit") as refused:
        governor.turn((LOGS, GRAPH), glass.monotonic() + 2).__enter__()
    assert 9 < refused.value.retry_after.total_seconds() < 11


def test_a_round_leaves_the_last_of_a_small_limit_to_people(
    governor: Governor, glass: Glass
) -> None:
    with round_of():
        assert went(governor, glass, (LOGS, GRAPH), 5) == 4
    with governor.turn((LOGS, GRAPH), glass.monotonic()):
        pass


def test_two_replicas_take_half_of_a_limit_each(governor: Governor, glass: Glass) -> None:
    governor.share(2)
    assert 4_500 <= went(governor, glass, FADO, 600) <= 5_000
    governor.share(1)
    assert 9_000 <= went(governor, glass, FADO, 600) <= 10_000


def test_two_replicas_take_two_places_of_a_mailbox_each(governor: Governor, glass: Glass) -> None:
    governor.share(2)
    with governor.turn(FADO, 2_000), governor.turn(FADO, 2_000), pytest.raises(Throttled):
        governor.turn(FADO, glass.monotonic()).__enter__()


def test_people_go_before_rounds_and_the_asker_that_just_went_comes_last(
    governor: Governor, glass: Glass
) -> None:
    """Places are given out one by one; the order is that of the queue, not of arrival."""
    order: list[str] = []

    def ask(asker: Asker) -> None:
        with on_behalf_of(asker, 0.0), governor.turn(FADO, 2_000):
            order.append(asker.name)

    greedy, single = Asker("free"), Asker("health")
    sweep = Asker("reach", Urgency.ROUND)
    with ThreadPoolExecutor(8) as pool:
        places = [governor.turn(FADO, 2_000) for _ in range(4)]
        for place in places:
            place.__enter__()
        for number, asker in enumerate((sweep, greedy, greedy, greedy, single)):
            pool.submit(ask, asker)
            eventually(lambda: governor.waiting == number + 1)  # noqa: B023
        places[0].__exit__(None, None, None)
        eventually(lambda: len(order) == 5)
        for place in places[1:]:
            place.__exit__(None, None, None)
    assert order[0] == "free"
    assert order.index("health") < 3
    assert order[-1] == "reach"


def test_a_round_gets_a_turn_now_and_then_however_many_people_ask(
    governor: Governor, glass: Glass
) -> None:
    order: list[str] = []

    def ask(asker: Asker) -> None:
        with on_behalf_of(asker, 0.0), governor.turn(FADO, 2_000):
            order.append(asker.name)

    with ThreadPoolExecutor(32) as pool:
        places = [governor.turn(FADO, 2_000) for _ in range(4)]
        for place in places:
            place.__enter__()
        for number, asker in enumerate([Asker("reach", Urgency.ROUND)] + [Asker("free")] * 20):
            pool.submit(ask, asker)
            eventually(lambda: governor.waiting == number + 1)  # noqa: B023
        places[0].__exit__(None, None, None)
        eventually(lambda: len(order) == 21)
        for place in places[1:]:
            place.__exit__(None, None, None)
    assert order.index("reach") < 10


def test_a_mailbox_that_was_over_its_limit_is_asked_less_at_a_time(
    governor: Governor, glass: Glass
) -> None:
    governor.cool(FADO[0], 5, SLOW)
    glass.forward(seconds=5)
    with governor.turn(FADO, 2_000), governor.turn(FADO, 2_000), pytest.raises(Throttled):
        governor.turn(FADO, glass.monotonic()).__enter__()
    glass.forward(seconds=60)
    with governor.turn(FADO, 2_000), governor.turn(FADO, 2_000), governor.turn(FADO, 2_000):
        pass


def told(governor: Governor, status: int = 200, wait: float = 0.0, **headers: str) -> None:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    governor.heard(ACCOUNT, Answer(status, named, {}, governor.standing().since), wait)


def test_it_slows_down_before_it_is_told_to(governor: Governor, glass: Glass) -> None:
    assert went(governor, glass, ACCOUNT.budgets, 1) > 300
    glass.forward(seconds=60)
    told(governor, x_ms_throttle_limit_percentage="0.8")
    assert governor.standing().step is Step.SLOW
    assert governor.standing().headroom == pytest.approx(0.2)
    assert went(governor, glass, ACCOUNT.budgets, 1) < 100
    glass.forward(seconds=130)
    assert governor.standing().step in (Step.SLOW, Step.NORMAL)
    glass.forward(seconds=61)
    assert governor.standing().step is Step.NORMAL


def test_what_a_question_really_cost_is_charged(governor: Governor, glass: Glass) -> None:
    told(governor, x_ms_resource_unit="400")
    with pytest.raises(Throttled):
        governor.turn(ACCOUNT.budgets, glass.monotonic()).__enter__()


@pytest.mark.parametrize("nonsense", ["", "many", "1,5", "0x9"])
def test_headers_that_make_no_sense_teach_nothing(governor: Governor, nonsense: str) -> None:
    told(governor, x_ms_throttle_limit_percentage=nonsense, x_ms_resource_unit=nonsense)
    assert governor.standing().step is Step.NORMAL


def test_one_room_that_cools_down_is_named_and_slows_nobody(
    governor: Governor, glass: Glass
) -> None:
    governor.cool(FADO[0], 12, SLOW)
    standing = governor.standing()
    assert (standing.step, standing.why) == (Step.NORMAL, "")
    (cooling,) = standing.cooling
    assert (cooling.mailbox, cooling.left) == ("fado@x", timedelta(seconds=12))


def test_the_ladder_goes_up_at_once_and_comes_down_after_a_calm_minute(
    governor: Governor, glass: Glass
) -> None:
    governor.cool(GRAPH, 10, SLOW)
    assert governor.standing().step is Step.PAUSED
    governor.cool(GRAPH, 3_600, SLOW)
    standing = governor.standing()
    assert standing.step is Step.RATIONED
    assert standing.since == glass.now()
    glass.forward(hours=1)
    assert governor.standing().step is Step.SLOW
    glass.forward(seconds=61)
    assert governor.standing().step is Step.NORMAL


def test_many_mailboxes_that_cool_down_are_no_matter_of_rooms(governor: Governor) -> None:
    for number in range(3):
        governor.cool(mailbox(f"{number}@x"), 10, SLOW)
    assert governor.standing().step is Step.SLOW
    for number in range(10):
        governor.cool(mailbox(f"{number}@x"), 15, SLOW)
    assert governor.standing().step is Step.PAUSED
    for number in range(10):
        governor.cool(mailbox(f"{number}@x"), 100, SLOW)
    assert governor.standing().step is Step.RATIONED


def test_on_pause_people_may_ask_what_does_not_cool_down_and_rounds_may_not(
    governor: Governor, glass: Glass
) -> None:
    for number in range(10):
        governor.cool(mailbox(f"{number}@x"), 3_600, SLOW)
    governor.standing()
    with governor.turn(FADO, glass.monotonic()):
        pass
    with round_of(), pytest.raises(Throttled, match="pause"):
        governor.turn(FADO, glass.monotonic() + 20).__enter__()


def test_listeners_hear_of_a_long_wait_a_storm_and_a_step(governor: Governor, glass: Glass) -> None:
    heard: list[Step] = []
    governor.listen(lambda: heard.append(governor.standing().step))
    told(governor, 429, 10)
    assert heard == []
    told(governor, 429, 3_600)
    assert len(heard) == 1
    glass.forward(hours=1)
    for _ in range(10):
        told(governor, 429)
    assert heard[-1] is Step.PAUSED


def test_while_graph_is_down_one_tries_and_the_others_are_told_at_once(
    governor: Governor, glass: Glass
) -> None:
    for _ in range(6):
        with governor.turn(FADO, glass.monotonic()):
            governor.lost(ACCOUNT, DOWN)
    assert governor.standing().step is Step.PAUSED
    with round_of(), pytest.raises(Unavailable):
        governor.turn(FADO, glass.monotonic() + 120).__enter__()
    with governor.turn(FADO, glass.monotonic()), ThreadPoolExecutor(1) as pool:
        other = pool.submit(governor.turn(FADO, glass.monotonic()).__enter__)
        assert isinstance(other.exception(), Unavailable)
    with governor.turn(FADO, glass.monotonic()):
        governor.answered()
    with governor.turn(FADO, glass.monotonic()), governor.turn(FADO, glass.monotonic()):
        assert governor.standing().step is Step.SLOW


def test_a_round_tries_now_and_then_whether_graph_is_back(governor: Governor, glass: Glass) -> None:
    for _ in range(6):
        governor.lost(ACCOUNT, DOWN)
    glass.forward(seconds=16)
    with round_of():
        with governor.turn(FADO, glass.monotonic()):
            governor.lost(ACCOUNT, DOWN)
        with pytest.raises(Unreachable):
            governor.turn(FADO, glass.monotonic()).__enter__()


def test_what_was_asked_is_told_by_the_minute(governor: Governor, glass: Glass) -> None:
    with on_behalf_of(Asker("health"), 0.0):
        told(governor)
        told(governor, 429, 30)
    assert governor.ledger.take() == ()
    glass.forward(minutes=1)
    (bucket,) = governor.ledger.take()
    assert bucket.minute.second == 0
    tallies = {(tally.by, tally.name): tally for tally in bucket.tallies}
    assert tallies.keys() == {(By.ALL, ""), (By.OPERATION, "account"), (By.ASKER, "health")}
    every = tallies[By.ALL, ""]
    assert (every.requests, every.throttled, every.retry_after) == (2, 1, 30)
    assert governor.ledger.take() == ()


def test_the_ledger_stays_small_and_keeps_who_matters(governor: Governor, glass: Glass) -> None:
    ledger = governor.ledger
    for number in range(5_000):
        ledger.answered(f"op{number}", f"{number}@x", f"asker{number}", 200)
        ledger.answered("calendar", "busy@x", "reach", 200)
        if number == 700:
            ledger.answered("calendar", "throttled@x", "reach", 429, 10)
    bucket = ledger.current()
    assert len(bucket.tallies) < 160
    mailboxes = [tally.name for tally in bucket.tallies if tally.by is By.MAILBOX]
    assert mailboxes[0] == "throttled@x"
    assert mailboxes[1] == "busy@x"
    for _ in range(500):
        glass.forward(minutes=1)
        ledger.answered("calendar", "", "reach", 200)
    assert len(ledger.take()) == 180


def test_a_clock_that_is_set_back_loses_no_minute(governor: Governor, glass: Glass) -> None:
    told(governor)
    glass.jump(hours=-1)
    told(governor)
    glass.jump(hours=3)
    told(governor)
    assert [b.tallies[0].requests for b in governor.ledger.take()] == [1, 1]


@pytest.mark.parametrize(
    ("path", "budgets"),
    [
        ("/users/x?$select=id", (DIRECTORY,)),
        ("/users/x", (DIRECTORY,) * 2),
        ("/users/x/licenseDetails", (DIRECTORY,) * 2),
        ("/subscribedSkus", (DIRECTORY,) * 3),
        ("/organization", (DIRECTORY,)),
        ("/groups/x/members?$expand=a", (DIRECTORY,) * 4),
        ("/auditLogs/signIns?$top=100", (LOGS,)),
        ("/admin/serviceAnnouncement/issues", (HEALTH,)),
    ],
)
def test_what_a_path_costs_and_whom(path: str, budgets: tuple[str, ...]) -> None:
    assert charged(path) == budgets


@pytest.mark.parametrize(("users", "units"), [(10, 3_500), (50, 5_000), (500, 5_000), (501, 8_000)])
def test_a_larger_tenant_has_a_larger_directory_limit(users: int, units: int) -> None:
    assert of_size(LIMITS, users)[DIRECTORY].rates[0].units == units


def test_every_limit_has_its_source_and_date() -> None:
    assert set(LIMITS) >= {GRAPH, "mailbox", PLACES, DIRECTORY, LOGS, HEALTH}
    for limit in LIMITS.values():
        assert limit.source.startswith("https://learn.microsoft.com/")
        assert limit.read.year >= 2026
