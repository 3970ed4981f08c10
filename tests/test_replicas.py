"""Several processes on one PostgreSQL: each round and each message is one replica's, and the
death of one delays by at most one lease."""

from __future__ import annotations

import signal
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from adapters.clock import now
from adapters.sandbox import Sandbox, seeded
from adapters.store import open_store
from bot.watch import LEASE
from tests.dying import BEGIN, INTERVAL, Orders, born, lived, replicas
from tests.fake_slack import FakeSlack
from tests.polling import eventually
from tests.running import OPS, begun, running, settings
from tests.walking import Clock

SECOND = timedelta(seconds=1)


@pytest.fixture
def slack():
    with FakeSlack() as fake:
        yield fake


@pytest.fixture
def orders(postgresql_url, slack, tmp_path) -> Orders:
    open_store(postgresql_url, Clock()).close()
    return Orders(postgresql_url, slack.api_url, "C1", BEGIN, "", looks=str(tmp_path / "looks"))


def looks(orders: Orders) -> list[str]:
    path = Path(orders.looks)
    return path.read_text().splitlines() if path.exists() else []


@pytest.mark.parametrize("many", [2, 3])
def test_every_round_is_looked_at_once_and_every_message_said_once(slack, orders, many):
    """Half an hour in which it gets worse with each round, and all ask at the same moments."""
    ticks = [replace(orders, at=BEGIN + n * INTERVAL, acts="turn speak") for n in range(6)]
    lasts = [replace(ticks[-1], acts="speak")]  # whoever looked last may not have spoken
    replicas(many, *ticks, *lasts)

    assert len(looks(orders)) == 6
    [stands] = slack.wall("C1")
    assert [reply.text.split()[0] for reply in stands.replies] == ["Worse"] * 5
    assert len(slack.called("chat.postMessage")) == 6


def test_a_round_is_not_looked_at_again_before_its_time(orders):
    early = [replace(orders, at=BEGIN + n * timedelta(minutes=1), acts="turn") for n in range(5)]
    replicas(2, *early)

    assert looks(orders) == [str(BEGIN)]


@pytest.mark.parametrize("many", [2, 3])
def test_of_those_who_press_acknowledge_at_the_same_moment_one_has_it(slack, orders, many):
    lived(replace(orders, acts="break speak"))

    replicas(many, replace(orders, acts="ack"), replace(orders, acts="speak"))

    [stands] = slack.wall("C1")
    [line] = stands.replies
    assert line.text.startswith("Acknowledged by Olivia")
    assert line.text.split(" at ")[0] in stands.text


def test_where_the_leader_dies_in_the_middle_of_a_round_another_looks_a_lease_later(slack, orders):
    leader = born(replace(orders, acts="turn", death=(2, "after")))
    leader.join()
    assert leader.exitcode == -signal.SIGKILL
    assert len(looks(orders)) == 1

    lived(replace(orders, acts="turn speak", at=BEGIN + LEASE - SECOND))
    assert len(looks(orders)) == 1  # it may live: its lease does
    assert slack.wall("C1") == []

    lived(replace(orders, acts="turn speak", at=BEGIN + LEASE))
    assert len(looks(orders)) == 2
    assert len(slack.wall("C1")) == 1


def test_two_services_tell_a_fault_once_and_one_may_leave_while_it_speaks(
    slack, postgresql_url, tmp_path
):
    with Sandbox(seeded(now())) as sandbox:
        sandbox.tenant.break_("account-disabled")
        with running(sandbox, slack, tmp_path, postgresql_url, many=2) as both:
            [stands] = eventually(lambda: slack.wall(OPS), seconds=30)
            number = stands.text.partition("#")[2].split()[0]

            slack.fail("chat.postMessage", taken=True, late=60)
            for service, line in zip(both, (f"ack {number}", f"ack {number}"), strict=True):
                assert service.press(slack.press(line, channel={"id": OPS})) == 200
            [_] = eventually(lambda: slack.wall(OPS)[0].replies)
            speaking = _speaking(postgresql_url)
            [leaves] = [one for one in both if f"-{one.process.pid}-" in speaking]
            [stays] = [one for one in both if one is not leaves]
            leaves.process.send_signal(signal.SIGTERM)
            slack.mend()
            assert leaves.process.wait(20) == 0

            stays.press(slack.press(f"unack {number}", channel={"id": OPS}))
            eventually(lambda: len(slack.wall(OPS)[0].replies) > 1)
            assert stays.stop() == 0

    [stands] = [message for message in slack.wall(OPS) if f"#{number} " in message.text]
    first_words = [reply.text.split()[0] for reply in stands.replies]
    assert (first_words.count("Acknowledged"), first_words.count("Open")) == (1, 1)


def _speaking(url: str) -> str:
    """Who holds a claim now."""
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        held = "SELECT holder FROM outbox WHERE claimed_until IS NOT NULL"
        return " ".join(holder for (holder,) in connection.execute(held))


def test_on_sqlite_a_second_service_refuses_with_a_sentence(slack, sqlite_url, tmp_path):
    store = open_store(sqlite_url, Clock())
    store.claim_alone()
    with Sandbox(seeded(now())) as sandbox:
        second = begun(tmp_path, settings(sandbox, slack, sqlite_url))
        said, _ = second.communicate(timeout=30)
    store.close()

    log = (tmp_path / "log").read_text()
    assert (second.returncode, said) == (1, "")
    assert "Another roomops run uses this database" in log
    assert "PostgreSQL" in log
    assert "Traceback" not in log
