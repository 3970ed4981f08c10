"""From a fault in the tenant to its message in Slack, in a real service over HTTP.

The baseline is the check interval of the same run: a fault just after a round waits for the next
one, and may take 2 s more until it is posted.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from adapters.clock import now
from adapters.sandbox import Sandbox, healthy
from tests.fake_slack import FakeSlack
from tests.polling import eventually
from tests.running import OPS, running

INTERVAL, MORE = 10.0, 2.0
FAULTS = ("account-disabled", "own-scope-lost", "consent-lost", "integration-disabled")


def open_heads(slack: FakeSlack) -> int:
    return sum("Resolved" not in message.text for message in slack.wall(OPS))


def main() -> int:
    worst = 0.0
    with tempfile.TemporaryDirectory(prefix="roomops-bench-") as folder:
        tenant = healthy(now())
        database = f"sqlite:///{folder}/bench.db"
        with (
            Sandbox(tenant) as sandbox,
            FakeSlack() as slack,
            running(sandbox, slack, Path(folder), database),
        ):
            for fault in FAULTS:
                stood = open_heads(slack)
                tenant.break_(fault)
                begun = time.monotonic()
                eventually(lambda n=stood: open_heads(slack) > n, seconds=60)
                took = time.monotonic() - begun
                worst = max(worst, took)
                print(
                    f"  {fault:24} told after {took:5.1f} s, {took / INTERVAL:4.2f} of the interval"
                )
                tenant.mend()
                begun = time.monotonic()
                eventually(lambda n=stood: open_heads(slack) <= n, seconds=60)
                print(f"  {'':24} its end after {time.monotonic() - begun:4.1f} s")
    limit = INTERVAL + MORE
    print(f"  worst {worst:.1f} s, at most {limit:.0f}: {worst / limit:.2f}")
    return 0 if worst <= limit else 1


if __name__ == "__main__":
    raise SystemExit(main())
