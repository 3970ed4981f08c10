"""What the bot says to Teams: the few calls of the Bot Connector API that we make.

Repairs botbuilder 4.17.1: its client repeats no throttled POST, opens a connection for each
reply, rebuilds a list of 999 x 500 status codes twice a turn (5 ms of the loop's time) and cannot
say `isTargeted`.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import quote

import structlog
from aiohttp import (
    ClientConnectorError,
    ClientError,
    ClientResponse,
    ClientSession,
    ServerDisconnectedError,
)
from yarl import URL

from adapters.teams.payload import encoded
from adapters.teams.retry import AGAIN, LONGEST, seconds_asked, wait_before
from bot.errors import Forbidden, Missing, Throttled, Trouble, Unreachable

log = structlog.get_logger(__name__)

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Connector:
    """`service_url` must come from an activity that was authenticated: the token goes there."""

    http: ClientSession
    token: Callable[[], Awaitable[str]] | None  # None: development, without credentials
    sleep: Callable[[float], Awaitable[None]]
    jitter: Callable[[], float]

    async def say(
        self,
        service_url: str,
        conversation: str,
        activity: Json,
        targeted: bool = False,
        once: bool = False,
    ) -> str:
        """Post it; its id, "" where Teams does not tell it.

        A targeted one is seen by its recipient alone.  With `once` it is not repeated where
        the answer was lost: an answer said twice is better than none, a post can be said later.
        """
        # A targeted answer is not said as a reply to the activity: the one who asked sees both.
        reply_to = "" if targeted else activity.get("replyToId") or ""
        path = f"{_activities(conversation)}/{_quoted(reply_to)}".rstrip("/")
        query = "?isTargetedActivity=true" if targeted else ""
        answer = await self._ask("POST", service_url, path + query, activity, once=once)
        return str(answer.get("id") or "")

    async def create(self, service_url: str, conversation: Json) -> Json:
        """Begin a conversation; its id and activityId, as Teams tells them.  Never repeated
        where the answer was lost."""
        return await self._ask("POST", service_url, "v3/conversations", conversation, once=True)

    async def edit(self, service_url: str, conversation: str, message: str, activity: Json) -> None:
        path = f"{_activities(conversation)}/{_quoted(message)}"
        await self._ask("PUT", service_url, path, activity)

    async def member(self, service_url: str, conversation: str, user: str) -> Json:
        """Who that is, as Teams knows them: tenantId, userRole, userPrincipalName."""
        path = f"v3/conversations/{_quoted(conversation)}/members/{_quoted(user)}"
        return await self._ask("GET", service_url, path)

    async def channels(self, service_url: str, team: str) -> list[str]:
        """The ids of the team's channels."""
        answer = await self._ask("GET", service_url, f"v3/teams/{_quoted(team)}/conversations")
        return [str(channel["id"]) for channel in answer.get("conversations", ())]

    async def _ask(
        self,
        method: str,
        service_url: str,
        path: str,
        body: Json | None = None,
        *,
        once: bool = False,
    ) -> Json:
        url = URL(f"{service_url.rstrip('/')}/{path}", encoded=True)
        attempt, waited = 1, 0.0
        while True:
            answer = await self._once(method, url, body)
            if not isinstance(answer, _Later):
                return answer
            attempt += 1
            wait = wait_before(attempt, answer.asked, self.jitter())
            if wait is None or waited + wait > LONGEST or (once and answer.lost):
                raise answer.trouble
            log.info("teams.asked_to_wait", method=method, seconds=round(wait, 1), attempt=attempt)
            await self.sleep(wait)
            waited += wait

    async def _once(self, method: str, url: URL, body: Json | None) -> Json | _Later:
        headers = {"Content-Type": "application/json"} if body is not None else {}
        if self.token is not None:
            headers["Authorization"] = f"Bearer {await self.token()}"
        data = None if body is None else encoded(body)
        try:
            # Redirected, the token would go to whoever stands there.
            async with self.http.request(
                method, url, data=data, headers=headers, allow_redirects=False
            ) as response:
                return await _read(response)
        except (ClientConnectorError, ServerDisconnectedError) as wrong:
            # Nothing was said yet, or (mostly) into a kept connection that was closed meanwhile.
            log.info("teams.no_connection", why=type(wrong).__name__)
            return _Later(_silent(), None, lost=isinstance(wrong, ServerDisconnectedError))
        except (ClientError, TimeoutError) as wrong:
            raise _silent() from wrong


@dataclass(frozen=True, slots=True)
class _Later:
    trouble: Trouble
    asked: float | None
    lost: bool = False  # it may have been taken all the same


async def _read(response: ClientResponse) -> Json | _Later:
    body = await _json(response)
    log.debug("teams.answered", method=response.method, status=response.status)
    if response.status < 300:
        return body
    trouble = _trouble(response, body)
    if response.status in AGAIN:
        return _Later(trouble, seconds_asked(response.headers.get("Retry-After")))
    raise trouble


async def _json(response: ClientResponse) -> Json:
    try:
        body = await response.json(content_type=None)
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _trouble(response: ClientResponse, body: Json) -> Trouble:
    code = _code(body)
    trouble = _kind(response, code)
    trouble.code = code or str(response.status)
    trouble.request_id = response.headers.get("MS-CV", "")
    return trouble


def _code(body: Json) -> str:
    """Some refusals hide a more telling code in their message, as JSON within JSON."""
    error = body.get("error")
    told = error if isinstance(error, dict) else body
    hidden = re.search(r'"subCode"\s*:\s*"(\w+)"', str(told.get("message", "")))
    return hidden[1] if hidden else str(told.get("code", ""))


def _kind(response: ClientResponse, code: str) -> Trouble:
    match response.status:
        case 401:
            return Forbidden("Teams did not accept my token", "Check the bot's app id.")
        case 403:
            return _not_let_in(code)
        case 404:
            hint = "It was deleted, or I was removed from it."
            return Missing("Teams knows no such conversation or message", hint)
        case 429:
            asked = seconds_asked(response.headers.get("Retry-After"))
            return Throttled("Teams asks me to speak less", timedelta(seconds=asked or 1))
        case status if status >= 500 or status in (408, 412):
            return Unreachable(f"Teams answered {status}")
    # 400 BadSyntax, 413 MessageSizeTooBig: it is about what was said, not about where.
    return Trouble(f"Teams refused it: {code or response.status}")


def _not_let_in(code: str) -> Trouble:
    if code == "BotNotInConversationRoster":
        hint = "Add the app to that channel or chat."
        return Missing("I am not in that Teams conversation any more", hint)
    hint = "Add me to that team or chat, and let its settings allow me to write."
    return Forbidden("Teams does not let me speak there", hint)


def _silent() -> Unreachable:
    return Unreachable("Teams does not answer")


def _activities(conversation: str) -> str:
    return f"v3/conversations/{_quoted(conversation)}/activities"


def _quoted(part: str) -> str:
    return quote(part, safe="")
