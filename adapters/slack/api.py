"""Slack's Web API: one client on one session, and what its refusals mean in our words.

No token, body or header reaches a log: the SDK's own logger never goes below WARNING,
where it quotes none.
"""

from __future__ import annotations

import asyncio
import logging
import ssl
from collections.abc import Awaitable, Mapping
from datetime import timedelta
from functools import cache
from pathlib import Path
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.http_retry.async_handler import AsyncRetryHandler
from slack_sdk.http_retry.builtin_async_handlers import (
    AsyncConnectionErrorRetryHandler,
    AsyncRateLimitErrorRetryHandler,
    AsyncServerErrorRetryHandler,
)
from slack_sdk.http_retry.interval_calculator import RetryIntervalCalculator
from slack_sdk.http_retry.response import HttpResponse
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from adapters.slack.answer import Jitter
from adapters.slack.proxies import Proxies
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable

SLACK = "https://slack.com/api/"
PATIENCE = 12.0  # seconds for one call with its retries; below the 15 of Edge.wait
_UNSENT: list[type[Exception]] = [aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError]
LONGEST_WAIT = 5  # seconds of Retry-After that are worth waiting for within that

# The SDK looks at the logger's own level, not at the one in effect, and builds its debug
# messages, bodies included, on any logger that has none.
QUIET = logging.getLogger("slack_sdk.roomops")
QUIET.setLevel(logging.WARNING)


def open_session(ca_bundle: Path | None) -> aiohttp.ClientSession:
    """Kept-alive connections to Slack and to the addresses at which it takes answers."""
    return aiohttp.ClientSession(
        connector=aiohttp.TCPConnector(ssl=_trusted(ca_bundle)),
        timeout=aiohttp.ClientTimeout(total=PATIENCE, connect=5),
        cookie_jar=aiohttp.DummyCookieJar(),
    )


@cache
def _trusted(ca_bundle: Path | None) -> ssl.SSLContext:
    """The system's authorities and the extra ones; once, since reading them takes 50 ms."""
    context = ssl.create_default_context()
    if ca_bundle is not None:
        context.load_verify_locations(ca_bundle)
    return context


def open_client(
    session: aiohttp.ClientSession,
    proxies: Proxies,
    jitter: Jitter,
    *,
    token: str,
    api_url: str | None,
    once: bool = False,
) -> AsyncWebClient:
    """A client that asks a second time where that may help.

    With `once` only where Slack certainly took nothing: the SDK's own handlers repeat a POST
    also after a cut connection or a 500, and what was said stands there twice.
    """
    pauses = _Pauses(jitter)
    again: list[AsyncRetryHandler] = [
        AsyncConnectionErrorRetryHandler(interval_calculator=pauses, error_types=_UNSENT)
    ]
    if not once:
        again = [
            AsyncConnectionErrorRetryHandler(interval_calculator=pauses),
            AsyncServerErrorRetryHandler(interval_calculator=pauses),
        ]
    client = AsyncWebClient(
        token=token,
        base_url=api_url or SLACK,
        session=session,
        logger=QUIET,
        retry_handlers=[*again, _ShortWaits(max_retry_count=1)],
    )
    client.proxy = proxies(client.base_url)
    return client


class _Pauses(RetryIntervalCalculator):
    """A person is waiting, so the second try comes soon."""

    def __init__(self, jitter: Jitter) -> None:
        self._jitter = jitter

    def calculate_sleep_duration(self, current_attempt: int) -> float:
        return float(0.4 * 2**current_attempt * (0.5 + self._jitter() / 2))


class _ShortWaits(AsyncRateLimitErrorRetryHandler):
    """Waits as asked, but leaves a wait that is longer than anybody's patience to the caller."""

    async def _can_retry_async(self, *, response: HttpResponse | None = None, **_: object) -> bool:
        if response is None or response.status_code != 429:
            return False
        return _seconds(response.headers) <= LONGEST_WAIT


def _seconds(headers: Mapping[str, Any]) -> int:
    """What Retry-After asks for; half a minute where it says nothing that we understand."""
    for name, value in headers.items():
        if name.lower() == "retry-after":
            first = str(value[0] if isinstance(value, list) and value else value)
            return int(first) if first.isdecimal() and len(first) < 7 else 30
    return 30


async def ask(call: Awaitable[AsyncSlackResponse], patience: float = PATIENCE) -> Mapping[str, Any]:
    """What Slack answers; Trouble when it says no, or nothing that makes sense."""
    return (await ask_all(call, patience))[0]


