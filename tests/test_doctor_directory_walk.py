"""The first five links of the chain, walked over a whole tenant: break it, look, mend it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from adapters.graph import connect
from adapters.sandbox import Sandbox, empty, healthy
from bot.errors import Trouble
from bot.finding import Broken, Ok, Result, Severity, Unknown
from bot.load import load
from bot.wiring import services_of
from handlers import CHECKS
from handlers.parts import blind
from tests.walking import MONDAY

FIRST = ("reach", "credential", "app", "consent", "account")


class Walk:
    """A doctor who looks at one link after the other."""

    def __init__(self, sandbox: Sandbox, services) -> None:
        self.tenant, self.referee, self._services = sandbox.tenant, sandbox.referee, services

    def __call__(self, name: str) -> Result:
        check = next(check for check in CHECKS if check.name == name)
        try:
            return check.look(self._services, MONDAY)
        except Trouble as trouble:
            return blind(trouble)

    def broken(self) -> list[str]:
        """Fingerprints of all that is broken in these links, in causal order."""
        results = [self(name) for name in FIRST]
        return [f.fingerprint for r in results if isinstance(r, Broken) for f in r.findings]


@contextmanager
def doctor(sandbox: Sandbox, **settings: str) -> Iterator[Walk]:
    """A new one each time: a client remembers what it was refused."""
    known, _ = load({**sandbox.settings(), **settings})
    graph = connect(known, lambda: MONDAY)
    yield Walk(sandbox, services_of(known, graph))
    graph.close()


@pytest.fixture(scope="module")
def standing() -> Iterator[Sandbox]:
    with Sandbox(healthy(MONDAY), clock=lambda: MONDAY) as sandbox:
        yield sandbox


@pytest.fixture
def walk(standing) -> Iterator[Walk]:
    """One tenant for all walks, whole again after each."""
    before = standing.tenant.app.consented
    with doctor(standing) as walk:
        yield walk
    standing.tenant.mend()
    standing.tenant.app.consented = before


def test_a_healthy_tenant_is_well_in_every_link(walk):
    for name in FIRST:
        assert isinstance(walk(name), Ok), name


BOT, APP = empty().app.client_id, empty().integration.client_id
ROOT = {
    "clock-skew": "reach/clock",
    "microsoft-incident": "reach/incident/EX900000",
    "entra-down": "reach/unreachable",
    "html": "reach/unreachable",
    "secret-expired": "credential/refused",
    "secret-wrong": "credential/refused",
    "app-disabled": "credential/refused",
    "app-deleted": "credential/refused",
    "conditional-access": "credential/refused",
    "own-secret-expires-soon": "credential/expiry/secret/",
    "own-certificate-expired-beside": "credential/expiry/certificate/",
    "integration-missing": "app/missing",
    "integration-deleted": "app/deleted",
    "integration-disabled": "app/disabled",
    "integration-disabled-by-microsoft": "app/disabled-by-microsoft",
    "consent-lost": f"consent/missing/{BOT}",
    "access-lost": f"consent/missing/{BOT}",
    "place-permission-lost": f"consent/missing/{BOT}",
    "calendars-permission-lost": f"consent/missing/{BOT}",
    "integration-delegated-grant-removed": f"consent/missing/{APP}",
    "consent-excess": f"consent/excess/{APP}",
    "consent-pending-request": "consent/pending/eptura workplace",
    "account-missing": "account/missing",
    "account-deleted": "account/deleted",
    "account-disabled": "account/disabled",
    "account-unlicensed": "account/licence/missing",
    "account-foundation-only": "account/licence/missing",
    "account-plan-pending": "account/licence/not-provisioned",
    "account-mailbox-gone": "account/mailbox",
    "account-password-changed": "account/sign-in",
    "account-locked": "account/sign-in",
    "account-blocked-by-policy": "account/sign-in",
    "account-over-privileged": "account/role/62e90394-69f5-4237-9190-012177145e10",
    "account-role-too-low": "account/role/158c047a-c907-4556-b7ef-446551a6b5f7",
}


@pytest.mark.parametrize("fault", ROOT)
def test_a_fault_is_named_alone_and_mending_it_makes_all_well(walk, fault):
    walk.tenant.break_(fault)
    [found] = walk.broken()
    assert found.startswith(ROOT[fault])

    walk.tenant.mend()
    assert walk.broken() == []


def test_an_integration_without_any_consent_is_one_finding_with_its_calendars_first(walk):
    walk.tenant.break_("integration-consent-revoked")

    assert walk.broken() == [f"consent/missing/{APP}"]
    result = walk("consent")
    assert isinstance(result, Broken)
    assert result.findings[0].summary.startswith(
        "Eptura Workplace has lost its consent: Calendars.ReadWrite and User.Read. "
    )


def test_an_expired_password_is_told_as_the_failing_sign_in_first(walk):
    walk.tenant.break_("account-password-expired")

    assert walk.broken() == ["account/sign-in", "account/password/expires"]


@pytest.mark.parametrize(
    "fault",
    ["microsoft-advisory", "user-consent-off", "consent-workflow-off", "no-premium-licence"],
)
def test_what_is_only_worth_a_note_breaks_nothing(walk, fault):
    walk.tenant.break_(fault)

    assert all(isinstance(walk(name), Ok) for name in FIRST)


PERMISSION = {
    "ServiceHealth.Read.All": "reach",
    "Directory.Read.All": "consent",
    "RoleManagement.Read.Exchange": "consent",
    "Policy.Read.All": "consent",
    "ConsentRequest.Read.All": "consent",
    "AuditLog.Read.All": "account",
}


def said(result: Result) -> str:
    found = result.findings if isinstance(result, Broken) else ()
    return " ".join(finding.summary for finding in found)


@pytest.mark.parametrize("permission", PERMISSION)
def test_a_permission_that_the_bot_lacks_is_named_by_the_check_that_needs_it(walk, permission):
    walk.tenant.revoke(permission)

    results = {name: walk(name) for name in FIRST}
    result = results[PERMISSION[permission]]
    told = result.would_tell if isinstance(result, Unknown) else said(result)
    assert permission in told
    blind_ones = {name for name, result in results.items() if isinstance(result, Unknown)}
    assert blind_ones <= {PERMISSION[permission]}


@pytest.mark.parametrize("permission", PERMISSION)
def test_a_lost_reading_permission_is_never_critical(walk, permission):
    walk.tenant.revoke(permission)

    consent = walk("consent")
    findings = consent.findings if isinstance(consent, Broken) else ()
    assert all(finding.severity < Severity.CRITICAL for finding in findings)


def test_whoever_took_a_permission_away_is_named(walk):
    walk.tenant.break_("integration-delegated-grant-removed")

    result = walk("consent")

    assert isinstance(result, Broken)
    assert "ana.costa@contoso.example took it away on 2026-11-23" in result.findings[0].summary


def test_without_a_service_account_the_setting_is_named(standing):
    with doctor(standing, ROOMOPS_SERVICE_ACCOUNT="") as walk:
        result = walk("account")

        assert isinstance(result, Unknown)
        assert result.would_tell == "ROOMOPS_SERVICE_ACCOUNT"


def test_an_integration_that_signs_in_as_an_app_needs_no_service_account(standing):
    nameless = {"ROOMOPS_SERVICE_ACCOUNT": "", "ROOMOPS_INTEGRATION_APP_ID": ""}
    with doctor(standing, **nameless) as walk:
        result = walk("account")

        assert isinstance(result, Ok)
        assert result.summary == (
            "No service account is named; this integration signs in as an app."
        )


def test_the_bots_own_app_may_be_the_integration(standing):
    with doctor(standing, ROOMOPS_INTEGRATION_APP_ID="") as walk:
        assert isinstance(walk("app"), Ok)
        assert isinstance(walk("consent"), Ok)


def test_a_calendar_role_of_the_bots_own_app_is_left_where_it_is_the_integration():
    with Sandbox(healthy(MONDAY), clock=lambda: MONDAY) as sandbox:
        sandbox.tenant.integrate_by_own_app()
        with doctor(sandbox) as walk:
            result = walk("consent")

    assert isinstance(result, Ok)
    assert any("Calendars.ReadWrite" in note for note in result.notes)


def test_nobody_is_told_to_remove_the_one_role_that_syncs_the_rooms():
    with Sandbox(healthy(MONDAY), clock=lambda: MONDAY) as sandbox:
        sandbox.tenant.integrate_by_own_app()
        sandbox.tenant.unscope()
        sandbox.tenant.scope("Application Exchange Full Access")
        with doctor(sandbox) as walk:
            result = walk("consent")

    findings = result.findings if isinstance(result, Broken) else ()
    assert not any("Remove-" in finding.remedy.command for finding in findings)


@pytest.mark.parametrize("also", [(), ("ServiceHealth.Read.All",), ("ServiceHealth.", "User.")])
def test_a_bot_that_may_not_read_its_own_app_is_told_by_its_token_what_it_lacks(walk, also):
    kept = {"Place.Read.All", "MailboxSettings.Read", *walk.tenant.app.consented}
    lost = ("Application.", "Directory.", "Policy.", "ConsentRequest.", *also)
    walk.tenant.app.consented = {name for name in kept if not name.startswith(lost)}

    result = walk("consent")

    assert isinstance(result, Broken)
    [finding] = result.findings
    assert finding.severity is Severity.WARNING
    assert finding.summary.startswith("The bot lacks the permissions ")
    assert finding.evidence[0].asked == "roles in the bot's token"
    for permission in ("Directory.Read.All", "Policy.Read.All", "ConsentRequest.Read.All"):
        assert f"'{permission}'" in finding.remedy.command


def test_health_shows_one_verdict_a_line_and_asks_twelve_times_at_most(talk_contoso):
    talk_contoso.sandbox.referee.reset()

    said = talk_contoso("roomops health", channel="COPS")

    for line in ("account", "licence", "mailbox", "sign-in", "password", "roles", "bot's expiry"):
        assert f"{line} | ok | " in said
    assert talk_contoso.sandbox.referee.operations <= 12


def test_health_puts_what_broke_first_and_gives_one_act(talk_contoso):
    talk_contoso.sandbox.tenant.break_("account-disabled")

    said = talk_contoso("roomops health", channel="COPS")

    assert said.splitlines()[0].endswith("is disabled: nobody can sign in as it.")
    assert "Update-MgUser -UserId" in said


def test_consent_shows_needed_granted_missing_and_excess_and_the_link(talk_contoso):
    talk_contoso.sandbox.tenant.break_("place-permission-lost")
    talk_contoso.sandbox.tenant.break_("consent-excess")
    talk_contoso.sandbox.tenant.break_("integration-delegated-grant-removed")

    said = talk_contoso("roomops consent", channel="COPS")

    assert said.splitlines()[0] == "Consent: roomops lacks the permission Place.Read.All."
    assert "| no | missing" in said
    assert "excess: it can read people's mail" in said
    assert "/v2.0/adminconsent?client_id=" in said
    assert "scope=User.Read" in said
    assert "Calendars.Read, RBAC for Applications over Rooms only" in said


def test_health_cannot_tell_a_sign_in_that_nobody_may_read(talk_contoso):
    talk_contoso.sandbox.tenant.break_("no-premium-licence")

    said = talk_contoso("roomops health", channel="COPS")

    assert "that it can sign in is not proved." in said.splitlines()[0]
    assert "sign-in | cannot tell | That it can sign in is not proved" in said


def test_a_member_may_not_look(talk_contoso):
    assert "Only operators may say" in talk_contoso("roomops health")
