"""The conversation through plain streams: a script, a test, a pager."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Iterator
from contextlib import suppress
from typing import TextIO

from adapters.chart import spelled
from adapters.console.safe import safe
from bot.text import LONGEST

_WIDTH = 80


class Pipe:
    """Repeats every line after "> ", so that what comes out reads like a conversation."""

    def __init__(self, stdin: TextIO, stdout: TextIO) -> None:
        self._stdin, self._stdout = stdin, stdout
        self._lock = threading.Lock()
        if isinstance(stdin, io.TextIOWrapper):
            stdin.reconfigure(errors="replace")

    @property
    def width(self) -> int:
        with suppress(OSError, ValueError):  # no descriptor, or no terminal behind it
            return os.get_terminal_size(self._stdout.fileno()).columns or _WIDTH
        return _WIDTH

    def lines(self) -> Iterator[str]:
        return self._stdin

    def heard(self, line: str) -> None:
        shown = safe(line[:LONGEST])
        cut = f"… ({len(line):,} characters)" if len(line) > LONGEST else ""
        self.write(f"> {shown}{cut}\n")

    def write(self, text: str) -> None:
        """Whole pieces, from any thread; what the stream cannot spell becomes "?" or, of a
        drawing, ASCII.
        """
        spelling = self._stdout.encoding or "utf-8"
        with self._lock:
            self._stdout.write(spelled(text, spelling).encode(spelling, "replace").decode(spelling))
            self._stdout.flush()

    def close(self) -> None:
        """Leave nothing behind that would fail when the interpreter ends.

        https://docs.python.org/3/library/signal.html#note-on-sigpipe
        """
        try:
            self._stdout.flush()
        except BrokenPipeError:
            with suppress(OSError, ValueError):
                os.dup2(os.open(os.devnull, os.O_WRONLY), self._stdout.fileno())
