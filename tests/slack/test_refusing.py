"""What is not from Slack, or makes no sense: 4xx, never 5xx, and nothing is done."""

from __future__ import annotations

import json
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from urllib.parse import urlencode

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.fake_slack import FORM, FakeSlack, Request
from tests.slack.served import Clock, Served

JSON = "application/json"


@pytest.fixture(scope="module")
def bot() -> Iterator[Served]:
    """One bot for the whole table: nothing in it may have been done afterwards."""
    clock = Clock()
    with FakeSlack(clock) as fake, Served(fake, clock) as served:
        yield served
        assert not served.invocations


def signed(bot: Served, body: str | bytes, kind: str = FORM, **headers: str) -> Request:
    request = bot.fake.sign(body)
    return replace(request, headers={**request.headers, "Content-Type": kind, **headers})


def stamped(bot: Served, stamp: str) -> Request:
    return signed(bot, "command=/rooms", **{"X-Slack-Request-Timestamp": stamp})


def without(request: Request, header: str) -> Request:
    return replace(request, headers={k: v for k, v in request.headers.items() if k != header})


STAMPS = ["", "abc", "1e9", "-1", "+1", "１７９５", "1_0", "9" * 5000, "NaN", "0x10", "1.5", "٣"]


@pytest.mark.parametrize("stamp", STAMPS, ids=lambda stamp: ascii(stamp[:10]))
def test_a_timestamp_that_is_no_number_is_refused(bot, stamp):
    raw = stamp.encode()  # requests takes bytes that are no Latin-1
    request = stamped(bot, "1")
    answer = bot.http.post(
        bot.url,
        request.body,
        headers={**request.headers, "X-Slack-Request-Timestamp": raw},
        timeout=20,
    )

    assert answer.status_code in (400, 401)


@pytest.mark.parametrize("minutes", [-6, 6, -600, 10**6])
def test_a_replay_from_another_time_is_refused(bot, minutes):
    when = bot.fake.clock() + timedelta(minutes=minutes)

    assert bot.post(bot.fake.sign("command=/rooms", when)).status_code == 401


def test_what_somebody_else_signed_is_refused(bot):
    assert bot.post(bot.fake.sign("command=/rooms", secret="guess")).status_code == 401


def test_what_was_changed_after_signing_is_refused(bot):
    request = bot.fake.command("/rooms free")

    assert bot.post(replace(request, body=request.body + "&text=x")).status_code == 401


@pytest.mark.parametrize("header", ["X-Slack-Signature", "X-Slack-Request-Timestamp"])
def test_a_missing_header_is_refused(bot, header):
    assert bot.post(without(bot.fake.command("/rooms free"), header)).status_code == 401


@pytest.mark.parametrize(
    "signature", ["", "v0=", "v1=00", "v0=" + "0" * 64, "ü", "\udcff"], ids=ascii
)
def test_a_signature_that_is_none_is_refused(bot, signature):
    request = bot.fake.command("/rooms free")
    headers = {**request.headers, "X-Slack-Signature": signature.encode("utf-8", "surrogateescape")}
    answer = bot.http.post(bot.url, request.body, headers=headers, timeout=20)

    assert answer.status_code == 401


def test_a_giant_body_is_refused_unread(bot):
    request = signed(bot, "text=" + "x" * (1 << 20))

    assert bot.post(request).status_code == 413


def test_a_giant_body_of_unknown_length_is_refused(bot):
    def pieces() -> Iterator[bytes]:
        for _ in range(40):
            yield b"x" * (1 << 15)

    try:
        answer = requests.post(bot.url, pieces(), headers=signed(bot, "x").headers, timeout=20)
    except requests.ConnectionError:
        return  # refused, and not even waited for
    assert answer.status_code == 413


@pytest.mark.parametrize(
    "kind", ["text/plain", "", "multipart/form-data; boundary=x", "application/xml", "nonsense"]
)
def test_a_content_type_that_slack_does_not_send_is_refused(bot, kind):
    assert bot.post(signed(bot, "command=/rooms", kind)).status_code == 415


def test_an_encoded_body_is_refused(bot):
    request = signed(bot, "command=/rooms", **{"Content-Encoding": "gzip"})

    answer = requests.post(bot.url, request.body, headers=request.headers, timeout=20)
    assert answer.status_code in (400, 415)


