"""Replies as Block Kit.  Pure: no client, no network, and nothing in it comes alive from data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from adapters.slack.drawn import drawn
from adapters.slack.fit import fit, note
from adapters.slack.inert import escaped, inert
from adapters.slack.limits import (
    BUTTONS,
    COLUMNS,
    ELLIPSIS,
    HEADER,
    LABEL,
    NOTICE,
    TEXT,
    VALUE,
    Json,
    cut,
    length,
)
from adapters.slack.spans import mrkdwn, rich
from adapters.slack.table import aligned, table_block
from bot.picture import Picture
from bot.reply import (
    Block,
    Bold,
    Button,
    Buttons,
    Code,
    Facts,
    Note,
    Reply,
    Span,
    Style,
    Table,
    Text,
    Title,
    Tone,
    plain,
    words,
)
from bot.text import clean

SIGNS = {Tone.GOOD: "✓", Tone.WARN: "⚠", Tone.BAD: "✗"}
_IN_WORDS = {Tone.GOOD: "good", Tone.WARN: "look at this", Tone.BAD: "something is wrong"}


def render(reply: Reply) -> Json:
    """`text` for notifications and screen readers, `blocks` for everybody else."""
    blocks = _signed(reply)
    said = plain(replace(reply, blocks=blocks))
    return {"text": escaped(cut(said, NOTICE, escaped)), "blocks": fit(list(_all(blocks)))}


def _signed(reply: Reply) -> tuple[Block, ...]:
    """The blocks, with the tone as a sign where reading begins."""
    if reply.tone is Tone.PLAIN or not reply.blocks:
        return reply.blocks
    sign, rest = SIGNS[reply.tone], reply.blocks[1:]
    match reply.blocks[0]:
        case Title(text):
            return (Title(f"{sign} {text}"), *rest)
        case Text(spans):
            return (Text((f"{sign} ", *spans)), *rest)
        case first:
            return (Text((f"{sign} {_IN_WORDS[reply.tone]}",)), first, *rest)


def _all(blocks: Sequence[Block]) -> Iterator[Json]:
    native = True  # the first table is Slack's own
    for block in blocks:
        yield from _block(block, native)
        native = native and not isinstance(block, Table)


def _block(block: Block, native: bool) -> Iterator[Json]:
    match block:
        case Title(text):
            yield from _header(text)
        case Text(spans):
            yield from _paragraphs(spans)
        case Note(spans):
            yield from _small_print(spans)
        case Facts(pairs):
            yield from _paragraphs(_fact_lines(pairs))
        case Table():
            yield from _table(block) if native else aligned(block)
        case Picture():
            yield drawn(block)
        case Buttons(buttons):
            yield from _actions(buttons)


def _header(text: str) -> Iterator[Json]:
    if title := " ".join(text.split()):
        yield {"type": "header", "text": _plain(cut(inert(title), HEADER))}


def _paragraphs(spans: Sequence[Span]) -> Iterator[Json]:
    """One rich text block, or several where the text is longer than a block may be."""
    page: list[Span] = []
    room = TEXT
    for span in _short(spans):
        if page and length(inert(words(span))) > room:
            yield {"type": "rich_text", "elements": [rich(page)]}
            page, room = [], TEXT
        page.append(span)
        room -= length(inert(words(span)))
    if any(words(span).strip() for span in page):
        yield {"type": "rich_text", "elements": [rich(page)]}


def _short(spans: Sequence[Span]) -> Iterator[Span]:
    """The same text in spans that fit into a block each, with room to spare."""
    step = TEXT // 3  # characters: two units at most each, and a joiner here and there
    for span in spans:
        match span:
            case str():
                yield from (span[at : at + step] for at in range(0, len(span), step))
            case Bold(text):
                yield from (Bold(text[at : at + step]) for at in range(0, len(text), step))
            case Code(text):
                yield from (Code(text[at : at + step]) for at in range(0, len(text), step))
            case _:
                yield span


def _small_print(spans: Sequence[Span]) -> Iterator[Json]:
    """Context blocks take no rich text: literal where there is no markup, else escaped."""
    if not any(words(span).strip() for span in spans):
        return
    if all(isinstance(span, str) for span in spans):
        text = inert("".join(map(words, spans)))
        step = TEXT // 2
        yield from (note(text[at : at + step]) for at in range(0, len(text), step))
    elif length(marked := mrkdwn(spans)) <= TEXT:
        # verbatim: Slack shall not look for names and addresses by itself
        text_object = {"type": "mrkdwn", "text": marked, "verbatim": True}
        yield {"type": "context", "elements": [text_object]}
    else:
        yield from _paragraphs(spans)


def _fact_lines(pairs: Sequence[tuple[str, Span]]) -> list[Span]:
    lines: list[Span] = []
    for name, value in pairs:
        lines += ["\n"] if lines else []
        lines += [Bold(f"{name}:"), " ", value]
    return lines


def _table(table: Table) -> Iterator[Json]:
    if not table.head:
        return
    yield table_block(table)
    if len(table.head) > COLUMNS:
        missing = ", ".join(table.head[COLUMNS:])
        yield note(cut(inert(f"Slack shows {COLUMNS} columns; left out: {missing}"), TEXT))


def _actions(buttons: Sequence[Button]) -> Iterator[Json]:
    # A cut command line would be another command.
    whole = [button for button in buttons if length(button.command_line) <= VALUE]
    for at in range(0, len(whole), BUTTONS):
        elements = [_button(i, button) for i, button in enumerate(whole[at : at + BUTTONS])]
        yield {"type": "actions", "elements": elements}
    for button in buttons:
        if button not in whole:
            yield note(cut(inert(f"Too long for a button: {button.label}"), TEXT))


def _button(index: int, button: Button) -> Json:
    label = " ".join(button.label.split()) or button.command_line or ELLIPSIS
    shown: Json = {
        "type": "button",
        "action_id": f"run:{index}",
        "text": _plain(cut(inert(label), LABEL)),
        "value": clean(button.command_line),  # as the door will read it
    }
    return shown if button.style is Style.PLAIN else {**shown, "style": button.style.value}


def _plain(text: str) -> Json:
    return {"type": "plain_text", "text": text, "emoji": False}
