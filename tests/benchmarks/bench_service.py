"""How soon `roomops run` listens and what it weighs, against Python with the same SDKs imported."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.request import urlopen

ROOT = Path(__file__).parents[2]
sys.path.insert(0, str(ROOT))

from adapters.clock import now  # noqa: E402
from adapters.sandbox import Sandbox, seeded  # noqa: E402
from tests.fake_channel import ISSUER, FakeChannel  # noqa: E402
from tests.fake_slack import FakeSlack  # noqa: E402
from tests.polling import eventually  # noqa: E402

SDKS = "slack_bolt.async_app, botbuilder.integration.aiohttp, msal, sqlalchemy"
BARE = f"import {SDKS}; print(1, flush=True); input()"
LISTENS, IDLE = 2.0, 120.0  # seconds, megabytes


def resident(pid: int) -> float:
    """Megabytes."""
    line = next(x for x in Path(f"/proc/{pid}/status").read_text().splitlines() if "VmRSS" in x)
    return int(line.split()[1]) / 1024


def bare(environment: dict[str, str]) -> float:
    """What the SDKs alone weigh once imported."""
    command = [sys.executable, "-c", BARE]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, env=environment) as process:
        assert process.stdout is not None
        process.stdout.readline()  # everything is imported
        weight = resident(process.pid)
        process.communicate(b"\n")
    return weight


def main() -> int:
    with (
        Sandbox(seeded(now())) as tenant, FakeSlack() as slack, FakeChannel() as channel,
        tempfile.TemporaryDirectory() as folder,
    ):  # fmt: skip
        environment = {
            "PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **tenant.settings(),
            "SLACK_BOT_TOKEN": slack.bot_token, "SLACK_SIGNING_SECRET": slack.signing_secret,
            "SLACK_API_URL": slack.api_url, "ROOMOPS_PORT": "0",
            "ROOMOPS_TEAMS_APP_ID": tenant.tenant.app.client_id,
            "ROOMOPS_TEAMS_APP_PASSWORD": tenant.tenant.app.secrets[0].value,
            "ROOMOPS_TEAMS_TENANT_ID": tenant.tenant.id,
            "ROOMOPS_TEAMS_OPENID_URL": channel.metadata_url, "ROOMOPS_TEAMS_ISSUER": ISSUER,
        }  # fmt: skip
        begun = time.perf_counter()
        command = [sys.executable, "-m", "bot", "run"]
        process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        line = process.stdout.readline()
        took = time.perf_counter() - begun
        url = line.split()[-1]
        # Ready: it has signed in and read; the metrics page loads what is still to be loaded.
        eventually(lambda: urlopen(f"{url}/readyz", timeout=20).status == 200, seconds=20)
        urlopen(f"{url}/metrics", timeout=20).read()
        idle, alone = resident(process.pid), bare(environment)
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    print(line.strip())
    print(f"listens after {took:.2f} s (at most {LISTENS:g})")
    print(f"idle {idle:.0f} MB (at most {IDLE:g}), SDKs alone {alone:.0f} MB: {idle / alone:.2f}")
    return 0 if took <= LISTENS and idle <= IDLE else 1


if __name__ == "__main__":
    sys.exit(main())
