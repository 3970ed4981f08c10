"""Replies as what Teams carries: a message with a card, or the answer to an invoke."""

from __future__ import annotations

from typing import Any

from botbuilder.core import InvokeResponse
from botbuilder.schema import Activity, ActivityTypes, Attachment

from adapters.teams.limits import SUMMARY_CHARACTERS, cut
from adapters.teams.neutral import neutral
from adapters.teams.render import render
from bot.reply import Reply, plain

Json = dict[str, Any]

_CARD = "application/vnd.microsoft.card.adaptive"
_MESSAGE = "application/vnd.microsoft.activity.message"


def as_message(reply: Reply, alone: bool = False) -> Activity:
    """A card, and its words for notifications and screen readers.

    `summary` and not `text`: Teams shows text above the card, so everything would stand twice.
    """
    return Activity(
        type=ActivityTypes.message,
        summary=neutral(cut(plain(reply), SUMMARY_CHARACTERS)),
        attachments=[Attachment(content_type=_CARD, content=_card(reply, alone))],
    )


def answer(reply: Reply, alone: bool = False) -> Activity:
    """To an Action.Execute: the card that takes the place of the pressed one for its presser."""
    if not reply.blocks:
        return nothing()
    return _invoke(200, {"statusCode": 200, "type": _CARD, "value": _card(reply, alone)})


def _card(reply: Reply, alone: bool) -> Json:
    """Of a card that one person sees alone, the buttons tell so.

    Else a press could publish what was private; learn.microsoft.com/microsoftteams/platform/
    agents-in-teams/targeted-messages asks bots to prevent that.
    """
    card = render(reply)
    for part in card["body"] if alone else ():
        for action in part.get("actions", ()):
            action["data"]["targeted"] = True
    return card


def nothing(words: str = "") -> Activity:
    """To an invoke that changes nothing."""
    return _invoke(200, {"statusCode": 200, "type": _MESSAGE, "value": words})


def not_understood() -> Activity:
    """To an invoke that no card of ours sends."""
    return _invoke(400, None)


def _invoke(status: int, body: Json | None) -> Activity:
    return Activity(
        type=ActivityTypes.invoke_response, value=InvokeResponse(status=status, body=body)
    )
