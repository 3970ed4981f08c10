"""From the environment and a file to settings: read once, wholly checked, then passed on.

The environment wins over the file named by ROOMOPS_CONFIG.  All faults are named in one run.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import EnvSettingsSource

from bot.settings import VARIABLES, Settings, takes

CONFIG = "ROOMOPS_CONFIG"


class BadSettings(Exception):
    """One line per fault, each naming the key and what it takes."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def key_of(variable: str) -> str:
    """The setting's key in roomops.toml: lower case, without the prefix."""
    return variable.removeprefix("ROOMOPS_").lower()


class _Given(EnvSettingsSource):
    """pydantic-settings' own reading of an environment that was handed in."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        super().__init__(Settings, case_sensitive=True, env_ignore_empty=True)

    def _load_env_vars(self) -> Mapping[str, str | None]:
        return dict(self._environ)


def load(environ: Mapping[str, str], needs_graph: bool = False) -> tuple[Settings, dict[str, str]]:
    """The settings, and for each variable that was set where it came from; or BadSettings.

    `needs_graph`: what it takes to ask Microsoft 365 must be there too.
    """
    faults = _unknown_variables(environ)
    table, where = _file(environ, faults)
    given = {k: v for k, v in environ.items() if k in VARIABLES and v != ""}
    values = {**table, **_Given(given)()}
    settings = _validated(values, faults)
    present = frozenset(VARIABLES[variable] for variable in values)
    faults += _contradictions(present)
    if settings is not None and settings.teams_development and settings.host not in LOOPBACK:
        faults.append("ROOMOPS_TEAMS_DEVELOPMENT works only with ROOMOPS_HOST on loopback")
    if needs_graph:
        faults += _missing_for_graph(present)
    if faults or settings is None:
        raise BadSettings(faults)
    return settings, {**dict.fromkeys(table, where), **dict.fromkeys(given, "environment")}


def _validated(values: Mapping[str, Any], faults: list[str]) -> Settings | None:
    try:
        return Settings(**values)
    except ValidationError as wrong:
        faults += dict.fromkeys(_fault(str(e["loc"][0])) for e in wrong.errors())
        return None


def _fault(variable: str) -> str:
    return f"{variable} takes {takes(variable)}; what is set does not fit"


def _unknown_variables(environ: Mapping[str, str]) -> list[str]:
    mine = {name for name in environ if name.startswith("ROOMOPS_")}
    faults = [_no_such(name, VARIABLES) for name in sorted(mine - VARIABLES.keys() - {CONFIG})]
    # Other programs have SLACK_ variables too; only a slip of the pen is a fault.
    slack = sorted(n for n in environ if n.startswith("SLACK_") and n not in VARIABLES)
    slips = [name for name in slack if get_close_matches(name, VARIABLES, n=1, cutoff=0.9)]
    return faults + [_no_such(name, VARIABLES) for name in slips]


def _no_such(name: str, known: Mapping[str, str]) -> str:
    near = get_close_matches(name, known, n=1)
    return f"{name} is not a setting" + (f"; did you mean {near[0]}?" if near else "")


def _file(environ: Mapping[str, str], faults: list[str]) -> tuple[dict[str, Any], str]:
    path = environ.get(CONFIG)
    if not path:
        return {}, ""
    try:
        with Path(path).open("rb") as stream:
            table = tomllib.load(stream)
    except (OSError, ValueError) as wrong:
        faults.append(f"{CONFIG} takes the path of a readable TOML file; {path}: {wrong}")
        return {}, path
    keys = {key_of(variable): variable for variable in VARIABLES}
    faults += [f"{path}: {_no_such(key, keys)}" for key in table if key not in keys]
    return {keys[key]: value for key, value in table.items() if key in keys}, path


_NEEDS = (
    ("slack_signing_secret", "slack_bot_token"),
    ("slack_app_token", "slack_bot_token"),
    ("slack_ops_channel", "slack_bot_token"),
    ("teams_app_password", "teams_app_id"),
    ("teams_app_id", "teams_tenant_id"),
    ("teams_app_id", "teams_app_password"),
)


LOOPBACK = ("127.0.0.1", "localhost", "::1")


def _contradictions(present: frozenset[str]) -> list[str]:
    """From the names alone, so that a bad value elsewhere hides none of them."""
    names = {name: variable for variable, name in VARIABLES.items()}
    faults = [
        f"{names[one]} is set, so {names[other]} must be too; it takes {takes(names[other])}"
        for one, other in _NEEDS
        if one in present and other not in present
    ]
    if "slack_bot_token" in present and not present & {"slack_signing_secret", "slack_app_token"}:
        faults.append(
            "SLACK_BOT_TOKEN is set, so SLACK_SIGNING_SECRET (HTTP) or SLACK_APP_TOKEN "
            "(Socket Mode) must be too"
        )
    if "teams_ops_conversation" in present and not present & {"teams_app_id", "teams_development"}:
        faults.append(
            "ROOMOPS_TEAMS_OPS_CONVERSATION is set, so ROOMOPS_TEAMS_APP_ID must be too; "
            f"it takes {takes('ROOMOPS_TEAMS_APP_ID')}"
        )
    if present >= {"client_secret", "client_certificate"}:
        faults.append("set ROOMOPS_CLIENT_SECRET or ROOMOPS_CLIENT_CERTIFICATE, not both")
    return faults


def _missing_for_graph(present: frozenset[str]) -> list[str]:
    names = {name: variable for variable, name in VARIABLES.items()}
    faults = [
        f"{names[name]} is missing; it takes {takes(names[name])}"
        for name in ("tenant_id", "client_id")
        if name not in present
    ]
    if not present & {"client_secret", "client_certificate"}:
        faults.append("ROOMOPS_CLIENT_SECRET or ROOMOPS_CLIENT_CERTIFICATE is missing")
    return faults
