"""Mailboxes as the doctor asks of them: probes and surveys."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest

from adapters.graph import Graph
from adapters.graph.exchange import Exchange
from adapters.sandbox import Sandbox, Tenant
from adapters.sandbox.mailbox import Delegate as Sharee
from bot.errors import Forbidden, Unreachable
from bot.tenancy import Delegate, Reach
from tests.graph.conftest import Connect
from tests.graph.glass import Glass
from tests.graph.scripted import Asked, Said, Script, Scripted, error

DENIED = error(403, "Authorization_RequestDenied")


@pytest.fixture
def exchange(graph: Graph) -> Exchange:
    return graph.exchange


def requests_of(sandbox: Sandbox) -> int:
    return len([call for call in sandbox.referee.calls if not call.batched])


def some_rooms(tenant: Tenant, count: int) -> list[str]:
    return [tenant.room(f"Room {number:03}").address for number in range(count)]


# probes


def test_probes_come_in_the_order_asked_with_their_proof(
    tenant: Tenant, exchange: Exchange
) -> None:
    fado = tenant.room("Fado").address
    canary, read = exchange.probe([tenant.canary.address, fado])
    assert (canary.reach, read.reach) == (Reach.DENIED, Reach.READ)
    assert (canary.words, read.words) == ("The bot may not read its calendar.", "")
    (seen,) = read.evidence
    assert (seen.asked, seen.answered) == (f"GET /users/{fado}/calendar", "200")
    assert seen.request_id
    assert canary.evidence[0].answered == "403 ErrorAccessDenied"
    assert canary.evidence[0].request_id != seen.request_id


def test_every_answer_of_a_mailbox_has_its_meaning(tenant: Tenant, exchange: Exchange) -> None:
    tenant.grant("Calendars.Read")
    tenant.room("Fado")
    tenant.room("Tejo").on_premises()
    tenant.room("Sintra").no_mailbox()
    tenant.room("Rossio").deny()
    tenant.room("Belem").vanish()
    probes = exchange.probe([room.address for room in tenant.rooms])
    assert [probe.reach for probe in probes] == [
        Reach.READ,
        Reach.ON_PREMISES,
        Reach.ON_PREMISES,
        Reach.DENIED,
        Reach.UNKNOWN,
    ]
    assert all(probe.words.endswith(".") for probe in probes if probe.reach is not Reach.READ)


def test_a_legacy_policy_is_told_apart(tenant: Tenant, exchange: Exchange) -> None:
    tenant.unscope()
    tenant.grant("Calendars.Read")
    fado, tejo = tenant.room("Fado").address, tenant.room("Tejo").address
    tenant.policy(fado)
    read, blocked = exchange.probe([fado, tejo])
    assert (read.reach, blocked.reach) == (Reach.READ, Reach.POLICY)


def test_an_app_that_may_nothing_is_denied_everywhere(tenant: Tenant, exchange: Exchange) -> None:
    fado = tenant.room("Fado").address
    tenant.break_("access-lost")
    (probe,) = exchange.probe([fado])
    assert probe.reach is Reach.DENIED
    assert probe.evidence[0].answered == "401 NoPermissionsInAccessToken"


def test_a_throttled_mailbox_is_asked_again_and_costs_the_others_nothing(
    tenant: Tenant, exchange: Exchange, sandbox: Sandbox
) -> None:
    addresses = some_rooms(tenant, 25)
    tenant.break_("throttled-room", "Room 003")
    probes = exchange.probe(addresses)
    assert Counter(probe.reach for probe in probes) == {Reach.READ: 24, Reach.THROTTLED: 1}
    assert probes[3].reach is Reach.THROTTLED
    assert requests_of(sandbox) == 2 + 2
    assert sandbox.referee.violations == []


def test_a_mailbox_that_rests_for_long_is_not_asked(
    scripted: Scripted, told: Graph, glass: Glass
) -> None:
    slow = error(429, "ApplicationThrottled", "Application is over its MailboxConcurrency limit.")
    scripted.graph = batches({"a@x": Said(429, slow.body, {"Retry-After": "3600"})})
    assert [p.reach for p in told.exchange.probe(["a@x", "b@x"])] == [Reach.THROTTLED, Reach.READ]
    asked = len(scripted.asked)
    assert [p.reach for p in told.exchange.probe(["a@x", "b@x"])] == [Reach.THROTTLED, Reach.READ]
    (again,) = scripted.asked[asked:]
    assert [item["url"] for item in again.body["requests"]] == [
        "/users/b@x/calendar?$select=id,name"
    ]


def test_what_fails_for_the_moment_is_asked_again(scripted: Scripted, told: Graph) -> None:
    ill = {"a@x": error(503, "serviceNotAvailable"), "b@x": error(504, "UnknownError")}
    sick, well = batches(ill), batches({})
    scripted.graph = lambda asked: (sick if len(scripted.asked) < 2 else well)(asked)
    probes = told.exchange.probe(["a@x", "b@x", "c@x"])
    assert [probe.reach for probe in probes] == [Reach.READ] * 3
    assert [len(asked.body["requests"]) for asked in scripted.asked] == [3, 2]


def test_nonsense_proves_nothing(scripted: Scripted, told: Graph) -> None:
    scripted.graph = batches(
        {
            "a@x": Said(body={"id": 7}),
            "b@x": Said(body=[]),
            "c@x": Said(body=None),
            "d@x": Said(status=700, body={"id": "x"}),
            "e@x": error(404, "ErrorItemNotFound"),
            "f@x": error(418, "Teapot"),
        }
    )
    probes = told.exchange.probe([f"{letter}@x" for letter in "abcdef"])
    assert Reach.READ not in [probe.reach for probe in probes]
    assert all(probe.words for probe in probes)


def test_an_answer_that_is_left_out_is_no_answer(scripted: Scripted, told: Graph) -> None:
    scripted.graph = lambda _: Said(body={"responses": []})
    (probe,) = told.exchange.probe(["a@x"])
    assert probe.reach is Reach.OTHER


def test_an_outage_is_trouble_and_soon_known(
    tenant: Tenant, exchange: Exchange, sandbox: Sandbox
) -> None:
    addresses = some_rooms(tenant, 400)
    exchange.probe(addresses[:1])
    sandbox.referee.reset()
    tenant.break_("outage-quiet")
    with pytest.raises(Unreachable):
        exchange.probe(addresses)
    assert requests_of(sandbox) <= 8 * 4


def test_a_throttled_graph_is_left_alone(
    tenant: Tenant, exchange: Exchange, sandbox: Sandbox
) -> None:
    addresses = some_rooms(tenant, 400)
    tenant.break_("retry-after-hour")
    probes = exchange.probe(addresses)
    assert {probe.reach for probe in probes} == {Reach.THROTTLED}
    assert requests_of(sandbox) <= 8
    assert sandbox.referee.violations == []


def test_a_graph_that_is_slow_for_a_while_is_waited_for(
    tenant: Tenant, exchange: Exchange, sandbox: Sandbox
) -> None:
    tenant.break_("throttled")
    assert exchange.probe(some_rooms(tenant, 3))[0].reach is Reach.THROTTLED
    assert requests_of(sandbox) == 3
    assert sandbox.referee.violations == []


def test_who_may_not_sign_in_learns_nothing(tenant: Tenant, exchange: Exchange) -> None:
    tenant.break_("secret-expired")
    with pytest.raises(Forbidden, match="secret has expired"):
        exchange.probe([tenant.canary.address])


def test_nothing_asked_is_nothing_answered(exchange: Exchange) -> None:
    assert exchange.probe([]) == ()
    assert exchange.survey([], 10) == ()


# surveys


def test_a_survey_tells_delegates_zone_and_purpose(tenant: Tenant, exchange: Exchange) -> None:
    fado = tenant.room("Fado", timezone="GMT Standard Time")
    fado.delegates = (Sharee("Dana Levi", "dana.levi@contoso.example"),)
    (found,) = exchange.survey([fado.address], 1)
    assert found.delegates == (
        Delegate(fado.address, "dana.levi@contoso.example", "Dana Levi", "write"),
    )
    assert (found.zone, found.purpose, found.why) == ("GMT Standard Time", "room", ())


def test_a_room_out_of_reach_is_not_asked_further(
    tenant: Tenant, exchange: Exchange, sandbox: Sandbox
) -> None:
    tejo = tenant.room("Tejo").on_premises()
    (found,) = exchange.survey([tejo.address], 5)
    assert (found.probe.reach, found.delegates, found.why) == (Reach.ON_PREMISES, None, ())
    assert requests_of(sandbox) == 1


def test_a_part_that_may_not_be_read_says_why(tenant: Tenant, exchange: Exchange) -> None:
    fado = tenant.room("Fado")
    tenant.break_("settings-permission-lost")
    (found,) = exchange.survey([fado.address], 1)
    assert (found.delegates, found.zone, found.purpose) == ((), None, None)
    ((part, why),) = found.why
    assert part == "mailbox"
    assert "MailboxSettings.Read" in why


def test_delegates_over_several_pages_all_come(tenant: Tenant, exchange: Exchange) -> None:
    fado = tenant.room("Fado")
    fado.delegates = tuple(Sharee(f"P {n}", f"p{n}@contoso.example") for n in range(25))
    (found,) = exchange.survey([fado.address], 1)
    assert len(found.delegates or ()) == 25


def test_all_rooms_come_round(tenant: Tenant, exchange: Exchange, glass: Glass) -> None:
    addresses = some_rooms(tenant, 10)
    told: Counter[str] = Counter()
    for _ in range(5):
        found = exchange.survey(addresses, 4)
        assert [each.probe.mailbox for each in found] == addresses
        told.update(each.probe.mailbox for each in found if each.at == glass.now())
        glass.forward(minutes=5)
    assert sum(told.values()) == 4 * 5
    assert set(told.values()) == {2}
    assert len(told) == 10


def test_a_survey_of_a_thousand_rooms_is_cheap(
    tenant: Tenant, exchange: Exchange, sandbox: Sandbox
) -> None:
    addresses = some_rooms(tenant, 1000)
    found = exchange.survey(addresses, 300)
    assert all(each.probe.reach is Reach.READ for each in found)
    assert sum(each.purpose == "room" for each in found) == 300
    assert requests_of(sandbox) <= 95
    assert sandbox.referee.most_in_flight <= 4
    assert (sandbox.referee.violations, sandbox.referee.provoked) == ([], 0)


@pytest.mark.parametrize(
    ("sharing", "expected"),
    [
        ([{"role": "write", "emailAddress": {"address": "a@x", "name": "A"}}], ["a@x"]),
        ([{"role": "write", "emailAddress": {"name": "NT User:S-1-5-21"}}], [""]),
        ([{"role": "none", "emailAddress": {"address": "a@x"}}], []),
        ([{"role": "write", "emailAddress": None}], []),
        ([{"id": "RGVmYXVsdA==", "role": "read", "emailAddress": {"name": "My Org"}}], []),
        ([{"role": 7}], None),
        ([7], None),
        ("nobody", None),
    ],
)
def test_who_may_use_a_calendar(
    scripted: Scripted, told: Graph, sharing: Any, expected: list[str] | None
) -> None:
    scripted.graph = batches({"calendarPermissions": Said(body={"value": sharing})})
    (found,) = told.exchange.survey(["a@x"], 1)
    if expected is None:
        assert (found.delegates, [part for part, _ in found.why]) == (None, ["delegates"])
    else:
        assert [each.address for each in found.delegates or ()] == expected


def test_settings_that_make_no_sense_are_not_told(scripted: Scripted, told: Graph) -> None:
    settings = Said(body={"timeZone": ["UTC"], "userPurpose": "room"})
    scripted.graph = batches({"mailboxSettings": settings})
    (found,) = told.exchange.survey(["a@x"], 1)
    assert (found.zone, found.purpose, [part for part, _ in found.why]) == (None, None, ["mailbox"])


def test_what_was_seen_stays_when_graph_goes_away(scripted: Scripted, told: Graph) -> None:
    usual = batches({})
    away = error(503, "serviceNotAvailable")
    scripted.graph = lambda asked: away if "mailboxSettings" in asked.text else usual(asked)
    (found,) = told.exchange.survey(["a@x"], 1)
    assert found.probe.reach is Reach.READ
    assert [part for part, _ in found.why] == ["delegates", "mailbox"]


def test_a_closed_client_says_so(sandbox: Sandbox, joined: Connect) -> None:
    graph = joined(sandbox.settings())
    graph.close()
    for ask in (
        lambda: graph.exchange.probe(["a@x"]),
        lambda: graph.exchange.survey(["a@x"], 1),
    ):
        with pytest.raises(Unreachable, match="closing"):
            ask()


def batches(answers: dict[str, Said]) -> Script:
    """Every item its own answer; a calendar, or an empty list, where none is given."""

    def graph(asked: Asked) -> Said:
        assert asked.path == "/v1.0/$batch"
        responses = []
        for item in asked.body["requests"]:
            well = Said(body={"id": "calendar", "name": "Calendar", "value": []})
            said = next((each for part, each in answers.items() if part in item["url"]), well)
            given = {"id": item["id"], "status": said.status, "headers": said.headers}
            responses.append(given | {"body": said.body})
        return Said(body={"responses": responses})

    return graph
