"""Outlook's limits, and the referee who sees a client break them."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from adapters.sandbox import Limits, Referee, Sandbox, Tenant
from adapters.sandbox.referee import Moment
from tests.polling import eventually
from tests.sandbox.asking import Asker, Clock
from tests.sandbox.schema import example

FADO, ALFAMA = "users/fado@contoso.example/calendar", "users/alfama@contoso.example/calendar"


def together(asker: Asker, sandbox: Sandbox, paths: list[str], working: int) -> list[int]:
    """Ask all at once; nothing is answered before `working` of them are being worked on."""
    asker.renew()
    with ThreadPoolExecutor(len(paths)) as pool:
        with sandbox.tenant.held():
            asked = [pool.submit(asker.get, path) for path in paths]
            settled: Callable[[], bool] = lambda: (  # noqa: E731
                sandbox.referee.in_flight == working
                and len(sandbox.referee.calls) == len(paths) - working
            )
            eventually(settled)
        return sorted(each.result().status_code for each in asked)


def test_four_at_a_time_are_fine(asker: Asker, sandbox: Sandbox) -> None:
    assert together(asker, sandbox, [FADO] * 4, working=4) == [200] * 4
    assert sandbox.referee.most_in_flight == 4
    assert sandbox.referee.violations == []
    assert sandbox.referee.provoked == 0


def test_the_fifth_at_a_time_is_refused_and_noted(asker: Asker, sandbox: Sandbox) -> None:
    assert together(asker, sandbox, [FADO] * 5, working=4) == [200] * 4 + [429]
    assert sandbox.referee.provoked == 1
    assert sandbox.referee.most_in_flight == 5
    (violation,) = sandbox.referee.violations
    assert (violation.rule, violation.in_flight) == ("too many at once", 5)
    assert violation.mailbox == "fado@contoso.example"


def test_the_refusal_is_the_one_that_outlook_gives(asker: Asker, tenant: Tenant) -> None:
    tenant.limits = Limits(concurrent=0)
    answer = asker.get(FADO)
    assert answer.json() == example("error_429_ApplicationThrottled_MailboxConcurrency.response")
    assert answer.headers["Retry-After"].isdigit()


def test_mailboxes_do_not_share_their_limits(asker: Asker, sandbox: Sandbox) -> None:
    assert together(asker, sandbox, [FADO] * 4 + [ALFAMA] * 4, working=8) == [200] * 8
    assert sandbox.referee.most_by_mailbox == {
        "fado@contoso.example": 4,
        "alfama@contoso.example": 4,
    }


def test_a_mailbox_serves_so_many_calls_in_ten_minutes(
    asker: Asker, tenant: Tenant, clock: Clock
) -> None:
    tenant.limits = Limits(requests=3)
    asked = [asker.get(FADO) for _ in range(4)]
    assert [answer.status_code for answer in asked] == [200, 200, 200, 429]
    assert asked[-1].headers["Retry-After"] == "600"
    assert asker.get(ALFAMA).status_code == 200
    clock.forward(minutes=10)
    assert asker.get(FADO).status_code == 200


def test_a_call_before_its_retry_after_has_passed_is_seen(
    asker: Asker, sandbox: Sandbox, tenant: Tenant, clock: Clock
) -> None:
    tenant.break_("throttled-room", room="Fado")
    asker.get(FADO)
    clock.forward(seconds=tenant.retry_after - 1)
    tenant.mend()
    assert asker.get(FADO).status_code == 200
    (violation,) = sandbox.referee.violations
    assert (violation.rule, violation.mailbox) == ("too early", "fado@contoso.example")
    assert 0 < violation.seconds <= 1


def test_waiting_it_out_is_fine(
    asker: Asker, sandbox: Sandbox, tenant: Tenant, clock: Clock
) -> None:
    tenant.break_("throttled-room", room="Fado")
    asker.get(FADO)
    asker.get(ALFAMA)  # another mailbox owes nothing
    clock.forward(seconds=tenant.retry_after)
    asker.get(FADO)
    assert sandbox.referee.violations == []
    assert sandbox.referee.provoked == 0  # the fault's refusals are not the client's doing


def test_when_the_app_is_throttled_every_call_has_to_wait(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    tenant.break_("throttled")
    asker.get(FADO)
    tenant.mend()
    asker.get("organization")
    assert [each.mailbox for each in sandbox.referee.violations] == [""]


def test_a_wait_that_is_written_as_a_date_counts_as_well(
    asker: Asker, sandbox: Sandbox, tenant: Tenant, clock: Clock
) -> None:
    tenant.break_("retry-after-date")
    assert asker.get(FADO).headers["Retry-After"] == "Mon, 23 Nov 2026 10:00:05 GMT"
    clock.forward(seconds=5)
    asker.get(FADO)
    assert sandbox.referee.violations == []


def test_an_outage_that_says_when_to_come_back_means_it(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    tenant.break_("outage")
    asker.get(FADO)
    asker.get(ALFAMA)
    assert [each.rule for each in sandbox.referee.violations] == ["too early"]


def test_calls_that_were_under_way_are_not_early(
    asker: Asker, sandbox: Sandbox, tenant: Tenant
) -> None:
    tenant.break_("throttled-room", room="Fado")
    assert together(asker, sandbox, [FADO] * 4, working=4) == [429] * 4
    assert sandbox.referee.violations == []


def test_who_could_not_have_heard_of_a_wait_is_not_early(clock: Clock) -> None:
    """Another connection may be on its way already; the one that was told to wait knows, but for
    the moment in which another thread may have taken it from their pool."""
    referee = Referee(clock)
    told = referee.now(connection=1)
    referee.told_to_wait(told, "fado@contoso.example", "5")

    def came(seconds: float, connection: int) -> int:
        moment = Moment(told.at, told.monotonic + seconds, connection)
        referee.came(moment, "fado@contoso.example", "/")
        return len(referee.violations)

    assert came(-1, connection=1) == 0
    assert came(0.1, connection=2) == 0
    assert came(0.1, connection=1) == 0
    assert came(0.2, connection=1) == 1
    assert came(1, connection=2) == 2
    assert came(6, connection=1) == 2


def test_every_call_is_remembered_with_its_route_and_mailbox(
    asker: Asker, sandbox: Sandbox
) -> None:
    asker.schedule(["fado@contoso.example"])
    asker.get("users/Alfama@contoso.example/mailboxSettings/timeZone")
    asker.get("places/microsoft.graph.room?$top=1")
    told = [(each.method, each.path, each.mailbox, each.status) for each in sandbox.referee.calls]
    assert told == [
        ("POST", "/users/{user}/calendar/getSchedule", "fado@contoso.example", 200),
        ("GET", "/users/{user}/mailboxSettings/timeZone", "alfama@contoso.example", 200),
        ("GET", "/places/microsoft.graph.room", "", 200),
    ]


def test_a_batch_counts_by_its_items(asker: Asker, sandbox: Sandbox) -> None:
    items = [{"id": str(n), "method": "GET", "url": "/organization"} for n in range(3)]
    asker.batch(*items)
    assert sandbox.referee.operations == 3
    assert [each.batched for each in sandbox.referee.calls] == [True, True, True, False]


def test_the_referee_can_be_told_to_forget(asker: Asker, sandbox: Sandbox, tenant: Tenant) -> None:
    tenant.break_("throttled-room")
    asker.get(FADO)
    sandbox.referee.reset()
    assert (sandbox.referee.calls, sandbox.referee.operations) == ([], 0)
    asker.get(FADO)
    assert sandbox.referee.violations == []
