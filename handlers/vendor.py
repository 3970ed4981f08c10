"""What a room integration needs of the tenant, by its vendor: read from vendors/*.toml.

Every need and every fact carries the page it stands on and the day it was read there.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any

from handlers.permissions import Way


@dataclass(frozen=True, slots=True)
class VendorNeed:
    """`sure` is False where the vendor's page does not say it of this very product."""

    permission: str
    ways: frozenset[Way]  # any of them will do
    instead: frozenset[str]  # older permissions with which it works too
    stops: str
    critical: bool
    sure: bool
    source: str
    checked: date


@dataclass(frozen=True, slots=True)
class AccountNeeds:
    licensed: bool
    password_never_expires: bool
    source: str
    checked: date


@dataclass(frozen=True, slots=True)
class Fact:
    says: str
    source: str
    checked: date


@dataclass(frozen=True, slots=True)
class Vendor:
    name: str
    apps: tuple[str, ...]  # words in its enterprise app's name, in lower case
    harmless: frozenset[str]
    needs: tuple[VendorNeed, ...]
    account: AccountNeeds
    facts: tuple[Fact, ...]


def vendor_of(app_name: str) -> Vendor | None:
    """The profile whose words are in the app's name."""
    name = app_name.lower()
    return next((v for v in vendors() if any(word in name for word in v.apps)), None)


@cache
def vendors() -> tuple[Vendor, ...]:
    found = [f for f in (files("handlers") / "vendors").iterdir() if f.name.endswith(".toml")]
    return tuple(
        _vendor(tomllib.loads(file.read_text("utf-8")))
        for file in sorted(found, key=lambda file: file.name)
    )


def _vendor(said: dict[str, Any]) -> Vendor:
    return Vendor(
        said["name"],
        tuple(said["apps"]),
        frozenset(said["harmless"]),
        tuple(_need(**need) for need in said["need"]),
        AccountNeeds(**said["account"]),
        tuple(Fact(**fact) for fact in said["fact"]),
    )


def _need(ways: list[str], instead: list[str], **fields: Any) -> VendorNeed:
    return VendorNeed(ways=frozenset(map(Way, ways)), instead=frozenset(instead), **fields)
