"""botbuilder's CloudAdapter 4.17.1 with the edge of its requests repaired.

The SDK is archived (github.com/microsoft/botbuilder-python), so its defects stay.  What it gets
wrong here: any dict that answers an invoke, and expectReplies, end as 500, since it serialises
what is serialised (microsoft/teams-sdk#2547); tokens that are expired, forged or garbage end as
500 and not as 401, as do bad JSON and a missing Content-Type; an error handler that speaks ends as
500 when it cannot.  The rest of the repairs: authentication.py, connector.py, credentials.py,
keys.py, retry.py.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Sequence
from typing import Any, NoReturn

import structlog
from aiohttp import web
from botbuilder.core import Bot, InvokeResponse, TurnContext
from botbuilder.integration.aiohttp import CloudAdapter
from botbuilder.schema import Activity, ActivityTypes, ResourceResponse
from botframework.connector.auth import AuthenticateRequestResult
from msrest.serialization import Model

from adapters.teams.authentication import Anybody, ChannelOnly
from adapters.teams.connector import Connector
from adapters.teams.keys import KeysUnreachable
from adapters.teams.limits import BODY_BYTES
from adapters.teams.message import nothing
from adapters.teams.payload import encoded

log = structlog.get_logger(__name__)

Json = dict[str, Any]


class RepairedAdapter(CloudAdapter):  # type: ignore[misc]  # botbuilder has no types
    """Speaks through our Connector alone, in every turn and outside of them."""

    def __init__(self, authentication: ChannelOnly | Anybody, connector: Connector) -> None:
        super().__init__(authentication)
        self._connector = connector
        self.on_turn_error = _apologise

    async def process(
        self,
        request: web.Request,
        bot: Bot,
        ws_response: object = None,  # noqa: ARG002
    ) -> web.Response:
        activity = _activity(await _body(request))
        who = await self._authenticate(activity, request.headers.get("Authorization", ""))
        return _response(await self.process_activity(who, activity, bot.on_turn))

    async def _authenticate(self, activity: Activity, header: str) -> AuthenticateRequestResult:
        try:
            return await self.bot_framework_authentication.authenticate_request(activity, header)
        except KeysUnreachable:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": "30"}) from None
        except Exception as wrong:  # noqa: BLE001  the SDK refuses with any, even a bare Exception
            why = str(wrong) if isinstance(wrong, PermissionError) else type(wrong).__name__
            log.warning("teams.stranger", why=why)
            raise web.HTTPUnauthorized from None

    async def send_activities(
        self, context: TurnContext, activities: Sequence[Activity]
    ) -> list[ResourceResponse]:
        return [await self._send(context, activity) for activity in activities]

    async def _send(self, context: TurnContext, activity: Activity) -> ResourceResponse:
        if activity.type == ActivityTypes.invoke_response:
            context.turn_state[self._INVOKE_RESPONSE_KEY] = activity
            return ResourceResponse()
        return ResourceResponse(id=await self.deliver(activity))

    async def deliver(self, activity: Activity) -> str:
        """Say an activity that carries its own address, in a turn or long after it; its id."""
        wire = activity.serialize()
        # The SDK's models read the fields that they do not know, and drop them when they speak:
        # isTargeted of an account, and tenantId of a conversation, which they call tenantID.
        if activity.recipient:
            wire["recipient"] |= activity.recipient.additional_properties
        wire["conversation"] |= activity.conversation.additional_properties
        where, targeted = activity.conversation.id, is_targeted(activity)
        return await self._connector.say(activity.service_url, where, wire, targeted)


def is_targeted(activity: Activity) -> bool:
    """Whether it is for its recipient alone, in a conversation of several."""
    known = activity.recipient.additional_properties if activity.recipient else {}
    return known.get("isTargeted") is True


async def _body(request: web.Request) -> Json:
    if request.content_type != "application/json":
        raise web.HTTPUnsupportedMediaType
    received = bytearray()
    async for chunk in request.content.iter_any():
        received += chunk
        if len(received) > BODY_BYTES:
            raise web.HTTPRequestEntityTooLarge(BODY_BYTES, len(received))
    try:
        body = json.loads(received.decode())
        if b"\\u" in received:  # half a character may be escaped, and cannot be said again
            body = json.loads(encoded(body))
    except (ValueError, RecursionError):
        raise web.HTTPBadRequest(text="not JSON") from None
    return body if isinstance(body, dict) else _no_activity()


def _activity(body: Json) -> Activity:
    try:
        activity = Activity().deserialize(body)
        parties = (activity.conversation.id, activity.recipient.id, activity.from_property.id)
        told = (activity.type, activity.service_url, *parties)
    except (AttributeError, TypeError, ValueError, LookupError):
        _no_activity()
    if not all(told) or not all(isinstance(text, str | None) for text in (*told, activity.text)):
        _no_activity()
    return activity


def _no_activity() -> NoReturn:
    raise web.HTTPBadRequest(text="not an activity")


def _response(result: InvokeResponse | None) -> web.Response:
    if result is None:
        return web.Response()
    model = isinstance(result.body, Model)
    body = result.body.serialize() if model else result.body
    content = b"" if body is None else encoded(body)
    return web.Response(body=content, status=int(result.status), content_type="application/json")


async def _apologise(context: TurnContext, wrong: Exception) -> None:
    """The last door of a turn: whatever happened, the turn ends well and somebody hears of it."""
    incident = secrets.token_hex(3)
    log.error("teams.turn_failed", incident=incident, exc_info=wrong)
    words = f"That went wrong on my side. My log tells more under incident {incident}."
    try:
        invoked = context.activity.type == ActivityTypes.invoke
        await context.send_activity(nothing(words) if invoked else words)
    except Exception as again:  # noqa: BLE001  it is the last one, so nothing may pass it
        log.warning("teams.apology_lost", incident=incident, why=type(again).__name__)
