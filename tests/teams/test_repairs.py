"""Each defect of botbuilder 4.17.1 on the stock class, and the same request on ours.

If one of these fails on its first half, the SDK was repaired and our repair may go.
"""

from __future__ import annotations

import functools
import time
from collections import Counter
from collections.abc import Iterator

import msal
import pytest
import requests
from botbuilder.core import TurnContext
from botframework.connector.auth import (
    PasswordServiceClientCredentialFactory,
    microsoft_app_credentials,
)
from msrest.universal_http.requests import ClientRetryPolicy

from tests.fake_channel import APP_ID, TENANT, FakeChannel, Published, rsa_key
from tests.teams.authority import SECRET, Authority
from tests.teams.conftest import Clock
from tests.teams.stock import Repaired, Stock


@pytest.fixture
def stock(channel: FakeChannel) -> Iterator[Stock]:
    with Stock(channel) as running:
        # That it works otherwise, so that what fails below is the defect.
        assert running.hears(channel.activity()).status_code == 201
        channel.calls.clear()
        yield running


@pytest.fixture
def ours(channel: FakeChannel, clock: Clock) -> Iterator[Repaired]:
    with Repaired(channel, clock) as running:
        yield running


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({"type": "invoke", "name": "adaptiveCard/action"}, id="Action.Execute"),
        pytest.param({"deliveryMode": "expectReplies"}, id="expectReplies"),
    ],
)
def test_1_a_body_that_answers_a_request_arrives(
    stock: Stock, ours: Repaired, channel: FakeChannel, more: dict[str, str]
) -> None:
    assert stock.hears(channel.activity("hi", **more)).status_code == 500

    answered = ours.hears(channel.activity("hi", **more))
    assert answered.status_code == 200
    body = answered.json()
    assert body.get("statusCode") == 200 or body["activities"][0]["text"] == "echo hi"


def test_2_a_bad_token_is_refused_and_is_no_crash(
    stock: Stock, ours: Repaired, channel: FakeChannel
) -> None:
    long_ago = int(time.time()) - 4000
    expired = channel.token(nbf=long_ago, exp=long_ago + 600)
    forged = channel.token(key=rsa_key("stranger"))
    for token in (expired, forged, "Bearer abc"):
        assert stock.hears(channel.activity(), token).status_code == 500
        assert ours.hears(channel.activity(), token).status_code == 401
    assert ours.echo.turns == 0


@pytest.mark.parametrize(
    ("body", "headers", "status"),
    [
        (b"{bad", {"Content-Type": "application/json"}, 400),
        (b"{}", {"Content-Type": ""}, 415),
    ],
)
def test_2_bad_json_is_refused_and_is_no_crash(
    stock: Stock,
    ours: Repaired,
    channel: FakeChannel,
    body: bytes,
    headers: dict[str, str],
    status: int,
) -> None:
    def post(url: str) -> int:
        token = {"Authorization": channel.token()}
        all_headers = {**headers, **token}
        return requests.post(
            f"{url}/api/messages", body, headers=all_headers, timeout=20
        ).status_code

    assert post(stock.url) in (415, 500)
    assert post(ours.url) == status


def test_3_a_key_published_a_minute_ago_is_good(
    stock: Stock, ours: Repaired, channel: FakeChannel, clock: Clock
) -> None:
    assert ours.hears(channel.activity()).status_code == 200
    channel.published.append(Published("k2", rsa_key("k2")))
    clock.forward(minutes=2)
    token = channel.token(key=rsa_key("k2"), kid="k2")

    assert stock.hears(channel.activity(), token).status_code == 500
    assert ours.hears(channel.activity(), token).status_code == 200


@pytest.mark.parametrize(("repaired", "answered"), [(False, False), (True, True)])
def test_4_the_bot_goes_on_while_keys_are_fetched(
    channel: FakeChannel, clock: Clock, repaired: bool, answered: bool
) -> None:
    """The key endpoint asks the bot whether it is alive before it answers it."""
    alive: list[bool] = []
    with Repaired(channel, clock) if repaired else Stock(channel) as bot:

        def ask() -> None:
            try:
                patience = 20 if repaired else 0.5  # the stock one is deaf until we give up
                alive.append(requests.get(f"{bot.url}/alive", timeout=patience).ok)
            except requests.Timeout:
                alive.append(False)

        channel.while_fetching = ask
        assert bot.hears(channel.activity()).ok

    assert alive == [answered]


