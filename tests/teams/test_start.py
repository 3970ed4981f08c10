"""What the bot needs before it starts, and what it does without."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from adapters.edge import Edge
from adapters.teams.credentials import Credentials
from adapters.teams.http import Session, trust
from adapters.teams.teams import Teams
from bot.errors import Forbidden, Refused, Unreachable
from bot.people import Standing
from tests.fake_channel import APP_ID, TENANT, FakeChannel
from tests.teams.authority import SECRET, Authority
from tests.teams.conftest import Clock, RunningBot

NOTHING: dict[str, Any] = {
    "app_id": None,
    "app_password": None,
    "tenant_id": None,
    "login_url": "https://login.microsoftonline.com",
    "ca_bundle": None,
    "openid_url": None,
    "issuer": None,
    "development": False,
}


def made(**settings: Any) -> None:
    async def make() -> None:
        edge = Edge(1)
        try:
            Teams(**{**NOTHING, **settings}, edge=edge, clock=Clock())
        finally:
            edge.close()

    asyncio.run(make())


def test_without_credentials_it_does_not_start() -> None:
    with pytest.raises(Refused, match="no credentials"):
        made()


def test_half_of_the_credentials_are_none() -> None:
    with pytest.raises(Refused, match="password"):
        made(app_id=APP_ID, tenant_id=TENANT)


def test_development_is_for_loopback_alone() -> None:
    with pytest.raises(Refused, match="loopback"):
        made(development=True, host="0.0.0.0")
    for host in ("127.0.0.1", "localhost", "::1"):
        made(development=True, host=host)


@pytest.fixture
def developing(channel: FakeChannel, clock: Clock) -> Iterator[RunningBot]:
    with RunningBot(channel, clock, **{**NOTHING, "development": True}) as running:
        yield running


def test_in_development_nobody_has_to_sign(developing: RunningBot, channel: FakeChannel) -> None:
    assert developing.hears(channel.activity(), token=None).status_code == 200

    assert developing.heard[0].user.standing is Standing.MEMBER
    assert channel.calls[0].authorization == ""


def test_in_development_answers_stay_on_this_machine(
    developing: RunningBot, channel: FakeChannel
) -> None:
    """Without a signature the request itself says where its answer goes."""
    for url in (
        "https://evil.test.invalid/",
        "",
        "http://127.0.0.1.evil.test.invalid/",
        "file:///",
    ):
        assert developing.hears(channel.activity(serviceUrl=url), token=None).status_code >= 400
    assert developing.heard == []


def test_the_start_asks_nobody_anything(
    bot: RunningBot, channel: FakeChannel, authority: Authority
) -> None:
    assert (channel.asked, authority.asked) == (Counter(), Counter())


def test_twenty_messages_cost_one_token(
    bot: RunningBot, channel: FakeChannel, authority: Authority
) -> None:
    for _ in range(20):
        bot.says("rooms free")

    assert authority.asked == Counter(token=1, discovery=1)
    assert len(channel.calls) == 20


def test_the_bundle_wins_over_the_environment_of_requests(
    bot: RunningBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    other = tmp_path / "other.pem"
    other.write_text("no certificate")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other))
    monkeypatch.setenv("CURL_CA_BUNDLE", str(other))

    assert bot.says("rooms free") == "I heard you."


@contextmanager
def credentials(authority: Authority, **more: str) -> Iterator[Credentials]:
    told = {"secret": SECRET, "tenant": TENANT, "url": authority.url, **more}
    bundle = authority.bundle if "bundle" not in more else None
    with Session(trust(bundle), bundle) as session:
        login = f"{told['url']}/{told['tenant']}"
        yield Credentials(APP_ID, told["secret"], login, "https://api.botframework.com", session)


def test_tokens_wanted_at_once_are_asked_for_once(authority: Authority) -> None:
    with credentials(authority) as mine:

        async def many() -> list[str]:
            return await asyncio.gather(*(mine.token() for _ in range(30)))

        assert len(set(asyncio.run(many()))) == 1
    assert authority.asked == Counter(token=1, discovery=1)


def test_a_wrong_secret_is_a_sentence_without_the_secret(authority: Authority) -> None:
    with (
        credentials(authority, secret="a wrong one") as mine,
        pytest.raises(Forbidden, match="AADSTS7000215") as caught,
    ):
        asyncio.run(mine.token())
    assert "a wrong one" not in caught.value.sentence
    assert "Trace" not in caught.value.sentence
    assert "ROOMOPS_TEAMS_APP_PASSWORD" in caught.value.sentence


@pytest.mark.parametrize(
    "wrong",
    [
        {"tenant": "99999999-0000-0000-0000-000000000009"},
        {"url": "https://127.0.0.1:1"},
        {"bundle": "none"},
    ],
    ids=["unknown tenant", "no server", "unknown authority"],
)
def test_an_authority_that_does_not_help_is_a_sentence(
    authority: Authority, wrong: dict[str, str]
) -> None:
    with (
        credentials(authority, **wrong) as mine,
        pytest.raises(Unreachable, match="Entra gave no token"),
    ):
        asyncio.run(mine.token())


def test_an_authority_that_comes_back_is_found_again(authority: Authority) -> None:
    authority.fail_next = ["not now"]
    with credentials(authority) as mine:
        with pytest.raises(Unreachable):
            asyncio.run(mine.token())
        assert asyncio.run(mine.token()).startswith("token-")


def test_without_a_token_the_turn_ends_well(
    channel: FakeChannel, clock: Clock, settings: dict[str, Any]
) -> None:
    with RunningBot(channel, clock, **{**settings, "app_password": "wrong"}) as bot:
        assert bot.hears(channel.activity()).status_code == 200
        assert bot.heard[0].user.standing is Standing.UNKNOWN


def test_cards_and_packages_are_made_without_the_sdk() -> None:
    """It takes most of a second to import, which `roomops manifest` need not wait for."""
    code = (
        "import sys, adapters.teams.package, adapters.teams.render;"
        "sys.exit('botbuilder' in sys.modules or 'msal' in sys.modules)"
    )
    environment = {**os.environ, "PYTHONPATH": "."}
    assert subprocess.run([sys.executable, "-c", code], env=environment).returncode == 0
