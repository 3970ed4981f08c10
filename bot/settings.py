"""Every setting: its name, what it takes and what it means.

Help, docs and the checks at the start are made from these fields (see load.py).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, JsonValue, SecretStr
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)


def _zone(name: str) -> str:
    try:
        return ZoneInfo(name).key
    except (KeyError, ValueError, OSError) as wrong:
        raise ValueError(name) from wrong


def _url(text: str) -> str:
    if not text.startswith(("https://", "http://")):
        raise ValueError(text)
    return text.rstrip("/")


def _root(text: str) -> str:
    """MSAL and the token itself want https; version and tenant are added by us."""
    if not re.fullmatch(r"https://[^/?#\s]+/?", text):
        raise ValueError(text)
    return text.rstrip("/")


def _readable(path: Path) -> Path:
    if not path.is_file():
        raise ValueError(str(path))
    return path


def _database(url: SecretStr) -> SecretStr:
    if not url.get_secret_value().startswith(("sqlite:///", "postgresql+psycopg://")):
        raise ValueError("database")
    return url


def _asked(url: SecretStr) -> SecretStr:
    """What can be asked at all; nothing would ever come of anything else but a line in the log."""
    if not re.fullmatch(r"https?://[^/?#\s]+(?:[/?#]\S*)?", url.get_secret_value()):
        raise ValueError("url")  # its path may be a secret
    return url


def _names(text: object) -> object:
    if not isinstance(text, str):
        return text
    return frozenset(part.strip() for part in text.split(",") if part.strip())


def _principals(names: frozenset[str]) -> frozenset[str]:
    known = re.compile(r"local|slack:\w+|teams:[\w-]+|slack-group:\w+", re.ASCII)
    if not all(known.fullmatch(name) for name in names):
        raise ValueError("principal")
    return names


Url = Annotated[str, AfterValidator(_url)]
Root = Annotated[str, AfterValidator(_root)]
File = Annotated[Path, AfterValidator(_readable)]
Principals = Annotated[
    frozenset[str], NoDecode, BeforeValidator(_names), AfterValidator(_principals)
]
GUID = r"^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$"
_PRINCIPALS = "a comma list of slack:U…, teams:<aadObjectId>, slack-group:S… or local"


def setting(variable: str, takes: str, meaning: str, default: Any = None, **rules: Any) -> Any:
    """A field read from `variable`; `takes` completes the sentence “it takes …”."""
    extra: dict[str, JsonValue] = {"takes": takes}
    return Field(
        default, validation_alias=variable, description=meaning, json_schema_extra=extra, **rules
    )


class Settings(BaseSettings):
    """The settings of CONTRACT; None or empty means: not set."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)

    tenant_id: str | None = setting(
        "ROOMOPS_TENANT_ID",
        "a directory (tenant) id or domain",
        "the Microsoft 365 tenant",
        pattern=r"^[A-Za-z0-9.-]+$",
    )
    client_id: str | None = setting(
        "ROOMOPS_CLIENT_ID", "an app id", "the bot's own app registration", pattern=GUID
    )
    client_secret: SecretStr | None = setting(
        "ROOMOPS_CLIENT_SECRET", "the secret's value, not its id", "its secret …", min_length=1
    )
    client_certificate: File | None = setting(
        "ROOMOPS_CLIENT_CERTIFICATE",
        "the path of a readable PEM file with key and certificate",
        "… or its certificate, which is safer",
    )
    cloud: Literal["global", "usgov", "usgov-dod", "china"] = setting(
        "ROOMOPS_CLOUD", "global, usgov, usgov-dod or china", "which Microsoft cloud", "global"
    )
    graph_url: Root | None = setting(
        "ROOMOPS_GRAPH_URL", "https://HOST, no version", "overrides the cloud's Graph endpoint"
    )
    login_url: Root | None = setting(
        "ROOMOPS_LOGIN_URL", "https://HOST, no tenant", "overrides the cloud's sign-in endpoint"
    )
    monitor_url: Root | None = setting(
        "ROOMOPS_MONITOR_URL", "https://HOST", "overrides the cloud's Azure Monitor query endpoint"
    )
    ca_bundle: File | None = setting(
        "ROOMOPS_CA_BUNDLE",
        "the path of a readable PEM file",
        "extra certificate authorities for every outgoing connection",
    )
    service_account: str | None = setting(
        "ROOMOPS_SERVICE_ACCOUNT", "a user principal name", "the room integration's service account"
    )
    integration_app_id: str | None = setting(
        "ROOMOPS_INTEGRATION_APP_ID",
        "an app id",
        "the room integration's app, when it is not the bot's own",
        pattern=GUID,
    )
    canary_mailbox: str | None = setting(
        "ROOMOPS_CANARY_MAILBOX",
        "a mailbox address",
        "a person's mailbox that must stay out of reach",
    )
    write_probe_room: str | None = setting(
        "ROOMOPS_WRITE_PROBE_ROOM",
        "a room's mailbox address",
        "a room in which the doctor may write and delete one event to prove that it can; "
        "unset: never writes",
        pattern=r"^[^@\s]+@[^@\s]+$",
    )
    log_analytics_workspace: str | None = setting(
        "ROOMOPS_LOG_ANALYTICS_WORKSPACE",
        "a workspace id",
        "where the tenant's Graph activity logs are kept",
        pattern=GUID,
    )
    timezone: Annotated[str, AfterValidator(_zone)] = setting(
        "ROOMOPS_TIMEZONE",
        "an IANA zone such as Europe/Lisbon",
        "zone of answers where nothing better is known",
        "UTC",
    )
    database_url: Annotated[SecretStr, AfterValidator(_database)] = setting(
        "ROOMOPS_DATABASE_URL",
        "sqlite:///FILE or postgresql+psycopg://USER:PASSWORD@HOST/NAME",
        "where the audit, alerts and what was said are kept",
        "sqlite:///roomops.db",
    )
    host: str = setting(
        "ROOMOPS_HOST", "an address to listen on", "where the service listens", "127.0.0.1"
    )
    port: int = setting(
        "ROOMOPS_PORT",
        "a whole number from 0 to 65535; 0 picks a free port",
        "where the service listens",
        3978,
        ge=0,
        le=65535,
    )
    check_interval: int = setting(
        "ROOMOPS_CHECK_INTERVAL",
        "seconds, from 10 to 86400",
        "time between scheduled check rounds",
        300,
        ge=10,
        le=86400,
    )
    admins: Principals = setting(
        "ROOMOPS_ADMINS", _PRINCIPALS, "who may do everything", frozenset()
    )
    operators: Principals | None = setting(
        "ROOMOPS_OPERATORS",
        _PRINCIPALS,
        "who may use /roomops; unset: whoever writes in an ops channel",
    )
    allow_guests: bool = setting(
        "ROOMOPS_ALLOW_GUESTS",
        "true or false",
        "whether guests and people of other organizations may use /rooms",
        False,
    )
    show_subjects: bool = setting(
        "ROOMOPS_SHOW_SUBJECTS",
        "true or false",
        "whether subjects of meetings that are not private may be shown",
        False,
    )
    slack_bot_token: SecretStr | None = setting(
        "SLACK_BOT_TOKEN", "a bot token, xoxb-…", "Slack; unset: Slack is off", min_length=1
    )
    slack_signing_secret: SecretStr | None = setting(
        "SLACK_SIGNING_SECRET", "the app's signing secret", "checks that Slack itself asks",
        min_length=1,
    )  # fmt: skip
    slack_app_token: SecretStr | None = setting(
        "SLACK_APP_TOKEN",
        "an app-level token, xapp-…",
        "set: Socket Mode instead of HTTP",
        min_length=1,
    )
    slack_api_url: str | None = setting(
        "SLACK_API_URL",
        "a URL that ends in /api/",
        "overrides Slack's own address",
        pattern=r"^https?://.+/api/$",
    )
    slack_ops_channel: str | None = setting(
        "ROOMOPS_SLACK_OPS_CHANNEL",
        "a channel id such as C0123456789",
        "the Slack channel that gets the alerts",
        pattern=r"^[CGD][A-Z0-9]+$",
    )
    teams_app_id: str | None = setting(
        "ROOMOPS_TEAMS_APP_ID", "an app id", "the Teams bot; unset: Teams is off", pattern=GUID
    )
    teams_app_password: SecretStr | None = setting(
        "ROOMOPS_TEAMS_APP_PASSWORD", "the bot's client secret", "the Teams bot's secret",
        min_length=1,
    )  # fmt: skip
    teams_tenant_id: str | None = setting(
        "ROOMOPS_TEAMS_TENANT_ID", "a directory (tenant) id", "the tenant of the Teams bot",
        pattern=GUID,
    )  # fmt: skip
    heartbeat_url: Annotated[SecretStr, AfterValidator(_asked)] | None = setting(
        "ROOMOPS_HEARTBEAT_URL",
        "https://… that a watcher gave you for this",
        "an address that I ask every minute while checks are looked at; its silence is the alarm",
    )
    digest_hour: int = setting(
        "ROOMOPS_DIGEST_HOUR",
        "an hour from 0 to 23, in ROOMOPS_TIMEZONE",
        "when the ops channel gets the daily digest",
        8,
        ge=0,
        le=23,
    )
    teams_ops_conversation: str | None = setting(
        "ROOMOPS_TEAMS_OPS_CONVERSATION",
        "a conversation or channel id",
        "the Teams conversation that gets the alerts",
    )
    teams_openid_url: Url | None = setting(
        "ROOMOPS_TEAMS_OPENID_URL",
        "the URL of an OpenID configuration",
        "overrides the Bot Framework's OpenID metadata",
    )
    teams_issuer: str | None = setting(
        "ROOMOPS_TEAMS_ISSUER", "an issuer URL", "overrides the Bot Framework's issuer"
    )
    teams_development: bool = setting(
        "ROOMOPS_TEAMS_DEVELOPMENT",
        "true or false",
        "answer Teams without credentials, on loopback only, for development",
        False,
    )
    log_level: Literal["debug", "info", "warning", "error"] = setting(
        "ROOMOPS_LOG_LEVEL", "debug, info, warning or error", "how much is logged", "info"
    )
    log_format: Literal["console", "json"] = setting(
        "ROOMOPS_LOG_FORMAT", "console or json", "how it is logged", "console"
    )

    @classmethod
    def settings_customise_sources(  # type: ignore[override]  # we need one of its four sources
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  the signature is pydantic's
        init_settings: PydanticBaseSettingsSource,
        **_: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return (init_settings,)  # load() decides what is read; nothing is read behind its back


VARIABLES = {str(field.validation_alias): name for name, field in Settings.model_fields.items()}


def takes(variable: str) -> str:
    """What the setting takes, to complete the sentence “it takes …”."""
    extra = Settings.model_fields[VARIABLES[variable]].json_schema_extra
    return str(extra["takes"]) if isinstance(extra, dict) else ""
