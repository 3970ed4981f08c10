"""A round of 10,000 findings against 2,000 open alerts: own CPU seconds, on both databases.

The budget is 2 s of own CPU; the baseline in the same run is the same round with nothing new.
"""

from __future__ import annotations

import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.store import open_store
from bot.check import Check
from bot.finding import Broken, Evidence, Finding, Remedy, Severity
from bot.people import Channel
from bot.ports import Services
from bot.tenancy import Watched
from bot.watch import Surroundings, Watch
from tests.walking import Clock

OPEN, FINDINGS, BUDGET = 2_000, 10_000, 2.0
CHANNELS = (Channel("slack", "C1"), Channel("teams", "19:ops"))
NOBODY = Watched("t", "a", "", "", "", "https://login")


def findings(count: int, clock: Clock) -> tuple[Finding, ...]:
    proof = (Evidence("GET /users/x/calendar", "403 ErrorAccessDenied", clock(), "r-1"),)
    return tuple(
        Finding(
            f"rooms/denied/room{number}",
            f"room{number}@contoso.example",
            f"room{number} is denied.",
            Severity.CRITICAL,
            "It stops syncing.",
            Remedy("Give it back."),
            proof,
            rooms=(f"room{number}@contoso.example",),
        )
        for number in range(count)
    )


def measured(url: str) -> dict[str, float]:
    clock = Clock()
    store = open_store(url, clock)
    seen: list[tuple[Finding, ...]] = [findings(OPEN, clock)]
    check = Check("rooms", "Rooms", "", lambda *_: Broken(seen[0]))
    surroundings = Surroundings(lambda *_: "", lambda *_: ())
    watch = Watch(
        (check,),
        Services(None, None, None, NOBODY, "UTC"),  # type: ignore[arg-type]
        store.book,
        CHANNELS,
        clock,
        "r1",
        timedelta(minutes=5),
        surroundings,
        lambda _: None,
    )

    def timed() -> float:
        clock.forward(minutes=5)
        begun = time.process_time()
        watch.round(check)
        return time.process_time() - begun

    timed()  # the 2,000 open
    assert len(store.book.alerts.open()) == OPEN
    found = {"the same 2,000 again": timed()}
    seen[0] = findings(FINDINGS, clock)
    found["10,000 findings, 8,000 of them new"] = timed()
    found["the same 10,000 again"] = timed()
    seen[0] = findings(OPEN, clock)
    found["8,000 of them over"] = timed()
    store.close()
    return found


def main() -> None:
    urls = sys.argv[1:] or [f"sqlite:///{Path(tempfile.mkdtemp()) / 'bench.db'}"]
    for url in urls:
        print(url.partition(":")[0])
        for name, seconds in measured(url).items():
            ratio = seconds / BUDGET
            print(f"  {name:40} {seconds:6.2f} s of own CPU, {ratio:5.2f} of the budget of 2 s")


if __name__ == "__main__":
    main()
