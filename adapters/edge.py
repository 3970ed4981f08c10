"""The one event loop, and the only two crossings between it and the synchronous bot.

`call` goes from the loop to a worker thread, `wait` from a worker thread to the loop.
Nothing else crosses, and nothing blocks the loop.
"""

from __future__ import annotations

import asyncio
import contextvars
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import Any, TypeVar

from bot.errors import Unreachable

T = TypeVar("T")


class Edge:
    """Made on the running loop; `workers` bounds how many commands run at once.

    Workers mostly wait for Graph, so they may be many: a silent Graph must not make the
    next person wait for the last one's patience.  What keeps the process itself going
    (`aside`) has threads of its own.
    """

    def __init__(self, workers: int = 64) -> None:
        self.loop = asyncio.get_running_loop()
        self._thread = threading.current_thread()
        self._pool = ThreadPoolExecutor(workers, thread_name_prefix="bot")
        self._aside = ThreadPoolExecutor(2, thread_name_prefix="aside")

    async def call(self, work: Callable[..., T], *args: object) -> T:
        """Run synchronous work in a worker thread."""
        run = partial(contextvars.copy_context().run, work, *args)
        return await self.loop.run_in_executor(self._pool, run)

    async def aside(self, work: Callable[..., T], *args: object) -> T:
        """The same for the start and for readiness, which no command may hold up."""
        return await self.loop.run_in_executor(self._aside, partial(work, *args))

    def wait(self, work: Coroutine[Any, Any, T], timeout: float = 15) -> T:
        """From a worker thread: the result of a coroutine on the loop; Unreachable when late."""
        if threading.current_thread() is self._thread:
            work.close()
            raise RuntimeError("Edge.wait on the loop's own thread would never return")
        result = asyncio.run_coroutine_threadsafe(work, self.loop)
        try:
            return result.result(timeout)
        except TimeoutError:
            result.cancel()
            raise Unreachable(f"No answer within {timeout:g} s") from None

    def close(self) -> None:
        """Let every command that was taken end; take no more."""
        self._pool.shutdown(wait=True)
        self._aside.shutdown(wait=True)
