"""What a mailbox answers when the bot asks for its calendar, and what that proves.

https://learn.microsoft.com/graph/api/calendar-get
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from adapters.graph import evidence
from adapters.graph.question import CALENDARS_NEED, GRAPH, Question, mailbox, segment
from adapters.graph.refusal import Answer, Blocked, Garbled, SignInRefused
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.tenancy import Probe, Reach

# Answers of the mailbox itself, which the same asker need not ask again.
SETTLED = (Reach.READ, Reach.ON_PREMISES, Reach.UNKNOWN, Reach.DENIED, Reach.POLICY)

_DENIED = (Reach.DENIED, "The bot may not read its calendar.")
_UNKNOWN = (Reach.UNKNOWN, "The directory knows no mailbox of this address.")
_NOWHERE = (Reach.ON_PREMISES, "Exchange finds no mailbox for it in the cloud.")
_INACTIVE = (
    Reach.ON_PREMISES,
    "Its mailbox is on-premises, unlicensed or soft-deleted: Graph cannot see it.",
)
_SENSELESS = (Reach.OTHER, "Graph's answer about it makes no sense.")

_CODES: Mapping[str, tuple[Reach, str]] = {
    "ErrorInvalidUser": _UNKNOWN,
    "ErrorMailRecipientNotFound": _UNKNOWN,
    "ErrorNonExistentMailbox": _NOWHERE,
    "MailboxNotEnabledForRESTAPI": _INACTIVE,
    "NoPermissionsInAccessToken": (Reach.DENIED, "The bot's app has no permission at all."),
    "Request_ResourceNotFound": _UNKNOWN,
    "ResourceNotFound": _NOWHERE,
}
_KINDS: tuple[tuple[type[Trouble], tuple[Reach, str]], ...] = (
    (Blocked, (Reach.POLICY, "A legacy application access policy in Exchange keeps the bot out.")),
    (SignInRefused, (Reach.OTHER, "Graph does not accept the bot's sign-in.")),
    (Forbidden, _DENIED),
    (Throttled, (Reach.THROTTLED, "Microsoft asks the bot to wait before it may read it.")),
    (Garbled, _SENSELESS),
    (Unreachable, (Reach.SILENT, "Graph did not answer.")),
)


def question(address: str) -> Question:
    return Question(
        "calendar",
        f"/users/{segment(address)}/calendar?$select=id,name",
        "read this calendar",
        CALENDARS_NEED,
        (mailbox(address), GRAPH),
    )


def probe(address: str, heard: Answer | Trouble, now: datetime) -> Probe:
    """Only a calendar that comes back is READ; silence and nonsense prove nothing."""
    asked = question(address)
    if isinstance(heard, Trouble):
        reach, words = refused(heard)
        return Probe(address, reach, words, (evidence.of_trouble(asked, heard, now),))
    seen = (evidence.of_answer(asked, heard),)
    if not isinstance(heard.body.get("id"), str):
        return Probe(address, *_SENSELESS, seen)
    return Probe(address, Reach.READ, evidence=seen)


def refused(trouble: Trouble) -> tuple[Reach, str]:
    """What it means for the bot, and the sentence that says so."""
    if isinstance(trouble, Missing | SignInRefused) and trouble.code in _CODES:
        return _CODES[trouble.code]
    code = f" ({trouble.code})" if trouble.code else ""
    other = (Reach.OTHER, f"Graph refuses the question{code}.")
    return next((why for kind, why in _KINDS if isinstance(trouble, kind)), other)
