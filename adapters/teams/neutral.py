"""Data, made inert: nothing that somebody named or typed comes alive in a Teams client.

TextRuns are the first defence, since they know no Markdown and no mentions; this is the second,
for what clients do to any text.
"""

from __future__ import annotations

import re

_JOINER = "\u2060"  # WORD JOINER: no width, no line break, and no longer the same characters

_ALIVE = re.compile(
    r"(?<=\{)(?=\{)"  # {{DATE(…)}}: renderers work it out wherever text stands
    r"|(?<=<)(?=[A-Za-z/!])"  # <at>…</at> and any tag
    r"|(?<=:)(?=//)"  # https://…: mobile clients link bare addresses
    r"|(?<=\])(?=\()"  # [label](address)
    r"|(?i:(?<=\bwww)(?=\.))"
    r"|(?i:(?<=\bmailto)|(?<=\bjavascript)|(?<=\btel)|(?<=\bdata))(?=:)"
)

# Control characters draw nothing, unpaired surrogates cannot be sent, and overrides turn the text
# after them around.  Joiners stay: emoji and several scripts are written with them.
_UNSAFE = {c: " " for c in (*range(0x20), 0x7F, *range(0x80, 0xA0)) if c != 0x0A}
_UNSAFE |= dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_UNSAFE |= dict.fromkeys((*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0xFEFF), "")

_MARKDOWN = re.compile(r"([\\`*_~\[\]#])")


def neutral(text: str) -> str:
    """The same text to the eye, without what a client would act on."""
    return _ALIVE.sub(_JOINER, text.translate(_UNSAFE))


def unmarked(text: str) -> str:
    """For the few places that read Markdown."""
    return _MARKDOWN.sub(r"\\\1", neutral(text))
