"""The whole chain under every fault: the root cause is named first, and nothing else is broken."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from adapters.graph import connect
from adapters.sandbox import FAULTS, Sandbox, healthy
from bot.diagnosis import Diagnosis
from bot.examine import examine
from bot.export import to_json, to_markdown
from bot.finding import Broken, Ok, Unknown
from bot.load import load
from bot.reply import plain
from bot.wiring import services_of
from handlers import CHECKS
from handlers.doctor import first_screen, headline
from tests.powershell import parses
from tests.walking import MONDAY, Clock


class Patient:
    """A healthy tenant and a doctor that may look at it as often as wanted."""

    def __init__(self, sandbox: Sandbox, clock: Clock) -> None:
        self.sandbox, self.clock = sandbox, clock
        self.tenant = sandbox.tenant

    def examined(self, **changes: str) -> Diagnosis:
        settings, _ = load({**self.sandbox.settings(), **changes})
        graph = connect(settings, self.clock)
        try:
            return examine(CHECKS, services_of(settings, graph), self.clock)
        finally:
            graph.close()

    def examined_with(self, *faults: str) -> Diagnosis:
        """Broken for one look, and mended whatever it showed."""
        for fault in faults:
            self.tenant.break_(fault)
        try:
            return self.examined()
        finally:
            self.tenant.mend()


@pytest.fixture(scope="module")
def patient() -> Iterator[Patient]:
    clock = Clock()
    with Sandbox(healthy(MONDAY), clock=clock) as sandbox:
        yield Patient(sandbox, clock)


def broken(diagnosis: Diagnosis) -> list[str]:
    """The links that are broken and no symptom of another."""
    return [root.check.name for root in diagnosis.roots]


def unseen(diagnosis: Diagnosis) -> list[str]:
    """The links that could not be told and are no symptom."""
    return [
        verdict.examined.check.name
        for verdict in diagnosis.verdicts
        if isinstance(verdict.examined.result, Unknown) and not verdict.because_of
    ]


def commands(diagnosis: Diagnosis) -> list[str]:
    """Every cmdlet that it prints, symptoms' and unknowns' too."""
    found: list[str] = []
    for verdict in diagnosis.verdicts:
        match verdict.examined.result:
            case Broken(findings):
                found += [finding.remedy.command for finding in findings]
            case Unknown(command=command):
                found.append(command)
    return [command for command in found if command]


ROOTS = {
    "reach": "outage html truncated empty clock-skew microsoft-incident entra-down",
    "credential": "secret-expired secret-wrong app-disabled app-deleted conditional-access "
    "own-secret-expires-soon own-certificate-expired-beside",
    "app": "integration-missing integration-deleted integration-secret-expires-soon "
    "integration-secret-expired integration-disabled integration-disabled-by-microsoft",
    "consent": "consent-lost access-lost place-permission-lost calendars-permission-lost "
    "settings-permission-lost integration-consent-revoked integration-delegated-grant-removed "
    "consent-excess consent-pending-request no-access",
    "account": "account-missing account-deleted account-disabled account-unlicensed "
    "account-foundation-only account-plan-pending account-mailbox-gone account-password-expired "
    "account-password-changed account-needs-mfa account-locked account-blocked-by-policy "
    "account-over-privileged account-role-too-low",
    "access": "impersonation-leftover ews-grant delegate-mode",
    "scope": "scope-lost scope-some-rooms-missing scope-too-wide consent-only scope-everyone "
    "legacy-policy-blocks rooms-dark",
    "rooms": "room-dark on-premises-room room-vanished room-mailbox-gone room-wrong-mailbox-type "
    "room-wrong-zone room-double-booked room-unanswered delegate-left",
}
CASES = [(fault, root) for root, faults in ROOTS.items() for fault in faults.split()]

# Directory.Read.All covers these, so that losing one of them alone takes nothing away.
COVERED = {
    f"no-permission-{name}"
    for name in (
        "User.Read.All LicenseAssignment.Read.All Application.Read.All "
        "RoleManagement.Read.Directory"
    ).split()
}
RETIRED = (
    "New-ApplicationAccessPolicy",
    "New-ManagementRoleAssignment -Role ApplicationImpersonation",
    "Set-ThrottlingPolicy",
)
PERMISSIONS = [name for name in FAULTS if name.startswith("no-permission-")]


def test_a_healthy_tenant_is_well_in_every_link(patient):
    diagnosis = patient.examined()

    verdicts = {v.examined.check.name: v.examined.result for v in diagnosis.verdicts}
    assert all(isinstance(result, Ok) for result in verdicts.values()), verdicts
    assert diagnosis.exit_code == 0
    assert headline(diagnosis) == "All 9 links are well."


@pytest.mark.parametrize(("fault", "root"), CASES)
def test_the_root_cause_is_named_first_and_ends_with_the_mend(patient, fault, root):
    sick = patient.examined_with(fault)

    assert broken(sick) == [root]
    [first] = sick.roots
    assert isinstance(first.result, Broken)
    assert headline(sick).startswith(first.result.findings[0].summary)
    assert sick.exit_code == 1
    assert patient.examined().exit_code == 0


@pytest.mark.parametrize("fault", [case for case, _ in CASES])
def test_everything_that_broke_says_what_to_do_and_why_it_matters(patient, fault):
    sick = patient.examined_with(fault)

    for root in sick.roots:
        assert isinstance(root.result, Broken)
        for finding in root.result.findings:
            assert finding.consequence
            assert finding.remedy.words
            assert not set("\n\r\t") & set(finding.fingerprint)
    for command in commands(sick):
        assert parses(command), command
        assert not any(retired in command for retired in RETIRED)
    secrets = [secret.value for secret in patient.tenant.app.secrets]
    for text in (to_json(sick, "1"), to_markdown(sick, "1")):
        assert not any(secret in text for secret in (*secrets, "eyJ", "Bearer "))


@pytest.mark.parametrize("fault", [name for name in PERMISSIONS if name not in COVERED])
def test_no_check_goes_quiet_when_the_bot_lacks_a_permission(patient, fault):
    permission = fault.removeprefix("no-permission-")
    sick = patient.examined_with(fault)

    assert sick.exit_code != 0
    assert permission in to_json(sick, "1")
    # The others still answer: what needs another permission is told as before.
    assert any(isinstance(v.examined.result, Ok) for v in sick.verdicts)


@pytest.mark.parametrize("fault", sorted(COVERED))
def test_a_permission_that_another_one_covers_is_not_missed(patient, fault):
    patient.tenant.break_(fault)
    try:
        assert patient.examined().exit_code == 0
    finally:
        patient.tenant.mend(fault)


@pytest.mark.parametrize("fault", ["consent-lost", "access-lost", "secret-expired", "app-deleted"])
def test_what_cannot_be_asked_for_is_folded_even_where_it_stands_above_its_cause(patient, fault):
    sick = patient.examined_with(fault)

    assert unseen(sick) == []


PAIRS = [
    # the account is gone, whatever it was licensed for
    ("account-deleted", "account-unlicensed", ["account/deleted"]),
    ("account-missing", "account-mailbox-gone", ["account/missing"]),
    # two things that are broken by themselves are two causes
    ("integration-disabled", "integration-consent-revoked", ["app/disabled",
     "consent/missing/"]),
    ("integration-secret-expired", "account-deleted", ["app/expiry/", "account/deleted"]),
    ("calendars-permission-lost", "account-disabled", ["consent/missing/",
     "account/disabled"]),
    # what stopped comes before what will stop or what is only announced
    ("own-secret-expires-soon", "account-deleted", ["account/deleted", "credential/expiry/"]),
    ("microsoft-incident", "place-permission-lost", ["consent/missing/",
     "reach/incident/"]),
    ("own-secret-expires-soon", "account-over-privileged", ["credential/expiry/",
     "account/role/"]),
]  # fmt: skip


@pytest.mark.parametrize(("one", "other", "told"), PAIRS)
def test_of_two_faults_each_is_told_once_and_the_worse_first(patient, one, other, told):
    sick = patient.examined_with(one, other)

    found = [f for verdict in sick.verdicts for f in verdict.roots]
    first = next(f for f in found if f.fingerprint.startswith(told[0]))
    assert headline(sick).startswith(first.summary)
    for expected in told:
        assert any(f.fingerprint.startswith(expected) for f in found)
    assert all(f.fingerprint.startswith(tuple(told)) for f in found)


def test_a_throttled_room_is_not_laid_to_a_scope_of_somebody_elses(patient):
    sick = patient.examined_with("throttled-room-hour", "scope-lost")

    assert broken(sick) == ["scope"]
    assert unseen(sick) == ["rooms"]


def test_what_a_deleted_app_makes_blind_is_laid_to_it_whatever_else_the_bot_lacks(patient):
    sick = patient.examined_with("integration-deleted", "place-permission-lost")

    laid = {v.examined.check.name: v.blinded_by for v in sick.verdicts}
    assert laid["access"] == laid["endearly"] == "app/deleted"
    assert laid["rooms"].startswith("consent/missing/")


def test_two_causes_in_one_link_are_counted_as_two(patient):
    sick = patient.examined_with("place-permission-lost", "integration-consent-revoked")

    assert "And 1 more cause, below." in headline(sick)


def test_without_a_canary_the_first_sentence_says_what_is_not_proved(patient):
    diagnosis = patient.examined(ROOMOPS_CANARY_MAILBOX="")

    assert diagnosis.exit_code == 0
    assert headline(diagnosis) == (
        "All 9 links are well; that people's mailboxes are out of reach is not proved, see Scope."
    )
    assert "that people's mailboxes are out of reach is not proved" in scope_line(diagnosis)


def scope_line(diagnosis: Diagnosis) -> str:
    lines = plain(first_screen(diagnosis)).splitlines()
    return next(line for line in lines if line.startswith("Scope"))


def test_without_a_premium_licence_the_account_is_ok_but_for_its_sign_ins(patient):
    patient.tenant.break_("no-premium-licence")
    try:
        diagnosis = patient.examined()
    finally:
        patient.tenant.mend()

    said = plain(first_screen(diagnosis))
    assert diagnosis.exit_code == 0
    assert (
        "is there and enabled; that it can sign in is not proved: sign-ins are not readable "
        "without Entra ID P1." in said
    )
    assert headline(diagnosis).endswith("that it can sign in is not proved, see Service account.")
    assert "not readable without Entra ID P1" in to_json(diagnosis, "1")


def test_an_export_tells_whose_trouble_it_is_and_what_each_finding_is_because_of(patient):
    sick = patient.examined_with("calendars-permission-lost", "account-disabled")

    links = {link["check"]: link for link in json.loads(to_json(sick, "1"))["links"]}
    [mine] = links["consent"]["findings"]
    [theirs] = links["account"]["findings"]
    assert (mine["owner"], mine["because_of"]) == ("bot", "")
    assert (theirs["owner"], theirs["because_of"]) == ("integration", "")
    symptoms = [f for link in links.values() for f in link.get("findings", ()) if f["because_of"]]
    assert {f["because_of"] for f in symptoms} == {mine["fingerprint"]}
    text = to_markdown(sick, "1")
    assert "(critical, the integration's access)" in text
    assert f"A symptom of `{mine['fingerprint']}`." in text


def test_what_only_exchange_knows_is_said_with_the_cmdlet_that_shows_it(patient):
    patient.tenant.break_("scope-own-filter")
    try:
        diagnosis = patient.examined()
    finally:
        patient.tenant.mend("scope-own-filter")

    assert unseen(diagnosis) == ["scope", "endearly"]
    assert diagnosis.exit_code == 2
    assert "Test-ServicePrincipalAuthorization" in to_json(diagnosis, "1")
