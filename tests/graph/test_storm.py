"""The client under the sandbox's real limits and in its storms; the referee sees every call."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from adapters.graph import USER_AGENT, Graph
from adapters.sandbox import Limits, Rate, Sandbox, Tenant
from bot.asking import Asker, Urgency
from bot.errors import Throttled, Trouble, Unreachable
from bot.rooms import Cause
from bot.tenancy import Reach
from bot.throttling import By, Step
from tests.graph.conftest import Connect, ordered
from tests.graph.glass import Glass

ROUND = Asker("reach", Urgency.ROUND)


def sixty(tenant: Tenant) -> list[str]:
    return [tenant.room(f"Room {number:02}").address for number in range(60)]


@pytest.mark.parametrize("share", [1, 2])
def test_the_logs_limit_is_kept_without_a_single_429(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass, share: int
) -> None:
    """Two replicas that share one app's budget keep it together."""
    tenant.limits = Limits().strict()
    graph.governor.share(share)
    who = graph.directory.account(tenant.service_account.address)
    assert who
    for _ in range(20 // share):
        graph.directory.sign_ins(who, glass.now() - timedelta(days=1))
    assert glass.monotonic() > 1_030
    assert 429 not in [call.status for call in sandbox.referee.calls]


def test_two_replicas_that_know_of_each_other_provoke_nothing(
    sandbox: Sandbox, tenant: Tenant, joined: Connect, glass: Glass
) -> None:
    tenant.limits = Limits().strict()
    replicas = [joined(sandbox.settings()) for _ in range(2)]
    for number in range(12):
        graph = replicas[number % 2]
        graph.governor.share(2)
        who = graph.directory.account(tenant.service_account.address)
        assert who
        graph.directory.sign_ins(who, glass.now() - timedelta(days=1))
    assert 429 not in [call.status for call in sandbox.referee.calls]


def test_a_busy_directory_slows_the_bot_before_it_is_refused(tenant: Tenant, graph: Graph) -> None:
    tenant.break_("directory-busy")
    graph.directory.account(tenant.service_account.address)
    standing = graph.governor.standing()
    assert standing.step is Step.SLOW
    assert standing.headroom == pytest.approx(0.1)
    assert "directory" in standing.why


@pytest.mark.parametrize(
    "fault",
    [
        "throttled-room",
        "throttled-room-hour",
        "throttled-mailboxes",
        "throttled",
        "throttled-quiet",
        "retry-after-date",
        "retry-after-hour",
        "retry-after-zero",
        "outage",
        "outage-quiet",
    ],
)
@pytest.mark.parametrize("urgency", list(Urgency))
def test_in_no_storm_is_anything_asked_too_early(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, nine: datetime, fault: str, urgency: Urgency
) -> None:
    rooms = sixty(tenant)
    tenant.break_(fault, "Room 07" if "room" in fault else "")
    with graph.asking(Asker("reach", urgency)):
        for ask in (
            lambda: graph.exchange.probe(rooms),
            lambda: graph.availability(ordered(tenant), nine, nine + timedelta(hours=8)),
        ):
            try:
                ask()
            except Trouble:
                continue
    assert sandbox.referee.violations == []


def test_a_storm_over_the_directory_leaves_the_rooms_alone(
    tenant: Tenant, graph: Graph, nine: datetime
) -> None:
    sixty(tenant)
    tenant.retry_after = 3_600
    tenant.break_("directory-throttled")
    with pytest.raises(Throttled):
        graph.directory.account(tenant.service_account.address)
    states = graph.availability(ordered(tenant), nine, nine + timedelta(hours=8))
    assert not any(state.unreadable for state in states)
    assert [each.budget for each in graph.governor.standing().cooling] == ["directory"]


def test_when_one_room_cools_down_the_rounds_go_on(
    sandbox: Sandbox, tenant: Tenant, graph: Graph
) -> None:
    rooms = sixty(tenant)
    tenant.break_("throttled-room-hour", "Room 07")
    with graph.asking(ROUND):
        probes = graph.exchange.probe(rooms)
    assert [p.reach for p in probes].count(Reach.READ) == 59
    standing = graph.governor.standing()
    assert standing.step is Step.NORMAL
    assert [each.mailbox for each in standing.cooling] == ["room.07@contoso.example"]


def test_in_a_long_storm_a_person_hears_when_to_ask_again_and_a_round_pauses(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    rooms = sixty(tenant)
    tenant.break_("retry-after-hour")
    assert {p.reach for p in graph.exchange.probe(rooms)} == {Reach.THROTTLED}
    asked = sandbox.referee.operations
    assert graph.governor.standing().step is Step.RATIONED
    with pytest.raises(Throttled) as refused:
        graph.probe()
    assert refused.value.retry_after == timedelta(hours=1)
    with graph.asking(ROUND), pytest.raises(Throttled):
        graph.exchange.probe(rooms)
    assert sandbox.referee.operations == asked
    tenant.mend()
    glass.forward(hours=1)
    with graph.asking(ROUND):
        assert {p.reach for p in graph.exchange.probe(rooms)} == {Reach.READ}


def test_a_dead_graph_is_not_hammered_and_people_are_told_at_once(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass, nine: datetime
) -> None:
    sixty(tenant)
    graph.probe()
    sandbox.referee.reset()
    tenant.break_("outage-quiet")
    with ThreadPoolExecutor(20) as pool:
        failed = [pool.submit(graph.probe).exception() for _ in range(20)]
    assert all(isinstance(each, Unreachable) for each in failed)
    before, asked = glass.monotonic(), sandbox.referee.operations
    with graph.asking(ROUND):
        states = graph.availability(ordered(tenant), nine, nine + timedelta(hours=8))
    assert {s.unreadable.cause for s in states if s.unreadable} == {Cause.UNREACHABLE}
    assert sandbox.referee.operations - asked <= 4
    assert glass.monotonic() - before < 5
    tenant.mend()
    graph.probe()
    assert not any(
        state.unreadable
        for state in graph.availability(ordered(tenant), nine, nine + timedelta(hours=8))
    )


def test_a_person_is_not_starved_by_a_round(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.limits = replace(Limits(), directory=(Rate(60, 10),))
    graph.governor.size(10)
    rooms = sixty(tenant)
    with graph.asking(ROUND):
        graph.exchange.probe(rooms)
    graph.directory.account(tenant.service_account.address)
    assert sandbox.referee.violations == []


def test_a_clock_that_jumps_shortens_no_wait(
    sandbox: Sandbox, tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    tenant.break_("throttled-room", "Room 07")
    rooms = sixty(tenant)
    for hours in (-3, 6):
        glass.jump(hours=hours)
        graph.exchange.probe(rooms)
    assert sandbox.referee.violations == []


def test_the_ledger_knows_operation_asker_and_the_worst_mailbox(
    tenant: Tenant, graph: Graph, glass: Glass
) -> None:
    rooms = sixty(tenant)
    tenant.break_("throttled-room-hour", "Room 07")
    with graph.asking(ROUND):
        graph.exchange.probe(rooms)
    bucket = graph.governor.ledger.current()
    tallies = {(tally.by, tally.name): tally for tally in bucket.tallies}
    assert tallies[By.OPERATION, "calendar"].requests == 60
    assert tallies[By.ASKER, "reach"].throttled == 1
    worst = next(tally for tally in bucket.tallies if tally.by is By.MAILBOX)
    assert (worst.name, worst.throttled, worst.retry_after) == ("room.07@contoso.example", 1, 3_600)


def test_the_user_agent_is_decorated_as_microsoft_advises() -> None:
    kind, company, app = USER_AGENT.split("|")
    assert (kind, company) == ("NONISV", "roomops")
    assert app.startswith("roomops/")
