"""Exchange's own roles and their scopes, as the doctor asks of them."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.graph import Graph
from adapters.graph.assignments import rooms_only
from adapters.graph.exchange import Exchange
from adapters.sandbox import Sandbox, Tenant
from bot.errors import Forbidden, Unreachable
from bot.tenancy import App, Assignment
from tests.graph.scripted import Asked, Said, Script, Scripted, error

DENIED = error(403, "Authorization_RequestDenied")


@pytest.fixture
def exchange(graph: Graph) -> Exchange:
    return graph.exchange


def app_of(tenant: Tenant) -> App:
    own = tenant.app
    return App(own.client_id, own.service_principal_id, own.name, True, tenant.id)


# assignments


def test_roles_come_with_their_scope(tenant: Tenant, exchange: Exchange) -> None:
    tenant.unscope()
    tenant.scope("Calendars.Read")
    tenant.scope("MailboxSettings.Read", everyone=True)
    tenant.scope("Mail.Read", tenant.canary.address)
    tenant.scope("Mail.Send", app=tenant.integration)
    assert set(exchange.assignments(app_of(tenant))) == {
        Assignment(
            "Application Calendars.Read",
            "Rooms only",
            "RecipientTypeDetails -eq 'RoomMailbox'",
            rooms_only=True,
        ),
        Assignment("Application MailboxSettings.Read", "Organization", everyone=True),
        Assignment("Application Mail.Read", f"mailbox {tenant.canary.id}"),
    }


def test_no_role_is_a_fact(tenant: Tenant, exchange: Exchange) -> None:
    tenant.unscope()
    assert exchange.assignments(app_of(tenant)) == ()


def test_assignments_cost_one_request_to_beta(
    tenant: Tenant, exchange: Exchange, sandbox: Sandbox
) -> None:
    exchange.assignments(app_of(tenant))
    assert [call.path for call in sandbox.referee.calls if not call.batched] == ["/$batch"]


def test_without_the_permission_it_is_named(tenant: Tenant, exchange: Exchange) -> None:
    tenant.revoke("RoleManagement.Read.Exchange", "Directory.Read.All")
    with pytest.raises(Forbidden) as refused:
        exchange.assignments(app_of(tenant))
    assert refused.value.permission == "RoleManagement.Read.Exchange"


def test_a_scope_that_may_not_be_read_is_not_guessed(tenant: Tenant, exchange: Exchange) -> None:
    tenant.revoke("RoleManagement.Read.Exchange")  # Directory.Read.All still shows assignments
    with pytest.raises(Forbidden) as refused:
        exchange.assignments(app_of(tenant))
    assert refused.value.permission == "RoleManagement.Read.Exchange"
    tenant.unscope()
    tenant.scope("Calendars.Read", everyone=True)
    (held,) = exchange.assignments(app_of(tenant))
    assert held.everyone


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("RecipientTypeDetails -eq 'RoomMailbox'", True),
        ('recipienttypedetails -EQ "roommailbox"', True),
        ("((RecipientTypeDetails  -eq  RoomMailbox))", True),
        (" ( RecipientTypeDetails -eq 'RoomMailbox' ) ", True),
        ("RecipientTypeDetails -ne 'RoomMailbox'", False),
        ("RecipientTypeDetails -eq 'RoomMailbox' -or Name -like '*'", False),
        ("(RecipientTypeDetails -eq 'RoomMailbox') -or (Name -like '*')", False),
        ("RecipientTypeDetails -eq 'RoomMailbox' -and Office -eq 'Lisbon'", False),
        ("-not (RecipientTypeDetails -eq 'RoomMailbox')", False),
        ("RecipientTypeDetails -eq 'RoomMailbox\"", False),
        ("RecipientTypeDetails -eq 'RoomMailbox,UserMailbox'", False),
        ("RecipientTypeDetails -like 'Room*'", False),
        ("", False),
        ("((", False),
    ],
)
def test_only_a_plain_filter_is_taken_to_mean_rooms(condition: str, expected: bool) -> None:
    assert rooms_only(condition) is expected


def held(**more: Any) -> dict[str, Any]:
    return {"roleDefinitionId": "A3123D4E-4256-4AD0-BEF0-205A00807FAE"} | more


def exchange_of(*rows: Any, scopes: Said | None = None, roles: Said | None = None) -> Script:
    def graph(asked: Asked) -> Said:
        assert asked.path == "/beta/$batch"
        answers = [
            Said(body={"value": list(rows)}),
            roles or DENIED,
            scopes or Said(body={"value": []}),
        ]
        items = zip("012", answers, strict=True)
        said = [{"id": key, "status": each.status, "body": each.body} for key, each in items]
        return Said(body={"responses": said})

    return graph


def test_every_kind_of_scope_has_words(scripted: Scripted, told: Graph) -> None:
    scripted.graph = exchange_of(
        held(directoryScopeId="/administrativeUnits/au-1"),
        held(directoryScopeId="/groups/g-1"),
        held(directoryScopeId="/", appScopeId=None),
        held(appScopeId="gone"),
        {"roleDefinitionId": "unheard-of", "directoryScopeId": "/somewhere"},
    )
    found = told.exchange.assignments(App("a", "sp", "Rooms", True, None))
    assert [(each.role, each.scope, each.everyone, each.rooms_only) for each in found] == [
        ("Application Calendars.Read", "administrative unit au-1", False, False),
        ("Application Calendars.Read", "group g-1", False, False),
        ("Application Calendars.Read", "Organization", True, False),
        ("Application Calendars.Read", "gone", False, False),
        ("unheard-of", "somewhere", False, False),
    ]


def test_pages_of_beta_stay_in_beta(scripted: Scripted, told: Graph) -> None:
    first = exchange_of(held(directoryScopeId="/"))
    more = Said(body={"value": [held(directoryScopeId="/groups/g-1")]})

    def graph(asked: Asked) -> Said:
        if asked.path == "/beta/more":
            return more
        answer: Said = first(asked)
        link = f"{scripted.url}/beta/more"
        answer.body["responses"][0]["body"]["@odata.nextLink"] = link
        return answer

    scripted.graph = graph
    found = told.exchange.assignments(App("a", "sp", "Rooms", True, None))
    assert [each.scope for each in found] == ["Organization", "group g-1"]


@pytest.mark.parametrize(
    "row", [7, {}, held(), held(directoryScopeId=7), {"directoryScopeId": "/"}]
)
def test_an_assignment_without_role_or_scope_is_trouble(
    scripted: Scripted, told: Graph, row: Any
) -> None:
    scripted.graph = exchange_of(row)
    with pytest.raises(Unreachable, match="makes no sense"):
        told.exchange.assignments(App("a", "sp", "Rooms", True, None))
