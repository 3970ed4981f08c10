"""Consent: needed against granted, by consent in Entra and by roles in Exchange."""

from __future__ import annotations

import tomllib
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from importlib.resources import files

import pytest

from bot.check import Check
from bot.errors import Forbidden
from bot.finding import Broken, Finding, Ok, Result, Severity, Unknown
from bot.tenancy import App, Assignment, ConsentChange, ConsentPolicy, Grant, Grants, Watched
from handlers import COMMANDS
from handlers.consent_setting import setting
from handlers.granted import judge
from handlers.holding import THE_BOT, View
from handlers.needs import excess, held, missing, of_the_bot, of_the_integration
from handlers.parts import Part, blind, merge
from handlers.permissions import Way, risk
from handlers.retirement import retirements
from handlers.vendor import vendor_of, vendors

NOW = datetime(2026, 11, 23, 10, tzinfo=UTC)
WATCHED = Watched("tenant-1", "own", "vendor", "", "", "https://login.microsoftonline.com")
BOT = App("own", "object-own", "roomops", True, "tenant-1")
EPTURA = App("vendor", "object-v", "Eptura Workplace", True, "elsewhere")
CHECK = Check("account", "Account", "", lambda _s, _n: Ok(""), permissions=("AuditLog.Read.All",))
NEEDS = of_the_bot(COMMANDS, [CHECK])
WANTED = ("Place.Read.All", "AuditLog.Read.All")
ROOMS = Assignment("Application Calendars.Read", "Rooms only", rooms_only=True)


def granted(*names: str, application: bool = True) -> tuple[Grant, ...]:
    return tuple(Grant(name, application, "Microsoft Graph") for name in names)


def bot(*names: str, roles: tuple[Assignment, ...] | Unknown = (ROOMS,)) -> View:
    return View("bot", BOT, Grants(granted(*names)), roles, NEEDS, WATCHED)


def integration(*grants: Grant, roles: tuple[Assignment, ...] = ()) -> View:
    profile = vendor_of(EPTURA.name)
    assert profile is not None
    return View("integration", EPTURA, Grants(grants), roles, of_the_integration(profile), WATCHED)


SYNCED = (*granted("Calendars.ReadWrite"), *granted("User.Read", application=False))


def prints(result: Result) -> list[str]:
    return [f.fingerprint for f in result.findings] if isinstance(result, Broken) else []


def first(result: Result) -> Finding:
    assert isinstance(result, Broken)
    return result.findings[0]


def only(result: Result) -> Finding:
    assert isinstance(result, Broken)
    [finding] = result.findings
    return finding


def test_an_app_with_a_scoped_role_needs_no_calendar_consent():
    assert isinstance(judge(bot(*WANTED), ()), Ok)


def test_calendar_consent_will_do_without_a_role():
    assert isinstance(judge(bot(*WANTED, "Calendars.ReadBasic.All", roles=()), ()), Ok)


def test_consent_and_role_add_up():
    assert isinstance(judge(bot(*WANTED, "Calendars.ReadBasic.All"), ()), Ok)


def test_without_either_the_commands_that_stop_are_named_and_it_is_critical():
    finding = only(judge(bot(*WANTED, roles=()), ()))

    assert finding.fingerprint == "consent/missing/own"
    assert finding.severity is Severity.CRITICAL
    assert "/rooms free" in finding.consequence
    assert "New-ManagementRoleAssignment -App 'object-own'" in finding.remedy.command
    assert "-Role 'Application Calendars.Read'" in finding.remedy.command


def test_what_only_a_check_needs_is_a_warning_that_names_the_check():
    finding = only(judge(bot("Place.Read.All"), ()))

    assert finding.fingerprint == "consent/missing/own"
    assert finding.severity is Severity.WARNING
    assert "the check “account”" in finding.consequence


def test_the_command_gives_exactly_what_is_missing_and_names_who_may_approve():
    remedy = only(judge(bot("AuditLog.Read.All"), ())).remedy

    assert "Where-Object Value -In 'Place.Read.All' |" in remedy.command
    assert "-PrincipalId 'object-own'" in remedy.command
    assert "an Application Administrator cannot" in remedy.words


def test_a_missing_delegated_permission_has_a_link_for_itself_alone():
    finding = only(judge(integration(*granted("Calendars.ReadWrite")), ()))

    assert finding.fingerprint == "consent/missing/vendor"
    assert finding.remedy.link == (
        "https://login.microsoftonline.com/tenant-1/v2.0/adminconsent"
        "?client_id=vendor&scope=User.Read"
    )


