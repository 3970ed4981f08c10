"""What Entra may answer and a decent sandbox never does: pages, oddities, hostile JSON."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import unquote

import pytest
import requests
from urllib3.exceptions import MaxRetryError, NameResolutionError

from adapters.graph import Graph
from adapters.graph.lost import lost
from adapters.graph.permissions import APP_ROLES
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.tenancy import Account, App, Grant, SignIn
from tests.graph.scripted import Asked, Said, Script, Scripted, error

APP = App("app-id", "sp-id", "Rooms", enabled=True, home_tenant=None)
WHO = Account(
    "user-id",
    "svc@contoso.example",
    "Service",
    enabled=True,
    password_changed=None,
    password_never_expires=False,
    synced=False,
)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
GRAPH_NAME = "Microsoft Graph"
PRINCIPAL = {"id": "sp-id", "appId": "app-id", "displayName": "Rooms", "accountEnabled": True}
Answers = Mapping[str, Said]  # by what the path holds; the first that fits


def answering(answers: Answers) -> Script:
    """Batches item by item; what nothing fits is not found."""

    def one(path: str) -> Said:
        found = (said for part, said in answers.items() if part in unquote(path))
        return next(found, error(404, "Request_ResourceNotFound"))

    def graph(asked: Asked) -> Said:
        if not asked.path.endswith("/$batch"):
            return one(asked.path)
        responses = []
        for item in asked.body["requests"]:
            said = one(item["url"])
            given = {"id": item["id"], "status": said.status, "headers": said.headers}
            responses.append(given | {"body": said.body})
        return Said(body={"responses": responses})

    return graph


def rows(*found: Any) -> Said:
    return Said(body={"value": list(found)})


def role(key: str, **more: Any) -> dict[str, Any]:
    return {"appRoleId": key, "resourceId": "graph-sp", "resourceDisplayName": GRAPH_NAME} | more


CALENDARS = "798ee544-9d2d-430c-a058-570e29e34338"


def granted(*roles: Any, scopes: Said | None = None, resource: Said | None = None) -> Script:
    api = {
        "id": "graph-sp",
        "displayName": GRAPH_NAME,
        "appRoles": [{"id": "new-role", "value": "Rooms.Read"}, 7, {"id": None}],
    }
    return answering(
        {
            "appRoleAssignments": rows(*roles),
            "oauth2PermissionGrants": scopes or rows(),
            "/servicePrincipals/graph-sp": resource or Said(body=api),
        }
    )


def test_a_permission_is_called_as_the_tenant_calls_it(scripted: Scripted, told: Graph) -> None:
    scripted.graph = granted(role("NEW-ROLE"), role(CALENDARS), role("unheard-of"))
    names = [grant.permission for grant in told.directory.grants(APP).grants]
    assert names == ["Rooms.Read", "Calendars.Read", "unheard-of"]


def test_without_the_tenants_names_the_table_does(scripted: Scripted, told: Graph) -> None:
    scripted.graph = granted(role(CALENDARS), resource=error(403, "Authorization_RequestDenied"))
    (grant,) = told.directory.grants(APP).grants
    assert grant == Grant("Calendars.Read", True, GRAPH_NAME)


def test_a_scope_of_an_api_without_a_name_is_not_guessed(scripted: Scripted, told: Graph) -> None:
    scope = {"scope": "User.Read", "consentType": "AllPrincipals", "resourceId": "graph-sp"}
    refused = error(403, "Authorization_RequestDenied")
    scripted.graph = granted(scopes=rows(scope), resource=refused)
    with pytest.raises(Forbidden) as heard:
        told.directory.grants(APP)
    assert heard.value.permission == "Application.Read.All"


def test_an_assignment_without_a_role_is_no_permission(scripted: Scripted, told: Graph) -> None:
    scripted.graph = granted(role("00000000-0000-0000-0000-000000000000"))
    assert told.directory.grants(APP).grants == ()


def test_every_page_of_the_grants_is_read(scripted: Scripted, told: Graph) -> None:
    link = f"{scripted.url}/v1.0/more"
    first = Said(body={"value": [role("new-role")], "@odata.nextLink": link})
    scripted.graph = answering(
        {
            "appRoleAssignments": first,
            "oauth2PermissionGrants": rows(),
            "/v1.0/more": rows(role(CALENDARS)),
        }
    )
    names = [grant.permission for grant in told.directory.grants(APP).grants]
    assert names == ["new-role", "Calendars.Read"]


@pytest.mark.parametrize(
    "scope",
    [
        {"scope": None, "consentType": "AllPrincipals", "resourceId": "graph-sp"},
        {"scope": "User.Read", "consentType": "Everyone", "resourceId": "graph-sp"},
        {"scope": "User.Read", "consentType": "Principal", "resourceId": 7},
        "User.Read",
    ],
)
def test_a_grant_that_makes_no_sense_makes_none_of_them_certain(
    scripted: Scripted, told: Graph, scope: Any
) -> None:
    scripted.graph = granted(role(CALENDARS), scopes=rows(scope))
    with pytest.raises(Unreachable, match="makes no sense"):
        told.directory.grants(APP)


def test_microsofts_own_ids_are_in_the_table_once() -> None:
    assert len(set(APP_ROLES.values())) == len(APP_ROLES)


@pytest.mark.parametrize(
    ("registration", "why"),
    [
        (error(403, "Authorization_RequestDenied"), "Application.Read.All"),
        (Said(body={"passwordCredentials": []}), "makes no sense"),
        (Said(body={"passwordCredentials": [7], "keyCredentials": []}), "makes no sense"),
        (
            Said(body={"passwordCredentials": [{"endDateTime": "soon"}], "keyCredentials": []}),
            "makes no sense",
        ),
        (error(404, "Request_ResourceNotFound"), "not in this tenant"),
    ],
)
def test_credentials_that_cannot_be_read_are_not_said_to_be_none(
    scripted: Scripted, told: Graph, registration: Said, why: str
) -> None:
    scripted.graph = answering(
        {"/servicePrincipals": Said(body=PRINCIPAL), "/applications": registration}
    )
    app = told.directory.app("app-id")
    assert app
    assert app.credentials is None
    assert why in app.why_no_credentials


@pytest.mark.parametrize(
    "principal",
    [
        PRINCIPAL | {"accountEnabled": None},
        PRINCIPAL | {"accountEnabled": "true"},
        PRINCIPAL | {"id": 7},
    ],
)
def test_an_app_that_is_neither_on_nor_off_is_trouble(
    scripted: Scripted, told: Graph, principal: Any
) -> None:
    scripted.graph = answering({"/servicePrincipals": Said(body=principal)})
    with pytest.raises(Unreachable, match="makes no sense"):
        told.directory.app("app-id")


def test_microsofts_own_switch_is_told(scripted: Scripted, told: Graph) -> None:
    word = "DisabledDueToViolationOfServicesAgreement"
    body = PRINCIPAL | {"disabledByMicrosoftStatus": word}
    scripted.graph = answering({"/servicePrincipals": Said(body=body)})
    app = told.directory.app("app-id")
    assert app
    assert app.disabled_by_microsoft == word


def test_a_cloud_without_a_bin_has_no_deleted_apps(scripted: Scripted, told: Graph) -> None:
    scripted.graph = answering({"/deletedItems": error(400, "BadRequest")})
    assert told.directory.app("app-id") is None


@pytest.mark.parametrize(
    "answer",
    [error(403, "Authorization_RequestDenied"), rows({"appId": "APP-ID", "id": "x"}), rows(7)],
)
def test_a_bin_that_cannot_be_read_is_not_empty(
    scripted: Scripted, told: Graph, answer: Said
) -> None:
    scripted.graph = answering({"/deletedItems": answer})
    with pytest.raises(Trouble):
        told.directory.app("app-id")


def test_an_item_of_a_batch_that_is_throttled_is_asked_again(
    scripted: Scripted, told: Graph
) -> None:
    usual = granted(role(CALENDARS))
    slow = granted(role(CALENDARS), scopes=error(429, "TooManyRequests", Retry_After="3"))
    scripted.graph = lambda asked: (slow if asked.path.endswith("/$batch") else usual)(asked)
    (grant,) = told.directory.grants(APP).grants
    assert grant.permission == "Calendars.Read"
    alone = [asked.path for asked in scripted.asked if not asked.path.endswith("/$batch")]
    assert alone == ["/v1.0/servicePrincipals/sp-id/oauth2PermissionGrants"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"passwordPolicies": None}, (False, False, None)),
        (
            {"passwordPolicies": "DisableStrongPassword, DisablePasswordExpiration"},
            (True, False, None),
        ),
        ({"onPremisesSyncEnabled": True}, (False, True, None)),
        ({"onPremisesSyncEnabled": "yes", "passwordPolicies": 7}, (False, False, None)),
        ({"lastPasswordChangeDateTime": "2026-11-23T12:00:00.1234567Z"}, (False, False, NOON)),
        ({"lastPasswordChangeDateTime": "0001-01-01T00:00:00Z"}, (False, False, None)),
    ],
)
def test_what_a_password_must(
    scripted: Scripted,
    told: Graph,
    body: dict[str, Any],
    expected: tuple[bool, bool, datetime | None],
) -> None:
    user = {"id": "user-id", "accountEnabled": True} | body
    scripted.graph = answering({"/users/": Said(body=user)})
    account = told.directory.account("svc@contoso.example")
    assert account
    changed = account.password_changed and account.password_changed.replace(microsecond=0)
    assert (account.password_never_expires, account.synced, changed) == expected


def test_an_account_that_is_neither_on_nor_off_is_trouble(scripted: Scripted, told: Graph) -> None:
    scripted.graph = answering({"/users/": Said(body={"id": "user-id"})})
    with pytest.raises(Unreachable, match="makes no sense"):
        told.directory.account("svc@contoso.example")


def test_roles_of_a_group_are_roles_too(scripted: Scripted, told: Graph) -> None:
    direct = {"roleDefinitionId": "t1", "roleDefinition": {"templateId": "t1", "displayName": "A"}}
    by_group = {"roleTemplateId": "t2", "displayName": "B"}
    scripted.graph = answering(
        {"roleAssignments": rows(direct, {"roleDefinitionId": "t3"}), "memberOf": rows(by_group)}
        | {"transitiveMemberOf": rows(by_group, {"roleTemplateId": "t1", "displayName": "A"})}
    )
    held = told.directory.roles(WHO)
    assert [(each.template, each.name) for each in held] == [("t1", "A"), ("t3", "t3"), ("t2", "B")]


def test_roles_of_groups_that_may_not_be_read_are_not_said_to_be_none(
    scripted: Scripted, told: Graph
) -> None:
    refused = error(403, "Authorization_RequestDenied")
    scripted.graph = answering({"roleAssignments": rows(), "transitiveMemberOf": refused})
    with pytest.raises(Forbidden) as heard:
        told.directory.roles(WHO)
    assert heard.value.permission == "User.Read.All"


@pytest.mark.parametrize(
    "row",
    [
        {"createdDateTime": "yesterday", "status": {"errorCode": 0}},
        {"createdDateTime": "2026-11-23T12:00:00Z", "status": None},
        {"createdDateTime": "2026-11-23T12:00:00Z", "status": {"errorCode": False}},
    ],
)
def test_a_sign_in_that_neither_worked_nor_failed_is_trouble(
    scripted: Scripted, told: Graph, row: Any
) -> None:
    scripted.graph = answering({"signIns": rows(row)})
    with pytest.raises(Unreachable, match="makes no sense"):
        told.directory.sign_ins(WHO, NOON - timedelta(days=7))


def test_only_policies_that_said_no_are_named(scripted: Scripted, told: Graph) -> None:
    policies = [
        {"displayName": "Report", "result": "reportOnlyFailure"},
        {"displayName": "Passed", "result": "success"},
        {"displayName": "Block", "result": "failure"},
        {"result": "failure"},
        7,
    ]
    row = {
        "createdDateTime": "2026-11-23T12:00:00Z",
        "appDisplayName": "Rooms",
        "status": {"errorCode": 53003, "failureReason": "Blocked\u0007."},
        "appliedConditionalAccessPolicies": policies,
    }
    scripted.graph = answering({"signIns": rows(row)})
    (signed_in,) = told.directory.sign_ins(WHO, NOON - timedelta(days=7))
    assert signed_in == SignIn(
        NOON, 53003, "Blocked .", "Rooms", ("Block", "a policy without a name")
    )


def test_a_busy_log_is_read_so_far_and_no_further(scripted: Scripted, told: Graph) -> None:
    row = {"createdDateTime": "2026-11-23T12:00:00Z", "status": {"errorCode": 0}}
    page = {"value": [row] * 100}
    pages = iter(range(1, 100))
    scripted.graph = lambda _: Said(
        body=page | {"@odata.nextLink": f"{scripted.url}/v1.0/auditLogs/signIns?{next(pages)}"}
    )
    assert len(told.directory.sign_ins(WHO, NOON - timedelta(days=7))) == 200
    assert len(scripted.asked) == 2


@pytest.mark.parametrize(
    "row",
    [
        {"activityDateTime": None, "activityDisplayName": "Consent to application"},
        {"activityDateTime": 7},
        [],
    ],
)
def test_an_audit_line_without_a_time_is_trouble(scripted: Scripted, told: Graph, row: Any) -> None:
    scripted.graph = answering({"directoryAudits": rows(row)})
    with pytest.raises(Unreachable, match="makes no sense"):
        told.directory.consent_changes(APP, NOON)


def test_an_audit_line_may_say_little(scripted: Scripted, told: Graph) -> None:
    odd: list[Any] = [
        {"targetResources": "x", "initiatedBy": 7},
        {"targetResources": [7, {"modifiedProperties": [7, {"displayName": "AppRole.Value"}]}]},
        {"initiatedBy": {"user": None, "app": {"displayName": "A script"}}},
        {
            "targetResources": [
                {"modifiedProperties": [{"displayName": "AppRole.Value", "newValue": "[" * 99999}]}
            ]
        },
    ]
    usual = {
        "activityDateTime": "2026-11-23T12:00:00Z",
        "activityDisplayName": "Consent to application",
    }
    scripted.graph = answering({"directoryAudits": rows(*(usual | each for each in odd))})
    found = told.directory.consent_changes(APP, NOON - timedelta(days=1))
    assert [change.actor for change in found] == ["", "", "A script", ""]


def test_a_policy_that_says_nothing_of_consent_is_trouble(scripted: Scripted, told: Graph) -> None:
    scripted.graph = answering({"authorizationPolicy": Said(body={"id": "x"})})
    with pytest.raises(Unreachable, match="makes no sense"):
        told.directory.consent_policy()


def test_a_policy_of_which_nothing_may_be_read_is_trouble(scripted: Scripted, told: Graph) -> None:
    scripted.graph = answering({"": error(403, "Authorization_RequestDenied")})
    with pytest.raises(Forbidden) as heard:
        told.directory.consent_policy()
    assert heard.value.permission == "Policy.Read.All"


def test_a_token_without_any_permission_names_the_one_that_is_needed(
    scripted: Scripted, told: Graph
) -> None:
    scripted.graph = answering({"": error(401, "NoPermissionsInAccessToken")})
    with pytest.raises(Forbidden) as heard:
        told.directory.account("svc@contoso.example")
    assert heard.value.permission == "User.Read.All"


def test_a_name_in_a_filter_stays_a_name(scripted: Scripted, told: Graph) -> None:
    with pytest.raises(Trouble):
        told.directory.app("x' or 'a' eq 'a&$top=1#/?")
    scripted.graph = answering({})
    told.directory.app("x' or 'a' eq 'a&$top=1#/?")
    (batch,) = [asked.body["requests"] for asked in scripted.asked[-1:]]
    assert batch[0]["url"].startswith(
        "/servicePrincipals(appId='x''%20or%20''a''%20eq%20''a%26%24top%3D1%23%2F%3F')?"
    )


def test_a_host_whose_name_is_unknown_is_said_to_be_so() -> None:
    pool: Any = None
    reason = NameResolutionError("login.example", pool, OSError())  # type: ignore[arg-type]
    wrong = requests.ConnectionError(MaxRetryError(pool, "/", reason))
    assert str(lost(wrong, "Microsoft's sign-in")) == (
        "The name of Microsoft's sign-in cannot be resolved"
    )


@pytest.mark.parametrize(
    ("status", "kind"), [(403, Forbidden), (404, Missing), (500, Unreachable), (429, Throttled)]
)
@pytest.mark.parametrize("ask", ["plans", "roles"])
def test_each_refusal_is_of_its_kind(
    scripted: Scripted, told: Graph, status: int, kind: type[Trouble], ask: str
) -> None:
    scripted.graph = answering({"": error(status, "Oops", Retry_After="7200")})
    asked: Callable[[Account], object] = getattr(told.directory, ask)
    with pytest.raises(kind):
        asked(WHO)
