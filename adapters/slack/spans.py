"""Spans in Slack's two notations: rich text elements, and mrkdwn where nothing else is taken."""

from __future__ import annotations

from collections.abc import Iterable

from adapters.slack.inert import inert, unmarked
from adapters.slack.limits import Json
from bot.reply import Bold, Code, Link, Span, When, words

DATE = (
    "{date_short_pretty} {time}"  # docs.slack.dev/messaging/formatting-message-text#date-formatting
)


def rich(spans: Iterable[Span]) -> Json:
    """A rich text section; Slack takes its strings literally, so they need no escaping."""
    elements = [element for span in spans if (element := _element(span))]
    return {"type": "rich_text_section", "elements": elements}


def _element(span: Span) -> Json | None:
    match span:
        case When(at):
            stamp = int(at.timestamp())
            return {"type": "date", "timestamp": stamp, "format": DATE, "fallback": words(span)}
        case Link(label, url) if _ours(url):
            return {"type": "link", "url": url, "text": inert(label) or url}
        case Bold(text):
            return _text(text, bold=True)
        case Code(text):
            return _text(text, code=True)
        case Link() | str():
            return _text(words(span))


def _text(text: str, **style: bool) -> Json | None:
    if not text:
        return None
    return {"type": "text", "text": inert(text), **({"style": style} if style else {})}


def mrkdwn(spans: Iterable[Span]) -> str:
    """The spans in Slack's own markup, for context blocks."""
    return "".join(map(_marked, spans))


def _marked(span: Span) -> str:
    match span:
        case When(at):
            return f"<!date^{int(at.timestamp())}^{DATE}|{words(span)}>"
        case Link(label, url) if _ours(url):
            return f"<{url}|{_label(label)}>"
        case Bold(text):
            return _between("*", text)
        case Code(text):
            return _between("`", text)
        case Link() | str():
            return unmarked(words(span))


def _label(text: str) -> str:
    return unmarked(" ".join(text.split())).replace("|", "¦") or "link"


def _between(mark: str, text: str) -> str:
    inside = " ".join(text.split())  # markup ends at a line's end, and does not begin at a blank
    return f"{mark}{unmarked(inside)}{mark}" if inside else ""


def _ours(url: str) -> bool:
    """Whether it is what a Link promises, and cannot leave its place in the markup."""
    return url.startswith("https://") and not any(c in "<>|" or c.isspace() for c in url)
