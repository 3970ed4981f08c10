"""What Microsoft retired or is about to: read from retirements.toml, with source and date."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files


@dataclass(frozen=True, slots=True)
class Retirement:
    what: str
    now: str  # what holds today, half a sentence
    source: str
    checked: date
    ends: date | None = None  # None: superseded, without a date


def retirement(name: str) -> Retirement:
    """By its name in the file; KeyError for another."""
    return retirements()[name]


@cache
def retirements() -> dict[str, Retirement]:
    said = tomllib.loads((files("handlers") / "retirements.toml").read_text("utf-8"))
    return {name: Retirement(**fields) for name, fields in said.items()}
