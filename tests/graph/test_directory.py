"""Entra as the doctor asks of it, over a tenant that enforces its permissions."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from adapters.graph import Graph
from adapters.graph.directory import Directory
from adapters.sandbox import Sandbox, Tenant
from adapters.sandbox.app import Delegation, Secret
from bot.errors import Forbidden, Throttled, Unreachable
from bot.tenancy import Account, App, Grant, Plan, Role, SignIn
from tests.graph.glass import Glass

LONG = timedelta(days=400)

NOBODY = "00000000-aaaa-bbbb-cccc-000000000000"


@pytest.fixture
def directory(graph: Graph) -> Directory:
    return graph.directory


def own(directory: Directory, tenant: Tenant) -> App:
    found = directory.app(tenant.app.client_id)
    assert found
    return found


def theirs(directory: Directory, tenant: Tenant) -> App:
    found = directory.app(tenant.integration.client_id)
    assert found
    return found


def service_account(directory: Directory, tenant: Tenant) -> Account:
    found = directory.account(tenant.service_account.address)
    assert found
    return found


# apps and consent


def test_an_app_of_this_tenant_shows_its_credentials(
    tenant: Tenant, directory: Directory, glass: Glass
) -> None:
    ends = glass.now() + timedelta(days=30)
    tenant.app.secrets.append(Secret("nobody-sees-this", ends, "rooms"))
    app = own(directory, tenant)
    assert (app.enabled, app.home_tenant, app.deleted_at) == (True, tenant.id, None)
    assert app.credentials
    assert [(c.kind, c.name, c.ends) for c in app.credentials if c.name == "rooms"] == [
        ("secret", "rooms", ends)
    ]
    assert "nobody-sees-this" not in repr(app)
    assert app.evidence[0].answered == "200, accountEnabled=true"
    assert app.evidence[0].request_id


def test_a_vendors_secret_lives_with_the_vendor(tenant: Tenant, directory: Directory) -> None:
    app = theirs(directory, tenant)
    assert app.credentials is None
    assert app.why_no_credentials == "the vendor's secret lives in the vendor's tenant"
    assert app.home_tenant not in (None, tenant.id)


def test_an_app_that_is_switched_off_says_so(tenant: Tenant, directory: Directory) -> None:
    tenant.integration.enabled = False
    assert theirs(directory, tenant).enabled is False


def test_a_deleted_app_is_found_in_the_bin(
    tenant: Tenant, directory: Directory, nine: datetime
) -> None:
    tenant.integration.deleted = nine
    app = theirs(directory, tenant)
    assert (app.deleted_at, app.enabled) == (nine, False)
    assert app.object_id == tenant.integration.service_principal_id


def test_an_app_that_never_was_is_none(directory: Directory) -> None:
    assert directory.app(NOBODY) is None
    assert directory.app("it's no id' or true") is None


def test_an_app_costs_one_request(tenant: Tenant, sandbox: Sandbox, directory: Directory) -> None:
    directory.sign_in()
    sandbox.referee.reset()
    own(directory, tenant)
    assert [call.path for call in sandbox.referee.calls if not call.batched] == ["/$batch"]


def test_grants_carry_the_names_that_the_tenant_gives_them(
    tenant: Tenant, directory: Directory
) -> None:
    user = tenant.person("Dana Levi")
    tenant.integration.delegated = [
        Delegation("User.Read offline_access"),
        Delegation("Calendars.ReadWrite", user.id),
    ]
    tenant.integration.consented = frozenset({"Calendars.Read"})
    grants = directory.grants(theirs(directory, tenant))
    graph = "Microsoft Graph"
    assert set(grants.grants) == {
        Grant("Calendars.Read", True, graph, at=tenant.integration.granted),
        Grant("User.Read", False, graph),
        Grant("offline_access", False, graph),
        Grant("Calendars.ReadWrite", False, graph, everyone=False),
    }
    assert [seen.answered for seen in grants.evidence] == [
        "200, 1 application permissions",
        "200, 2 delegated grants",
    ]


def test_no_grant_at_all_is_a_fact(tenant: Tenant, directory: Directory) -> None:
    tenant.integration.delegated = []
    tenant.integration.consented = frozenset()
    assert directory.grants(theirs(directory, tenant)).grants == ()


def test_the_names_of_permissions_are_read_once(
    tenant: Tenant, sandbox: Sandbox, directory: Directory
) -> None:
    app = own(directory, tenant)
    directory.grants(app)
    sandbox.referee.reset()
    directory.grants(app)
    assert len([call for call in sandbox.referee.calls if not call.batched]) == 1


def test_who_gave_and_who_took_a_permission_stands_newest_first(
    tenant: Tenant, directory: Directory, nine: datetime
) -> None:
    bob, app = tenant.person("Bob Admin"), tenant.integration
    tenant.records.audited(
        "Consent to application",
        nine - timedelta(days=2),
        bob,
        app,
        ConsentAction_Permissions=(
            "[] => [[Id: x, ConsentType: AllPrincipals, Scope:  User.Read Calendars.Read,"
            " CreatedDateTime: ]]; "
        ),
    )
    tenant.records.audited(
        "Remove app role assignment from service principal",
        nine,
        bob,
        app,
        AppRole_Value="Calendars.Read",
    )
    tenant.records.audited("Update service principal", nine, bob, app)
    tenant.records.audited("Consent to application", nine - LONG, bob, app)
    tenant.records.audited("Consent to application", nine, bob, tenant.app)
    changes = directory.consent_changes(theirs(directory, tenant), nine - timedelta(days=30))
    assert [(c.activity, c.permission) for c in changes] == [
        ("Remove app role assignment from service principal", "Calendars.Read"),
        ("Consent to application", "User.Read Calendars.Read"),
    ]
    assert {change.actor for change in changes} == {bob.address}


def test_a_permission_that_was_revoked_is_named_beside_its_api(
    tenant: Tenant, directory: Directory, nine: datetime
) -> None:
    bob, app = tenant.person("Bob Admin"), tenant.integration
    tenant.records.audits.clear()
    tenant.records.revoked("Calendars.ReadWrite", app, nine, bob)
    tenant.records.ungranted("User.Read offline_access", app, nine - timedelta(hours=1), bob)
    changes = directory.consent_changes(theirs(directory, tenant), nine - timedelta(days=30))
    assert [change.permission for change in changes] == [
        "Calendars.ReadWrite",
        "User.Read offline_access",
    ]


@pytest.mark.parametrize(
    ("assigned", "expected"),
    [
        ((), "nobody"),
        (("ManagePermissionGrantsForOwnedResource.microsoft-all",), "nobody"),
        (("ManagePermissionGrantsForSelf.microsoft-user-default-legacy",), "legacy"),
        (("ManagePermissionGrantsForSelf.microsoft-user-default-low",), "low"),
        (
            (
                "ManagePermissionGrantsForSelf.microsoft-user-default-allow-consent-apps",
                "ManagePermissionGrantsForSelf.microsoft-user-default-recommended",
            ),
            "managed by Microsoft",
        ),
        (("ManagePermissionGrantsForSelf.contoso-apps",), "custom: contoso-apps"),
    ],
)
def test_how_people_may_consent(
    tenant: Tenant, directory: Directory, assigned: tuple[str, ...], expected: str
) -> None:
    tenant.records.user_consent = assigned
    assert directory.consent_policy().user_consent == expected


def test_requests_that_wait_for_an_administrator_are_named(
    tenant: Tenant, directory: Directory, nine: datetime
) -> None:
    tenant.records.consent_workflow = False
    tenant.records.asked_for_consent(
        tenant.integration, tenant.person("Dana Levi"), nine, "User.Read"
    )
    policy = directory.consent_policy()
    assert (policy.requests_enabled, policy.pending) == (False, ("Eptura Workplace",))


def test_a_part_of_the_policy_that_may_not_be_read_is_not_told(
    tenant: Tenant, directory: Directory
) -> None:
    tenant.revoke("ConsentRequest.Read.All")
    policy = directory.consent_policy()
    assert (policy.user_consent, policy.pending) == ("managed by Microsoft", None)
    assert policy.evidence[2].answered == "403 Authorization_RequestDenied"


def test_the_other_part_as_well(tenant: Tenant, directory: Directory) -> None:
    tenant.revoke("Policy.Read.All")
    policy = directory.consent_policy()
    assert (policy.user_consent, policy.requests_enabled, policy.pending) == ("", None, ())


# the service account


def test_the_account_is_described(tenant: Tenant, directory: Directory) -> None:
    who = tenant.service_account
    account = service_account(directory, tenant)
    assert (account.id, account.address, account.name) == (who.id, who.address, who.name)
    assert (account.enabled, account.synced, account.deleted_at) == (True, False, None)
    assert account.password_changed == who.password_changed
    assert account.password_never_expires
    assert account.evidence[0].asked == f"GET /users/{who.address}"


def test_a_disabled_account_says_so(tenant: Tenant, directory: Directory) -> None:
    tenant.service_account.enabled = False
    account = service_account(directory, tenant)
    assert not account.enabled
    assert account.evidence[0].answered == "200, accountEnabled=false"


def test_a_deleted_account_is_found_in_the_bin(
    tenant: Tenant, directory: Directory, nine: datetime
) -> None:
    tenant.service_account.delete(nine)
    account = service_account(directory, tenant)
    assert (account.deleted_at, account.enabled) == (nine, False)
    assert account.address == tenant.service_account.address


def test_an_account_that_never_was_is_none(tenant: Tenant, directory: Directory) -> None:
    tenant.person("Gone Long").delete(tenant.app.granted)
    assert directory.account("nobody@contoso.example") is None


def test_licences_come_with_their_plans(tenant: Tenant, directory: Directory) -> None:
    tenant.service_account.licences = ("ENTERPRISEPACK", "M365_F1")
    assert directory.plans(service_account(directory, tenant)) == (
        Plan("ENTERPRISEPACK", "EXCHANGE_S_ENTERPRISE", "Success"),
        Plan("M365_F1", "EXCHANGE_S_FOUNDATION", "Success"),
    )


def test_roles_come_once_each(tenant: Tenant, directory: Directory) -> None:
    tenant.service_account.roles = ("Global Administrator", "Global Reader")
    assert directory.roles(service_account(directory, tenant)) == (
        Role("62e90394-69f5-4237-9190-012177145e10", "Global Administrator"),
        Role("f2ef992c-3afb-46b9-b7cf-a126ee74c451", "Global Reader"),
    )


def test_sign_ins_name_the_policy_that_said_no(
    tenant: Tenant, directory: Directory, nine: datetime
) -> None:
    who, app = tenant.service_account, tenant.integration
    tenant.records.sign_ins.clear()
    tenant.records.signed_in(who, app, nine - timedelta(days=60))
    tenant.records.signed_in(who, app, nine - timedelta(days=1))
    tenant.records.signed_in(
        who, app, nine, error=53003, reason="Blocked.", policy="Require MFA for all"
    )
    tenant.records.signed_in(tenant.canary, app, nine)
    account = service_account(directory, tenant)
    assert directory.sign_ins(account, nine - timedelta(days=30)) == (
        SignIn(nine, 53003, "Blocked.", "Eptura Workplace", ("Require MFA for all",)),
        SignIn(nine - timedelta(days=1), 0, "", "Eptura Workplace"),
    )


def test_without_premium_it_says_which_licence_is_missing(
    tenant: Tenant, directory: Directory, nine: datetime
) -> None:
    account = service_account(directory, tenant)
    tenant.records.premium = False
    with pytest.raises(Forbidden, match="Microsoft Entra ID P1 or P2") as refused:
        directory.sign_ins(account, nine)
    assert refused.value.permission == ""


# every refused permission is named

Ask = Callable[[Directory, Tenant, App, Account], object]
ASKED: list[tuple[tuple[str, ...], str, Ask]] = [
    (("Application.", "Directory."), "Application.Read.All", lambda d, t, *_: own(d, t)),
    (("Directory.",), "Directory.Read.All", lambda d, _, app, __: d.grants(app)),
    (
        ("AuditLog.", "Directory."),
        "AuditLog.Read.All",
        lambda d, _, app, __: d.consent_changes(app, app_since()),
    ),
    (("Policy.", "ConsentRequest."), "Policy.Read.All", lambda d, *_: d.consent_policy()),
    (("User.", "Directory."), "User.Read.All", lambda d, t, *_: service_account(d, t)),
    (
        ("LicenseAssignment.", "User.", "Directory."),
        "LicenseAssignment.Read.All",
        lambda d, _, __, who: d.plans(who),
    ),
    (
        ("RoleManagement.", "Directory."),
        "RoleManagement.Read.Directory",
        lambda d, _, __, who: d.roles(who),
    ),
    (("AuditLog.",), "AuditLog.Read.All", lambda d, _, __, who: d.sign_ins(who, app_since())),
]


def app_since() -> datetime:
    return Glass().now() - timedelta(days=7)


@pytest.mark.parametrize(("revoked", "named", "ask"), ASKED, ids=[a[1] for a in ASKED])
def test_a_refusal_names_the_permission(
    tenant: Tenant, directory: Directory, revoked: tuple[str, ...], named: str, ask: Ask
) -> None:
    app, who = own(directory, tenant), service_account(directory, tenant)
    tenant.revoke(*(name for name in tenant.app.consented if name.startswith(revoked)))
    directory.sign_in()
    with pytest.raises(Forbidden) as refused:
        ask(directory, tenant, app, who)
    assert refused.value.permission == named
    assert named in refused.value.hint


@pytest.mark.parametrize("fault", ["wrong-types", "html", "empty", "truncated", "outage"])
def test_nonsense_and_silence_are_trouble_and_never_a_bug(
    tenant: Tenant, directory: Directory, nine: datetime, fault: str
) -> None:
    app, who = own(directory, tenant), service_account(directory, tenant)
    tenant.records.signed_in(tenant.service_account, tenant.integration, nine)
    tenant.break_(fault)
    for ask in (
        lambda: directory.app(app.app_id),
        lambda: directory.grants(app),
        lambda: directory.consent_changes(app, nine - LONG),
        directory.consent_policy,
        lambda: directory.account(who.address),
        lambda: directory.plans(who),
        lambda: directory.roles(who),
        lambda: directory.sign_ins(who, nine - LONG),
    ):
        with pytest.raises(Unreachable):
            ask()


def test_a_list_that_is_none_is_trouble(tenant: Tenant, directory: Directory) -> None:
    app, who = own(directory, tenant), service_account(directory, tenant)
    tenant.break_("wrong-envelope")
    since = app_since()
    for ask in (
        lambda: directory.grants(app),
        lambda: directory.consent_changes(app, since),
        directory.consent_policy,
        lambda: directory.plans(who),
        lambda: directory.roles(who),
        lambda: directory.sign_ins(who, since),
    ):
        with pytest.raises(Unreachable, match="makes no sense"):
            ask()


def test_a_throttled_directory_is_trouble_that_says_when(
    tenant: Tenant, directory: Directory, sandbox: Sandbox
) -> None:
    app = own(directory, tenant)
    tenant.break_("retry-after-hour")
    with pytest.raises(Throttled) as refused:
        directory.grants(app)
    assert refused.value.retry_after > timedelta(minutes=59)
    assert sandbox.referee.violations == []
