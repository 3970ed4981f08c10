"""The buttons under an alert, pressed over HTTP in Slack and in Teams, in a real service.

From the fault in the tenant to the message's last edit; and who may not press.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
import requests

from adapters.clock import now
from adapters.sandbox import Sandbox, seeded
from tests.fake_channel import FakeChannel
from tests.fake_slack import FakeSlack, Request
from tests.polling import eventually
from tests.test_service import ENDS, environment, slack_settings, teams
from tests.wall import Message

SLACK_OPS, TEAMS_OPS = "C1", "19:ops@thread.tacv2"
CONSENT, DISABLED = "Calendars.ReadWrite", "svc-rooms@contoso.example is disabled"
SOON = 45.0  # seconds: an interval of ten, and a busy machine


@dataclass
class Ops:
    """The service, and the two places in which its alerts hang."""

    url: str
    sandbox: Sandbox
    slack: FakeSlack
    channel: FakeChannel

    def in_slack(self, words: str) -> Message:
        return eventually(lambda: _with(words, self.slack.wall(SLACK_OPS)), SOON)

    def in_teams(self, words: str) -> Message:
        return eventually(lambda: _with(words, self.channel.wall(TEAMS_OPS)), SOON)

    def buttons(self, message: Message) -> dict[str, str]:
        """What each button of the message sends back, as it stands in Slack."""
        blocks = self.slack.messages[SLACK_OPS, message.id]["blocks"]
        actions = [block for block in blocks if block["type"] == "actions"]
        found = [element for block in actions for element in block["elements"]]
        return {element["text"]["text"]: element["value"] for element in found}

    def send(self, request: Request) -> requests.Response:
        return requests.post(
            f"{self.url}/slack/events",
            data=request.body.encode(), headers=request.headers, timeout=20,
        )  # fmt: skip

    def press(self, line: str, **changes: object) -> str:
        """Press in Slack, as Slack sends it; the answer that the presser alone sees."""
        before = len(self.slack.answers)
        assert self.send(self.slack.press(line, **changes)).text == ""
        answer = eventually(lambda: self.slack.answers[before:])[0]
        assert (answer["response_type"], answer["replace_original"]) == ("ephemeral", False)
        return str(answer["text"])

    def hear(self, token: str | None = "", **activity: object) -> requests.Response:
        """What Teams sends from the ops channel; "" is a good token."""
        tenant, app = self.sandbox.tenant.id, self.sandbox.tenant.app.client_id
        said = self.channel.activity(
            None,
            recipient={"id": f"28:{app}", "name": "roomops"},
            channelData={"tenant": {"id": tenant}},
            **{
                "conversation": {
                    "id": TEAMS_OPS, "conversationType": "channel", "tenantId": tenant,
                },
                **activity,
            },
        )  # fmt: skip
        headers = {} if token is None else {"Authorization": token or self.channel.token(aud=app)}
        return requests.post(f"{self.url}/api/messages", json=said, headers=headers, timeout=20)

    def walls(self) -> list[list[Message]]:
        return [self.slack.wall(SLACK_OPS), self.channel.wall(TEAMS_OPS)]


def _with(words: str, wall: list[Message]) -> Message | None:
    return next((one for one in wall if words in one.text), None)


@pytest.fixture(scope="module")
def ops(tmp_path_factory) -> Iterator[Ops]:
    """A service whose integration has lost its consent, and whose account is disabled."""
    folder = tmp_path_factory.mktemp("ops")
    tenant = seeded(now())
    tenant.break_("integration-consent-revoked")
    tenant.break_("account-disabled")
    with (
        Sandbox(tenant) as sandbox, FakeSlack() as slack, FakeChannel() as channel,
        (folder / "log").open("w") as log,
    ):  # fmt: skip
        slack.person("UGUEST", "Gus", is_restricted=True)
        slack.person("UOTHER", "Otto", team_id="T9")
        channel.members["29:olivia"] = {"tenantId": tenant.id}
        channel.members["29:gus"] = {"tenantId": tenant.id, "userRole": "guest"}
        settings = {
            **sandbox.settings(), **slack_settings(slack), **teams(sandbox, channel),
            "ROOMOPS_PORT": "0", "ROOMOPS_CHECK_INTERVAL": "10",
            "ROOMOPS_SLACK_OPS_CHANNEL": SLACK_OPS, "ROOMOPS_TEAMS_OPS_CONVERSATION": TEAMS_OPS,
        }  # fmt: skip
        process = subprocess.Popen(
            [sys.executable, "-m", "bot", "run"],
            cwd=folder, env=environment(**settings), text=True, stdout=subprocess.PIPE, stderr=log,
        )  # fmt: skip
        assert process.stdout is not None
        first = process.stdout.readline()
        assert first.startswith("listening on http://"), (folder / "log").read_text()
        made = Ops(first.split()[-1], sandbox, slack, channel)
        # Teams tells where the bot is by something that happens there.
        assert made.hear(type="installationUpdate", action="add").status_code < 300
        yield made
        process.send_signal(signal.SIGTERM)
        assert process.wait(ENDS) == 0
        process.stdout.close()


def test_a_press_in_slack_takes_the_alert_on_once_and_its_end_answers_stale_cards(ops):
    alert = ops.in_slack(CONSENT)
    buttons = ops.buttons(alert)
    assert list(buttons) == ["Acknowledge", "Silence 1 h", "Details", "Run check again"]
    payload = ops.slack.press_payload(buttons["Acknowledge"])
    request = ops.slack.sign(urlencode({"payload": json.dumps(payload)}))

    before = len(ops.slack.answers)
    assert (ops.send(request).status_code, ops.send(request).status_code) == (200, 200)
    [answer] = eventually(lambda: ops.slack.answers[before:])
    assert "is yours: Eptura Workplace has lost its consent" in answer["text"]
    taken = eventually(lambda: _with("Acknowledged: Eptura", ops.slack.wall(SLACK_OPS)))
    assert taken.id == alert.id
    assert "Acknowledge" not in ops.buttons(taken)
    assert eventually(lambda: _with("Acknowledged: Eptura", ops.channel.wall(TEAMS_OPS)))

    # The same act, delivered anew with a signature of its own; and something else after it.
    ops.send(ops.slack.sign(urlencode({"payload": json.dumps(payload)}) + "&again=1"))
    details = ops.press(buttons["Details"])
    assert "Acknowledged" in details
    assert len(ops.slack.answers) == before + 2
    [line] = ops.in_slack(CONSENT).replies
    assert line.text.startswith("Acknowledged by Olivia at")

    ops.sandbox.tenant.mend("integration-consent-revoked")
    over = eventually(lambda: _with("Resolved: Eptura", ops.slack.wall(SLACK_OPS)), SOON)
    assert over.id == alert.id
    assert list(ops.buttons(over)) == ["Details"]
    assert "is over: it ended" in ops.press(buttons["Acknowledge"])
    assert "is over: it ended" in ops.press(buttons["Silence 1 h"])


def test_a_press_in_teams_takes_the_alert_on_once(ops):
    alert = ops.in_teams(DISABLED)
    where = {"id": f"{TEAMS_OPS};messageid={alert.id}", "conversationType": "channel",
             "tenantId": ops.sandbox.tenant.id}  # fmt: skip
    line = ops.buttons(ops.in_slack(DISABLED))["Acknowledge"]
    press = {"value": {"command_line": line}, "conversation": where, "replyToId": alert.id,
             "id": "1700000000001"}  # fmt: skip

    assert ops.hear(**press).status_code < 300
    assert ops.hear(**press).status_code < 300
    answered = eventually(lambda: _saying("is yours: svc-rooms", ops.in_teams(DISABLED).replies))
    taken = eventually(lambda: _with(f"Acknowledged: {DISABLED}", ops.channel.wall(TEAMS_OPS)))
    assert taken.id == alert.id
    lines = eventually(lambda: _saying("Acknowledged by", ops.in_teams(DISABLED).replies))
    assert (len(answered), len(lines)) == (1, 1)

    executed = ops.hear(
        type="invoke", name="adaptiveCard/action", conversation=where, replyToId=alert.id,
        value={"action": {"type": "Action.Execute", "data": {"command_line": line}}},
    )  # fmt: skip
    assert executed.status_code == 200
    assert "yours already since" in executed.text


def _saying(words: str, replies: tuple[Message, ...]) -> list[Message]:
    return [one for one in replies if words in one.text]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"user": {"id": "UNOBODY", "team_id": "T1"}}, "I could not tell whether you belong"),
        ({"user": {"id": "UGUEST", "team_id": "T1"}}, "Guests may not use me here"),
        ({"user": {"id": "UOTHER", "team_id": "T9"}}, "You are from another organization"),
        ({"channel": {"id": "C2", "name": "random"}}, "Only operators may say"),
    ],
)
def test_who_may_not_press_is_told_so_and_changes_nothing(ops, changes, words):
    number = ops.in_slack(DISABLED).text.partition(" ")[0]
    other = changes.get("user", {}).get("id", "somebody")

    assert words in ops.press(f"silence {number} for 1h because {other} says so", **changes)
    assert f"because {other} says so" not in ops.press("alerts silences")


def test_a_guest_may_not_press_in_teams_either(ops):
    alert = ops.in_teams(DISABLED)
    sender = {"id": "29:gus", "name": "Gus", "aadObjectId": "aad-gus"}
    answer = ops.hear(
        type="invoke", name="adaptiveCard/action", replyToId=alert.id, **{"from": sender},
        value={"action": {"type": "Action.Execute", "data": {"command_line": "ack 1"}}},
    )  # fmt: skip

    assert "Guests may not use me here" in answer.text
    assert "by Gus" not in str(ops.walls())


def test_what_a_link_scanner_does_changes_nothing(ops):
    """It follows addresses and posts what it finds there, and signs nothing."""
    alert = ops.in_slack(DISABLED)
    said = ops.slack.press(f"silence {alert.text.partition(' ')[0]} for 1h because I scan")
    stolen = ops.slack.sign(said.body, secret="guessed")
    answers = [
        requests.get(f"{ops.url}/slack/events", timeout=20),
        requests.get(f"{ops.url}/slack/events?{said.body}", timeout=20),
        requests.get(f"{ops.url}/api/messages", timeout=20),
        ops.send(Request(said.body, {"Content-Type": "application/x-www-form-urlencoded"})),
        ops.send(stolen),
        ops.hear(None, value={"command_line": "unack 1"}),
        ops.hear("Bearer a.b.c", value={"command_line": "unack 1"}),
    ]

    assert all(400 <= answer.status_code < 500 for answer in answers)
    assert "I scan" not in ops.press("alerts silences")
