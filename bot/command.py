"""A command: what answers one name, how it is called and who may call it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from bot.access import Access
from bot.desk import Desk
from bot.people import Invocation
from bot.reply import Reply


@dataclass(frozen=True, slots=True)
class Argument:
    """One thing that may be said after the name, in the notation of the help."""

    form: str  # "[for DURATION]"
    meaning: str


@dataclass(frozen=True, slots=True)
class Command:
    """`name` is one word, or a group and a word ("rooms free").

    Help, manifests, docs and tests are made from these fields; every example runs
    as a test.
    """

    name: str
    summary: str
    run: Callable[[Invocation, Desk], Reply]
    arguments: tuple[Argument, ...] = ()
    access: Access = Access.OPERATOR
    examples: tuple[str, ...] = ()  # whole lines as typed, without the slash
    patience: timedelta | None = timedelta(seconds=20)  # that a person has; None: it sees to it

    @property
    def group(self) -> str:
        """The slash command it lives under: "rooms" or "roomops"."""
        first, _, second = self.name.partition(" ")
        return first if second else "roomops"

    @property
    def slash(self) -> str:
        """How it is typed in Slack: "/rooms free", "/roomops health"."""
        return f"/{self.name}" if " " in self.name else f"/roomops {self.name}"

    @property
    def typed(self) -> tuple[str, ...]:
        """The examples as one types them in Slack."""
        slash = "/roomops " if self.group == "roomops" else "/"
        return tuple(f"{slash}{example}" for example in self.examples)

    @property
    def usage(self) -> str:
        return " ".join((self.slash, *(argument.form for argument in self.arguments)))
