"""Rows of numbers to be drawn, as data and not as pixels, and the same numbers in words.

What was not measured is None.  It is never drawn or told as zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite

LABELS = 48  # more columns cannot be told apart in a chat
SERIES = 4  # each is drawn on its own, below the others
UNKNOWN = "?"  # stands for a value that was not measured, in every drawing made of characters

_STEPS = "▁▂▃▄▅▆▇█"


class Measure(StrEnum):
    """What a value says, and so whether the values of a day add up."""

    COUNT = "count"  # so many in that time
    LEVEL = "level"  # how it stood at that time


@dataclass(frozen=True, slots=True)
class Series:
    """A value for each label of its picture: finite and not below 0, or None if not measured.

    `unit` stands behind a number ("requests", "%", "s").
    """

    name: str
    values: tuple[float | None, ...]
    unit: str = ""
    measure: Measure = Measure.COUNT

    @property
    def measured(self) -> tuple[float, ...]:
        return tuple(value for value in self.values if value is not None)

    @property
    def most(self) -> float:
        return max(self.measured, default=0)


@dataclass(frozen=True, slots=True)
class Picture:
    """Series over the same labels, in their order; each has a scale of its own, from 0.

    `alt` says in a sentence what one sees, for those who do not see the picture.  Raises
    ValueError where a series does not fit to the labels or holds what cannot be drawn.
    """

    title: str
    labels: tuple[str, ...]
    series: tuple[Series, ...]
    alt: str

    def __post_init__(self) -> None:
        if not (0 < len(self.labels) <= LABELS and 0 < len(self.series) <= SERIES):
            raise ValueError(f"a picture has 1 to {LABELS} labels and 1 to {SERIES} series")
        for series in self.series:
            if len(series.values) != len(self.labels):
                raise ValueError(f"{series.name}: {len(self.labels)} labels need as many values")
            if not all(isfinite(value) and value >= 0 for value in series.measured):
                raise ValueError(f"{series.name}: values are finite and not below 0")


def told(picture: Picture) -> list[str]:
    """The picture for a reader without one: a heading, and a line a series with a tiny drawing."""
    lines = [f"{sentence(picture, series)} {sparkline(series)}" for series in picture.series]
    return [heading(picture), *lines]


def heading(picture: Picture) -> str:
    first, last = picture.labels[0], picture.labels[-1]
    return f"{picture.title}: {first} to {last}"


def sentence(picture: Picture, series: Series) -> str:
    """The numbers of one series: all of them, the least and the most, and what is missing."""
    if not series.measured:
        return f"{series.name}: not measured"
    return f"{series.name}: {_extent(picture, series)}{_missing(series)}"


def _extent(picture: Picture, series: Series) -> str:
    match series.measure:
        case Measure.COUNT:
            return f"{amount(sum(series.measured), series.unit)} in all, {_span(picture, series)}"
        case Measure.LEVEL:
            last = amount(series.measured[-1], series.unit)
            return f"{_span(picture, series, series.unit)}, {last} at last"


def _span(picture: Picture, series: Series, unit: str = "") -> str:
    least, most = min(series.measured), series.most
    if least == most:
        return f"{amount(least, unit)} each time"
    lowest, highest = (picture.labels[series.values.index(value)] for value in (least, most))
    return f"from {amount(least, unit)} at {lowest} to {amount(most, unit)} at {highest}"


def _missing(series: Series) -> str:
    missing = series.values.count(None)
    return f"; {missing} of {len(series.values)} not measured" if missing else ""


def amount(value: float, unit: str) -> str:
    return f"{number(value)} {unit}".rstrip()


def number(value: float) -> str:
    """With thousands set apart, and a decimal only where there is one to tell."""
    tenths = f"{value:,.1f}"
    return tenths.removesuffix(".0")


def sparkline(series: Series) -> str:
    """A character a value; only zero stands on the ground."""
    return "".join(_step(value, series.most) for value in series.values)


def _step(value: float | None, most: float) -> str:
    if value is None:
        return UNKNOWN
    if not value:
        return _STEPS[0]
    return _STEPS[max(1, round(value / most * (len(_STEPS) - 1)))]
