"""Starting, Socket Mode, trust and secrets."""

from __future__ import annotations

import asyncio
import logging
import ssl
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from threading import Event

import pytest
from aiohttp import web
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from adapters.edge import Edge
from adapters.slack import Slack
from bot.errors import Forbidden, Trouble, Unreachable
from bot.reply import say
from tests.fake_slack import FakeSlack
from tests.polling import eventually
from tests.slack.served import Served


def test_a_wrong_token_stops_the_start_and_names_the_setting(fake, clock):
    with (
        pytest.raises(Forbidden, match="SLACK_BOT_TOKEN") as wrong,
        Served(fake, clock, bot_token="xoxb-somebody-elses"),
    ):
        pass

    assert "xoxb-…" in wrong.value.sentence
    assert "somebody" not in wrong.value.sentence


@pytest.mark.parametrize("error", ["account_inactive", "token_revoked", "token_expired"])
def test_a_token_that_ended_stops_the_start(fake, clock, error):
    fake.fail("auth.test", body={"ok": False, "error": error})

    with pytest.raises(Forbidden, match="SLACK_BOT_TOKEN"), Served(fake, clock):
        pass


def test_the_token_of_a_person_stops_the_start(fake, clock):
    fake.home["bot_id"] = None

    with (
        pytest.raises(Forbidden, match="SLACK_BOT_TOKEN is not the token of a bot"),
        Served(fake, clock),
    ):
        pass


def test_a_slack_that_does_not_answer_stops_the_start_with_a_sentence(fake, clock):
    fake.fail("auth.test", hang_up=True, times=9)

    with pytest.raises(Unreachable, match="Slack did not answer"), Served(fake, clock):
        pass


@pytest.mark.parametrize("body", ["<html>busy</html>", "[]", "{", '{"ok": true}', ""])
def test_a_slack_that_makes_no_sense_stops_the_start_with_a_sentence(fake, clock, body):
    fake.fail("auth.test", body=body, times=9)

    with pytest.raises(Trouble), Served(fake, clock):
        pass


def test_without_its_token_the_address_is_not_served(serve, fake):
    bot = serve(app_token=fake.app_token)

    answer = bot.post(fake.command("/rooms free"))

    assert answer.status_code == 404
    assert "Socket Mode" in answer.text


@pytest.fixture
def socket(serve, fake):
    """A bot in Socket Mode, connected."""
    bot = serve(app_token=fake.app_token)
    eventually(lambda: fake.sockets)
    return bot


def test_a_command_over_the_socket_is_acknowledged_and_answered(socket, fake):
    envelope = fake.push(fake.command_fields("/rooms free 2pm"))

    eventually(lambda: envelope in fake.acknowledged)
    [answer] = eventually(lambda: fake.answers)
    assert answer["text"] == "Olivia: rooms free 2pm"


def test_a_button_over_the_socket_is_a_command_too(socket, fake):
    envelope = fake.push(fake.press_payload("health"), "interactive")

    eventually(lambda: envelope in fake.acknowledged)
    [answer] = eventually(lambda: fake.answers)
    assert answer["text"] == "Olivia: health"


@pytest.mark.parametrize("payload", [{"type": "event_callback"}, {}, {"command": 7}, None], ids=str)
def test_what_nobody_listens_to_is_acknowledged_over_the_socket(socket, fake, payload):
    envelope = fake.push(payload, "events_api")

    eventually(lambda: envelope in fake.acknowledged)


def test_nonsense_on_the_socket_does_not_end_it(socket, fake):
    for message in ([1], "x", None, {"type": "hello"}, {"envelope_id": None}):
        fake.say_on_socket(message)

    envelope = fake.push(fake.command_fields("/rooms free"))

    eventually(lambda: envelope in fake.acknowledged)


def test_acknowledgements_over_the_socket_do_not_wait_for_work(serve, fake):
    gate = Event()

    def stuck(invocation):
        assert gate.wait(20)
        return say(invocation.text)

    serve(stuck, app_token=fake.app_token, workers=2)
    eventually(lambda: fake.sockets)
    envelopes = [fake.push(fake.command_fields(f"/rooms {i}")) for i in range(10)]

    eventually(lambda: set(envelopes) <= set(fake.acknowledged))
    gate.set()
    eventually(lambda: len(fake.answers) == 10)


def test_a_lost_socket_is_opened_again(socket, fake):
    assert socket.slack.connected
    fake.fail("apps.connections.open", body={"ok": False, "error": "link_disabled"}, times=500)
    fake.drop_socket()
    eventually(lambda: not socket.slack.connected)
    fake.mend()
    eventually(lambda: len(fake.sockets) == 2 and socket.slack.connected)

    fake.push(fake.command_fields("/rooms free"))

    eventually(lambda: fake.answers)


def test_a_socket_that_does_not_open_is_tried_again_at_a_new_address(socket, fake):
    """An address opens one connection; the SDK's client would try the same one for ever."""
    fake.fail("link", 403, times=2)
    fake.fail("apps.connections.open", 503, times=4)
    fake.fail("apps.connections.open", body={"ok": False, "error": "internal_error"})

    fake.drop_socket()

    eventually(lambda: len(fake.sockets) == 2)
    assert socket.naps == sorted(socket.naps) != []
    envelope = fake.push(fake.command_fields("/rooms free"))
    eventually(lambda: envelope in fake.acknowledged)


