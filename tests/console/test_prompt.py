"""The interactive line, driven by keys, as prompt_toolkit would get them from a terminal."""

from __future__ import annotations

import contextvars
import io
import threading
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import pytest
from prompt_toolkit.application import create_app_session
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput

from adapters.console.chat import Console
from tests.console.world import ALERT, COMMANDS, EXTRAS, Bot, clock, rooms_and_places
from tests.polling import eventually

UP, CTRL_C, CTRL_D, TAB = "\x1b[A", "\x03", "\x04", "\t"


class Screen(DummyOutput):
    """Everything that was ever drawn, in order."""

    def __init__(self) -> None:
        self.text = ""

    def write(self, data: str) -> None:
        self.text += data

    def write_raw(self, data: str) -> None:
        self.text += data


class Tty(io.StringIO):
    def isatty(self) -> bool:
        return True


class Session:
    """A person before a terminal; leaving the `with` presses Ctrl-D and waits for the end."""

    def __init__(self, keys: PipeInput, **options: Any) -> None:
        self.keys, self.screen, self.bot = keys, Screen(), Bot()
        self.ended: list[int] = []
        with create_app_session(input=keys, output=self.screen):
            self.console = Console(
                self.bot,
                clock,
                commands=COMMANDS,
                stdin=Tty(),
                stdout=Tty(),
                extra=EXTRAS,
                **{"words": rooms_and_places, **options},
            )
            context = contextvars.copy_context()
        self.thread = threading.Thread(target=context.run, args=(self._run,), daemon=True)

    def _run(self) -> None:
        self.ended.append(self.console.run())

    def press(self, keys: str) -> None:
        self.keys.send_text(keys)

    def sees(self, text: str) -> bool:
        return eventually(lambda: text in self.screen.text)

    def heard(self, *texts: str) -> bool:
        return eventually(lambda: self.bot.texts == list(texts))

    def __enter__(self) -> Session:
        self.thread.start()
        self.sees(">")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, _: BaseException | None, __: TracebackType | None
    ) -> None:
        self.press(CTRL_D)
        self.thread.join(10)
        assert kind or self.ended == [0]


@pytest.fixture
def session() -> Iterator[Callable[..., Session]]:
    with create_pipe_input() as keys:
        yield lambda **options: Session(keys, **options)


def test_typed_lines_are_answered_until_ctrl_d(session: Callable[..., Session]) -> None:
    with session() as person:
        person.press("rooms free\r")
        assert person.sees("2 rooms are free.\n[1 Show Fado] [2 More]\n\n")
        person.press("1\r")
        assert person.sees("heard rooms show Fado")


def test_exit_ends_it(session: Callable[..., Session]) -> None:
    with session() as person:
        person.press("hello\rexit\r")
        person.thread.join(10)
        assert person.ended == [0]


def test_tab_completes_commands_and_rooms(session: Callable[..., Session]) -> None:
    with session() as person:
        person.press("hea" + TAB)
        assert person.sees("lth")
        person.press("\r")
        assert person.heard("health")
        person.press("rooms show bel" + TAB)
        assert person.sees("Belém")
        person.press("\r")
        assert person.heard("health", "rooms show Belém")


def test_names_that_are_slow_to_come_do_not_stop_the_typing(
    session: Callable[..., Session],
) -> None:
    asked, answered = threading.Event(), threading.Event()

    def names() -> Sequence[str]:
        asked.set()
        answered.wait(15)
        return ()

    with session(words=names) as person:
        person.press("rooms show fa" + TAB)
        assert asked.wait(10)
        person.press("zq")
        assert person.sees("zq")
        answered.set()
        person.press("\r")
        assert person.heard("rooms show fazq")


def test_the_arrow_brings_earlier_lines_back(session: Callable[..., Session]) -> None:
    with session() as person:
        person.press("hello\r")
        assert person.heard("hello")
        person.press(UP + "\r")
        assert person.heard("hello", "hello")


def test_ctrl_c_gives_up_the_line(session: Callable[..., Session]) -> None:
    with session() as person:
        person.press("rubbish" + CTRL_C)
        person.press("hello\r")
        assert person.heard("hello")


def test_ctrl_c_while_an_answer_is_awaited_only_ends_the_waiting(
    session: Callable[..., Session],
) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    with session() as person:
        person.bot.slow = interrupt
        person.press("slow\r")
        assert person.sees("! I stopped waiting for that answer.")
        person.press("hello\r")
        assert person.heard("slow", "hello")


def test_history_survives_in_its_file_which_is_private(
    session: Callable[..., Session], tmp_path: Path
) -> None:
    path = tmp_path / "state" / "history"
    with session(history=path) as person:
        person.press("hello\r")
        assert person.heard("hello")
    assert path.stat().st_mode & 0o077 == 0
    with create_pipe_input() as keys, Session(keys, history=path) as person:
        person.press(UP)
        assert person.sees("hello")
        person.press("\r")
        assert person.heard("hello")


def test_a_history_that_cannot_be_kept_is_done_without(
    session: Callable[..., Session], tmp_path: Path
) -> None:
    with session(history=tmp_path) as person:
        person.press("hello\r")
        assert person.heard("hello")


def test_a_message_appears_above_the_line_that_is_being_typed(
    session: Callable[..., Session],
) -> None:
    with session() as person:
        person.press("rooms fr")
        assert person.sees("rooms fr")
        assert person.console.post("alerts", ALERT) == "1"
        assert person.sees("— message 1\nTejo went dark.\n[1 Acknowledge]\n\n")
        assert eventually(lambda: "rooms fr" in person.screen.text.partition("[1 Ack")[2])
        person.press("ee\r")
        assert person.heard("rooms free")


def test_a_message_after_the_end_is_still_printed(session: Callable[..., Session]) -> None:
    with session() as person:
        person.press("hello\r")
        assert person.heard("hello")
    person.console.post("alerts", ALERT)
    assert person.screen.text.endswith("[1 Acknowledge]\n\n")


def test_no_message_is_lost_or_doubled_while_somebody_presses_enter(
    session: Callable[..., Session],
) -> None:
    def post() -> None:
        for _ in range(25):
            person.console.post("alerts", ALERT)

    with session() as person:
        threads = [threading.Thread(target=post) for _ in range(4)]
        for thread in threads:
            thread.start()
        for number in range(20):
            person.press(f"line {number}\r")
        for thread in threads:
            thread.join()
        assert eventually(lambda: len(person.bot.texts) == 20)
    for number in range(1, 101):
        assert person.screen.text.count(f"— message {number}\n") == 1
