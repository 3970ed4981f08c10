"""How much Teams takes: every number that a card, a message or a package is cut to."""

from __future__ import annotations

# A whole bot message may have about 100 KB, and 28 KB is what webhooks, Workflows and several
# clients still hold a card to.  learn.microsoft.com/microsoftteams/platform/bots/how-to/
# format-your-bot-messages
CARD_BYTES = 25_000

# A room with a novel for a name must not push the other rooms out of the card.
RUN_CHARACTERS = 2_000
SPAN_CHARACTERS = 3 * RUN_CHARACTERS  # more would push the rest of the card out

# Toasts show one or two lines; the rest is for screen readers and the activity feed.
SUMMARY_CHARACTERS = 500
FALLBACK_CHARACTERS = 1_500

# Characters of an image inside a card.  Teams does not count them (the page above); if it did, a
# full card and its image, as UTF-16, were still below the 80 KB that the page asks for.
IMAGE_CHARACTERS = 15_000

# What a screen reader says of an image, before it goes on to the numbers below.
ALT_CHARACTERS = 300

# Teams shows at most six actions of a set and drops the others without a word.
# learn.microsoft.com/microsoftteams/platform/task-modules-and-cards/cards/cards-reference
ACTIONS_A_SET = 6
ACTION_TITLE_CHARACTERS = 80

# Activities from Teams are a few KB; anything near this is not one.
BODY_BYTES = 256 * 1024

# App manifest 1.29, npm @microsoft/app-manifest
COMMANDS_A_LIST = 12
COMMAND_TITLE_CHARACTERS = 128
COMMAND_DESCRIPTION_CHARACTERS = 4_000


def cut(text: str, longest: int) -> str:
    """The text, shortened visibly."""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"
