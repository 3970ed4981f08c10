"""Bolt's AsyncApp, which knows what each request of Slack's is.

The law: the acknowledgement is empty and waits for nothing.  It is given in a middleware,
since Bolt looks only every 10 ms whether a listener has given it (asyncio_runner.py).
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp, AsyncBoltRequest
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize
from slack_bolt.middleware.async_middleware import AsyncMiddleware
from slack_bolt.request.payload_utils import is_block_actions, is_slash_command
from slack_bolt.response import BoltResponse
from slack_sdk.web.async_client import AsyncWebClient

from adapters.slack.heard import Heard, pressed, typed
from adapters.slack.home import Home
from adapters.slack.limits import Json

log = structlog.get_logger(__name__)

# Its warnings are about our choices: a client beside a token, requests that nobody listens to.
QUIET = logging.getLogger("slack_bolt.roomops")
QUIET.setLevel(logging.ERROR)
# What Bolt raises on JSON of the wrong shape, or nested beyond reason.
UNREADABLE = (ValueError, TypeError, AttributeError, LookupError, RecursionError)


Hear = Callable[[Heard | None], None]  # None: somebody did something that cannot be answered


class Bolt:
    """Takes requests that are known to be Slack's; what a person said goes to `hear`."""

    def __init__(self, home: Home, hear: Hear) -> None:
        self._app = AsyncApp(
            name=QUIET.name,
            logger=QUIET,
            client=AsyncWebClient(logger=QUIET),  # not asked: we answer with clients of our own
            authorize=_Installed(home),
            signing_secret="",
            request_verification_enabled=False,  # guard.py has done it
            ssl_check_enabled=False,  # and this
            attaching_function_token_enabled=False,
            attaching_conversation_kwargs_enabled=False,
        )
        self._app.use(_Acknowledge(hear))

    async def over_http(self, request: web.Request, body: str) -> web.Response:
        """200, also to what nobody listens to; 400 to what makes no sense."""
        headers: Any = request.headers  # as in Bolt's own adapter: a mapping will do
        try:
            asked = AsyncBoltRequest(body=body, query=request.query_string, headers=headers)
        except UNREADABLE:
            raise web.HTTPBadRequest(text="I cannot read that\n") from None
        answer = await self._app.async_dispatch(asked)
        if answer.status >= 500:  # Bolt stumbled over the request itself
            answer = BoltResponse(status=400)
        return await to_aiohttp_response(answer)

    async def over_socket(self, payload: Json) -> None:
        try:
            asked = AsyncBoltRequest(mode="socket_mode", body=payload)
        except UNREADABLE:
            log.warning("slack.unreadable")
            return
        await self._app.async_dispatch(asked)


class _Acknowledge(AsyncMiddleware):
    """What people type and press is heard; the rest is no business of ours, and no error."""

    def __init__(self, hear: Hear) -> None:
        self._hear = hear

    async def async_process(
        self,
        *,
        req: AsyncBoltRequest,
        resp: BoltResponse,  # noqa: ARG002  Bolt's signature
        next: Callable[[], Awaitable[BoltResponse]],  # noqa: A002, ARG002
    ) -> BoltResponse:
        if is_slash_command(req.body):
            self._hear(typed(req.body))
        elif is_block_actions(req.body):
            self._hear(pressed(req.body))
        else:
            log.info("slack.ignored", type=req.body.get("type"))
        return BoltResponse(status=200)


class _Installed(AsyncAuthorize):
    """One workspace, known since the start: nothing has to be looked up for a request."""

    def __init__(self, home: Home) -> None:
        super().__init__()  # type: ignore[no-untyped-call]  # Bolt's
        self._result = AuthorizeResult(
            enterprise_id=home.enterprise or None,
            team_id=home.team,
            bot_id=home.bot,
            bot_user_id=home.user,
        )

    async def __call__(self, **_: object) -> AuthorizeResult:
        return self._result
