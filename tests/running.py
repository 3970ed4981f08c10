"""`roomops run` as an operator runs it: a process of its own, a new interpreter, settings alone."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests

from adapters.sandbox import Sandbox
from tests.fake_slack import FakeSlack, Request

ROOT = Path(__file__).parent.parent
OPS = "COPS"
ENDS = 20  # seconds that a process may take to end


@dataclass
class Running:
    process: subprocess.Popen[str]
    url: str

    def press(self, request: Request) -> int:
        url = f"{self.url}/slack/events"
        answer = requests.post(url, data=request.body, headers=request.headers, timeout=10)
        return answer.status_code

    def stop(self) -> int:
        """As an operator does; its exit code."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(ENDS)


def settings(sandbox: Sandbox, slack: FakeSlack, database: str) -> dict[str, str]:
    return {
        **sandbox.settings(),
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
        "ROOMOPS_SLACK_OPS_CHANNEL": OPS,
        "ROOMOPS_DATABASE_URL": database,
        "ROOMOPS_CHECK_INTERVAL": "10",
        "ROOMOPS_PORT": "0",
    }


def begun(folder: Path, given: dict[str, str]) -> subprocess.Popen[str]:
    """Nothing of the machine but what a process needs to start."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    with (folder / "log").open("a") as log:
        return subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder, env={**kept, "PYTHONPATH": str(ROOT), **given},
            text=True, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip


@contextmanager
def running(
    sandbox: Sandbox, slack: FakeSlack, folder: Path, database: str, many: int = 1
) -> Iterator[list[Running]]:
    """So many at once, all of which listen; whoever is left at the end is killed."""
    given = settings(sandbox, slack, database)
    processes = [begun(folder, given) for _ in range(many)]
    try:
        made = []
        for process in processes:
            assert process.stdout is not None
            first = process.stdout.readline()
            assert first.startswith("listening on http://"), (folder / "log").read_text()
            made.append(Running(process, first.split()[-1]))
        yield made
    finally:
        for process in processes:
            process.kill()
            process.communicate()
