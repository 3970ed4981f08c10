"""The whole of it on a real terminal, or as real as the kernel makes one."""

from __future__ import annotations

import os
import pty
import select
import subprocess
import sys
from collections.abc import Iterator

import pytest

from tests.polling import eventually


class Terminal:
    """A process on a pseudo-terminal: what it drew, and a way to type and to raise alerts."""

    def __init__(self) -> None:
        self.master, slave = pty.openpty()
        read, self.bell = os.pipe()
        # Nobody here answers questions about the cursor's position.
        environment = {"TERM": "xterm", "PROMPT_TOOLKIT_NO_CPR": "1", "PATH": os.environ["PATH"]}
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.console.on_a_terminal", str(read)],
            stdin=slave, stdout=slave, stderr=slave, pass_fds=[read], env=environment,
            start_new_session=True,
        )  # fmt: skip
        os.close(slave)
        os.close(read)
        self.drawn = b""

    def sees(self, text: str, after: str = "") -> bool:
        return eventually(lambda: text in self._read().split(after or "\0")[-1])

    def _read(self) -> str:
        while select.select([self.master], [], [], 0)[0]:
            self.drawn += os.read(self.master, 65536)
        return self.drawn.decode(errors="replace")

    def press(self, keys: str) -> None:
        os.write(self.master, keys.encode())

    def close(self) -> None:
        self.process.kill()
        self.process.wait()
        os.close(self.master)
        os.close(self.bell)


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


def test_a_message_arrives_above_the_prompt_of_a_real_terminal(terminal: Terminal) -> None:
    assert terminal.sees(">")
    terminal.press("rooms fr")
    assert terminal.sees("rooms fr")
    os.write(terminal.bell, b"!")
    assert terminal.sees("[1 Acknowledge]")
    assert terminal.sees("rooms fr", after="[1 Acknowledge]")
    terminal.press("ee\r")
    assert terminal.sees("2 rooms are free.")
    terminal.press("exit\r")
    assert terminal.process.wait(10) == 0
