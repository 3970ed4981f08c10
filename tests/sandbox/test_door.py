"""Graph's door: tokens, headers, paths, and the words it refuses with."""

from __future__ import annotations

import pytest

from adapters.sandbox import Sandbox, Tenant
from tests.sandbox.asking import Asker, Clock, code
from tests.sandbox.schema import error_faults, example

ROOMS = "places/microsoft.graph.room"


@pytest.mark.parametrize("authorization", ["", "Bearer", "Bearer none", "Bearer a.b.c", "Basic x"])
def test_a_call_without_a_good_token_is_401(asker: Asker, authorization: str) -> None:
    answer = asker.http.get(
        f"{asker.sandbox.url}/v1.0/{ROOMS}", headers={"Authorization": authorization}
    )
    assert answer.status_code == 401
    assert code(answer) == "InvalidAuthenticationToken"
    assert "Bearer" in answer.headers["WWW-Authenticate"]


def test_a_token_ends_when_its_time_is_over(asker: Asker, clock: Clock) -> None:
    life = asker.sign_in().json()["expires_in"]
    asker.renew()
    clock.forward(seconds=life - 60)
    assert asker.get(ROOMS).status_code == 200
    clock.forward(hours=1)
    assert asker.get(ROOMS).status_code == 401


def test_a_token_of_another_sandbox_is_refused(asker: Asker, tenant: Tenant) -> None:
    with Sandbox(tenant) as other:
        stranger = Asker(other)
        asker.bearer = stranger.renew()
        stranger.http.close()
    assert code(asker.get(ROOMS)) == "InvalidAuthenticationToken"


def test_every_answer_says_which_request_it_answers(asker: Asker) -> None:
    answer = asker.get(ROOMS, client_request_id="mine-1")
    assert answer.headers["client-request-id"] == "mine-1"
    assert answer.headers["request-id"] != asker.get(ROOMS).headers["request-id"]
    assert answer.headers["OData-Version"] == "4.0"
    assert answer.headers["Date"] == "Mon, 23 Nov 2026 10:00:00 GMT"
    assert "x-ms-ags-diagnostic" in answer.headers
    assert "odata.metadata=minimal" in answer.headers["Content-Type"]


def test_a_refusal_repeats_the_request_id_in_its_body(asker: Asker) -> None:
    answer = asker.get("users/nobody@contoso.example")
    assert answer.json()["error"]["innerError"]["request-id"] == answer.headers["request-id"]
    assert error_faults(answer.json()) == []


def test_the_connection_is_kept_for_the_next_call(asker: Asker, sandbox: Sandbox) -> None:
    connections = {
        asker.get(ROOMS).extensions["network_stream"].get_extra_info("client_addr")
        for _ in range(3)
    }
    assert len(connections) == 1


@pytest.mark.parametrize(
    ("path", "status", "error"),
    [
        ("nothing/here", 400, "BadRequest"),
        ("places/microsoft.graph.room/nothing", 400, "BadRequest"),
        ("users/fado@contoso.example/calendar/getSchedule", 405, "Request_BadRequest"),
        ("users/{}", 404, "Request_ResourceNotFound"),
        ("places/microsoft.graph.room?$top=-1", 400, "BadRequest"),
        ("places/microsoft.graph.room?$select=colour", 400, "BadRequest"),
        ("places/microsoft.graph.room?$search=fado", 400, "BadRequest"),
    ],
)
def test_what_graph_does_not_know_is_refused(
    asker: Asker, path: str, status: int, error: str
) -> None:
    answer = asker.get(path)
    assert (answer.status_code, code(answer)) == (status, error)


@pytest.mark.parametrize(
    "path",
    [
        "PLACES/Microsoft.Graph.Room",
        "places/graph.room",
        "users('fado@contoso.example')",
        "users/FADO%40contoso.example",
        "Users/fado@contoso.example/MailboxSettings/timezone",
    ],
)
def test_a_path_may_be_written_in_other_ways(asker: Asker, path: str) -> None:
    assert asker.get(path).status_code == 200


def test_beta_answers_as_well(asker: Asker) -> None:
    assert "/beta/$metadata" in asker.get(ROOMS, version="beta").json()["@odata.context"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("error_403_ErrorAccessDenied_noGrant", "users/clara.canary@contoso.example/calendar"),
        ("error_404_MailboxNotEnabledForRESTAPI", "users/alfama@contoso.example/calendar"),
        ("error_404_ErrorInvalidUser", "users/gone@contoso.example/calendar"),
    ],
)
def test_outlook_refuses_in_the_words_of_its_captured_answers(
    asker: Asker, tenant: Tenant, name: str, path: str
) -> None:
    tenant.room("Alfama").on_premises()
    tenant.room("Gone").vanish()
    answer, theirs = asker.get(path), example(f"{name}.response")["error"]
    ours = answer.json()["error"]
    assert answer.status_code == int(name.split("_")[1])
    assert ours["code"] == theirs["code"]
    assert ours["message"].split("'")[0] == theirs["message"].split("'")[0]
