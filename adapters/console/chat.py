"""The terminal as a chat platform: one person, one channel, the same door as everywhere."""

from __future__ import annotations

import textwrap
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from types import MappingProxyType
from typing import Protocol, TextIO
from uuid import uuid4

from adapters.console.changed import changed
from adapters.console.extra import Extra, about
from adapters.console.offers import Offers
from adapters.console.pipe import Pipe
from adapters.console.prompt import Prompt
from adapters.console.render import render
from adapters.console.suggest import ENDS, Suggester
from bot.command import Command
from bot.errors import Missing, Refused, Unreachable
from bot.people import Channel, Invocation, User
from bot.ports import Clock, Dispatch
from bot.reply import Note, Outcome, Reply, Text, Tone, say

LOCAL = User("local", "local")
TERMINAL = Channel("local", "terminal")
_INDENT = 4  # of what stands under a message


class Screen(Protocol):
    """Where lines come from and text goes to: `Prompt` for a person, `Pipe` for anything else."""

    @property
    def width(self) -> int: ...

    def lines(self) -> Iterator[str]: ...

    def heard(self, line: str) -> None:
        """The line is about to be answered."""
        ...

    def write(self, text: str) -> None: ...

    def close(self) -> None: ...


class Console:
    """Implements bot.ports.Chat.  `width` None follows the terminal.

    `words` gives names of rooms and places for completion, asked at each Tab; it may
    raise Trouble, but Enter waits for it, so it should answer from memory.  `history` is
    a file of earlier lines, made where it is missing; None remembers this conversation only.
    """

    def __init__(
        self,
        dispatch: Dispatch,
        clock: Clock,
        *,
        commands: Sequence[Command],
        stdin: TextIO,
        stdout: TextIO,
        width: int | None = None,
        colour: bool = False,
        extra: Mapping[str, Extra] = MappingProxyType({}),
        user: User = LOCAL,
        words: Callable[[], Sequence[str]] = tuple,
        history: Path | None = None,
        new_id: Callable[[], str] = lambda: uuid4().hex,
    ) -> None:
        self._dispatch, self._clock, self._new_id = dispatch, clock, new_id
        self._extra, self._user = extra, user
        self._width, self._colour = width, colour
        self._offers, self._messages = Offers(), count(1)
        self._stands: dict[str, Reply] = {}  # messages that nobody asked for, as they are now
        self._arriving = threading.Lock()
        self._interactive = stdin.isatty() and stdout.isatty()
        suggest = Suggester(commands, extra, words)
        self._screen: Screen = (
            Prompt(suggest, history, colour) if self._interactive else Pipe(stdin, stdout)
        )

    def run(self) -> int:
        """Converse until `exit`, `quit` or the end of input; the process's exit code.

        A reader that went away (`| head`) ends it quietly.
        """
        try:
            self._converse()
        except BrokenPipeError:
            return 0
        except KeyboardInterrupt:
            return 130  # 128 + SIGINT, as shells count
        finally:
            self._screen.close()
        return 0

    def post(self, channel: str, reply: Reply, thread: str = "", mark: str = "") -> str:  # noqa: ARG002
        """Print a message that nobody asked for; its number in this conversation.

        What stands under another is indented.
        """
        if not reply.blocks:
            return ""
        number = str(next(self._messages))
        self._stands[number] = reply
        if thread:
            self._arrive(f"— about message {thread}", reply, indent=_INDENT)
        else:
            self._arrive(f"— message {number}", reply)
        return number

    def edit(self, channel: str, message: str, reply: Reply, mark: str = "") -> None:  # noqa: ARG002
        """What was printed stays printed, so what changed in the message follows it."""
        before = self._stands.get(message)
        if before is None:
            raise Missing(f"I said no message {message} in this conversation")
        self._stands[message] = reply
        self._arrive(f"— message {message} changed", changed(before, reply))

    def find(self, channel: str, mark: str, thread: str = "") -> str:  # noqa: ARG002
        """Nothing is lost on the way to a terminal, and nothing outlives the conversation."""
        return ""

    def _arrive(self, header: str, reply: Reply, indent: int = 0) -> None:
        if not reply.blocks:
            return
        with self._arriving:
            first = self._offers.arrived(reply)
            title = self._rendered(Reply((Note((header,)),)))
            body = textwrap.indent(self._rendered(reply, first, indent), " " * indent)
            try:
                self._screen.write(f"{title}\n{body}\n\n")
            except BrokenPipeError:
                raise Unreachable("Nobody reads this terminal any more") from None

    def _converse(self) -> None:
        for line in filter(_meant, map(str.strip, self._screen.lines())):
            self._screen.heard(line)
            if line.casefold() in ENDS:
                return
            try:
                self._answer(line)
            except KeyboardInterrupt:
                if not self._interactive:
                    raise
                self._screen.write("\n")  # the terminal itself has shown ^C on this line
                self._show(say("I stopped waiting for that answer.", tone=Tone.WARN))

    def _answer(self, line: str) -> None:
        name, _, argument = line.partition(" ")
        if extra := self._extra.get(name.lower()):
            self._show(_ran(extra, argument.strip()))
            return
        button = self._offers.pressed(line)
        if button is None and line.isdecimal():
            self._show(say(f"There is no button {line[:9]} to press.", tone=Tone.WARN))
            return
        self._show(self._dispatch(self._invocation(button.command_line if button else line)))
        if self._extra and line.casefold().removeprefix("/").removeprefix("roomops ") == "help":
            self._show(about(self._extra))

    def _invocation(self, text: str) -> Invocation:
        return Invocation(self._user, TERMINAL, text, self._clock(), self._new_id())

    def _show(self, reply: Reply) -> None:
        first = self._offers.answered(reply)
        if reply.blocks:
            self._screen.write(f"{self._rendered(reply, first)}\n\n")

    def _rendered(self, reply: Reply, first_button: int = 1, indent: int = 0) -> str:
        return render(
            reply,
            width=(self._width or self._screen.width) - indent,
            colour=self._colour,
            timezone=self._user.timezone,
            first_button=first_button,
        )


def _meant(line: str) -> bool:
    return bool(line) and not line.startswith("#")


def _ran(extra: Extra, argument: str) -> Reply:
    try:
        return Reply(tuple(Text((line,)) for line in extra.run(argument).splitlines()))
    except Refused as refused:
        return say(refused.sentence, tone=Tone.WARN, outcome=Outcome.MISUNDERSTOOD)
