"""`roomops run` as an operator runs it: a process, settings alone, real signed requests."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from adapters.sandbox import Sandbox, seeded
from tests.fake_channel import ISSUER, FakeChannel
from tests.fake_slack import FakeSlack
from tests.polling import eventually

ENDS = 15  # seconds that a process may take to end
QUESTION = "rooms free tomorrow 2pm for 45m, 8 people in Lisbon with video"


def environment(**settings: str) -> dict[str, str]:
    """Nothing of the machine but what a process needs to start."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    return {**kept, "PYTHONPATH": str(Path(__file__).parent.parent), **settings}


def command(
    *words: str, cwd: Path, said: str = "", **settings: str
) -> subprocess.CompletedProcess[str]:
    """Run one command of the tool to its end, with `said` on its standard input."""
    return subprocess.run(
        [sys.executable, "-m", "bot", *words],
        cwd=cwd, env=environment(**settings), input=said, capture_output=True,
        text=True, timeout=90,
    )  # fmt: skip


@dataclass
class Service:
    process: subprocess.Popen[str]
    url: str
    slack: FakeSlack
    channel: FakeChannel
    log: Path
    tenant: str
    app: str


def teams(sandbox: Sandbox, channel: FakeChannel) -> dict[str, str]:
    return {
        "ROOMOPS_TEAMS_APP_ID": sandbox.tenant.app.client_id,
        "ROOMOPS_TEAMS_APP_PASSWORD": sandbox.tenant.app.secrets[0].value,
        "ROOMOPS_TEAMS_TENANT_ID": sandbox.tenant.id,
        "ROOMOPS_TEAMS_OPENID_URL": channel.metadata_url,
        "ROOMOPS_TEAMS_ISSUER": ISSUER,
    }


def slack_settings(slack: FakeSlack) -> dict[str, str]:
    return {
        "SLACK_BOT_TOKEN": slack.bot_token,
        "SLACK_SIGNING_SECRET": slack.signing_secret,
        "SLACK_API_URL": slack.api_url,
    }


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    from adapters.clock import now

    with Sandbox(seeded(now())) as running:
        yield running


@pytest.fixture(scope="module")
def service(sandbox, tmp_path_factory) -> Iterator[Service]:
    folder = tmp_path_factory.mktemp("service")
    with FakeSlack() as slack, FakeChannel() as channel, (folder / "log").open("w") as log:
        settings = {
            **sandbox.settings(), **slack_settings(slack), **teams(sandbox, channel),
            "ROOMOPS_PORT": "0", "ROOMOPS_LOG_FORMAT": "json", "ROOMOPS_LOG_LEVEL": "debug",
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder, env=environment(**settings), text=True, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("listening on http://127.0.0.1:"), (folder / "log").read_text()
        url = first.split()[-1]
        app = sandbox.tenant.app.client_id
        yield Service(process, url, slack, channel, folder / "log", sandbox.tenant.id, app)
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS) == 0
        process.stdout.close()


def test_a_signed_slash_command_is_acked_empty_and_answered_to_its_response_url(service):
    request = service.slack.command(f"/{QUESTION}")
    before = len(service.slack.answers)

    ack = requests.post(
        f"{service.url}/slack/events", data=request.body, headers=request.headers, timeout=10
    )
    [answer] = eventually(lambda: service.slack.answers[before:])

    assert (ack.status_code, ack.text) == (200, "")
    assert answer["response_type"] == "ephemeral"
    assert "Fado" in str(answer["blocks"])
    assert "3 of 9 rooms free" in answer["text"]


def test_a_signed_teams_message_is_answered_with_a_card(service):
    before = len(service.channel.calls)
    conversation = {"tenantId": service.tenant, "id": "a:1", "conversationType": "personal"}
    service.channel.members["29:olivia"] = {"tenantId": service.tenant}

    answer = requests.post(
        f"{service.url}/api/messages",
        json=service.channel.activity(
            QUESTION, conversation=conversation, channelData={"tenant": {"id": service.tenant}},
            recipient={"id": f"28:{service.app}", "name": "roomops"},
        ),
        headers={"Authorization": service.channel.token(aud=service.app)},
        timeout=20,
    )  # fmt: skip
    [call] = eventually(lambda: service.channel.calls[before:])

    assert answer.status_code in (200, 201, 202)
    assert "Fado" in call.words


