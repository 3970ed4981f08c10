"""A picture in a card: an image that travels inside the message, and its numbers in words below.

No Chart element: it is not part of Adaptive Cards 1.5, and clients without it show nothing.
"""

from __future__ import annotations

from base64 import b64encode
from typing import Any

from adapters.picture import png
from adapters.teams.limits import ALT_CHARACTERS, IMAGE_CHARACTERS, cut
from adapters.teams.neutral import neutral
from adapters.teams.payload import size
from adapters.teams.spans import line, run
from bot.picture import Picture, heading, sentence, told

Json = dict[str, Any]


def drawn(picture: Picture) -> list[Json]:
    encoded = b64encode(png(picture)).decode()
    if len(encoded) > IMAGE_CHARACTERS:
        return in_words(picture)
    image = {
        "type": "Image",
        "url": f"data:image/png;base64,{encoded}",
        "altText": neutral(cut(picture.alt or picture.title, ALT_CHARACTERS)),
        "size": "stretch",
    }
    lines = [heading(picture), *(sentence(picture, series) for series in picture.series)]
    return [image, *(line([run(text, size="small")]) for text in lines)]


def in_words(picture: Picture) -> list[Json]:
    """For a card that has its image already."""
    return [line([run(text)]) for text in told(picture)]


def weight(parts: list[Json]) -> int:
    """Bytes of a card's parts as Teams counts them: without what is inside an image."""
    return size([{**part, "url": ""} if part["type"] == "Image" else part for part in parts])
