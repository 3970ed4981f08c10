"""A small bot to talk to: it repeats what it heard, and offers rooms."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from adapters.console.extra import Extra
from bot.access import Access
from bot.command import Argument, Command
from bot.errors import Usage
from bot.people import Invocation
from bot.ports import Services
from bot.reply import NOTHING, Button, Buttons, Reply, Text, When, say

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


def clock() -> datetime:
    return NOON


class Bot:
    """A dispatch function that remembers what it was asked."""

    def __init__(self) -> None:
        self.heard: list[Invocation] = []
        self.slow: Callable[[], None] = lambda: None

    @property
    def texts(self) -> list[str]:
        return [invocation.text for invocation in self.heard]

    def __call__(self, invocation: Invocation) -> Reply:
        self.heard.append(invocation)
        match invocation.text:
            case "rooms free":
                return FREE
            case "twins":
                return Reply((Buttons((Button("Show", "show a"), Button("Show", "show b"))),))
            case "again":
                return NOTHING
            case "when":
                return say(When(NOON))
            case "slow":
                self.slow()
                return say("done")
            case text:
                return say("heard ", text)


FREE = Reply(
    (
        Text(("2 rooms are free.",)),
        Buttons((Button("Show Fado", "rooms show Fado"), Button("More", "rooms free page 2"))),
    )
)
ALERT = Reply((Text(("Tejo went dark.",)), Buttons((Button("Acknowledge", "alerts ack 7"),))))


def _unused(invocation: Invocation, services: Services) -> Reply:
    raise AssertionError("only its name and its forms are shown; nothing runs it")


def _command(name: str, *forms: str) -> Command:
    arguments = tuple(Argument(form, f"meaning of {form}") for form in forms)
    return Command(name, f"summary of {name}", _unused, arguments, Access.MEMBER)


COMMANDS = (
    _command("rooms free", "[WHEN]", "[for DURATION]", "[in PLACE]", "[N people]", "[accessible]"),
    _command("rooms show", "ROOM", "[DAY]"),
    _command("health"),
    _command("help", "[COMMAND]"),
)


def _break(argument: str) -> str:
    if not argument:
        raise Usage("I can break room-dark and slow-graph", "Say break room-dark.")
    return f"{argument} is broken now.\nMend it with: mend {argument}"


EXTRAS = {
    "break": Extra("break", "switch a fault on", _break, lambda: ("room-dark", "slow-graph")),
    "faults": Extra("faults", "what can be broken", lambda _: "  room-dark\n  slow-graph"),
}


def rooms_and_places() -> tuple[str, ...]:
    return ("Fado", "Belém", "Sala do Mar", "Sala da Serra", "O'Brien #3", "Lisbon")
