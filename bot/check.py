"""A check: one link of the causal chain, pure of chat, three-valued."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.finding import Result
from bot.ports import Services


@dataclass(frozen=True, slots=True)
class Check:
    """`look` may raise Trouble: that is Unknown with its sentence.  `permissions` are what the
    bot's own app needs for it, by the name of Graph's application permission."""

    name: str  # "consent": one word, also the word in fingerprints
    title: str  # "Consent": the link's name on the first screen
    summary: str  # what it looks at, half a sentence
    look: Callable[[Services, datetime], Result]
    every: timedelta = timedelta(minutes=5)
    depends_on: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
