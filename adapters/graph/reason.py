"""Why a room could not be read, in plain words that complete “Tejo (…)”.

The words come from here, never from Graph's own text.
"""

from __future__ import annotations

from collections.abc import Mapping
from math import ceil

from adapters.graph.refusal import (
    Blocked,
    Garbled,
    SignInRefused,
    TooSlow,
    plain_code,
)
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable
from bot.rooms import Cause, Unreadable

_DENIED = (Cause.DENIED, "the bot may not read its calendar")
_UNKNOWN = (Cause.UNKNOWN_ADDRESS, "the directory does not know its address")
_ELSEWHERE = (Cause.ON_PREMISES, "its mailbox is on-premises, Graph cannot see it")
_INACTIVE = (Cause.ON_PREMISES, "its mailbox is on-premises or inactive, Graph cannot see it")
_NO_MAILBOX = (Cause.NO_MAILBOX, "Graph finds no mailbox for it")
_FULL = (Cause.TOO_MANY_ENTRIES, "its calendar has more than 1000 entries in that time")
_BUSY = (Cause.THROTTLED, "Exchange is too busy to read it")
_FAILED = (Cause.UNREACHABLE, "Exchange failed to read it")
_SENSELESS = (Cause.GARBLED, "Graph's answer about it makes no sense")

# Numbers are those of the availability service in getSchedule's freeBusyError; names are those of
# Exchange, https://learn.microsoft.com/exchange/client-developer/web-service-reference/responsecode
_KNOWN: Mapping[str, tuple[Cause, str]] = {
    "5006": _FULL,
    "5009": _UNKNOWN,
    "5016": _ELSEWHERE,
    "5037": _DENIED,
    "ErrorAccessDenied": _DENIED,
    "ErrorFreeBusyGenerationFailed": _FAILED,
    "ErrorInvalidUser": _UNKNOWN,
    "ErrorMailRecipientNotFound": _UNKNOWN,
    "ErrorMailboxMoveInProgress": (Cause.UNREACHABLE, "its mailbox is being moved"),
    "ErrorMailboxStoreUnavailable": _FAILED,
    "ErrorNoFreeBusyAccess": _DENIED,
    "ErrorNonExistentMailbox": _NO_MAILBOX,
    "ErrorProxyRequestProcessingFailed": _ELSEWHERE,
    "ErrorResultSetTooBig": _FULL,
    "ErrorServerBusy": _BUSY,
    "ErrorTimeoutExpired": _FAILED,
    "ErrorTooManyRequests": _BUSY,
    "MailboxNotEnabledForRESTAPI": _INACTIVE,
    "Request_ResourceNotFound": _UNKNOWN,
    "ResourceNotFound": _NO_MAILBOX,
}

GARBLED = Unreadable(*_SENSELESS)
NOT_ANSWERED = Unreadable(Cause.NOT_ANSWERED, "Graph's answer left it out")
NOT_TRIED = Unreadable(Cause.UNREACHABLE, "no mailbox through which it could be read answers")

# Answers about the room itself: asking again within seconds would bring the same.
SETTLED = frozenset(
    {
        Cause.DENIED,
        Cause.NO_MAILBOX,
        Cause.ON_PREMISES,
        Cause.TOO_MANY_ENTRIES,
        Cause.UNKNOWN_ADDRESS,
    }
)


_KINDS: tuple[tuple[type[Trouble], tuple[Cause, str]], ...] = (
    (Blocked, (Cause.DENIED, "an access policy in Exchange keeps the bot out")),
    (SignInRefused, (Cause.OTHER, "Microsoft does not let the bot sign in")),
    (Forbidden, _DENIED),
    (Missing, _NO_MAILBOX),
    (Garbled, (Cause.GARBLED, "Graph's answer makes no sense")),
    (TooSlow, (Cause.UNREACHABLE, "Graph did not answer in time")),
    (Unreachable, (Cause.UNREACHABLE, "Graph does not answer")),
)


def of_schedule(error: object) -> Unreadable:
    """From the error that stands in a schedule's place inside a 200."""
    said = error if isinstance(error, dict) else {}
    code = plain_code(said.get("responseCode"))
    if code in _KNOWN:
        return Unreadable(*_KNOWN[code], code=code)
    words = f"Exchange gives the error {code}" if code else "Exchange gives an error without a name"
    return Unreadable(Cause.OTHER, words, code=code)


def of_trouble(trouble: Trouble) -> Unreadable:
    """From the refusal of a whole question that was about this room, or reached it with others."""
    cause, words = _by_kind(trouble)
    if cause in (Cause.DENIED, Cause.NO_MAILBOX) and not isinstance(trouble, Blocked):
        cause, words = _KNOWN.get(trouble.code, (cause, words))
    return Unreadable(cause, words, trouble.code, trouble.request_id)


def left_alone(seconds: float) -> Unreadable:
    """It was not even asked: Microsoft wants it, or all of Graph, left alone so long."""
    words = f"Microsoft asks me to leave it alone; ask again in {_length(max(1, ceil(seconds)))}"
    return Unreadable(Cause.THROTTLED, words)


def _by_kind(trouble: Trouble) -> tuple[Cause, str]:
    if isinstance(trouble, Throttled):
        seconds = max(1, round(trouble.retry_after.total_seconds()))
        return Cause.THROTTLED, f"Microsoft asks the bot to wait {_length(seconds)}"
    refused = (Cause.OTHER, f"Graph refuses the question ({trouble.code or 'no code'})")
    return next((why for kind, why in _KINDS if isinstance(trouble, kind)), refused)


def _length(seconds: int) -> str:
    return f"{seconds} s" if seconds < 120 else f"{round(seconds / 60)} min"
