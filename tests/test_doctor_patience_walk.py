"""A doctor with little time: ends with what was told until then, and with why the rest was not."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from adapters.graph import connect
from adapters.sandbox import Sandbox, Tenant, healthy
from adapters.sandbox.seed import big
from bot.check import Check
from bot.diagnosis import Examined
from bot.examine import examine
from bot.export import to_json
from bot.finding import Ok, Severity, Unknown
from bot.load import load
from bot.people import Channel, Invocation, User
from bot.ports import Services
from bot.reply import plain
from bot.wiring import services_of
from handlers import CHECKS
from handlers.doctor import doctor, headline
from tests.graph.glass import Glass
from tests.walking import MONDAY

MOMENT = timedelta(seconds=1)


@contextmanager
def asked(tenant: Tenant, glass: Glass | None = None) -> Iterator[Services]:
    """With a glass, waiting takes no time."""
    with Sandbox(tenant, clock=lambda: MONDAY) as sandbox:
        settings, _ = load(sandbox.settings())
        timed = {"sleep": glass.sleep, "monotonic": glass.monotonic} if glass else {}
        graph = connect(settings, lambda: MONDAY, **timed)
        yield services_of(settings, graph)
        graph.close()


def broken(name: str, rooms: int = 0) -> Tenant:
    tenant = big(MONDAY, rooms) if rooms else healthy(MONDAY)
    tenant.break_(name)
    return tenant


def test_a_slow_tenant_is_told_as_far_as_time_reached_and_the_rest_says_so():
    tenant = broken("slow")
    tenant.slowness = 0.2
    with asked(tenant) as services:
        diagnosis = examine(CHECKS, services, lambda: MONDAY, patience=MOMENT)

    results = [verdict.examined.result for verdict in diagnosis.verdicts]
    assert isinstance(results[0], Ok)
    unknown = [result for result in results if isinstance(result, Unknown)]
    assert unknown
    assert all("time" in result.why or "still being read" in result.why for result in unknown)
    assert len(unknown) + sum(isinstance(result, Ok) for result in results) == len(CHECKS)
    assert diagnosis.exit_code == 2


def test_a_tenant_that_answers_nothing_calls_nothing_broken():
    tenant = healthy(MONDAY)
    with asked(tenant) as services, tenant.held():
        diagnosis = examine(CHECKS, services, lambda: MONDAY, patience=MOMENT)

    assert not diagnosis.roots
    assert len(diagnosis.unknown) == len(CHECKS)


@pytest.mark.parametrize("rooms", [0, 300])
def test_a_throttled_tenant_is_unknown_in_every_link_and_says_when_to_ask_again(rooms):
    with asked(broken("throttled", rooms), Glass()) as services:
        diagnosis = examine(CHECKS, services, lambda: MONDAY)

    whys = {v.examined.check.name: v.examined.result for v in diagnosis.verdicts}
    assert all(isinstance(result, Unknown) for result in whys.values())
    assert "Ask again in 5 s" in whys["credential"].why
    assert headline(diagnosis).startswith("Nothing is broken that I could see")


def test_one_throttled_room_among_many_is_said_and_leaves_every_other_link_ok():
    with asked(broken("throttled-room", 300), Glass()) as services:
        diagnosis = examine(CHECKS, services, lambda: MONDAY)

    found = [finding for verdict in diagnosis.verdicts for finding in verdict.roots]
    assert all(finding.severity < Severity.CRITICAL for finding in found)
    rest = [v.examined for v in diagnosis.verdicts if v.examined.check.name != "rooms"]
    assert all(isinstance(one.result, Ok) for one in rest)
    assert "asks the bot to wait before it may read it" in to_json(diagnosis, "1")


def test_progress_is_told_before_and_after_each_link():
    told: list[tuple[str, bool]] = []

    def tell(check: Check, one: Examined | None) -> None:
        told.append((check.name, one is not None))

    with asked(broken("throttled"), Glass()) as services:
        examine(CHECKS, services, lambda: MONDAY, tell)

    assert told == [(check.name, after) for check in CHECKS for after in (False, True)]


def test_the_chats_doctor_says_the_same():
    line = Invocation(User("slack", "U1", "Olivia"), Channel("slack", "COPS"), "", MONDAY, "1")
    with asked(broken("throttled"), Glass()) as services:
        said = plain(doctor(line, services))

    assert said.startswith("Nothing is broken that I could see, but I cannot tell it all.")
    assert "cannot tell | Microsoft asks the bot to wait" in said
    assert "Ask again in 5 s." in said