def line_to(bot: Served, rest: bytes) -> socket.socket:
    """A connection on which the head of a request and `rest` were sent."""
    host, port = bot.url.split("/")[2].split(":")
    line = socket.create_connection((host, int(port)), timeout=20)
    head = f"POST /slack/events HTTP/1.1\r\nHost: x\r\nContent-Type: {FORM}\r\n"
    line.sendall(head.encode() + rest)
    return line


def test_a_giant_body_is_refused_before_it_is_sent(bot):
    with line_to(bot, b"Content-Length: 9999999\r\n\r\n") as line:
        assert line.recv(4096).split()[1] == b"413"


BROKEN = [
    b"Transfer-Encoding: chunked\r\n\r\nZZ\r\nxx\r\n0\r\n\r\n",
    b"Transfer-Encoding: chunked\r\n\r\n5\r\nab",
    b"Content-Length: 50\r\n\r\nshort",
    b"Content-Length: x\r\n\r\nshort",
    b"Content-Length: -1\r\n\r\n",
]


@pytest.mark.parametrize("rest", BROKEN, ids=ascii)
def test_a_body_that_breaks_off_or_is_no_body_harms_nobody(bot, rest, caplog):
    with line_to(bot, rest) as line:
        line.shutdown(socket.SHUT_WR)
        answer = line.recv(4096)

    assert answer == b"" or answer.split()[1].startswith(b"4")
    assert "adapters/slack" not in caplog.text  # we did not crash over it


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE", "PATCH", "OPTIONS"])
def test_other_methods_are_refused(bot, method):
    assert requests.request(method, bot.url, timeout=20).status_code == 405


def payload(value: object) -> str:
    return urlencode({"payload": json.dumps(value)})


BODIES = [
    (b"command=\xff\xfe", FORM),
    (b"\xff\xfe", JSON),
    ("{", JSON),
    ("[]", JSON),
    ("null", JSON),
    ('"text"', JSON),
    ("7", JSON),
    ("{}", JSON),
    ('{"type": 7}', JSON),
    ('{"type": "url_verification"}', JSON),
    ('{"a":' * 3000, JSON),
    ("", FORM),
    ("", JSON),
    ("payload=", FORM),
    ("payload={", FORM),
    ("payload=[]", FORM),
    ("payload=null", FORM),
    ("command=/rooms", FORM),
    ("command=/rooms&user_id=U1&channel_id=C1", FORM),
    (payload({"type": "block_actions"}), FORM),
    (payload({"type": "block_actions", "team": 5, "user": 5, "channel": [], "actions": {}}), FORM),
    (payload({"type": "block_actions", "actions": ["x"], "response_url": {}}), FORM),
    (payload({"type": ["block_actions"], "actions": [{"value": 1}]}), FORM),
    (payload({"type": "event_callback", "event": "x", "authorizations": [7]}), FORM),
    (payload({"user": {"id": "\ud800"}}), FORM),
]


@pytest.mark.parametrize(("body", "kind"), BODIES, ids=lambda part: ascii(part[:40]))
def test_a_signed_body_that_makes_no_sense_does_no_harm(bot, body, kind):
    assert bot.post(signed(bot, body, kind)).status_code in (200, 400)


@pytest.mark.parametrize("charset", ["utf-16", "nonsense", "utf-7", '"'])
def test_a_charset_of_their_own_changes_nothing(bot, charset):
    kind = f"{FORM}; charset={charset}"

    assert bot.post(signed(bot, "command=/rooms", kind)).status_code in (200, 400, 415)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
KEYS = ("type", "user", "team", "channel", "actions", "event", "enterprise", "view", "command",
        "authorizations", "is_enterprise_install", "container", "message", "response_url",
        "callback_id", "options", "text", "token", "team_id", "user_id", "channel_id")  # fmt: skip
KINDS = ("block_actions", "event_callback", "shortcut", "view_submission", "view_closed",
         "interactive_message", "dialog_submission", "block_suggestion", "workflow_step_edit",
         "function_executed", "url_verification")  # fmt: skip


@given(st.sampled_from(KINDS), st.dictionaries(st.sampled_from(KEYS), values), st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
def test_no_signed_nonsense_is_answered_with_a_5xx(bot, kind, changes, as_json):
    shape = {
        "type": kind,
        "user": {"id": "U1"},
        "team": {"id": "T1"},
        "api_app_id": "A1",
        **changes,
    }
    body = json.dumps(shape) if as_json else payload(shape)

    assert bot.post(signed(bot, body, JSON if as_json else FORM)).status_code < 500
