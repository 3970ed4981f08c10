"""Microsoft's own SDK as a client that nobody here wrote: it asks, and gets typed answers."""

from __future__ import annotations

import asyncio
import ssl
import warnings
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

import httpx
import pytest

from adapters.sandbox import Hours, Sandbox, Tenant
from tests.sandbox.asking import NOW, Asker

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)  # the SDK warns of its own parts
    from azure.core.credentials import AccessToken
    from kiota_abstractions.api_error import APIError
    from kiota_abstractions.base_request_configuration import RequestConfiguration
    from kiota_authentication_azure.azure_identity_authentication_provider import (
        AzureIdentityAuthenticationProvider,
    )
    from msgraph.generated.models.custom_time_zone import CustomTimeZone
    from msgraph.generated.models.date_time_time_zone import DateTimeTimeZone
    from msgraph.generated.models.free_busy_status import FreeBusyStatus
    from msgraph.generated.models.o_data_errors.o_data_error import ODataError
    from msgraph.generated.models.room import Room
    from msgraph.generated.models.schedule_information import ScheduleInformation
    from msgraph.generated.users.item.calendar.get_schedule.get_schedule_post_request_body import (
        GetSchedulePostRequestBody,
    )
    from msgraph.generated.users.item.calendar_view.calendar_view_request_builder import (
        CalendarViewRequestBuilder,
    )
    from msgraph.graph_request_adapter import GraphRequestAdapter
    from msgraph.graph_service_client import GraphServiceClient

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")

T = TypeVar("T")


class Credential:
    """A token that was bought beforehand."""

    def __init__(self, token: str) -> None:
        self._token = token

    async def get_token(self, *scopes: str, **_: object) -> AccessToken:
        return AccessToken(self._token, 4_000_000_000)

    async def close(self) -> None: ...


@pytest.fixture
def microsoft(
    sandbox: Sandbox, asker: Asker
) -> Callable[[Callable[[GraphServiceClient], Awaitable[T]]], T]:
    """Run one question through the SDK."""

    def run(question: Callable[[GraphServiceClient], Awaitable[T]]) -> T:
        return asyncio.run(_asked(sandbox, asker.renew(), question))

    return run


async def _asked(
    sandbox: Sandbox, token: str, question: Callable[[GraphServiceClient], Awaitable[T]]
) -> T:
    trust = ssl.create_default_context(cafile=sandbox.ca_bundle)
    async with httpx.AsyncClient(verify=trust, trust_env=False) as http:
        provider = AzureIdentityAuthenticationProvider(
            Credential(token),  # type: ignore[arg-type]  # it asks for no more than this
            scopes=["https://graph.microsoft.com/.default"],
            allowed_hosts=["localhost"],
        )  # fmt: skip
        adapter = GraphRequestAdapter(provider, http)
        adapter.base_url = f"{sandbox.url}/v1.0"
        return await question(GraphServiceClient(request_adapter=adapter))


Ask = Callable[[Callable[[GraphServiceClient], Awaitable[object]]], object]


def test_it_lists_rooms(microsoft: Ask) -> None:
    page = microsoft(lambda graph: graph.places.graph_room.get())
    rooms = page.value  # type: ignore[attr-defined]
    assert all(isinstance(room, Room) for room in rooms)
    assert [(room.display_name, room.capacity) for room in rooms] == [
        ("Fado", 10), ("Alfama", 8), ("Belém", 14),
    ]  # fmt: skip
    assert rooms[1].is_wheel_chair_accessible is True
    assert rooms[0].address.city == "Lisbon"
    assert rooms[0].additional_data == {}


def test_it_lists_room_lists_and_their_rooms(microsoft: Ask) -> None:
    lists = microsoft(lambda graph: graph.places.graph_room_list.get())
    address = lists.value[0].email_address  # type: ignore[attr-defined]
    rooms = microsoft(lambda graph: graph.places.by_place_id(address).graph_room_list.rooms.get())
    assert [room.display_name for room in rooms.value] == ["Fado", "Alfama"]  # type: ignore[attr-defined]


def test_it_asks_for_schedules(microsoft: Ask, tenant: Tenant) -> None:
    tenant.room("Fado", hours=Hours(custom=True)).busy(
        NOW, NOW + timedelta(hours=1), status="tentative"
    )
    body = GetSchedulePostRequestBody(
        schedules=["fado@contoso.example", "nobody@contoso.example"],
        start_time=DateTimeTimeZone(date_time="2026-11-23T10:00:00", time_zone="UTC"),
        end_time=DateTimeTimeZone(date_time="2026-11-23T12:00:00", time_zone="UTC"),
        availability_view_interval=60,
    )
    answer = microsoft(
        lambda graph: graph.users.by_user_id("fado@contoso.example").calendar.get_schedule.post(
            body
        )
    )
    fado, nobody = answer.value  # type: ignore[attr-defined]
    assert isinstance(fado, ScheduleInformation)
    assert fado.availability_view == "10"
    assert fado.schedule_items is not None
    assert fado.schedule_items[0].status is FreeBusyStatus.Tentative
    assert fado.working_hours is not None
    assert isinstance(fado.working_hours.time_zone, CustomTimeZone)
    assert nobody.error.response_code == "5009"


def test_it_reads_a_calendar_view(microsoft: Ask, tenant: Tenant) -> None:
    tenant.room("Fado").busy(NOW, NOW + timedelta(hours=1), "Budget")
    query = CalendarViewRequestBuilder.CalendarViewRequestBuilderGetQueryParameters(
        start_date_time="2026-11-23T00:00:00+00:00",
        end_date_time="2026-11-24T00:00:00+00:00",
        top=5,
        select=["subject", "start", "organizer"],
    )
    page = microsoft(
        lambda graph: graph.users.by_user_id("fado@contoso.example").calendar_view.get(
            RequestConfiguration(query_parameters=query)
        )
    )
    (event,) = page.value  # type: ignore[attr-defined]
    assert event.subject == "Budget"
    assert event.start.date_time == "2026-11-23T10:00:00.0000000"
    assert event.organizer.email_address.name == "Ana Costa"


def test_it_reads_users_settings_and_licences(microsoft: Ask) -> None:
    def account(graph: GraphServiceClient) -> object:
        return graph.users.by_user_id("svc-rooms@contoso.example")

    user = microsoft(lambda graph: account(graph).get())  # type: ignore[attr-defined]
    settings = microsoft(lambda graph: account(graph).mailbox_settings.get())  # type: ignore[attr-defined]
    licences = microsoft(lambda graph: account(graph).license_details.get())  # type: ignore[attr-defined]
    assert user.display_name == "Rooms service"  # type: ignore[attr-defined]
    assert settings.time_zone == "UTC"  # type: ignore[attr-defined]
    plans = licences.value[0].service_plans  # type: ignore[attr-defined]
    assert plans[0].service_plan_name == "EXCHANGE_S_ENTERPRISE"


def test_it_understands_a_refusal(microsoft: Ask) -> None:
    with pytest.raises(ODataError) as refused:
        microsoft(lambda graph: graph.users.by_user_id("nobody@contoso.example").get())
    assert isinstance(refused.value, APIError)
    assert refused.value.response_status_code == 404
    assert refused.value.error is not None
    assert refused.value.error.code == "Request_ResourceNotFound"
