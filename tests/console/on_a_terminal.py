"""The small bot on this process's own terminal; an alert for each byte on the descriptor given."""

from __future__ import annotations

import os
import sys
import threading

from adapters.console.chat import Console
from adapters.console.render import wants_colour
from tests.console.world import ALERT, COMMANDS, Bot, clock


def main(descriptor: int) -> int:
    colour = wants_colour(os.environ, sys.stdout)
    console = Console(
        Bot(), clock, commands=COMMANDS, stdin=sys.stdin, stdout=sys.stdout, colour=colour
    )

    def alerts() -> None:
        while os.read(descriptor, 1):
            console.post("alerts", ALERT)

    threading.Thread(target=alerts, daemon=True).start()
    return console.run()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1])))