async def ask_all(
    call: Awaitable[AsyncSlackResponse], patience: float = PATIENCE
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The answer and its headers."""
    try:
        async with asyncio.timeout(patience):
            response = await call
    except SlackApiError as wrong:
        raise refusal(wrong) from None
    except (TimeoutError, aiohttp.ClientError, OSError) as wrong:
        raise Unreachable("Slack did not answer", code=type(wrong).__name__) from None
    except (AttributeError, ValueError) as wrong:  # the SDK on bodies that are no JSON object
        raise Unreachable("Slack's answer makes no sense", code=type(wrong).__name__) from None
    if not isinstance(response.data, dict):
        raise Unreachable("Slack's answer makes no sense")
    return response.data, response.headers


_Meaning = tuple[type[Trouble], str, str]
_TOKEN = (Forbidden, "Slack does not accept the bot's token", "Check SLACK_BOT_TOKEN.")
_INVITE = "Invite me there: /invite @roomops."
_NAME_THEM = "Name people by their ids instead: slack:U…."
_WALL = (
    Forbidden,
    "That Slack channel does not let me write",
    "Let apps post there, or choose another channel.",
)
_POLICY = (Forbidden, "The workspace's policy keeps me out", "Ask its administrators to let me in.")
_FIXED = (Missing, "That Slack message can be changed no more", "")
_THREAD = (Missing, "That Slack thread takes no more replies", "")
_KNOWN: dict[str, _Meaning] = {
    **dict.fromkeys(
        ("invalid_auth", "not_authed", "account_inactive", "token_revoked", "token_expired"), _TOKEN
    ),
    **dict.fromkeys(
        ("access_denied", "ekm_access_denied", "enterprise_is_restricted", "no_permission",
         "org_login_required", "team_access_not_granted", "accesslimited"), _POLICY
    ),
    "not_in_channel": (Forbidden, "I am not in that Slack channel", _INVITE),
    "channel_not_found": (Missing, "I see no such Slack channel", _INVITE),
    "is_archived": (Missing, "That Slack channel is archived", "Open it again, or choose another."),
    "message_not_found": (Missing, "That Slack message is gone", ""),
    "cant_update_message": _FIXED,
    "edit_window_closed": _FIXED,
    "thread_not_found": _THREAD,
    "cannot_reply_to_message": _THREAD,
    "user_not_found": (Missing, "Slack knows no such person", ""),
    "plan_upgrade_required": (Forbidden, "This Slack plan has no user groups", _NAME_THEM),
    "no_such_subteam": (Missing, "Slack has no such user group", _NAME_THEM),
}  # fmt: skip
_TOO_MUCH = frozenset({"ratelimited", "rate_limited", "message_limit_exceeded"})
# Slack's pages say of the first two that some of the work may have been done all the same.
_PASSES = frozenset({"fatal_error", "internal_error", "service_unavailable", "request_timeout",
                     "team_added_to_org", "external_channel_migrating"})  # fmt: skip


def refusal(wrong: SlackApiError) -> Trouble:
    """Slack's error code as Trouble, with Slack's own request id."""
    response: Any = wrong.response  # Slack's answer, or aiohttp's where it was no JSON
    data = getattr(response, "data", None)
    said: Mapping[str, Any] = data if isinstance(data, dict) else {}
    headers: Mapping[str, Any] = getattr(response, "headers", {})
    code, request_id = str(said.get("error", "")), str(headers.get("x-slack-req-id", ""))
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    if status == 429 or code in _TOO_MUCH:
        wait = timedelta(seconds=_seconds(headers))
        return Throttled("Slack asks me to slow down", wait, code=code, request_id=request_id)
    kind, what, hint = _meaning(code, str(said.get("needed", "")), status)
    return kind(what, hint, code=code, request_id=request_id)


def _meaning(code: str, needed: str, status: int) -> _Meaning:
    if code == "missing_scope":
        hint = f"Add the scope {needed} to the app and install it again."
        return Forbidden, "Slack denies me this", hint
    if code in _PASSES:
        return Unreachable, f"Slack failed with {code}", ""
    if code.startswith("restricted_action"):
        return _WALL
    if not code:
        return Unreachable, f"Slack answered with HTTP {status}", ""
    return _KNOWN.get(code, (Trouble, f"Slack refused: {code}", ""))