@pytest.mark.parametrize(
    ("path", "status"), [("/healthz", 200), ("/readyz", 200), ("/metrics", 200), ("/nothing", 404)]
)
def test_the_process_says_how_it_is(service, path, status):
    assert requests.get(f"{service.url}{path}", timeout=20).status_code == status


def test_metrics_count_the_lines(service):
    page = requests.get(f"{service.url}/metrics", timeout=10).text

    assert "roomops_info" in page
    assert "roomops_lines_total" in page


@pytest.mark.parametrize("path", ["/slack/events", "/api/messages"])
@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (b"", {}),
        (b"{", {"Content-Type": "application/json"}),
        (b"\xff\xfe", {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"x" * 2_000_000, {"Content-Type": "application/x-www-form-urlencoded"}),
        (b"payload={", {"X-Slack-Request-Timestamp": "soon", "X-Slack-Signature": "v0=1"}),
        (b"{}", {"Content-Type": "application/json", "Authorization": "Bearer a.b.c"}),
    ],
)
def test_nonsense_over_http_is_a_client_error_and_the_process_is_up(service, path, body, headers):
    answer = requests.post(f"{service.url}{path}", data=body, headers=headers, timeout=10)

    assert 400 <= answer.status_code < 500
    assert requests.get(f"{service.url}/healthz", timeout=10).status_code == 200


def test_readyz_names_what_is_wrong(service, sandbox):
    sandbox.tenant.break_("outage")
    try:
        eventually(lambda: said(service).status_code == 503)
        answer = said(service)
    finally:
        sandbox.tenant.mend()

    assert "Graph" in answer.text
    eventually(lambda: said(service).status_code == 200)


def said(service):
    return requests.get(f"{service.url}/readyz", timeout=40)


def test_nothing_secret_is_ever_logged(service, sandbox):
    log = service.log.read_text()

    for secret in (
        sandbox.tenant.app.secrets[0].value, service.slack.bot_token, service.slack.signing_secret,
    ):  # fmt: skip
        assert secret not in log
    assert "Bearer " not in log
    assert "eyJ" not in log


def test_a_wrong_slack_token_stops_the_start_with_a_sentence(sandbox, tmp_path):
    with FakeSlack() as slack:
        given = {**slack_settings(slack), "SLACK_BOT_TOKEN": "xoxb-wrong-token"}
        ended = command("run", cwd=tmp_path, **sandbox.settings(), **given, ROOMOPS_PORT="0")

    assert ended.returncode == 1
    assert "SLACK_BOT_TOKEN" in ended.stderr
    assert "Traceback" not in ended.stderr
    assert "xoxb-wrong-token" not in ended.stderr


def test_bad_settings_stop_the_start_naming_every_fault(tmp_path):
    ended = command("run", cwd=tmp_path, ROOMOPS_PORT="many", ROOMOPS_CLOUD="moon")

    assert ended.returncode == 2
    assert [line.split()[0] for line in ended.stderr.splitlines()] == [
        "ROOMOPS_CLOUD",
        "ROOMOPS_PORT",
        "ROOMOPS_TENANT_ID",
        "ROOMOPS_CLIENT_ID",
        "ROOMOPS_CLIENT_SECRET",
    ]


def test_a_certificate_that_is_none_stops_the_start(sandbox, tmp_path):
    given = {k: v for k, v in sandbox.settings().items() if k != "ROOMOPS_CLIENT_SECRET"}
    (tmp_path / "bot.pem").write_text("no certificate")

    ended = command("run", cwd=tmp_path, **given, ROOMOPS_CLIENT_CERTIFICATE="bot.pem")

    assert ended.returncode == 1
    assert "ROOMOPS_CLIENT_CERTIFICATE" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_the_sandbox_refuses_a_port_that_it_cannot_have(service, tmp_path):
    port = service.url.rsplit(":", 1)[1]

    ended = command("sandbox", "--port", port, cwd=tmp_path)

    assert ended.returncode == 1
    assert f"I cannot listen on port {port}" in ended.stderr