def test_who_took_it_away_and_when_stands_in_the_first_sentence():
    taken = ConsentChange(
        NOW - timedelta(hours=2),
        "Remove app role assignment from service principal",
        "ana@contoso.example",
        "Place.Read.All",
    )
    given = ConsentChange(NOW, "Consent to application", "bo@contoso.example", "")

    finding = only(judge(bot("AuditLog.Read.All"), (given, taken)))

    assert "ana@contoso.example took it away on 2026-11-23 08:00 UTC" in finding.summary


def test_a_vendors_app_gets_back_just_what_was_taken():
    activity = "Remove delegated permission grant"
    taken = ConsentChange(NOW, activity, "ana@contoso.example", "Calendars.ReadWrite User.Read")

    finding = only(judge(integration(), (taken,)))

    assert finding.remedy.link.rpartition("=")[2] == "Calendars.ReadWrite%20User.Read"
    assert not finding.remedy.command


def test_all_that_was_taken_from_one_app_is_one_finding_that_says_so_first():
    activity = "Remove delegated permission grant"
    taken = ConsentChange(NOW, activity, "ana@contoso.example", "Calendars.ReadWrite User.Read")

    finding = only(judge(integration(), (taken,)))

    assert finding.severity is Severity.CRITICAL
    assert finding.summary.startswith(
        "Eptura Workplace has lost its consent: Calendars.ReadWrite and User.Read. "
    )
    assert "ana@contoso.example took them away on 2026-11-23 10:00 UTC." in finding.summary


def test_what_was_never_granted_is_lacked_and_not_lost():
    finding = only(judge(bot(), ()))

    assert finding.summary == (
        "roomops lacks the permissions Place.Read.All and AuditLog.Read.All."
    )


def test_many_missing_permissions_make_no_long_first_sentence_and_one_command_gives_them_all():
    every = [f"Some.Long.Permission{number}.Read.All" for number in range(9)]
    check = Check("all", "All", "", lambda _s, _n: Ok(""), permissions=tuple(every))
    view = View("bot", BOT, Grants(()), (ROOMS,), of_the_bot(COMMANDS, [check]), WATCHED)

    finding = only(judge(view, ()))

    assert len(finding.summary.partition(". ")[0]) <= 100
    assert " more." in finding.summary
    assert all(f"'{name}'" in finding.remedy.command for name in every)


def test_roles_and_consent_that_are_missing_are_given_by_one_block():
    finding = only(judge(bot("AuditLog.Read.All", roles=()), ()))

    assert "Where-Object Value -In 'Place.Read.All' |" in finding.remedy.command
    assert "-Role 'Application Calendars.Read'" in finding.remedy.command


def test_an_audit_that_may_not_be_read_is_said():
    result = judge(bot("AuditLog.Read.All"), (), "The bot may not read the audit.")

    assert isinstance(result, Broken)
    assert any("The bot may not read the audit." in note for note in result.notes)


def test_a_vendors_need_that_its_own_page_does_not_say_is_only_likely():
    lacking = only(judge(integration(*granted("Calendars.ReadWrite")), ()))
    whole = (
        *granted("Calendars.ReadWrite", "Mail.Read"),
        *granted("User.Read", application=False),
    )
    excess = only(judge(integration(*whole), ()))

    assert "lacks the permission User.Read, which it likely needs." in lacking.summary
    assert "which it likely does not need" in excess.summary
    assert "all 2 permissions that it likely needs" in judge(integration(*SYNCED), ()).summary


def test_a_permission_held_twice_over_is_one_finding():
    twice = (
        Grant("Mail.Read", True, "Microsoft Graph"),
        Grant("Mail.Read", True, "Office 365 Exchange Online"),
    )

    result = judge(integration(*SYNCED, *twice), ())

    assert prints(result) == ["consent/excess/vendor"]
    assert only(result).summary.count("Mail.Read, application") == 1


def test_roles_that_may_not_be_read_leave_calendars_unknown_and_never_missing():
    refused = Forbidden("The bot may not read roles", "Grant it.")
    refused.permission = "RoleManagement.Read.Exchange"

    result = judge(bot(*WANTED, roles=blind(refused)), ())

    assert isinstance(result, Unknown)
    assert result.would_tell == "RoleManagement.Read.Exchange"
    assert "Calendars.ReadBasic.All" in result.why


def test_unread_roles_hide_nothing_else_that_is_missing():
    result = judge(bot("Place.Read.All", roles=Unknown("Not readable.")), ())

    assert prints(result) == ["consent/missing/own"]
    assert isinstance(result, Broken)
    assert "Calendars.ReadBasic.All" in result.notes[0]


def test_too_much_is_a_warning_with_its_risk():
    finding = only(judge(bot(*WANTED, "Mail.ReadWrite"), ()))

    assert finding.fingerprint == "consent/excess/own"
    assert finding.severity is Severity.WARNING
    assert "mail" in finding.consequence
    assert finding.remedy.link.endswith("/objectId/object-own/appId/own")


