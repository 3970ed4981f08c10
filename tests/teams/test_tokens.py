"""Who may post activities: only the channel, for this bot, about this serviceUrl."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from typing import Any

import pytest
import requests

from adapters.teams.limits import BODY_BYTES
from tests.fake_channel import APP_ID, FakeChannel, Published, rsa_key
from tests.teams.conftest import RunningBot


def ago(seconds: int) -> Callable[[], int]:
    """So long before the test runs; what is counted from its import grows older in the suite."""
    return lambda: int(time.time()) - seconds


BAD: dict[str, dict[str, Any]] = {
    "for another bot": {"aud": "someone-else"},
    "for nobody": {"aud": None},
    "by another issuer": {"iss": "https://evil.test.invalid"},
    "by no issuer": {"iss": None},
    "expired ten minutes ago": {"nbf": ago(4000), "exp": ago(600)},
    "valid in ten minutes": {"nbf": ago(-600), "exp": ago(-1200)},
    "valid for ever": {"exp": None},
    "signed by another key of the same id": {"key": "stranger"},
    "signed by a key that is not published": {"key": "stranger", "kid": "nope"},
    "not signed": {"alg": "none"},
    "signed with a guessed secret": {"key": "x" * 40, "alg": "HS256"},
    "about another serviceUrl": {"serviceurl": "https://evil.test.invalid/"},
    "about no serviceUrl": {"serviceurl": None},
    "a skill's": {"ver": "1.0", "appid": "another-bot"},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_token_runs_nothing(bot: RunningBot, channel: FakeChannel, name: str) -> None:
    claims = {claim: value() if callable(value) else value for claim, value in BAD[name].items()}
    if claims.get("key") == "stranger":
        claims["key"] = rsa_key("stranger")

    assert bot.hears(channel.activity(), channel.token(**claims)).status_code in (401, 403)
    assert bot.heard == []
    assert channel.calls == []


@pytest.mark.parametrize(
    "header", [None, "x", "Bearer", "Bearer ", "Bearer abc", "Bearer a.b.c", "Basic abc", "\x80"]
)
def test_a_bad_header_runs_nothing(
    bot: RunningBot, channel: FakeChannel, header: str | None
) -> None:
    assert bot.hears(channel.activity(), header).status_code == 401
    assert bot.heard == []
    assert channel.asked["metadata"] == 0


def test_another_channel_than_teams_is_refused(bot: RunningBot, channel: FakeChannel) -> None:
    for channel_id in ("webchat", "", None):
        assert bot.hears(channel.activity(channelId=channel_id)).status_code == 401
    assert bot.heard == []


def test_the_key_must_endorse_teams(bot: RunningBot, channel: FakeChannel) -> None:
    channel.published = [Published("k1", rsa_key("k1"), ["webchat"])]

    assert bot.hears(channel.activity()).status_code == 401
    assert bot.hears(channel.activity(channelId="webchat")).status_code == 401


def test_a_token_that_expired_four_minutes_ago_is_within_the_leeway(
    bot: RunningBot, channel: FakeChannel
) -> None:
    token = channel.token(nbf=ago(4000)(), exp=ago(240)())

    assert bot.hears(channel.activity(), token).status_code == 200


def test_answers_go_only_where_a_token_may_be_sent(bot: RunningBot, channel: FakeChannel) -> None:
    plain = "http://connector.test.invalid/"
    token = channel.token(serviceurl=plain)

    assert bot.hears(channel.activity(serviceUrl=plain), token).status_code == 401


def test_keys_are_fetched_once(bot: RunningBot, channel: FakeChannel) -> None:
    for _ in range(5):
        bot.says("rooms free")

    assert (channel.asked["metadata"], channel.asked["keys"]) == (1, 1)


def test_made_up_keys_do_not_become_requests_of_ours(bot: RunningBot, channel: FakeChannel) -> None:
    for number in range(5):
        token = channel.token(key=rsa_key("stranger"), kid=f"made up {number}")
        assert bot.hears(channel.activity(), token).status_code == 401

    assert channel.asked["keys"] == 1


def test_new_keys_are_learned(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("rooms free")
    channel.published = [Published("k2", rsa_key("k2"))]
    bot.clock.forward(minutes=2)

    token = channel.token(key=rsa_key("k2"), kid="k2")
    assert bot.hears(channel.activity(), token).status_code == 200
    assert bot.hears(channel.activity(), channel.token()).status_code == 401  # the old one is gone


def test_stale_keys_are_better_than_none(bot: RunningBot, channel: FakeChannel) -> None:
    bot.says("rooms free")
    channel.metadata_down = True
    bot.clock.forward(hours=30)

    assert bot.says("rooms free") == "I heard you."
    assert channel.asked["metadata"] == 2


def test_without_any_key_the_channel_is_asked_to_come_again(
    bot: RunningBot, channel: FakeChannel
) -> None:
    channel.metadata_down = True
    answered = bot.hears(channel.activity())
    assert answered.status_code == 503
    assert answered.headers["Retry-After"]

    channel.metadata_down = False
    assert bot.says("rooms free") == "I heard you."


def post(bot: RunningBot, body: Any, **headers: str) -> int:
    told = {"Content-Type": "application/json", "Authorization": bot.channel.token(), **headers}
    url = f"{bot.url}/api/messages"
    return requests.post(url, data=body, headers=told, timeout=20).status_code


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 400),
        (b"{bad", 400),
        (b"\xff\xfe\x00", 400),
        (b"null", 400),
        (b"[]", 400),
        (b'{"type": "\xed\xa0\x80"}', 400),
        (b'"x"', 400),
        (b"{}", 400),
        (b'{"type": "message"}', 400),
        (b'{"type": 7, "serviceUrl": [], "conversation": "x", "recipient": 1, "from": 2}', 400),
        (b"[" * 100_000, 400),
        (b"1" * 10_000, 400),
        (b'{"a":' * 50_000, 400),
    ],
)
def test_what_is_no_activity_is_refused(bot: RunningBot, body: bytes, status: int) -> None:
    assert post(bot, body) == status


def test_only_json_is_read(bot: RunningBot) -> None:
    for kind in ("text/plain", "application/x-www-form-urlencoded", ""):
        assert post(bot, b"{}", **{"Content-Type": kind}) == 415


def test_a_giant_body_is_refused_however_it_comes(bot: RunningBot) -> None:
    giant = os.urandom(BODY_BYTES + 1)
    assert post(bot, giant) == 413
    assert post(bot, iter([giant[:100_000]] * 5)) == 413  # chunked, its length not told


def test_other_methods_are_refused(bot: RunningBot) -> None:
    for method in ("GET", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"):
        assert requests.request(method, f"{bot.url}/api/messages", timeout=20).status_code == 405


def test_no_secret_is_in_any_log(
    bot: RunningBot, channel: FakeChannel, capsys: pytest.CaptureFixture[str]
) -> None:
    token = channel.token()
    bot.hears(channel.activity("a secret subject"), token)
    bot.hears(channel.activity(), channel.token(aud="x"))
    channel.fail_next = [(403, {})]
    bot.hears(channel.activity())

    told = "".join(capsys.readouterr())
    assert "teams.stranger" in told
    for secret in (token.split()[1], "a secret", "Bearer", "token-1", APP_ID):
        assert secret not in told