def test_when_slack_announces_an_end_the_new_socket_comes_before_the_old_one_goes(socket, fake):
    fake.say_on_socket({"type": "disconnect", "reason": "warning"})
    eventually(lambda: len(fake.sockets) == 2)

    old, new = fake.sockets
    assert not old.closed
    fake.sockets.reverse()
    by_the_old = fake.push(fake.command_fields("/rooms old"))
    fake.sockets.reverse()
    by_the_new = fake.push(fake.command_fields("/rooms new"))
    eventually(lambda: {by_the_old, by_the_new} <= set(fake.acknowledged))

    fake.sockets.reverse()
    fake.drop_socket()
    eventually(lambda: old.closed)
    assert len(fake.sockets) == 2
    assert not new.closed


def test_a_wrong_app_token_stops_the_start_and_names_the_setting(fake, clock):
    with (
        pytest.raises(Forbidden, match="SLACK_APP_TOKEN") as wrong,
        Served(fake, clock, app_token="xapp-somebody-elses"),
    ):
        pass

    assert "somebody" not in wrong.value.sentence


def test_stopping_says_goodbye_to_the_socket(fake, clock):
    with Served(fake, clock, app_token=fake.app_token):
        eventually(lambda: fake.sockets)

    eventually(lambda: fake.sockets[0].closed)
    assert len(fake.sockets) == 1


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A certificate for loopback that is its own authority: the file, and a server's context."""
    folder = tmp_path_factory.mktemp("authority")
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "an authority of our own")])
    now = datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    pem, secret = folder / "ca.pem", folder / "key.pem"
    pem.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
    form = serialization.PrivateFormat.PKCS8
    plain = serialization.NoEncryption()
    secret.write_bytes(key.private_bytes(serialization.Encoding.PEM, form, plain))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem, secret)
    return pem, context


@pytest.mark.parametrize("socket_mode", [False, True])
def test_extra_authorities_hold_for_every_connection(authority, clock, socket_mode):
    pem, context = authority
    with FakeSlack(clock, context) as fake:
        app_token = fake.app_token if socket_mode else None
        with Served(fake, clock, ca_bundle=pem, app_token=app_token) as bot:
            if socket_mode:
                eventually(lambda: fake.sockets)
                fake.push(fake.command_fields("/rooms free"))
            else:
                bot.post(fake.command("/rooms free"))
            eventually(lambda: fake.answers)


def test_without_them_an_unknown_authority_is_not_trusted(authority, clock):
    with (
        FakeSlack(clock, authority[1]) as fake,
        pytest.raises(Unreachable),
        Served(fake, clock),
    ):
        pass


def test_a_proxy_of_the_environment_is_used(serve, fake, monkeypatch):
    """The stand-in plays the proxy: nobody else knows a host of that name."""
    monkeypatch.setenv("HTTP_PROXY", fake.url)
    bot = serve(api_url="http://slack.invalid/api/")

    bot.post(fake.command("/rooms free", response_url="http://hooks.invalid/answers/1"))

    [answer] = eventually(lambda: fake.answers)
    assert answer["to"] == "http://hooks.invalid/answers/1"


def test_a_proxy_of_the_environment_is_used_for_the_socket(serve, fake, monkeypatch):
    monkeypatch.setenv("HTTP_PROXY", fake.url)
    fake.link = "ws://link.invalid"
    serve(api_url="http://slack.invalid/api/", app_token=fake.app_token)

    eventually(lambda: fake.sockets)


@pytest.mark.parametrize("socket_mode", [False, True])
def test_what_the_environment_excepts_goes_past_the_proxy(serve, fake, monkeypatch, socket_mode):
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    bot = serve(app_token=fake.app_token if socket_mode else None)
    if socket_mode:
        eventually(lambda: fake.sockets)
        fake.push(fake.command_fields("/rooms free"))
    else:
        bot.post(fake.command("/rooms free"))

    eventually(lambda: fake.answers)


def test_nothing_is_heard_or_said_before_the_start(fake, clock):
    async def receive():
        slack = Slack(
            bot_token="xoxb-1",
            signing_secret="x",
            app_token=None,
            api_url=None,
            ca_bundle=None,
            edge=Edge(1),
            clock=clock,
        )
        with pytest.raises(Unreachable, match="not connected"):
            slack.post("C1", say("hello"))
        [route] = slack.routes()
        with pytest.raises(web.HTTPServiceUnavailable):
            await route.handler(None)
        await slack.stop()

    asyncio.run(receive())


@pytest.mark.parametrize("socket_mode", [False, True])
def test_no_secret_reaches_a_log_even_when_everything_is_logged(
    fake, clock, caplog, capsys, monkeypatch, socket_mode
):
    caplog.set_level(logging.DEBUG)
    for name in ("slack_sdk", "slack_bolt", "aiohttp", "asyncio"):
        monkeypatch.setattr(logging.getLogger(name), "level", logging.DEBUG)
    with Served(fake, clock, app_token=fake.app_token if socket_mode else None) as bot:
        if socket_mode:
            eventually(lambda: fake.sockets)
            fake.fail("link", 403)
            fake.drop_socket()
            eventually(lambda: len(fake.sockets) == 2)
            fake.push(fake.command_fields("/rooms free"))
        else:
            bot.post(fake.sign("command=/rooms", secret="wrong"))
            bot.post(fake.command("/rooms free"))
        eventually(lambda: fake.answers)
        fake.fail("answer", hang_up=True, times=5)
        fake.fail("users.info", status=500, body="<html>", times=9)
        text = fake.command_fields("/rooms lost", user_id="U2")
        fake.push(text) if socket_mode else bot.post(fake.command("/rooms lost", **text))
        eventually(lambda: len(bot.naps) >= 4)
        with pytest.raises(Trouble):
            bot.slack.members("S1")
    said = caplog.text + "".join(capsys.readouterr())
    assert said
    for secret in (fake.bot_token, fake.app_token, fake.signing_secret, "s3cret", "ticket-"):
        assert secret not in said
