"""The desk: what a command may reach beyond what a check may, the bot's own book."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from bot.book import Book
from bot.people import Channel
from bot.ports import Services


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk(Services):
    """`channels` are where alerts are told; `interval` is the time between rounds."""

    book: Book
    channels: tuple[Channel, ...] = ()
    interval: timedelta = timedelta(minutes=5)
