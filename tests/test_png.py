"""The picture as PNG: what stands where, and that it is small and always the same.

`python -m tests.test_png` writes the kept picture anew; look at it before you keep it.
"""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageChops, ImageStat

from adapters.picture import WIDTH, png
from bot.picture import LABELS, SERIES, Measure, Picture, Series
from tests.pictured import DAY, of

KEPT = Path(__file__).parent / "data" / "day.png"
FILL = (47, 93, 155)


def seen(picture: Picture) -> Image.Image:
    return Image.open(BytesIO(png(picture))).convert("RGB")


def column(image: Image.Image, x: int) -> list[object]:
    return [image.getpixel((x, y)) for y in range(image.height)]


def test_a_day_looks_as_kept() -> None:
    """Letters may differ by a shade from one Pillow to the next."""
    difference = ImageChops.difference(seen(DAY), Image.open(KEPT).convert("RGB"))

    assert max(ImageStat.Stat(difference).mean) < 1


def test_the_same_picture_is_the_same_bytes() -> None:
    first = png(DAY)
    png.cache_clear()

    assert png(DAY) == first


def test_a_column_is_as_tall_as_its_value() -> None:
    image = seen(of(10, 5, 0, None))
    full, half, zero, unknown = (column(image, x).count(FILL) for x in (100, 300, 500, 700))

    assert full == 2 * half > 90
    assert zero == unknown == 0


def test_what_was_not_measured_is_hatched_and_zero_is_not() -> None:
    image = seen(of(10, 5, 0, None))
    zero, unknown = ({image.getpixel((x, y)) for y in range(95, 180)} for x in (500, 700))

    assert len(zero) == 1
    assert len(unknown) == 2


def test_a_level_is_a_mark_and_not_a_column() -> None:
    """The two kinds differ in shape."""
    picture = of(10, 5)
    level = replace(picture.series[0], measure=Measure.LEVEL)

    mark = column(seen(replace(picture, series=(level,))), 200).count(FILL)
    assert 0 < mark < 10


def test_the_background_is_its_own() -> None:
    assert seen(DAY).getpixel((WIDTH - 5, 5)) == (255, 255, 255)


def test_the_most_that_a_picture_holds_is_no_more_than_teams_shows() -> None:
    values = tuple(float(at * 37 % 101) for at in range(LABELS))
    labels = tuple(f"a long label, number {at}" for at in range(LABELS))
    series = tuple(Series("会議室 Belém " * 20, values, "requests") for _ in range(SERIES))
    image = seen(Picture("title " * 50, labels, series, ""))

    assert max(image.size) <= 1024


def test_pillow_is_not_loaded_before_the_first_picture() -> None:
    code = "import sys, adapters.teams.render, adapters.slack.render; print('PIL' in sys.modules)"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"


if __name__ == "__main__":
    KEPT.write_bytes(png(DAY))
