"""Every fault of the sandbox as the ops channel hears of it: its root cause first, and alone.

One bot watches one tenant all the way, so that nothing of a fault may be left over.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from functools import partial

import pytest

from adapters import graph
from adapters.sandbox import Tenant, empty
from adapters.sandbox.fault import Group
from adapters.sandbox.faults import EVERY
from tests.walking import MONDAY, Clock
from tests.watching import OnDuty, on_duty

# What is spoken of, by the beginnings of fingerprints; BOT and APP are the two apps' ids.
SPOKEN = {
    "consent-lost": "consent/missing/BOT",
    "access-lost": "consent/missing/BOT",
    "place-permission-lost": "consent/missing/BOT",
    "calendars-permission-lost": "consent/missing/BOT",
    "settings-permission-lost": "consent/missing/BOT",
    "secret-expired": "credential/refused",
    "secret-wrong": "credential/refused",
    "app-disabled": "credential/refused",
    "app-deleted": "credential/refused",
    "conditional-access": "credential/refused",
    "own-secret-expires-soon": "credential/expiry/secret/",
    "own-certificate-expired-beside": "credential/expiry/certificate/",
    "integration-missing": "app/missing",
    "integration-deleted": "app/deleted",
    "integration-secret-expires-soon": "app/expiry/secret/",
    "integration-secret-expired": "app/expiry/secret/",
    "integration-disabled": "app/disabled",
    "integration-disabled-by-microsoft": "app/disabled-by-microsoft",
    "integration-consent-revoked": "consent/missing/APP",
    "integration-delegated-grant-removed": "consent/missing/APP",
    "consent-excess": "consent/excess/APP",
    "consent-pending-request": "consent/pending/eptura",
    "account-missing": "account/missing",
    "account-deleted": "account/deleted",
    "account-disabled": "account/disabled",
    "account-unlicensed": "account/licence/missing",
    "account-foundation-only": "account/licence/missing",
    "account-plan-pending": "account/licence/not-provisioned",
    "account-mailbox-gone": "account/mailbox",
    "account-password-expired": "account/password/expires account/sign-in",
    "account-password-changed": "account/sign-in",
    "account-needs-mfa": "account/sign-in",
    "account-locked": "account/sign-in",
    "account-blocked-by-policy": "account/sign-in",
    "account-over-privileged": "account/role/62e90394-69f5-4237-9190-012177145e10",
    "account-role-too-low": "account/role/158c047a-c907-4556-b7ef-446551a6b5f7",
    "scope-lost": "scope/none/APP",
    "own-scope-lost": "scope/none/BOT",
    "scope-some-rooms-missing": "scope/missing/APP",
    "scope-own-filter": "scope/unknown endearly/unknown",
    "scope-too-wide": "scope/wide/APP",
    "consent-only": "scope/wide/APP",
    "scope-everyone": "scope/wide/APP",
    "no-access": "consent/missing/APP",
    "legacy-policy-blocks": "scope/none/BOT",
    "impersonation-leftover": "access/leftover/APP access/leftover/account",
    "ews-grant": "access/ews/APP",
    "delegate-mode": "access/delegate/APP",
    "room-dark": "rooms/denied",
    "rooms-dark": "scope/none/BOT",
    "on-premises-room": "rooms/on-premises",
    "room-vanished": "rooms/unknown-address",
    "room-mailbox-gone": "rooms/on-premises",
    "room-wrong-mailbox-type": "rooms/denied",
    "room-wrong-zone": "rooms/zone",
    "room-double-booked": "rooms/overlap",
    "room-unanswered": "rooms/unanswered",
    "room-not-in-lists": "rooms/not-in-lists",
    "room-hidden": "rooms/hidden",
    "room-undescribed": "rooms/undescribed",
    "delegate-left": "rooms/no-account",
    "no-permission-Place.Read.All": "consent/missing/BOT",
    "no-permission-MailboxSettings.Read": "consent/missing/BOT",
    "no-permission-Directory.Read.All": "consent/missing/BOT",
    "no-permission-RoleManagement.Read.Exchange": "consent/missing/BOT",
    "no-permission-Policy.Read.All": "consent/missing/BOT",
    "no-permission-ConsentRequest.Read.All": "consent/missing/BOT",
    "no-permission-AuditLog.Read.All": "consent/missing/BOT",
    "no-permission-ServiceHealth.Read.All": "consent/missing/BOT",
    "no-permission-Calendars.Read": "consent/missing/BOT",
}
# Nothing breaks: a choice of the tenant, or what a wider permission still brings.
QUIET = (
    "user-consent-off",
    "consent-workflow-off",
    "no-premium-licence",
    "room-orphaned",
    "room-new",
    "no-permission-User.Read.All",
    "no-permission-LicenseAssignment.Read.All",
    "no-permission-Application.Read.All",
    "no-permission-RoleManagement.Read.Directory",
)
# The way to Microsoft and its throttling: walked with the waits that belong to them elsewhere.
ELSEWHERE = (Group.SERVICE, Group.THROTTLING)
LONG = 110  # characters that the title of an alert has room for


class Timeless(Clock):
    """Waiting takes no time; what the client keeps for a while ends by the test's clock."""

    def __call__(self) -> datetime:
        return self.at

    def monotonic(self) -> float:
        return (self.at - MONDAY).total_seconds()

    def sleep(self, seconds: float) -> None:
        self.at += timedelta(seconds=seconds)


