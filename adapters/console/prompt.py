"""The interactive line: history, completion, and messages that appear above it.

Other threads never touch the screen.  They leave their text and wake the prompt; the
thread that reads lines prints whatever the prompt no longer could.  So nothing is lost
when somebody presses Enter just then.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import structlog
from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.history import FileHistory, History, InMemoryHistory
from prompt_toolkit.output import ColorDepth
from prompt_toolkit.patch_stdout import patch_stdout

from adapters.console.suggest import Suggestion

log = structlog.get_logger(__name__)

Suggest = Callable[[str], Iterable[Suggestion]]


class Prompt:
    """Reads from and prints to the process's own terminal (or prompt_toolkit's app session)."""

    def __init__(self, suggest: Suggest, history: Path | None, colour: bool) -> None:
        self._session: PromptSession[str] = PromptSession(
            [("bold", "> ")],
            completer=_Completer(suggest),
            complete_while_typing=False,
            complete_in_thread=True,
            history=_history(history),
            color_depth=None if colour else ColorDepth.DEPTH_1_BIT,
        )
        self._waiting: deque[str] = deque()
        self._patched, self._ended = ExitStack(), False

    @property
    def width(self) -> int:
        return self._session.output.get_size().columns

    def lines(self) -> Iterator[str]:
        """Each line typed, until Ctrl-D; Ctrl-C gives up the line and begins another."""
        # What others print meanwhile (a warning in the log) is also kept out of the prompt.
        self._patched.enter_context(patch_stdout(raw=True))
        while True:
            self._print_waiting()
            try:
                line = self._session.prompt(pre_run=self._wake)
            except KeyboardInterrupt:
                continue
            except EOFError:
                return
            yield line

    def heard(self, line: str) -> None:
        """It stands on the screen already."""

    def write(self, text: str) -> None:
        """Print it above the line that is being typed, or before the next; from any thread."""
        self._waiting.append(text)
        self._wake()

    def close(self) -> None:
        """No line will be read any more; what is written from now on is printed at once."""
        self._patched.close()
        self._ended = True
        self._print_waiting()

    def _wake(self) -> None:
        app = self._session.app
        loop, context = app.loop, app.context
        if self._ended:
            self._print_waiting()
        elif self._waiting and loop is not None and context is not None:
            with suppress(RuntimeError):  # the loop has just ended: `lines` prints instead
                loop.call_soon_threadsafe(self._print_above, context=context.copy())

    def _print_above(self) -> None:
        if self._waiting:
            run_in_terminal(self._print_waiting)

    def _print_waiting(self) -> None:
        output = self._session.output
        with suppress(IndexError):
            while True:
                output.write_raw(self._waiting.popleft())
                output.flush()


class _Completer(Completer):
    def __init__(self, suggest: Suggest) -> None:
        self._suggest = suggest

    def get_completions(
        self,
        document: Document,
        complete_event: CompleteEvent,  # noqa: ARG002  the name is the library's
    ) -> Iterator[Completion]:
        for found in self._suggest(document.text_before_cursor):
            yield Completion(found.text, -found.typed, display_meta=found.meaning)


def _history(path: Path | None) -> History:
    if path is None:
        return InMemoryHistory()
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.open("a").close()
    except OSError as refused:
        log.warning("console.history_unwritable", why=refused.strerror)
        return InMemoryHistory()
    return FileHistory(path)
