"""What stands in a channel, in words that both chat platforms' fakes share."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Message:
    """One message as it stands now, with the replies under it, oldest first.

    `text` is all that it says, buttons included; `mark` is "" where the platform has none.
    """

    id: str
    text: str
    replies: tuple[Message, ...] = ()
    mark: str = ""