def test_a_role_in_exchange_can_be_too_much_too():
    mail = Assignment("Application Mail.Read", "Organization", everyone=True)

    finding = only(judge(bot(*WANTED, roles=(ROOMS, mail)), ()))

    assert finding.fingerprint == "consent/excess/own"
    assert "-Role 'Application Mail.Read' | Remove-ManagementRole" in finding.remedy.command


def test_writing_where_reading_is_needed_is_too_much_and_still_enough():
    finding = only(judge(bot(*WANTED, "Calendars.ReadWrite", roles=()), ()))

    assert finding.fingerprint == "consent/excess/own"


def test_what_only_reads_the_directory_is_a_note():
    result = judge(bot(*WANTED, "Organization.Read.All"), ())

    assert isinstance(result, Ok)
    assert "Organization.Read.All" in result.notes[0]


@pytest.mark.parametrize(
    "view",
    [
        integration(*granted("Calendars.ReadWrite"), *granted("User.Read", application=False)),
        integration(*granted("Calendars.ReadWrite", "User.Read", application=False)),
        integration(
            *granted("User.Read", "offline_access", application=False),
            roles=(Assignment("Application Calendars.ReadWrite", "Rooms only"),),
        ),
        integration(*granted("Calendars.ReadWrite.Shared", "User.Read", application=False)),
    ],
    ids=["application", "delegated", "role", "delegate"],
)
def test_the_integration_may_come_to_its_calendars_in_several_ways(view):
    assert isinstance(judge(view, ()), Ok)


def test_the_integrations_ews_is_left_to_the_check_of_access():
    ews = granted("full_access_as_app")
    view = integration(*ews, *granted("User.Read", application=False))

    result = judge(view, ())

    assert isinstance(result, Ok)
    assert "full_access_as_app" in result.notes[0]


def test_an_integration_without_calendars_stops_the_work():
    finding = only(judge(integration(*granted("User.Read", application=False)), ()))

    assert finding.fingerprint == "consent/missing/vendor"
    assert finding.severity is Severity.CRITICAL
    assert "Likely, since its vendor says so" in finding.consequence


def test_an_unknown_vendors_needs_are_not_made_up():
    app = App("other", "o", "Roomwizard", True, None)
    view = View("integration", app, Grants(granted("Mail.Read")), (), (), WATCHED)

    result = judge(view, ())

    assert vendor_of(app.name) is None
    assert prints(result) == ["consent/excess/other"]
    assert isinstance(result, Broken)
    assert "what it needs I cannot tell" in result.notes[0]
    assert result.findings[0].remedy.words.startswith("Ask its vendor first")


def test_an_unknown_vendors_app_is_never_ok_and_keeps_its_calendars():
    app = App("other", "o", "Roomwizard", True, None)
    view = View("integration", app, Grants(granted("Calendars.ReadWrite")), (), (), WATCHED)

    result = judge(view, ())

    assert isinstance(result, Unknown)
    assert "no profile of the vendor" in result.why
    assert "leave it unless you know better" in result.notes[0]


@pytest.mark.parametrize("named", ["", "own"])
def test_where_the_bots_app_is_the_integration_what_syncs_rooms_is_never_too_much(named):
    role = Assignment("Application Calendars.ReadWrite", "Rooms only", rooms_only=True)
    settings = Assignment("Application MailboxSettings.ReadWrite", "Rooms only", rooms_only=True)
    grants = Grants(granted(*WANTED, "full_access_as_app"))
    watched = replace(WATCHED, integration_app=named)

    result = judge(View("bot", BOT, grants, (role, settings), NEEDS, watched), ())

    assert isinstance(result, Ok)
    assert "Remove-ManagementRoleAssignment" not in repr(result)
    assert any("Calendars.ReadWrite" in note for note in result.notes)


def test_what_would_tell_an_unseen_part_stays_in_the_note_when_another_broke():
    unseen = Part("roles", Unknown("I may not read roles.", "RoleManagement.X", "Get-A\nGet-B"))

    result = merge([Part("bot", judge(bot("Place.Read.All"), ())), unseen])

    assert result.notes == (
        "I may not read roles. RoleManagement.X would tell. This shows it: Get-A; Get-B",
    )


def test_a_wider_permission_holds_the_smaller_ones():
    every = held(granted("Directory.Read.All", "Place.ReadWrite.All"), ())

    lacking = missing(of_the_bot(COMMANDS, []), every)

    assert {need.permission for need in lacking} == {"Calendars.ReadBasic.All"}
    assert excess(NEEDS, held(granted("User.Read", application=False), ())) == ()


