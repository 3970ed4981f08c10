"""How wide an app reaches: the union of consent and RBAC, and probes that prove it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.finding import Broken, Ok, Owner, Result, Severity, Unknown
from bot.tenancy import Reach
from handlers import check_scope
from handlers.access_mode import access_of
from handlers.access_seen import Seen
from handlers.scope_verdict import scope_of
from tests.app_seen import (
    ALL_READ,
    CANARY,
    EXCHANGE,
    NO_CONSENT,
    ROOMS,
    UNTOLD,
    answers,
    consent,
    over_all,
    over_one,
    over_rooms,
    over_some,
    seen,
)

SHUT = answers(Reach.DENIED, Reach.DENIED, Reach.DENIED)
ONE_SHUT = answers(Reach.READ, Reach.DENIED, Reach.READ)
SILENT = answers(Reach.THROTTLED, Reach.SILENT, Reach.OTHER)
POLICY = answers(Reach.READ, Reach.READ, Reach.POLICY)
READ, DENIED = Reach.READ, Reach.DENIED
EWS = consent("full_access_as_app", resource=EXCHANGE)
WIDE, SCOPED, LISTED = consent("Calendars.ReadWrite"), (over_rooms(),), (over_some(),)
SINGLE = (over_one(1), over_one(2))
TWO, ALL = frozenset(ROOMS[:2]), frozenset(ROOMS)
ACCOUNT = frozenset({"svc-rooms@contoso.example"})


def scope(one: Seen) -> str:
    found = scope_of(one, access_of(one), ROOMS)
    return f"{found.width.name} {found.ground.name}"


def judged(one: Seen) -> Result:
    return check_scope.judge(one, access_of(one), ROOMS)


@pytest.mark.parametrize(
    ("one", "verdict"),
    [
        # RBAC only: the recommended state
        (seen(NO_CONSENT, SCOPED, ALL_READ, DENIED), "ROOMS_ONLY PROBES"),
        (seen(NO_CONSENT, SCOPED, ALL_READ, watched=""), "ROOMS_ONLY NO_CANARY"),
        (seen(NO_CONSENT, SCOPED, ALL_READ, Reach.THROTTLED), "ROOMS_ONLY NO_CANARY"),
        (seen(NO_CONSENT, SCOPED, ALL_READ, READ), "TOO_WIDE PROBES"),
        (seen(NO_CONSENT, SCOPED, SHUT, DENIED), "NONE PROBES"),
        (seen(NO_CONSENT, SCOPED, ONE_SHUT, DENIED), "ROOMS_ONLY PROBES"),  # that room's own fault
        (seen(NO_CONSENT, SCOPED, SILENT, DENIED), "CANNOT_TELL NO_ANSWER"),
        # RBAC for some rooms, or for everyone
        (seen(NO_CONSENT, LISTED, ONE_SHUT, DENIED), "SOME_MISSING PROBES"),
        (seen(NO_CONSENT, LISTED, ALL_READ, DENIED), "ROOMS_ONLY PROBES"),
        (seen(NO_CONSENT, LISTED, ALL_READ, watched=""), "CANNOT_TELL NO_CANARY"),
        (seen(NO_CONSENT, (over_all(),), ALL_READ, watched=""), "EVERYONE GRANTS"),
        (seen(NO_CONSENT, (over_all(),), ALL_READ, READ), "TOO_WIDE PROBES"),
        # consent only
        (seen(WIDE, (), ALL_READ, READ), "TOO_WIDE PROBES"),
        (seen(WIDE, (), ALL_READ, watched=""), "EVERYONE GRANTS"),
        (seen(WIDE, (), ALL_READ, Reach.SILENT), "TOO_WIDE GRANTS"),
        (seen(WIDE, (), ALL_READ, DENIED), "CANNOT_TELL AT_ODDS"),
        (seen(WIDE, (), ALL_READ, Reach.POLICY), "ROOMS_ONLY PROBES"),  # by a legacy policy
        (seen(WIDE, (), POLICY, DENIED), "SOME_MISSING PROBES"),
        # both: they add up
        (seen(WIDE, SCOPED, ALL_READ, READ), "TOO_WIDE PROBES"),
        (seen(WIDE, SCOPED, ALL_READ, watched=""), "TOO_WIDE TWICE"),
        # EWS opens what the scope keeps shut, whatever Graph's probes say
        (seen(EWS, SCOPED, ALL_READ, DENIED), "EVERYONE EWS"),
        (seen(EWS, UNTOLD, ALL_READ, DENIED), "EVERYONE EWS"),
        (seen(EWS, SCOPED, own=False), "EVERYONE EWS"),
        (seen(EWS, own=False), "EVERYONE GRANTS"),
        # neither
        (seen(NO_CONSENT, (), SHUT, DENIED), "NONE PROBES"),
        (seen(NO_CONSENT, ()), "NONE GRANTS"),
        # roles that may not be read
        (seen(NO_CONSENT, UNTOLD, ALL_READ, DENIED), "ROOMS_ONLY PROBES"),
        (seen(NO_CONSENT, UNTOLD, ONE_SHUT, DENIED), "SOME_MISSING PROBES"),
        (seen(NO_CONSENT, UNTOLD, ALL_READ, watched=""), "CANNOT_TELL NO_CANARY"),
        # another app, as which nobody here can ask
        (seen(NO_CONSENT, SCOPED, own=False), "ROOMS_ONLY GRANTS"),
        (seen(WIDE, (), own=False), "TOO_WIDE GRANTS"),
        (seen(WIDE, (), own=False, watched=""), "EVERYONE GRANTS"),
        (seen(WIDE, SCOPED, own=False), "TOO_WIDE TWICE"),
        (seen(NO_CONSENT, (), own=False), "NONE GRANTS"),
        (seen(NO_CONSENT, UNTOLD, own=False), "CANNOT_TELL UNTOLD"),
        (seen(UNTOLD, SCOPED, own=False), "CANNOT_TELL UNTOLD"),
        (seen(NO_CONSENT, LISTED, own=False), "CANNOT_TELL CUSTOM"),
        (seen(NO_CONSENT, SINGLE, own=False, members=TWO), "SOME_MISSING GRANTS"),
        (seen(NO_CONSENT, SINGLE, own=False, members=ALL), "ROOMS_ONLY GRANTS"),
        (seen(NO_CONSENT, SINGLE, own=False, members=ACCOUNT), "NONE GRANTS"),
        (seen(NO_CONSENT, SINGLE, own=False, members=TWO | {"x@y.z"}), "CANNOT_TELL CUSTOM"),
        (seen(NO_CONSENT, SINGLE, own=False), "CANNOT_TELL CUSTOM"),
        (seen(consent("Calendars.Read", application=False), own=False), "CANNOT_TELL DELEGATE"),
    ],
)
def test_the_verdict_is_the_union_and_probes_win(one, verdict):
    assert scope(one) == verdict


def test_rooms_only_is_ok_and_says_that_it_was_proved():
    said = judged(seen(NO_CONSENT, SCOPED, ALL_READ, DENIED))
    assert isinstance(said, Ok)
    assert "rooms answer, the canary is refused" in said.summary
    assert said.evidence


def test_without_a_canary_it_is_said_that_width_is_not_proved():
    said = judged(seen(NO_CONSENT, SCOPED, ALL_READ, watched=""))
    assert isinstance(said, Ok)
    assert any("ROOMOPS_CANARY_MAILBOX" in note for note in said.notes)


def test_another_app_is_computed_and_said_to_be_unproved():
    said = judged(seen(NO_CONSENT, SCOPED, own=False))
    assert isinstance(said, Ok)
    assert "not proved by a probe" in said.summary


def test_an_answering_canary_warns_and_keeps_consent_until_three_rooms_are_proved():
    said = judged(seen(WIDE, (), ALL_READ, READ))
    assert isinstance(said, Broken)
    [found] = said.findings
    assert found.severity is Severity.WARNING
    assert CANARY in found.summary
    words = found.remedy.words
    assert words.index("prove") < words.index("remove the consent to Calendars.ReadWrite")
    assert "Remove-" not in found.remedy.command
    assert all(room in found.remedy.command for room in ROOMS)
    assert found.remedy.link.startswith("https://")


def test_ews_beside_a_scope_is_said_and_is_never_as_recommended():
    said = judged(seen(EWS, SCOPED, ALL_READ, DENIED))
    assert isinstance(said, Ok)  # the grant itself is what the check of the access finds
    assert "reaches all mailboxes over EWS by what is granted: wider than" in said.summary
    assert "as recommended" not in repr(said)


def test_consent_beside_a_scope_narrows_nothing():
    said = judged(seen(WIDE, SCOPED, own=False))
    assert isinstance(said, Broken)
    assert "the scope narrows nothing" in said.findings[0].summary
    assert "New-ManagementScope" not in said.findings[0].remedy.command


def test_the_rooms_that_are_missing_are_named_and_stop_what_hangs_below():
    said = judged(seen(NO_CONSENT, LISTED, ONE_SHUT, DENIED))
    assert isinstance(said, Broken)
    assert said.findings[0].severity is Severity.CRITICAL
    assert "1 room of 3 asked: alfama@contoso.example" in said.findings[0].summary
    assert said.findings[0].evidence[0].asked.endswith("alfama@contoso.example/calendar")


def test_no_room_in_reach_of_a_role_that_covers_them_is_a_cache_or_a_wrong_pointer():
    said = judged(seen(NO_CONSENT, SCOPED, SHUT, DENIED))
    assert isinstance(said, Broken)
    [found] = said.findings
    assert found.severity is Severity.CRITICAL
    assert "Get-ServicePrincipal" in found.remedy.command
    assert "New-ServicePrincipal" not in found.remedy.command
    assert "2 hours" in found.remedy.wait


@pytest.mark.parametrize(
    ("one", "would_tell"),
    [
        (seen(NO_CONSENT, UNTOLD, ALL_READ, watched=""), "ROOMOPS_CANARY_MAILBOX"),
        (seen(NO_CONSENT, UNTOLD, own=False), "RoleManagement.Read.Exchange"),
    ],
)
def test_what_cannot_be_told_names_what_would_tell(one, would_tell):
    said = judged(one)
    assert isinstance(said, Unknown)
    assert would_tell in said.would_tell
    assert "Test-ServicePrincipalAuthorization" in said.command


def test_a_fingerprint_holds_no_number_that_moves():
    few = judged(seen(NO_CONSENT, LISTED, ONE_SHUT, DENIED))
    more = judged(seen(NO_CONSENT, LISTED, answers(READ, DENIED, DENIED), DENIED))
    assert isinstance(few, Broken)
    assert isinstance(more, Broken)
    assert few.findings[0].fingerprint == more.findings[0].fingerprint


def test_a_scope_that_an_app_has_already_is_used_and_not_made_again():
    mail = (over_rooms("Application Mail.Read"), over_one(1))
    said = judged(seen(NO_CONSENT, mail, SHUT, DENIED))
    assert isinstance(said, Broken)
    [assignment, *_] = said.findings[0].remedy.command.splitlines()
    assert assignment.startswith("New-ManagementRoleAssignment")
    assert assignment.endswith("-CustomResourceScope 'Rooms only'")


def test_a_scope_that_another_apps_role_names_will_do_as_well():
    other = replace(seen(NO_CONSENT, (), SHUT, DENIED), elsewhere=(over_rooms(),))
    said = judged(other)
    assert isinstance(said, Broken)
    assert "New-ServicePrincipal" in said.findings[0].remedy.command
    assert "New-ManagementScope" not in said.findings[0].remedy.command


def test_a_scope_of_that_name_that_means_something_else_is_not_taken_for_it():
    custom = replace(over_some(), scope="Rooms only")
    said = judged(seen(NO_CONSENT, (custom,), SHUT, DENIED))
    assert isinstance(said, Broken)
    assert "New-ManagementScope -Name 'Rooms only, by their type'" in (
        said.findings[0].remedy.command
    )


def test_a_role_that_reads_does_not_stand_in_for_a_consent_that_writes():
    said = judged(seen(WIDE, (over_rooms("Application Calendars.Read"),), own=False))
    assert isinstance(said, Broken)
    assert "-Role 'Application Calendars.ReadWrite'" in said.findings[0].remedy.command


def test_a_finding_belongs_to_the_app_and_names_the_rooms_that_it_is_about():
    one = seen(NO_CONSENT, LISTED, ONE_SHUT, DENIED)
    said = judged(replace(one, subject=replace(one.subject, owner=Owner.BOT)))
    assert isinstance(said, Broken)
    assert said.findings[0].owner is Owner.BOT
    assert said.findings[0].rooms == ("alfama@contoso.example",)


def test_an_app_whose_roles_hold_the_account_alone_reaches_no_room_though_none_is_known():
    one = seen(NO_CONSENT, (over_one(1),), own=False, members=ACCOUNT)
    assert scope_of(one, access_of(one), ()).width.name == "NONE"
    two = seen(NO_CONSENT, SINGLE, own=False, members=TWO)
    assert scope_of(two, access_of(two), ()).width.name == "CANNOT_TELL"
