"""The limits of services and of Graph as a whole, and who may not be starved by whom."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from adapters.sandbox import Limits, Rate, Sandbox, Tenant
from tests.polling import eventually
from tests.sandbox.asking import Asker, Clock

FADO = "users/fado@contoso.example/calendar"
AUDITS = "auditLogs/directoryAudits"
LOW = {"x_ms_throttle_priority": "Low"}


def test_the_logs_answer_five_calls_in_ten_seconds(
    asker: Asker, sandbox: Sandbox, tenant: Tenant, clock: Clock
) -> None:
    tenant.limits = Limits().strict()
    answers = [asker.get(AUDITS) for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    assert answers[-1].headers["Retry-After"] in ("9", "10")
    assert asker.get("organization").status_code == 200  # which has a limit of its own
    assert sandbox.referee.provoked == 1
    clock.forward(seconds=10)
    assert asker.get(AUDITS).status_code == 200
    assert sandbox.referee.violations == []


def test_asking_the_logs_again_too_early_is_seen_and_asking_the_directory_is_not(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    tenant.limits = Limits(logs=(Rate(0, 10),))
    asker.get(AUDITS)
    asker.get("organization")
    assert sandbox.referee.violations == []
    asker.get(AUDITS)
    assert [each.mailbox for each in sandbox.referee.violations] == ["logs"]


def test_the_directory_counts_in_resource_units_and_says_when_little_is_left(
    asker: Asker, tenant: Tenant
) -> None:
    tenant.limits = Limits(directory=(Rate(10, 10),))
    answers = [asker.get("users") for _ in range(6)]
    assert [answer.status_code for answer in answers] == [200] * 5 + [429]
    said = [answer.headers.get("x-ms-throttle-limit-percentage") for answer in answers]
    assert said == [None, None, None, "0.8", "1.0", "1.2"]
    assert {answer.headers["x-ms-resource-unit"] for answer in answers} == {"2"}
    assert answers[-1].headers["x-ms-throttle-information"] == "ResourceUnitLimitExceeded"
    assert answers[-1].headers["x-ms-throttle-scope"].startswith("Tenant_Application/")


def test_the_items_of_a_batch_count_singly(asker: Asker, tenant: Tenant) -> None:
    tenant.limits = Limits(directory=(Rate(3, 10),))
    items = [{"id": str(n), "method": "GET", "url": "/organization"} for n in range(5)]
    told = asker.batch(*items).json()["responses"]
    assert sorted(each["status"] for each in told) == [200, 200, 200, 429, 429]


def test_graph_as_a_whole_has_a_limit_too(asker: Asker, tenant: Tenant) -> None:
    tenant.limits = Limits(everything=(Rate(2, 10),))
    statuses = [asker.get(path).status_code for path in (FADO, "organization", FADO)]
    assert statuses == [200, 200, 429]


def test_every_rate_can_be_scaled(tenant: Tenant) -> None:
    small = Limits().strict().scaled(0.01)
    assert (small.concurrent, small.requests) == (4, 100)
    assert small.directory == (Rate(35, 10),)
    assert small.everything == (Rate(1_300, 10),)


def test_who_is_refused_because_of_calls_of_low_priority_is_starved(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    tenant.limits = Limits().strict()
    for _ in range(5):
        asker.get(AUDITS, **LOW)
    asker.get(AUDITS, **LOW)
    assert [each.rule for each in sandbox.referee.violations] == []
    sandbox.referee.reset()
    asker.get(AUDITS)
    assert [each.rule for each in sandbox.referee.violations] == ["starved"]


def test_a_mailbox_that_is_crowded_by_rounds_starves_people(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    asker.renew()
    with ThreadPoolExecutor(4) as pool:
        with tenant.held():
            asked = [pool.submit(asker.get, FADO, **LOW) for _ in range(4)]
            eventually(lambda: sandbox.referee.in_flight == 4)
            assert asker.get(FADO).status_code == 429
        assert {each.result().status_code for each in asked} == {200}
    assert "starved" in [each.rule for each in sandbox.referee.violations]