def test_a_port_that_is_taken_stops_the_start_with_a_sentence(service, sandbox, tmp_path):
    port = service.url.rsplit(":", 1)[1]

    ended = command("run", cwd=tmp_path, **sandbox.settings(), ROOMOPS_PORT=port)

    assert ended.returncode == 1
    assert f"I cannot listen on 127.0.0.1:{port}" in ended.stderr


def test_a_service_without_an_ops_channel_says_at_its_start_that_alerts_go_nowhere(service):
    log = service.log.read_text()

    [line] = [line for line in log.splitlines() if "alerts.go_nowhere" in line]
    assert "set ROOMOPS_SLACK_OPS_CHANNEL or ROOMOPS_TEAMS_OPS_CONVERSATION" in line


def test_a_service_that_was_stopped_is_not_said_to_run(sandbox, tmp_path):
    given = {**sandbox.settings(), "ROOMOPS_PORT": "0"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "run"],
        cwd=tmp_path, env=environment(**given), text=True,
        stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    assert process.stdout is not None
    assert process.stdout.readline().startswith("listening on ")
    assert "1 alive" in eventually(lambda: status(tmp_path, given))
    process.send_signal(signal.SIGTERM)
    assert process.wait(ENDS) == 0
    process.stdout.close()

    said = command("ask", "status", cwd=tmp_path, **given).stdout

    assert "I am not on duty." in said


def status(folder: Path, given: dict[str, str]) -> str:
    """What it says once a replica has beaten."""
    said = command("ask", "status", cwd=folder, **given).stdout
    return said if "alive" in said else ""


@pytest.mark.parametrize(
    ("text", "code"), [(QUESTION, 0), ("rooms free 25:00", 2), ("rooms free in Lisbon", 0)]
)
def test_ask_answers_one_question_in_the_terminal(sandbox, tmp_path, text, code):
    ended = command("ask", text, cwd=tmp_path, **sandbox.settings())

    assert ended.returncode == code
    assert ended.stdout.strip()
    assert "Traceback" not in ended.stderr


def test_ask_tells_failure_by_its_exit_code(sandbox, tmp_path):
    given = {**sandbox.settings(), "ROOMOPS_CLIENT_SECRET": "not-the-secret"}

    ended = command("ask", "rooms list", cwd=tmp_path, **given)

    assert ended.returncode == 1
    assert "not-the-secret" not in ended.stdout + ended.stderr


def test_ask_prints_the_neutral_reply_as_json(sandbox, tmp_path):
    import json

    ended = command("ask", QUESTION, "--json", cwd=tmp_path, **sandbox.settings())

    assert json.loads(ended.stdout)["outcome"] == "answered"


def test_settings_are_shown_with_their_origin_and_masked(tmp_path):
    ended = command("settings", cwd=tmp_path, ROOMOPS_CLIENT_SECRET="s3cret-of-mine")

    assert ended.returncode == 0
    assert "s3cret-of-mine" not in ended.stdout
    assert "ROOMOPS_CLIENT_SECRET = **********\n    from environment" in ended.stdout


def test_the_demo_talks_breaks_and_mends_when_piped(tmp_path):
    said = f"{QUESTION}\nbreak rooms-dark\n{QUESTION}\nmend\n{QUESTION}\nexit\n"

    ended = command("demo", cwd=tmp_path, said=said)

    assert ended.returncode == 0, ended.stderr
    bright, dark, mended = ended.stdout.split(f"> {QUESTION}")[1:]
    assert "3 of 9 rooms free" in bright
    assert "0 of 9 rooms free" in dark
    assert "3 of 9 rooms free" in mended
    assert not list(tmp_path.iterdir())
