"""The policy: who may do what where.  Pure, but for asking who is in a group."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

from bot.errors import Trouble
from bot.people import Channel, Standing, User
from bot.ports import Groups


class Access(IntEnum):
    """What a person may do; each level includes the ones below it."""

    NOBODY = 0
    MEMBER = 1
    OPERATOR = 2
    ADMIN = 3

    @property
    def people(self) -> str:
        return {0: "nobody", 1: "everyone", 2: "operators", 3: "admins"}[int(self)]


@dataclass(frozen=True, slots=True)
class Verdict:
    access: Access
    why_not_more: str = ""  # a sentence, when something stood in the way


@dataclass(frozen=True, slots=True)
class Policy:
    """Principals are `slack:U…`, `teams:<aadObjectId>`, `slack-group:S…` and `local`.

    Without operators named, whoever may write in an ops channel is one; being named
    wins over being a guest.
    """

    admins: frozenset[str] = frozenset()
    operators: frozenset[str] | None = None
    ops_channels: frozenset[str] = frozenset()
    allow_guests: bool = False
    groups: Mapping[str, Groups] = field(default_factory=dict)  # "slack-group" → its reader

    def __call__(self, user: User, channel: Channel) -> Verdict:
        unread: list[str] = []
        if self._names(user, self.admins, unread):
            return Verdict(Access.ADMIN)
        why = " ".join(unread)
        if user.platform == "local" or self._names(user, self.operators or frozenset(), unread):
            return Verdict(Access.OPERATOR, why)
        if user.standing is not Standing.MEMBER and not self.allow_guests:
            return Verdict(Access.NOBODY, _STRANGER[user.standing])
        if self.operators is None and str(channel) in self.ops_channels:
            return Verdict(Access.OPERATOR, why)
        return Verdict(Access.MEMBER, " ".join(unread))

    def _names(self, user: User, principals: frozenset[str], unread: list[str]) -> bool:
        if str(user) in principals or (user.platform == "local" and "local" in principals):
            return True
        return any(self._holds(principal, user, unread) for principal in sorted(principals))

    def _holds(self, principal: str, user: User, unread: list[str]) -> bool:
        kind, _, group = principal.partition(":")
        if kind not in self.groups or not kind.startswith(f"{user.platform}-"):
            return False
        try:
            return user.id in self.groups[kind].members(group)
        except Trouble as trouble:
            unread.append(f"I could not read the group {principal}: {trouble.sentence}")
            return False


_STRANGER = {
    Standing.GUEST: "Guests may not use me here.",
    Standing.EXTERNAL: "You are from another organization, and I answer only members of this one.",
    Standing.UNKNOWN: "I could not tell whether you belong to this organization, so I say nothing.",
}
