"""Who belongs to the tenant, as Teams itself says."""

from __future__ import annotations

import pytest

from bot.people import Standing
from tests.fake_channel import TENANT, FakeChannel, Json
from tests.teams.conftest import RunningBot

ELSEWHERE = "99999999-0000-0000-0000-000000000009"


@pytest.mark.parametrize(
    ("member", "standing"),
    [
        ({}, Standing.MEMBER),
        ({"tenantId": TENANT.upper()}, Standing.MEMBER),
        ({"userRole": "guest"}, Standing.GUEST),
        ({"userRole": "Guest"}, Standing.GUEST),
        ({"userPrincipalName": "bob_other.org#EXT#@contoso.com"}, Standing.GUEST),
        ({"tenantId": ELSEWHERE}, Standing.EXTERNAL),  # a shared channel, a federated chat
        ({"userRole": "anonymous"}, Standing.EXTERNAL),
        ({"userRole": None}, Standing.MEMBER),  # with a principal name of this directory
        ({"userRole": None, "userPrincipalName": None}, Standing.UNKNOWN),
        ({"tenantId": None}, Standing.UNKNOWN),
        ({"userRole": "somethingNew"}, Standing.UNKNOWN),
    ],
)
def test_what_teams_says_of_a_member(
    bot: RunningBot, channel: FakeChannel, member: Json, standing: Standing
) -> None:
    channel.members["29:olivia"] = {"userPrincipalName": "olivia@contoso.com", **member}
    bot.says("rooms free")

    assert bot.heard[0].user.standing is standing


@pytest.mark.parametrize(
    "more",
    [
        {"channelData": {"tenant": {"id": ELSEWHERE}}},
        {"conversation": {"id": "a:1", "conversationType": "personal", "tenantId": ELSEWHERE}},
    ],
)
def test_another_tenant_is_external_without_asking(
    bot: RunningBot, channel: FakeChannel, more: Json
) -> None:
    bot.says("rooms free", **more)

    assert bot.heard[0].user.standing is Standing.EXTERNAL
    assert channel.asked["member"] == 0


def test_a_member_that_cannot_be_read_is_unknown_and_asked_for_again(
    bot: RunningBot, channel: FakeChannel
) -> None:
    channel.members["29:olivia"] = {}  # 404
    bot.says("rooms free")
    del channel.members["29:olivia"]
    bot.says("rooms free")

    assert [heard.user.standing for heard in bot.heard] == [Standing.UNKNOWN, Standing.MEMBER]


def test_teams_is_asked_once_an_hour(bot: RunningBot, channel: FakeChannel) -> None:
    for _ in range(3):
        bot.says("rooms free")
    assert channel.asked["member"] == 1

    channel.members["29:olivia"] = {"userRole": "guest"}
    bot.clock.forward(minutes=61)
    bot.says("rooms free")
    assert bot.heard[-1].user.standing is Standing.GUEST


@pytest.mark.parametrize("data", [None, "x", [], {"tenant": None}, {"tenant": "x"}])
def test_odd_channel_data_does_no_harm(bot: RunningBot, channel: FakeChannel, data: object) -> None:
    bot.says("rooms free", channelData=data)

    assert bot.heard[0].user.standing is Standing.MEMBER


def test_somebody_without_an_object_id_is_known_by_the_teams_id(
    bot: RunningBot, channel: FakeChannel
) -> None:
    bot.says("rooms free", **{"from": {"id": "29:bob"}})

    assert str(bot.heard[0].user) == "teams:29:bob"
