"""The gate under attack: crowds, closings, bugs of listeners, nonsense, and who must not wait."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import timedelta
from random import Random
from threading import Barrier, Event, Lock

import pytest
from structlog.testing import LogCapture

from adapters.graph.asker import on_behalf_of
from adapters.graph.governor import AT_ONCE, Governor
from adapters.graph.limits import MONITOR
from adapters.graph.question import GRAPH, PLACES, Question, directory, mailbox
from adapters.graph.refusal import Answer, Slowed, Unavailable
from adapters.graph.timing import Timing
from bot.asking import Asker, Urgency
from bot.errors import Throttled, Trouble, Unreachable
from bot.throttling import Step
from tests.graph.glass import Glass
from tests.polling import eventually

FADO, BELEM = (mailbox("fado@x"), GRAPH), (mailbox("belem@x"), GRAPH)
SLOW = Slowed("Microsoft asks the bot to wait", timedelta(seconds=1))
DOWN = Unavailable("Microsoft Graph is down for the moment")
ACCOUNT = directory("account", "/users/x?$select=id", "read accounts", "User.Read.All")
ROUND = Asker("reach", Urgency.ROUND)
CROWD = 200


@pytest.fixture
def governor(glass: Glass) -> Governor:
    return Governor(Timing(glass.now, glass.monotonic, glass.sleep, lambda: 0.5))


class Crowd:
    """Many who ask for all sorts of things with all sorts of patience; some find Graph unwell."""

    def __init__(self, governor: Governor, glass: Glass, seed: int) -> None:
        self._governor, self._glass, self._seed = governor, glass, seed
        self._lock, self._inside = Lock(), Counter[str]()
        self._ready = Barrier(CROWD + 1)
        self.most = 0

    def start(self) -> None:
        self._ready.wait(10)

    def ask(self, number: int) -> None:
        chance = Random(self._seed * CROWD + number)
        asker = Asker(f"asker {number % 7}", chance.choice(list(Urgency)))
        self._ready.wait(10)
        for _ in range(4):
            now = self._glass.monotonic()
            with on_behalf_of(asker, now):
                self._once(chance, now + chance.choice((0, 0.5, 20, 120)))

    def _once(self, chance: Random, until: float) -> None:
        box = mailbox(f"{chance.randrange(6)}@x")
        budget = chance.choice((box, box, box, PLACES, "directory", "logs", "health", MONITOR))
        budgets = (budget,) if budget == MONITOR else (budget, GRAPH)
        try:
            with self._governor.turn(budgets, until, "op"):
                self._count(budget, 1)
                self._outcome(chance, budget)
                self._count(budget, -1)
        except Trouble:
            return

    def _count(self, budget: str, by: int) -> None:
        with self._lock:
            self._inside[budget] += by
            if budget.startswith("mailbox:"):
                self.most = max(self.most, self._inside[budget])

    def _outcome(self, chance: Random, budget: str) -> None:
        question = Question("op", "/", "ask", "", (budget, GRAPH))
        match chance.randrange(12):
            case 0:
                self._governor.cool(budget, chance.choice((0.0, 0.2, 3.0)), SLOW)
            case 1 | 2 | 3:
                self._governor.lost(question, DOWN)
            case 4:
                self._governor.heard(question, Answer(429, {}, {}, self._glass.now()), 100)
            case _:
                self._governor.answered()


@pytest.mark.parametrize("seed", range(3))
@pytest.mark.parametrize("closing", [False, True])
def test_a_crowd_of_any_urgency_and_patience_leaves_nothing_behind(
    governor: Governor, glass: Glass, seed: int, closing: bool
) -> None:
    """A budget that cools for a day, a clock set back, a share that changes, a close midway."""
    crowd = Crowd(governor, glass, seed)
    heard: list[Step] = []
    governor.listen(lambda: heard.append(governor.standing().step))
    governor.cool(mailbox("0@x"), 86_400, SLOW)
    with ThreadPoolExecutor(CROWD) as pool:
        asked = [pool.submit(crowd.ask, number) for number in range(CROWD)]
        crowd.start()
        glass.jump(hours=-1)
        governor.share(2)
        governor.size(10_000)
        if closing:
            governor.close()
        governor.share(1)
        for each in asked:
            each.result(60)
    assert crowd.most <= AT_ONCE
    assert governor.waiting == 0
    assert governor._holdings.rounds == 0
    assert not any(held.in_flight for held in governor._holdings._held.values())
    assert governor._breaker._trying_until < 0


def test_everyone_who_waits_for_a_place_is_sent_away_by_a_close(
    governor: Governor, glass: Glass
) -> None:
    with ExitStack() as inside, ThreadPoolExecutor(20) as pool:
        for _ in range(AT_ONCE):
            inside.enter_context(governor.turn(FADO, 2_000))
        asked = [pool.submit(governor.turn(FADO, 2_000).__enter__) for _ in range(20)]
        eventually(lambda: governor.waiting == 20)
        governor.close()
        assert all(isinstance(each.exception(10), Unreachable) for each in asked)
    assert governor.waiting == 0


def test_a_bug_in_a_listener_costs_no_answer_and_no_other_listener(
    governor: Governor, glass: Glass, log: LogCapture
) -> None:
    heard: list[Step] = []

    def bug() -> None:
        raise ValueError

    governor.listen(bug)
    governor.listen(lambda: heard.append(governor.step))
    with governor.turn(FADO, glass.monotonic()):
        governor.cool(GRAPH, 10, SLOW)
    assert heard == [Step.PAUSED]
    assert [each["event"] for each in log.entries] == ["graph.listener_bug"]


@pytest.mark.parametrize("cost", ["inf", "nan", "1e300", "-5"])
def test_a_cost_that_nobody_can_have_blocks_nobody_for_long(
    governor: Governor, glass: Glass, cost: str
) -> None:
    answer = Answer(200, {"x-ms-resource-unit": cost}, {}, glass.now())
    governor.heard(ACCOUNT, answer, 0)
    with governor.turn(ACCOUNT.budgets, glass.monotonic() + 20):
        assert glass.monotonic() < 1_010


def test_the_one_try_is_not_held_by_somebody_who_must_rest(glass: Glass) -> None:
    asleep, wake = Event(), Event()

    def sleep(seconds: float) -> None:
        asleep.set()
        wake.wait(10)
        glass.sleep(seconds)

    governor = Governor(Timing(glass.now, glass.monotonic, sleep, lambda: 0.5))
    for _ in range(6):
        governor.lost(ACCOUNT, DOWN)
    governor.cool(FADO[0], 10, SLOW)
    with ThreadPoolExecutor(1) as pool:
        resting = pool.submit(governor.turn(FADO, glass.monotonic() + 20).__enter__)
        assert asleep.wait(10)
        with governor.turn(BELEM, glass.monotonic()):
            governor.answered()
        wake.set()
        assert resting.exception(10) is None


def test_a_try_that_never_ends_keeps_nobody_from_trying_for_ever(
    governor: Governor, glass: Glass
) -> None:
    for _ in range(6):
        governor.lost(ACCOUNT, DOWN)
    with governor.turn(BELEM, glass.monotonic()):
        glass.forward(seconds=31)
        with governor.turn(FADO, glass.monotonic()):
            governor.answered()


def test_while_graph_is_down_a_wait_beyond_the_patience_is_told_at_once(
    governor: Governor, glass: Glass
) -> None:
    for _ in range(6):
        governor.lost(ACCOUNT, DOWN)
    governor.cool(FADO[0], 100, SLOW)
    with pytest.raises(Slowed) as refused:
        governor.turn(FADO, glass.monotonic() + 20).__enter__()
    assert refused.value.retry_after == timedelta(seconds=100)
    with governor.turn(BELEM, glass.monotonic()):
        governor.answered()


def test_on_ration_a_person_is_told_at_once_even_where_they_had_the_patience(
    governor: Governor, glass: Glass
) -> None:
    for number in range(10):
        governor.cool(mailbox(f"{number}@x"), 100, SLOW)
    governor.cool(FADO[0], 5, SLOW)
    assert governor.step is Step.RATIONED
    with pytest.raises(Slowed) as refused:
        governor.turn(FADO, glass.monotonic() + 20).__enter__()
    assert refused.value.retry_after == timedelta(seconds=5)
    assert not glass.slept
    with governor.turn(BELEM, glass.monotonic()):
        pass


def test_a_round_that_the_ladder_holds_back_keeps_no_place_from_people(
    governor: Governor, glass: Glass
) -> None:
    """Even if one turn in eight is owed to it."""
    for number in range(3):
        governor.cool(mailbox(f"{number}@x"), 15, SLOW)
    assert governor.step is Step.SLOW
    with ThreadPoolExecutor(1) as pool, ExitStack() as rounds, ExitStack() as inside:
        with on_behalf_of(ROUND, 0.0):
            for _ in range(AT_ONCE):
                rounds.enter_context(governor.turn(BELEM, 2_000))

        def wait() -> None:
            with on_behalf_of(ROUND, 0.0), governor.turn(FADO, 2_000):
                pass

        waiting = pool.submit(wait)
        eventually(lambda: governor.waiting == 1)
        for _ in range(8):
            with governor.turn((PLACES, GRAPH), glass.monotonic()):
                pass
        for _ in range(AT_ONCE):
            inside.enter_context(governor.turn(FADO, glass.monotonic()))
        inside.close()
        rounds.close()
        waiting.result(10)


def test_azure_monitor_is_no_question_to_graph(governor: Governor, glass: Glass) -> None:
    """A round may ask it while Graph is paused, and takes no turn of Graph's."""
    for number in range(3):
        governor.cool(mailbox(f"{number}@x"), 15, SLOW)
    assert governor.step is Step.SLOW
    with on_behalf_of(ROUND, 0.0), ExitStack() as inside:
        for _ in range(AT_ONCE):
            inside.enter_context(governor.turn((MONITOR,), glass.monotonic()))
        inside.enter_context(governor.turn(FADO, glass.monotonic()))
        for _ in range(AT_ONCE - 1):
            inside.enter_context(governor.turn(BELEM, glass.monotonic()))
        glass.forward(seconds=5)
        inside.enter_context(governor.turn((MONITOR,), glass.monotonic()))
        with pytest.raises(Throttled, match="slowly"):
            governor.turn(BELEM, glass.monotonic()).__enter__()
