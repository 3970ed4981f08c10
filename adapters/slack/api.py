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
) -> AsyncWebClient:
    """A client that asks a second time where that may help."""
    pauses = _Pauses(jitter)
    retries = [
        AsyncConnectionErrorRetryHandler(interval_calculator=pauses),
        AsyncServerErrorRetryHandler(interval_calculator=pauses),
        _ShortWaits(max_retry_count=1),
    ]
    client = AsyncWebClient(
        token=token,
        base_url=api_url or SLACK,
        session=session,
        logger=QUIET,
        retry_handlers=retries,
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


async def ask(call: Awaitable[AsyncSlackResponse]) -> Mapping[str, Any]:
    """What Slack answers; Trouble when it says no, or nothing that makes sense."""
    return (await ask_all(call))[0]


async def ask_all(
    call: Awaitable[AsyncSlackResponse],
) -> tuple[Mapping[str, Any], Mapping[str, str]]:
    """The answer and its headers."""
    try:
        async with asyncio.timeout(PATIENCE):
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


_TOKEN = (Forbidden, "Slack does not accept the bot's token", "Check SLACK_BOT_TOKEN.")
_INVITE = "Invite me there: /invite @roomops."
_NAME_THEM = "Name people by their ids instead: slack:U…."
_KNOWN: dict[str, tuple[type[Trouble], str, str]] = {
    "invalid_auth": _TOKEN,
    "not_authed": _TOKEN,
    "account_inactive": _TOKEN,
    "token_revoked": _TOKEN,
    "token_expired": _TOKEN,
    "not_in_channel": (Forbidden, "I am not in that Slack channel", _INVITE),
    "channel_not_found": (Missing, "I see no such Slack channel", _INVITE),
    "is_archived": (Forbidden, "That Slack channel is archived", "Choose another."),
    "message_not_found": (Missing, "That Slack message is gone", ""),
    "user_not_found": (Missing, "Slack knows no such person", ""),
    "plan_upgrade_required": (Forbidden, "This Slack plan has no user groups", _NAME_THEM),
    "no_such_subteam": (Missing, "Slack has no such user group", _NAME_THEM),
}


def refusal(wrong: SlackApiError) -> Trouble:
    """Slack's error code as Trouble, with Slack's own request id."""
    response: Any = wrong.response  # Slack's answer, or aiohttp's where it was no JSON
    data = getattr(response, "data", None)
    said: Mapping[str, Any] = data if isinstance(data, dict) else {}
    headers: Mapping[str, Any] = getattr(response, "headers", {})
    code, request_id = str(said.get("error", "")), str(headers.get("x-slack-req-id", ""))
    status = int(getattr(response, "status_code", 0) or getattr(response, "status", 0))
    if status == 429 or code in ("ratelimited", "rate_limited"):
        wait = timedelta(seconds=_seconds(headers))
        return Throttled("Slack asks me to slow down", wait, code=code, request_id=request_id)
    kind, what, hint = _meaning(code, str(said.get("needed", "")), status)
    return kind(what, hint, code=code, request_id=request_id)


def _meaning(code: str, needed: str, status: int) -> tuple[type[Trouble], str, str]:
    if code == "missing_scope":
        hint = f"Add the scope {needed} to the app and install it again."
        return Forbidden, "Slack denies me this", hint
    if not code:
        return Unreachable, f"Slack answered with HTTP {status}", ""
    return _KNOWN.get(code, (Trouble, f"Slack refused: {code}", ""))