def test_5_twenty_messages_cost_one_token(
    channel: FakeChannel, clock: Clock, authority: Authority, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The stock class cannot be told about another authority; this is all that it lacks.
    local = functools.partial(
        msal.ConfidentialClientApplication, verify=str(authority.bundle), instance_discovery=False
    )
    monkeypatch.setattr(microsoft_app_credentials, "ConfidentialClientApplication", local)
    factory = PasswordServiceClientCredentialFactory(APP_ID, SECRET, TENANT)
    with Stock(channel, factory=factory, login_url=f"{authority.url}/{TENANT}") as stock:
        for _ in range(20):
            assert stock.hears(channel.activity()).status_code == 201
    assert authority.asked == Counter(token=20, discovery=20)

    authority.asked.clear()
    with Repaired(channel, clock, authority) as ours:
        for _ in range(20):
            assert ours.hears(channel.activity()).status_code == 200
    assert authority.asked == Counter(token=1, discovery=1)
    assert len(channel.calls) == 40


def test_6_no_turn_rebuilds_the_list_of_retried_codes(
    stock: Stock, ours: Repaired, channel: FakeChannel, monkeypatch: pytest.MonkeyPatch
) -> None:
    made: list[ClientRetryPolicy] = []
    build = ClientRetryPolicy.__init__

    def counted(self: ClientRetryPolicy) -> None:
        made.append(self)
        build(self)  # type: ignore[no-untyped-call]  # msrest has half its types

    monkeypatch.setattr(ClientRetryPolicy, "__init__", counted)

    stock.hears(channel.activity())
    assert len(made) == 2
    ours.hears(channel.activity())
    assert len(made) == 2


def test_7_development_works_without_credentials(channel: FakeChannel, clock: Clock) -> None:
    with Stock(channel, app_id="") as stock:
        assert stock.hears(channel.activity(), token=None).status_code == 500

    ours = Repaired(channel, clock)
    ours.anonymous = True
    with ours:
        assert ours.hears(channel.activity(), token=None).status_code == 200


def test_8_a_throttled_reply_is_said_once_more(
    stock: Stock, ours: Repaired, channel: FakeChannel
) -> None:
    channel.fail_next = [(429, {"Retry-After": "2"})]
    assert stock.hears(channel.activity()).status_code == 500
    assert channel.calls == []

    channel.fail_next = [(429, {"Retry-After": "2"})]
    assert ours.hears(channel.activity()).status_code == 200
    assert len(channel.calls) == 1
    assert ours.slept == [2.0]


def test_9_an_apology_that_cannot_be_said_does_not_crash_the_turn(
    ours: Repaired, channel: FakeChannel
) -> None:
    async def apologise(context: TurnContext, _: Exception) -> None:
        await context.send_activity("Sorry")

    channel.fail_next = [(500, {})] * 9
    with Stock(channel, on_turn_error=apologise) as stock:
        assert stock.hears(channel.activity("fail")).status_code == 500

    channel.fail_next = [(500, {})]
    assert ours.hears(channel.activity("fail")).status_code == 200


def test_10_the_issuer_that_is_set_counts_and_no_other(
    ours: Repaired, channel: FakeChannel
) -> None:
    """The stock list of issuers is ignored, and an emulator's token makes it fetch more keys."""
    emulators = "https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/"
    claimed = channel.token(iss=emulators, ver="1.0", appid=APP_ID)
    named = channel.token(iss="https://issuer.test.invalid", ver="1.0", appid="a skill")

    with Stock(channel, issuers=["https://issuer.test.invalid"]) as stock:
        assert stock.hears(channel.activity(), named).status_code == 401
        assert channel.asked["keys"] == 0
        assert stock.hears(channel.activity(), claimed).status_code == 201
        assert channel.asked["keys"] == 1

    for token in (named, claimed):
        assert ours.hears(channel.activity(), token).status_code == 401
    assert channel.asked["keys"] == 1
    assert ours.hears(channel.activity()).status_code == 200


def test_11_an_answer_can_be_for_one_person_alone(
    stock: Stock, ours: Repaired, channel: FakeChannel
) -> None:
    asked = channel.activity()
    asked["from"]["isTargeted"] = True  # the SDK addresses its answer with this account

    stock.hears(asked)
    assert "isTargeted" not in channel.calls[-1].body["recipient"]
    ours.hears(asked)
    assert channel.calls[-1].body["recipient"]["isTargeted"] is True
    assert channel.calls[-1].query == {"isTargetedActivity": "true"}


def test_12_the_tenant_of_a_conversation_is_named_in_the_answer(
    stock: Stock, ours: Repaired, channel: FakeChannel
) -> None:
    """The SDK's model calls the field tenantID, and so neither reads nor says it."""
    stock.hears(channel.activity())
    assert "tenantId" not in channel.calls[-1].body["conversation"]
    ours.hears(channel.activity())
    assert channel.calls[-1].body["conversation"]["tenantId"] == TENANT
