"""A picture in Slack: drawn with characters, its numbers in words above each drawing.

Not a data_visualization block, which takes at most 20 points and a value for each of them, so
that a day does not fit and what was not measured would have to be invented; workspaces that
do not have it yet refuse the whole message
(docs.slack.dev/reference/block-kit/blocks/data-visualization-block).
"""

from __future__ import annotations

from adapters.chart import columns
from adapters.slack.inert import inert
from adapters.slack.limits import PICTURE, SENTENCE, Json, cut
from adapters.slack.spans import rich
from bot.picture import Picture, Series, sentence, sparkline
from bot.reply import Bold, Span


def drawn(picture: Picture) -> Json:
    """One block, so that no drawing is left behind by its words."""
    title: list[Span] = [Bold(cut(picture.title, SENTENCE)), "\n"]
    first, *others = picture.series
    panels = [_panel(picture, first, title), *(_panel(picture, series, []) for series in others)]
    return {"type": "rich_text", "elements": [part for panel in panels for part in panel]}


def _panel(picture: Picture, series: Series, before: list[Span]) -> list[Json]:
    said = rich([*before, cut(sentence(picture, series), SENTENCE)])
    lines = columns(picture, series, PICTURE) or [sparkline(series)]
    text = {"type": "text", "text": inert("\n".join(lines))}
    return [said, {"type": "rich_text_preformatted", "elements": [text]}]