def offices() -> Tenant:
    tenant = empty()
    tenant.grant("MailboxSettings.Read")
    for name in ("Fado", "Alfama", "Belém"):
        tenant.room(name, city="Lisbon", building="Baixa", floor=1, capacity=8)
    tenant.room_list("Lisbon rooms", *[room.name for room in tenant.rooms])
    return tenant


@pytest.fixture(scope="module")
def duty(tmp_path_factory) -> Iterator[OnDuty]:
    clock = Timeless()
    connect = partial(graph.connect, sleep=clock.sleep, monotonic=clock.monotonic)
    url = f"sqlite:///{tmp_path_factory.mktemp('walk') / 'roomops.db'}"
    with on_duty(offices(), clock, url, connect, ROOMOPS_LOG_ANALYTICS_WORKSPACE="") as made:
        made.tick(2)
        assert standing(made) == []
        yield made


def standing(bot: OnDuty) -> list[str]:
    return [one.fingerprint for one in bot.duty.watch.book.alerts.open()]


def named(bot: OnDuty, fault: str) -> list[str]:
    tenant = bot.sandbox.tenant
    said = SPOKEN[fault].replace("BOT", tenant.app.client_id)
    return said.replace("APP", tenant.integration.client_id).split()


@pytest.mark.parametrize("fault", SPOKEN)
def test_a_fault_is_told_by_its_root_cause_alone_and_so_is_its_end(duty, fault):
    before = len(duty.wall.messages)
    duty.clock.forward(minutes=65)  # what comes back within the hour is damped

    duty.sandbox.tenant.break_(fault)
    duty.tick(2)

    told, heads = standing(duty), duty.wall.heads[before:]
    duty.sandbox.tenant.mend(fault)
    for _ in range(6):  # the list of rooms may be minutes old
        duty.tick()
        if not standing(duty):
            break

    expected = named(duty, fault)
    assert len(told) == len(heads) == len(expected), (told, heads)
    assert all(one.startswith(beginning) for one, beginning in zip(told, expected, strict=True))
    assert all(len(head) <= LONG and "…" not in head for head in heads), heads
    assert standing(duty) == []
    ends = duty.wall.heads[before:]
    assert len(ends) == len(heads)
    assert all("Resolved" in end for end in ends)


def test_what_breaks_nothing_is_not_spoken_of(duty):
    before = len(duty.wall.messages)

    for fault in QUIET:
        duty.sandbox.tenant.break_(fault)
    duty.tick(2)
    for fault in QUIET:
        duty.sandbox.tenant.mend(fault)

    assert standing(duty) == []
    assert len(duty.wall.messages) == before


def test_no_fault_is_left_out():
    walked = {*SPOKEN, *QUIET}
    assert walked == {fault.name for fault in EVERY if fault.group not in ELSEWHERE}
