"""Who may do what where: one row a rule."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.access import Access, Policy
from bot.errors import Unreachable
from bot.people import Channel, Standing, User

OPS, LOBBY = Channel("slack", "COPS"), Channel("slack", "CLOBBY")
ALICE, BOB = User("slack", "U1"), User("slack", "U2")
GUEST = User("slack", "U3", standing=Standing.GUEST)
STRANGER = User("teams", "x", standing=Standing.EXTERNAL)
UNSEEN = User("teams", "y", standing=Standing.UNKNOWN)
LOCAL = User("local", "local")


class Group:
    """A user group that holds U2, or cannot be read."""

    def __init__(self, readable: bool = True) -> None:
        self.readable = readable

    def members(self, group: str) -> frozenset[str]:
        if not self.readable:
            raise Unreachable("Slack did not answer")
        return frozenset({"U2"}) if group == "S1" else frozenset()


def policy(**rules):
    given = {"ops_channels": frozenset({"slack:COPS"}), "groups": {"slack-group": Group()}}
    return Policy(**{**given, **rules})


NAMED = frozenset({"slack:U1"})
GROUP = frozenset({"slack-group:S1"})


@pytest.mark.parametrize(
    ("rules", "user", "channel", "access"),
    [
        ({}, ALICE, LOBBY, Access.MEMBER),
        ({}, ALICE, OPS, Access.OPERATOR),  # whoever writes in the ops channel
        ({"operators": NAMED}, BOB, OPS, Access.MEMBER),  # … unless operators are named
        ({"operators": NAMED}, ALICE, LOBBY, Access.OPERATOR),
        ({"operators": frozenset()}, ALICE, OPS, Access.MEMBER),
        ({"admins": NAMED}, ALICE, LOBBY, Access.ADMIN),
        ({"admins": GROUP}, BOB, LOBBY, Access.ADMIN),
        ({"admins": GROUP}, ALICE, LOBBY, Access.MEMBER),
        ({"admins": GROUP}, User("teams", "U2"), LOBBY, Access.MEMBER),  # another platform's id
        ({}, GUEST, LOBBY, Access.NOBODY),
        ({}, GUEST, OPS, Access.NOBODY),
        ({}, STRANGER, LOBBY, Access.NOBODY),
        ({}, UNSEEN, LOBBY, Access.NOBODY),
        ({"allow_guests": True}, GUEST, LOBBY, Access.MEMBER),
        ({"admins": frozenset({"slack:U3"})}, GUEST, LOBBY, Access.ADMIN),  # being named wins
        ({}, LOCAL, LOBBY, Access.OPERATOR),
        ({"admins": frozenset({"local"})}, LOCAL, LOBBY, Access.ADMIN),
    ],
)
def test_a_person_may_do_here_what_the_policy_says(rules, user, channel, access):
    assert policy(**rules)(user, channel).access is access


def test_a_group_that_cannot_be_read_gives_nothing_and_says_so():
    rules = {"operators": GROUP, "groups": {"slack-group": Group(readable=False)}}

    verdict = policy(**rules)(BOB, LOBBY)

    assert verdict.access is Access.MEMBER
    assert "could not read the group slack-group:S1" in verdict.why_not_more


def test_an_operator_hears_why_they_are_no_admin():
    rules = {"admins": GROUP, "operators": NAMED, "groups": {"slack-group": Group(readable=False)}}

    verdict = policy(**rules)(ALICE, LOBBY)

    assert verdict.access is Access.OPERATOR
    assert "could not read the group slack-group:S1" in verdict.why_not_more


def test_a_stranger_is_told_why():
    assert "another organization" in policy()(STRANGER, LOBBY).why_not_more


PEOPLE = ("slack:U1", "slack:U2", "slack:U3", "teams:U1", "slack-group:S1", "local")
USERS = st.builds(
    User,
    st.sampled_from(["slack", "teams"]),
    st.sampled_from(["U1", "U2", "U3"]),
    standing=st.sampled_from(Standing),
)
CHANNELS = st.sampled_from([OPS, LOBBY, Channel("teams", "COPS")])
SOME = st.frozensets(st.sampled_from(PEOPLE))
POLICIES = st.builds(policy, admins=SOME, operators=st.none() | SOME, allow_guests=st.booleans())


@given(POLICIES, USERS, CHANNELS)
def test_nobody_but_the_named_and_the_members_may_do_anything(rules, user, channel):
    named = rules.admins | (rules.operators or frozenset())
    is_named = str(user) in named or (str(user) == "slack:U2" and "slack-group:S1" in named)

    if user.standing is not Standing.MEMBER and not is_named and not rules.allow_guests:
        verdict = rules(user, channel)
        assert verdict.access is Access.NOBODY
        assert verdict.why_not_more


@given(POLICIES, USERS, CHANNELS)
def test_only_who_is_named_an_admin_is_one(rules, user, channel):
    in_group = str(user) == "slack:U2" and "slack-group:S1" in rules.admins

    is_admin = rules(user, channel).access is Access.ADMIN

    assert is_admin == (str(user) in rules.admins or in_group)


@given(SOME, USERS, CHANNELS, st.sampled_from(PEOPLE))
def test_naming_one_more_admin_takes_nothing_from_anybody(admins, user, channel, more):
    before, after = policy(admins=admins), policy(admins=admins | {more})

    assert after(user, channel).access >= before(user, channel).access
