"""Settings: all faults in one run, each naming the key and what it takes; no secret shown."""

from __future__ import annotations

import pytest

from bot.load import BadSettings, load
from bot.settings import VARIABLES, Settings, takes

APP = "22222222-0000-0000-0000-0000000000aa"


def faults(**environ: str) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        load(environ)
    return bad.value.faults


def test_every_fault_is_named_in_one_run():
    found = faults(
        ROOMOPS_PORT="abc",
        ROOMOPS_TIMEZONE="Europe/Lissabon",
        ROOMOPS_TENNANT_ID="x",
        ROOMOPS_OPERATORS="bob",
        ROOMOPS_CA_BUNDLE="/no/such/file",
    )

    assert [line.split()[0] for line in sorted(found)] == [
        "ROOMOPS_CA_BUNDLE",
        "ROOMOPS_OPERATORS",
        "ROOMOPS_PORT",
        "ROOMOPS_TENNANT_ID",
        "ROOMOPS_TIMEZONE",
    ]
    assert "ROOMOPS_TENNANT_ID is not a setting; did you mean ROOMOPS_TENANT_ID?" in found
    assert "ROOMOPS_PORT takes a whole number from 0 to 65535" in " ".join(found)


@pytest.mark.parametrize(
    ("environ", "said"),
    [
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN"),
        ({"ROOMOPS_SLACK_OPS_CHANNEL": "C1"}, "so SLACK_BOT_TOKEN must be too"),
        ({"ROOMOPS_TEAMS_OPS_CONVERSATION": "19:x"}, "so ROOMOPS_TEAMS_APP_ID must be too"),
        ({"ROOMOPS_SLACK_OPS_CHANNEL": "#ops"}, "takes a channel id such as C0123456789"),
        ({"ROOMOPS_TEAMS_APP_ID": APP}, "so ROOMOPS_TEAMS_TENANT_ID must be too"),
        ({"ROOMOPS_TEAMS_APP_ID": APP}, "so ROOMOPS_TEAMS_APP_PASSWORD must be too"),
        ({"ROOMOPS_TEAMS_DEVELOPMENT": "1", "ROOMOPS_HOST": "0.0.0.0"}, "only with ROOMOPS_HOST"),
        ({"ROOMOPS_GRAPH_URL": "https://graph.example/v1.0"}, "takes https://HOST, no version"),
        ({"ROOMOPS_LOGIN_URL": "http://login.example"}, "takes https://HOST, no tenant"),
        ({"ROOMOPS_ADMINS": "slack:"}, "takes a comma list of slack:U…"),
        ({"SLACK_BOT_TOKN": "xoxb-1"}, "did you mean SLACK_BOT_TOKEN?"),
        ({"ROOMOPS_DATABASE_URL": "mysql://x"}, "takes sqlite:///FILE or postgresql+psycopg"),
        ({"ROOMOPS_HEARTBEAT_URL": "hc-ping.com/s3cret"}, "takes https://… that a watcher gave"),
        ({"ROOMOPS_HEARTBEAT_URL": "https:///s3cret"}, "takes https://… that a watcher gave"),
        ({"ROOMOPS_CONFIG": "/no/such.toml"}, "takes the path of a readable TOML file"),
    ],
)
def test_settings_that_contradict_each_other_are_refused(environ, said):
    assert any(said in line for line in faults(**environ))
    assert "s3cret" not in " ".join(faults(**environ))


def test_secret_and_certificate_together_are_refused(tmp_path):
    pem = tmp_path / "bot.pem"
    pem.write_text("")

    found = faults(ROOMOPS_CLIENT_SECRET="s3cret!", ROOMOPS_CLIENT_CERTIFICATE=str(pem))

    assert found == ["set ROOMOPS_CLIENT_SECRET or ROOMOPS_CLIENT_CERTIFICATE, not both"]


def test_the_environment_wins_over_the_file(tmp_path):
    path = tmp_path / "roomops.toml"
    path.write_text('port = 4000\ntimezone = "Europe/Lisbon"\nslack_bot_token = "xoxb-1"\n'
                    'slack_signing_secret = "s"\n')  # fmt: skip

    settings, origins = load({"ROOMOPS_CONFIG": str(path), "ROOMOPS_PORT": "5000"})

    assert (settings.port, settings.timezone) == (5000, "Europe/Lisbon")
    assert origins["ROOMOPS_PORT"] == "environment"
    assert origins["ROOMOPS_TIMEZONE"] == str(path)


def test_an_unknown_key_of_the_file_is_a_fault(tmp_path):
    path = tmp_path / "roomops.toml"
    path.write_text("prot = 4000\n")

    assert faults(ROOMOPS_CONFIG=str(path)) == [
        f"{path}: prot is not a setting; did you mean port?"
    ]


def test_no_secret_is_shown_by_settings_or_faults():
    settings, _ = load({"ROOMOPS_CLIENT_SECRET": "s3cret-value"})

    assert "s3cret-value" not in repr(settings)
    assert "s3cret-value" not in " ".join(faults(ROOMOPS_CLIENT_ID="s3cret-value"))


def test_what_graph_needs_is_named_at_once():
    with pytest.raises(BadSettings) as bad:
        load({"ROOMOPS_PORT": "x", "SLACK_BOT_TOKEN": "xoxb-1"}, needs_graph=True)

    said = " ".join(bad.value.faults)
    for name in ("ROOMOPS_TENANT_ID", "ROOMOPS_CLIENT_ID", "ROOMOPS_CLIENT_SECRET", "ROOMOPS_PORT",
                 "SLACK_SIGNING_SECRET"):  # fmt: skip
        assert name in said


def test_an_empty_variable_counts_as_not_set():
    assert load({"ROOMOPS_PORT": ""})[0].port == 3978


@pytest.mark.parametrize("variable", VARIABLES)
def test_every_setting_says_what_it_takes_and_means(variable):
    assert takes(variable)
    assert Settings.model_fields[VARIABLES[variable]].description
