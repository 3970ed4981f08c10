"""By which way an app gets into mailboxes, from what is granted and what probes met."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.finding import Broken, Finding, Ok, Owner, Result, Severity, Unknown
from bot.tenancy import Assignment, Delegate, Reach
from handlers import check_access
from handlers.access_mode import access_of
from handlers.access_seen import Seen, once
from tests.app_seen import (
    ALL_READ,
    APP_ID,
    EXCHANGE,
    NO_CONSENT,
    NOW,
    OBJECT_ID,
    ROOMS,
    UNTOLD,
    answers,
    consent,
    mode_of,
    over_all,
    over_rooms,
    seen,
)

BLOCKED = answers(Reach.READ, Reach.POLICY)
DENIED = answers(Reach.DENIED, Reach.DENIED, Reach.DENIED)
EWS = consent("full_access_as_app", resource=EXCHANGE)
SHARED = (Delegate(ROOMS[0], "svc-rooms@contoso.example", "Rooms service", "write"),)


def judged(one: Seen) -> Result:
    return check_access.judge(one, access_of(one), ROOMS, NOW)


def finding(one: Seen) -> Finding:
    result = judged(one)
    assert isinstance(result, Broken)
    return result.findings[0]


@pytest.mark.parametrize(
    ("one", "mode"),
    [
        (seen(NO_CONSENT, (over_rooms(),)), "SCOPED"),
        (seen(NO_CONSENT, (over_all(),)), "SCOPED"),
        (seen(consent("Calendars.Read")), "CONSENT"),
        (seen(consent("Calendars.ReadBasic.All")), "CONSENT"),
        (seen(consent("Calendars.Read"), (over_rooms(),)), "BOTH"),
        (seen(consent("Calendars.Read"), (), BLOCKED), "POLICY"),
        (seen(consent("Calendars.Read"), (over_rooms(),), BLOCKED), "POLICY"),
        (seen(EWS), "EWS"),
        (seen(NO_CONSENT, (over_rooms("Application EWS.AccessAsApp"),)), "EWS"),
        (seen(EWS, (over_rooms(),)), "SCOPED"),
        (seen(consent("Calendars.ReadWrite", application=False)), "DELEGATE"),
        (seen(NO_CONSENT, (), own=False, delegated=SHARED), "DELEGATE"),
        (seen(consent("User.Read", application=False)), "NONE"),
        (seen(consent("Place.Read.All"), (over_rooms("Application Mail.Read"),)), "NONE"),
        (seen(NO_CONSENT, UNTOLD, ALL_READ), "PROVED"),
        (seen(NO_CONSENT, UNTOLD, DENIED), "NONE"),
        (seen(NO_CONSENT, UNTOLD), "UNKNOWN"),
        (seen(NO_CONSENT, UNTOLD, own=False), "UNKNOWN"),
        (seen(NO_CONSENT, (), ALL_READ), "UNKNOWN"),  # a grant just taken away, still cached
        (seen(UNTOLD, UNTOLD, ALL_READ), "UNKNOWN"),
        (seen(UNTOLD, (over_rooms(),)), "UNKNOWN"),  # consent might stand beside it
    ],
)
def test_the_mode_follows_from_grants_roles_and_probes(one, mode):
    assert mode_of(one) == mode


def test_each_mode_is_said_in_the_manuals_word_and_in_todays():
    said = judged(seen(NO_CONSENT, (over_rooms(),)))
    assert isinstance(said, Ok)
    assert "impersonation by RBAC for Applications" in said.summary
    assert "Calendars.ReadWrite over Rooms only" in said.summary


@pytest.mark.parametrize("grants", [NO_CONSENT, consent("Calendars.Read"), EWS, UNTOLD])
def test_the_old_role_is_never_missing_only_not_applicable(grants):
    notes = judged(seen(grants)).notes
    assert any("ApplicationImpersonation: not applicable since 2025" in note for note in notes)


def test_a_leftover_of_the_old_role_is_named_and_breaks_nothing():
    old = Assignment("ApplicationImpersonation", "Organization", everyone=True)
    found = finding(seen(NO_CONSENT, (over_rooms(), old)))
    assert found.fingerprint.startswith("access/leftover/")
    assert found.severity is Severity.INFO


def test_a_leftover_is_removed_from_this_app_alone():
    old = Assignment("ApplicationImpersonation", "Organization", everyone=True)
    command = finding(seen(NO_CONSENT, (over_rooms(), old))).remedy.command
    assert command.startswith(f"Get-ManagementRoleAssignment -RoleAssignee '{OBJECT_ID}' -Role ")


def test_delegated_ews_acts_as_one_user_and_not_over_every_mailbox():
    one = seen(consent("EWS.AccessAsUser.All", application=False, resource=EXCHANGE))
    said = judged(one)
    assert isinstance(said, Broken)
    assert mode_of(one) == "DELEGATE"
    assert "every mailbox" not in repr(said)
    assert "one signed-in user" in repr(said)


def test_no_access_at_all_is_critical_and_comes_with_the_whole_script():
    found = finding(seen(NO_CONSENT, (), DENIED))
    assert found.severity is Severity.CRITICAL
    lines = found.remedy.command.splitlines()
    assert [line.split()[0] for line in lines[:3]] == [
        "New-ServicePrincipal",
        "New-ManagementScope",
        "New-ManagementRoleAssignment",
    ]
    assert "Test-ServicePrincipalAuthorization" in lines[3]
    assert OBJECT_ID in lines[0]
    assert "'RecipientTypeDetails -eq ''RoomMailbox'''" in lines[1]
    assert "2 hours" in found.remedy.wait


def test_an_object_id_that_is_not_known_is_asked_for_and_never_the_app_id():
    """The app's id in place of the enterprise app's object id is the classic error."""
    unread = replace(seen(NO_CONSENT, (), DENIED), app=UNTOLD)
    line = finding(unread).remedy.command.splitlines()[0]
    assert f"-ObjectId '{APP_ID}'" not in line
    assert "-ObjectId (Get-MgServicePrincipal" in line


def test_two_apps_unseen_for_one_reason_say_it_once():
    said = once(Unknown("I cannot tell A. No leave. I cannot tell B. No leave."))
    assert said == Unknown("I cannot tell A. No leave. I cannot tell B.")


def test_ews_ends_on_a_day_and_is_critical_only_after_it():
    before = finding(seen(EWS))
    after = check_access.judge(seen(EWS), access_of(seen(EWS)), ROOMS, NOW.replace(year=2028))
    assert "2027-04-01" in before.summary
    assert before.severity is Severity.WARNING
    assert isinstance(after, Broken)
    assert after.findings[0].severity is Severity.CRITICAL


def test_ews_beside_a_scoped_role_is_a_warning_too():
    assert finding(seen(EWS, (over_rooms(),))).fingerprint.startswith("access/ews/")


def test_delegate_access_is_discouraged_and_the_calendars_are_named():
    found = finding(seen(NO_CONSENT, (), own=False, delegated=SHARED))
    assert found.severity is Severity.WARNING
    assert "fado@contoso.example (write)" in found.summary


def test_roles_that_may_not_be_read_are_proved_by_probes_for_the_bots_own_app():
    proved = judged(seen(NO_CONSENT, UNTOLD, ALL_READ, Reach.DENIED))
    assert isinstance(proved, Ok)
    assert any("RoleManagement.Read.Exchange" in note for note in proved.notes)


def test_roles_that_may_not_be_read_leave_another_app_untold_with_the_cmdlet():
    unknown = judged(seen(NO_CONSENT, UNTOLD, own=False))
    assert isinstance(unknown, Unknown)
    assert unknown.would_tell == "RoleManagement.Read.Exchange"
    assert f"Get-ManagementRoleAssignment -RoleAssignee '{OBJECT_ID}'" in unknown.command
    assert f"Test-ServicePrincipalAuthorization -Identity '{OBJECT_ID}'" in unknown.command


def test_consent_beside_roles_that_may_not_be_read_is_never_ok():
    unknown = judged(seen(consent("Calendars.Read"), UNTOLD, ALL_READ))
    assert isinstance(unknown, Unknown)
    assert any("tenant-wide consent" in note for note in unknown.notes)


def test_no_verdict_advises_what_is_retired():
    for one in (seen(NO_CONSENT), seen(EWS), seen(consent("Calendars.Read"), (), BLOCKED)):
        said = repr(judged(one))
        assert "New-ApplicationAccessPolicy" not in said
        assert "New-ManagementRoleAssignment -Role 'ApplicationImpersonation'" not in said


def test_a_role_over_ews_alone_is_said_to_work_over_its_scope():
    found = finding(seen(NO_CONSENT, (over_rooms("Application EWS.AccessAsApp"),)))
    assert "Application EWS.AccessAsApp for EWS, over the mailboxes of its scope" in found.summary
    assert "people's mailboxes" not in found.consequence
    assert "-Role 'Application Calendars.ReadWrite'" in found.remedy.command


@pytest.mark.parametrize("owner", [Owner.BOT, Owner.INTEGRATION, Owner.BOTH])
def test_every_finding_belongs_to_the_app_it_is_about(owner):
    for one in (seen(NO_CONSENT, (), DENIED), seen(EWS), seen(consent("Calendars.ReadWrite"))):
        said = judged(replace(one, subject=replace(one.subject, owner=owner)))
        findings = said.findings if isinstance(said, Broken) else ()
        assert all(found.owner is owner for found in findings)
