"""What a person wants of a room: place, floor, seats, equipment, access; and typed words."""

from __future__ import annotations

import re
from dataclasses import dataclass

from handlers.names import QUOTES, sayable
from handlers.places import Place

QUOTED = re.compile(f"[{QUOTES}]([^{QUOTES}]+)[{QUOTES}]")


@dataclass(frozen=True, slots=True)
class Wanted:
    """None and empty mean: no matter."""

    place: Place | None = None
    floor: str | None = None  # normalised label, or a number
    people: int | None = None
    equipment: tuple[str, ...] = ()
    accessible: bool = False
    combinable: bool = False
    page: int = 1

    def line(self) -> str:
        """The words that ask for the same again, but for the page."""
        parts = [
            count_people(self.people) if self.people is not None else "",
            f'in "{sayable(self.place.name)}"' if self.place else "",
            f'floor "{self.floor}"' if self.floor is not None else "",
            *(f'with "{sayable(item)}"' for item in self.equipment),
            "accessible" if self.accessible else "",
            "combinable" if self.combinable else "",
        ]
        return " ".join(part for part in parts if part)


def count_people(count: int) -> str:
    return "1 person" if count == 1 else f"{count} people"


def split(text: str) -> list[str]:
    """Words; a quoted phrase is one word that keeps its quotes, commas part words."""
    parts: list[str] = []
    end = 0
    for match in QUOTED.finditer(text):
        parts += _plain(text[end : match.start()])
        parts.append(f'"{match[1].strip()}"')
        end = match.end()
    return [*parts, *_plain(text[end:])]


def _plain(text: str) -> list[str]:
    return [word for raw in re.split(r"[\s,;]+", text) if (word := raw.strip())]
