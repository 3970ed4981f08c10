"""A day as a picture, for whoever draws one: two hours of it were not measured."""

from __future__ import annotations

from bot.picture import Measure, Picture, Series

HOURS = tuple(f"{hour % 24:02}:00" for hour in range(15, 39))
ASKED = (300, 540, 780, 960, 1110, 1190, 1190, 1110, 960, None, None, *[300] * 12, 561)
REFUSED = (*[0] * 9, None, None, *[0] * 5, 1, 3, 12, 40, 7, 2, 0, 0)
ROOM = (85, 73, 61, 52, 44.5, 40.5, 40.5, 44.5, 52, None, None, *[85] * 12, 72)

DAY = Picture(
    "Last 24 hours by the hour, UTC",
    HOURS,
    (
        Series("Requests to Graph", ASKED, "requests"),
        Series("Refused with 429", REFUSED, "requests"),
        Series("Headroom, lowest of the hour", ROOM, "%", Measure.LEVEL),
    ),
    "Requests rose in the evening; refusals came in the morning, most at 10:00.",
)


def of(*values: float | None, name: str = "Requests") -> Picture:
    """One series, its labels a, b, c …"""
    labels = tuple("abcdefghijklmnopqrstuvwxyz"[: len(values)])
    return Picture("Today", labels, (Series(name, values, "requests"),), "A drawing.")
