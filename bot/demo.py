"""`roomops demo` and `roomops ask`: the bot in a terminal, on the sandbox or a real tenant."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TextIO

from adapters import clock
from adapters.console.chat import Console
from adapters.console.extra import Extra
from adapters.console.render import wants_colour
from adapters.sandbox import FAULTS, Group, Sandbox, Tenant, seeded
from bot.load import load
from bot.people import Channel, Invocation, User
from bot.reply import Reply
from bot.settings import Settings
from bot.wiring import Bot, assemble

LOCAL = User("local", "local", "you")
HELLO = (
    "A sandbox tenant, Contoso, with {rooms} rooms. Try:",
    "  rooms free tomorrow 2pm for 45m, 8 people in Lisbon with video",
    "  break room-dark      then ask again; mend puts it right; faults lists them all",
    "  doctor               the whole chain of the integration, root cause first",
    "  help                 what else I can do; exit ends",
)


def demo(stdin: TextIO, stdout: TextIO, environ: Mapping[str, str]) -> int:
    """The sandbox and the terminal chat in one process; the exit code."""
    with ExitStack() as stack:
        tenant = seeded(clock.now())
        sandbox = stack.enter_context(Sandbox(tenant))
        folder = stack.enter_context(TemporaryDirectory(prefix="roomops-demo-"))
        settings = sandbox_settings(sandbox, Path(folder))
        running = Restarted(settings)
        stack.callback(lambda: running.bot.close())
        print("\n".join(HELLO).format(rooms=len(tenant.rooms)), file=stdout)
        console = Console(
            running.dispatch,
            clock.now,
            commands=running.bot.dispatch.commands,
            stdin=stdin,
            stdout=stdout,
            colour=wants_colour(environ, stdout),
            extra=extras(tenant, running.again),
            user=LOCAL,
            words=lambda: names(running.bot),
        )
        return console.run()


class Restarted:
    """The bot, started anew whenever the tenant is broken or mended.

    The real one goes on from memory and with the token it holds, as it should; in the demo
    a person wants to see the fault now.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.bot = self._started()

    def _started(self) -> Bot:
        bot = assemble(self._settings, {})
        bot.graph.warm()
        return bot

    def again(self) -> None:
        self.bot.close()
        self.bot = self._started()

    def dispatch(self, invocation: Invocation) -> Reply:
        return self.bot.dispatch(invocation)


def sandbox_settings(sandbox: Sandbox, folder: Path) -> Settings:
    given = {
        **sandbox.settings(),
        "ROOMOPS_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "ROOMOPS_ADMINS": "local",
    }
    return load(given)[0]


def listed(tenant: Tenant) -> str:
    """Every fault under its heading; a star marks those that are on."""
    active = tenant.faults()
    lines: list[str] = []
    for group in Group:
        lines.append(f"{group}:")
        ours = [(name, fault) for name, fault in FAULTS.items() if fault.group is group]
        lines += [f"{'*' if name in active else ' '} {name}: {f.summary}" for name, f in ours]
    return "\n".join((*lines, "", "* is switched on now"))


def extras(tenant: Tenant, reopen: Callable[[], None]) -> dict[str, Extra]:
    """What only the demo can do: break the tenant and mend it."""

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
        "faults": Extra(
            "faults", "every fault that can be switched", lambda _: listed(tenant), list
        ),
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