def test_a_smaller_missing_one_is_told_under_the_wider_missing_one():
    rooms = Check("rooms", "Rooms", "", lambda _s, _n: Ok(""), permissions=("Calendars.Read",))

    [need] = missing(of_the_bot(COMMANDS, [rooms]), held(granted("Place.Read.All"), ()))

    assert need.permission == "Calendars.Read"
    assert need.critical
    assert need.stops == ("/rooms free", "/rooms show", "the check “rooms”")


def by_token(*names: str) -> View:
    """What is known where the bot may not even read its own app."""
    app = App("own", "", THE_BOT, True, None)
    unread = Unknown("Unread.")
    return View("bot", app, Grants(granted(*names)), unread, NEEDS, WATCHED, partly=True)


def test_a_consent_that_is_gone_is_told_by_the_token_alone():
    finding = only(judge(by_token(), ()))

    assert finding.fingerprint == "consent/missing/own"
    assert finding.severity is Severity.CRITICAL
    assert finding.summary.startswith("The bot has lost its consent")
    assert finding.remedy.command.startswith("$app = Get-MgServicePrincipal -Filter ")


def test_where_only_the_token_tells_what_exchange_may_give_is_not_judged():
    result = judge(by_token("Place.Read.All"), ())

    assert only(result).summary == "The bot lacks the permission AuditLog.Read.All."
    assert result.unseen == ("consent/missing/own", "consent/excess/own")


def test_roles_that_may_not_be_read_end_no_excess():
    result = judge(bot(*WANTED, "Calendars.ReadBasic.All", roles=Unknown("Unread.")), ())

    assert isinstance(result, Ok)
    assert result.unseen == ("consent/excess/own",)


def test_a_request_that_waits_for_our_app_is_broken_and_others_are_a_note():
    policy = ConsentPolicy("nobody", True, ("Eptura Workplace", "Padlet"))

    result = setting(policy, "roomops", WATCHED)

    assert prints(result) == ["consent/pending/eptura workplace"]
    assert isinstance(result, Broken)
    assert "Padlet" in result.notes[0]


@pytest.mark.parametrize(
    ("policy", "would_tell"),
    [
        (ConsentPolicy("low", True, None), "ConsentRequest.Read.All"),
        (ConsentPolicy("", None, None), "ConsentRequest.Read.All, Policy.Read.All"),
        (ConsentPolicy("low", None, ()), "Policy.Read.All"),
        (ConsentPolicy("", True, ()), "Policy.Read.All"),
    ],
)
def test_a_part_of_the_setting_that_was_not_told_is_never_ok(policy, would_tell):
    result = setting(policy, "roomops", WATCHED)

    assert isinstance(result, Unknown)
    assert result.would_tell == would_tell


@pytest.mark.parametrize("users", ["nobody", "legacy", "low", "managed by Microsoft", "custom: X"])
def test_the_setting_is_said_in_words(users):
    result = setting(ConsentPolicy(users, False, ()), "roomops", WATCHED)

    assert isinstance(result, Ok)
    assert result.summary.startswith(("Users may", "Microsoft manages"))
    assert "dead end" in result.summary


@pytest.mark.parametrize(
    "permission",
    [
        "Mail.Send",
        "Calendars.ReadWrite",
        "Sites.Read.All",
        "Group.ReadWrite.All",
        "EWS.AccessAsApp",
    ],
)
def test_every_excess_that_opens_content_or_writes_has_its_risk(permission):
    assert risk(permission)


def test_every_fact_about_a_vendor_or_a_retirement_has_its_source_and_date():
    [eptura] = vendors()
    facts = [*eptura.needs, *eptura.facts, eptura.account, *retirements().values()]

    assert all(fact.source and fact.checked >= date(2026, 11, 23) for fact in facts)
    assert retirements()["EWS"].ends == date(2027, 4, 1)
    assert "not applicable since 2025" in retirements()["ApplicationImpersonation"].now


def test_profiles_lie_in_the_package_as_data():
    file = files("handlers") / "vendors" / "eptura.toml"

    assert tomllib.loads(file.read_text("utf-8"))["name"] == "Eptura Workplace"
    assert Way("RBAC for Applications") is Way.RBAC


def test_a_scope_over_rooms_that_is_there_is_not_made_anew():
    settings = Assignment("Application MailboxSettings.Read", "All rooms", rooms_only=True)
    own, theirs = bot(roles=(settings,)), replace(bot(roles=()), elsewhere=(settings,))
    for view in (own, theirs):
        command = first(judge(view, ())).remedy.command
        assert "New-ManagementScope" not in command
        assert "-CustomResourceScope 'All rooms'" in command


def test_a_scope_is_made_where_none_over_rooms_is_seen():
    command = first(judge(bot(roles=()), ())).remedy.command
    assert "New-ManagementScope -Name 'Rooms only'" in command
