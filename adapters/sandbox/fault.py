"""A fault: something that can be broken in the tenant, by name.

It is a sentence and its effects; nothing is patched, so mending restores exactly what was.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from adapters.sandbox.effect import ChangesApp, Effect, LosesPermissions, SignInFails


class Group(StrEnum):
    """Under which heading a fault is listed, in the order of the causal chain."""

    SERVICE = "Microsoft and the way there"
    THROTTLING = "throttling"
    OWN_APP = "the bot's own app"
    PERMISSIONS = "the bot's permissions, one by one"
    INTEGRATION = "the integration's app"
    CONSENT = "consent"
    ACCOUNT = "the service account"
    SCOPE = "access and scope"
    ROOMS = "rooms"


@dataclass(frozen=True, slots=True)
class Fault:
    """`summary` is one sentence for a person who is about to break something."""

    name: str
    summary: str
    effects: tuple[Effect, ...]
    group: Group

    def calls_in_tokens(self, *, one_app: bool) -> bool:
        """Whether the bot's tokens issued before are refused as expired.

        In the world they live on for 60 to 90 minutes; nobody waits that long for a demo.
        `one_app`: the integration's app is the bot's own.
        """
        return any(
            isinstance(effect, LosesPermissions | SignInFails)
            or (isinstance(effect, ChangesApp) and (effect.own or one_app))
            for effect in self.effects
        )


def fault(group: Group, name: str, summary: str, *effects: Effect) -> Fault:
    return Fault(name, summary, effects, group)
