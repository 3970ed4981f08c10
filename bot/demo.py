"""`roomops demo` and `roomops ask`: the bot in a terminal, on the sandbox or a real tenant."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from adapters import clock
from adapters.console.chat import Console
from adapters.console.extra import Extra
from adapters.console.render import wants_colour
from adapters.graph import connect
from adapters.sandbox import FAULTS, Sandbox, Tenant, seeded
from bot.load import load
from bot.people import Channel, Invocation, User
from bot.ports import Directory, Exchange
from bot.reply import Reply
from bot.rooms import Catalogue, Room, RoomState
from bot.settings import Settings
from bot.wiring import Bot, assemble

LOCAL = User("local", "local", "you")
HELLO = (
    "A sandbox tenant, Contoso, with {rooms} rooms. Try:",
    "  rooms free tomorrow 2pm for 45m, 8 people in Lisbon with video",
    "  break room-dark      then ask again; mend puts it right; faults lists them all",
    "  help                 what else I can do; exit ends",
)


def demo(stdin: TextIO, stdout: TextIO, environ: Mapping[str, str]) -> int:
    """The sandbox and the terminal chat in one process; the exit code."""
    with ExitStack() as stack:
        tenant = seeded(clock.now())
        sandbox = stack.enter_context(Sandbox(tenant))
        folder = stack.enter_context(TemporaryDirectory(prefix="roomops-demo-"))
        settings = sandbox_settings(sandbox, Path(folder))
        client = Reopening(settings)
        bot = assemble(settings, {}, connect=lambda *_: client)
        stack.callback(bot.close)
        bot.graph.warm()
        print("\n".join(HELLO).format(rooms=len(tenant.rooms)), file=stdout)
        console = Console(
            bot.dispatch,
            bot.clock,
            commands=bot.dispatch.commands,
            stdin=stdin,
            stdout=stdout,
            colour=wants_colour(environ, stdout),
            extra=extras(tenant, client.reopen),
            user=LOCAL,
            words=lambda: names(bot),
        )
        return console.run()


class Reopening:
    """A Graph client that forgets everything when the tenant is broken or mended.

    The real one would go on from memory and with the token it holds, as it should; in the
    demo a person wants to see the fault now.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._graph = connect(settings, clock.now)

    def reopen(self) -> None:
        before, self._graph = self._graph, connect(self._settings, clock.now)
        before.close()

    def catalogue(self) -> Catalogue:
        return self._graph.catalogue()

    def availability(
        self, rooms: Sequence[Room], start: datetime, end: datetime
    ) -> tuple[RoomState, ...]:
        return self._graph.availability(rooms, start, end)

    @property
    def directory(self) -> Directory:
        return self._graph.directory

    @property
    def exchange(self) -> Exchange:
        return self._graph.exchange

    def probe(self) -> None:
        self._graph.probe()

    def warm(self) -> None:
        self._graph.warm()

    def close(self) -> None:
        self._graph.close()


def sandbox_settings(sandbox: Sandbox, folder: Path) -> Settings:
    given = {
        **sandbox.settings(),
        "ROOMOPS_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "ROOMOPS_ADMINS": "local",
    }
    return load(given)[0]


def extras(tenant: Tenant, reopen: Callable[[], None]) -> dict[str, Extra]:
    """What only the demo can do: break the tenant and mend it."""

    def faults(_: str) -> str:
        active = tenant.faults()
        width = max(map(len, FAULTS))
        rows = (
            f"{'*' if n in active else ' '} {n:{width}}  {f.summary}" for n, f in FAULTS.items()
        )
        return "\n".join((*rows, "", "* is switched on now"))

    def turn(act: Callable[[str], None], done: str) -> Callable[[str], str]:
        def run(name: str) -> str:
            if name not in FAULTS:
                return f"There is no fault “{name[:40]}”; say faults to see them."
            act(name)
            reopen()
            return f"{done} {name}: {FAULTS[name].summary}"

        return run

    def mend(name: str) -> str:
        if name:
            return turn(tenant.mend, "Mended")(name)
        tenant.mend()
        reopen()
        return "Everything is mended."

    every: Callable[[], Sequence[str]] = lambda: list(FAULTS)  # noqa: E731
    return {
        "break": Extra(
            "break", "break NAME: switch a fault on", turn(tenant.break_, "Broke"), every
        ),
        "mend": Extra("mend", "mend [NAME]: switch it off, or all", mend, every),
        "faults": Extra("faults", "every fault that can be switched", faults, list),
    }


def names(bot: Bot) -> list[str]:
    """Rooms and places for the completion; none while the directory cannot be read."""
    from bot.errors import Trouble

    try:
        rooms = bot.graph.catalogue().rooms
    except Trouble:
        return []
    found = {n for r in rooms for n in (r.name, r.city, r.building, *r.lists) if n}
    return sorted(found)


def ask(bot: Bot, text: str) -> Reply:
    """One line as the local operator, through the same door."""
    here = Channel("local", "terminal")
    return bot.dispatch(Invocation(LOCAL, here, text, bot.clock(), uuid.uuid4().hex))
