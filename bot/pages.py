"""The generated pages of docs/: every command and every setting, from the registry itself."""

from __future__ import annotations

from collections.abc import Sequence

from bot.command import Command
from bot.settings import VARIABLES, Settings, takes


def commands_page(commands: Sequence[Command]) -> str:
    made = "Made from the command registry by `roomops docs`; do not edit."
    lines = ["# Commands", "", made, ""]
    for command in commands:
        lines += [
            f"## `{command.usage}`",
            "",
            f"{command.summary[:1].upper()}{command.summary[1:]}.",
        ]
        lines += [f"For {command.access.people}.", ""]
        lines += [f"- `{a.form}`: {a.meaning}" for a in command.arguments]
        lines += ["", *(f"    {typed}" for typed in command.typed), ""]
    return "\n".join(lines).rstrip() + "\n"


def settings_page() -> str:
    lines = [
        "# Settings",
        "",
        "Made from the settings registry by `roomops docs`; do not edit.",
        "",
        "Environment variables, or `roomops.toml` named by `ROOMOPS_CONFIG` (same names, lower",
        "case, without the prefix `ROOMOPS_`). The environment wins.",
        "",
        "| setting | takes | meaning | default |",
        "| --- | --- | --- | --- |",
    ]
    for variable, name in VARIABLES.items():
        field = Settings.model_fields[name]
        lines.append(
            f"| `{variable}` | {takes(variable)} | {field.description} | {default(name)} |"
        )
    return "\n".join(lines) + "\n"


def default(name: str) -> str:
    """The default as it would be typed; empty where there is none."""
    value = Settings.model_fields[name].default
    if value is None or value == frozenset():
        return ""
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"
