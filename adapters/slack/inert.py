"""Strings from outside, made so that nothing in them comes alive in Slack.

Blocks carry data in elements that Slack does not parse wherever there are such (rich text,
plain text, raw table cells).  Where there are none, it is escaped as Slack asks
(docs.slack.dev/messaging/formatting-message-text#escaping).  In both, what looks like a
mention, a link or Slack's own markup is broken by a character that nobody sees.
"""

from __future__ import annotations

import re

JOINER = "\u2060"  # WORD JOINER: no width, no meaning, and not part of any name or address

_LIVELY = re.compile(
    r"<(?=[!@#a-z])"  # <!channel>, <@U1>, <#C1>, <https://…|label>
    r"|@(?=everyone|here|channel)"
    r"|(?<=[a-z0-9]):(?=//)"
    r"|\bwww(?=\.)"
    r"|\b(?:mailto|tel|slack)(?=:)",
    re.IGNORECASE,
)

# Slack has no escape for these.  An underscore between letters and digits is never markup
# and stays, so that addresses can be copied.
_MARKS = re.compile(
    r"[*~`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # bold, struck, code; italic
    r"|:(?=[a-z0-9_+'-]+:)"  # :emoji:
    r"|^(?=>)",  # a quotation
    re.MULTILINE,
)
_LIKE = {"*": "∗", "~": "∼", "`": "ˋ", "_": "ˍ", ":": f":{JOINER}", "": JOINER}


# Controls, which JSON carries and chat does not, and halves of characters, which break it.
_UNSAYABLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_REORDERING = re.compile(r"[\u202a-\u202e\u2066-\u2069]")  # would show a text as another


def inert(text: str) -> str:
    """For elements that Slack shows as they are."""
    sayable = _UNSAYABLE.sub("\ufffd", _REORDERING.sub("", text))
    return _LIVELY.sub(lambda found: found[0] + JOINER, sayable)


def escaped(text: str) -> str:
    """For the message's own text, which Slack parses but is asked not to format."""
    quiet = inert(text)
    return quiet.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unmarked(text: str) -> str:
    """For text among markup of our own: its stars and underscores are only alike."""
    return escaped(_MARKS.sub(lambda found: _LIKE[found[0]], text))


def unescaped(text: str) -> str:
    """What a person typed: Slack escapes three characters on the way in (bolt-python#513)."""
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
