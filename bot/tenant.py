"""`roomops sandbox`: only the local tenant, for any client."""

from __future__ import annotations

import signal
from collections.abc import Callable
from contextlib import ExitStack

from adapters import clock
from adapters.sandbox import Sandbox, seeded
from bot.errors import Refused


def stand(port: int, announce: Callable[[str], None]) -> int:
    """Print the settings that point at it, then serve until a signal."""
    # Blocked before its thread is born, so that no signal is lost or taken by that thread.
    ends = {signal.SIGINT, signal.SIGTERM}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)
    with ExitStack() as stack:
        try:
            sandbox = stack.enter_context(Sandbox(seeded(clock.now()), port=port))
        except OSError as wrong:
            raise Refused(f"I cannot listen on port {port}", "Name another, or 0.") from wrong
        for variable, value in sandbox.settings().items():
            announce(f"{variable}={value}")
        signal.sigwait(ends)
    return 0
