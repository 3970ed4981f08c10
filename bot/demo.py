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
from adapters.schedule import apart
from bot.duty import Duty, duty
from bot.load import load
from bot.people import Channel, Invocation, User
from bot.reply import Reply
from bot.settings import Settings
from bot.wiring import Bot, assemble

LOCAL = User("local", "local", "you")
TERMINAL = Channel("local", "terminal")
LOOKS = 2  # soft faults are told when they were seen twice
HELLO = (
    "A sandbox tenant, Contoso, with {rooms} rooms. Try:",
    "  rooms free tomorrow 2pm for 45m, 8 people in Lisbon with video",
    "  break room-dark      then ask again; mend puts it right; faults lists them all",
    "  break integration-consent-revoked   an alert comes, with what hangs on it; ack 1, then mend",
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
        stack.callback(running.close)
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
        running.watch(console)
        return console.run()


class Restarted:
    """The bot, started anew whenever the tenant is broken or mended, and looking at once.

    The real one goes on from memory and with the token it holds, as it should; in the demo
    a person wants to see the fault now.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._console: Console | None = None
        self._duty: Duty | None = None
        self._stack = ExitStack()
        self.bot = self._started()

    def watch(self, console: Console) -> None:
        """From now on alerts are told there."""
        self._console = console
        self._duty = self._go_on_duty()

    def again(self) -> None:
        self.close()
        self.bot = self._started()
        self._duty = self._go_on_duty()
        if self._duty is not None:
            for _ in range(LOOKS):
                self._duty.watch.everything()
                self._speak()

    def dispatch(self, invocation: Invocation) -> Reply:
        """What it does to an alert is told at once, which the real one does within a second."""
        reply = self.bot.dispatch(invocation)
        self._speak()
        return reply

    def _speak(self) -> None:
        if self._duty is not None:
            self._duty.speaker.deliver(TERMINAL)

    def close(self) -> None:
        self._stack.close()
        self.bot.close()

    def _started(self) -> Bot:
        bot = assemble(self._settings, {}, channels=(TERMINAL,))
        bot.graph.warm()
        return bot

    def _go_on_duty(self) -> Duty | None:
        if self._console is None:
            return None
        made = duty(self._settings, self.bot, {TERMINAL.platform: self._console}, "demo")
        self._stack = ExitStack()
        self._stack.enter_context(apart(made.fill))
        self._stack.callback(self.bot.graph.close)  # a look that is under way need not end
        self._stack.callback(made.close)
        return made


def sandbox_settings(sandbox: Sandbox, folder: Path) -> Settings:
    given = {
        **sandbox.settings(),
        "ROOMOPS_DATABASE_URL": f"sqlite:///{folder / 'demo.db'}",
        "ROOMOPS_ADMINS": "local",
        "ROOMOPS_CHECK_INTERVAL": "10",
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
    return bot.dispatch(Invocation(LOCAL, TERMINAL, text, bot.clock(), uuid.uuid4().hex))
