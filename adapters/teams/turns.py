"""What happens on each kind of activity: answer in time, or say so and answer later.

Teams waits 10 to 15 s for the answer to its request and then repeats it or shows an error
(learn.microsoft.com/azure/bot-service/bot-builder-howto-long-operations-guidance), so longer work
goes on behind a request that is answered already.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from datetime import timedelta
from typing import Any, TypeVar

import structlog
from botbuilder.core import TurnContext
from botbuilder.schema import Activity

from adapters.edge import Edge
from adapters.teams.connector import Connector
from adapters.teams.heard import data, invocation, is_alone
from adapters.teams.message import answer, as_message, not_understood, nothing
from adapters.teams.references import References, kind, named, reference, root
from adapters.teams.standing import Members, tenants
from bot.errors import Trouble
from bot.ports import Clock, Dispatch
from bot.reply import Button, Buttons, Code, Reply, Text

log = structlog.get_logger(__name__)

T = TypeVar("T")

_LATER = "I am still at it. The answer comes as a message."
HELLO = Reply(
    (
        Text(("I tell you which rooms are free. Say ", Code("help"), " to see what I can do.")),
        Buttons((Button("Help", "help"), Button("Rooms free now", "rooms free"))),
    )
)


class Turns:
    """botbuilder's Bot: `on_turn` is called once an activity is authenticated."""

    def __init__(
        self,
        dispatch: Dispatch,
        edge: Edge,
        clock: Clock,
        connector: Connector,
        references: References,
        tenant: str | None,
        patience: timedelta,
    ) -> None:
        self._dispatch, self._edge, self._clock = dispatch, edge, clock
        self._connector, self._references, self._tenant = connector, references, tenant
        self._members = Members(connector, tenant, clock)
        self._patience = patience.total_seconds()
        self._running: set[asyncio.Task[Any]] = set()

    async def on_turn(self, context: TurnContext) -> None:
        # Beside the turn: the notebook must not wait for a free worker before Teams is answered.
        self._begin(self._remember(context.activity))
        _whisper(context.activity)
        match context.activity.type:
            case "message":
                task = await self._in_time(self._answer(context))
                if task.done():
                    task.result()  # what went wrong is the turn's
                else:
                    self._begin(_late(context, task))
            case "invoke":
                await self._invoked(context)
            case "installationUpdate" if context.activity.action == "add":
                await self._installed(context)

    async def _answer(self, context: TurnContext) -> None:
        await self._say(context, await self._reply(context.activity))

    async def _reply(self, activity: Activity) -> Reply:
        at = self._clock()
        standing = await self._members.standing(activity)
        return await self._edge.call(self._dispatch, invocation(activity, standing, at))

    async def _say(self, context: TurnContext, reply: Reply) -> None:
        if not reply.blocks:
            return
        asker = context.activity.from_property.additional_properties
        if not reply.private:
            asker.pop("isTargeted", None)
        try:
            # A picture takes a thirtieth of a second to draw.
            message = await self._edge.call(as_message, reply, "isTargeted" in asker)
            await context.send_activity(message)
        except Trouble as trouble:
            log.error("teams.answer_lost", why=str(trouble), code=trouble.code)

    async def _invoked(self, context: TurnContext) -> None:
        if not isinstance(data(context.activity).get("command_line"), str):
            await context.send_activity(not_understood())
            return
        task = await self._in_time(self._reply(context.activity))
        if task.done():
            alone = is_alone(context.activity)
            said = await self._edge.call(answer, task.result(), alone)
            await context.send_activity(said)
        else:
            self._begin(_late(context, self._follow(context, task)))
            await context.send_activity(nothing(_LATER))

    async def _follow(self, context: TurnContext, task: asyncio.Task[Reply]) -> None:
        await self._say(context, await task)

    async def _installed(self, context: TurnContext) -> None:
        if kind(context.activity) == "personal":  # elsewhere a greeting is noise to many
            await self._say(context, HELLO)
        elif team := named(context.activity, "team"):
            self._begin(self._learn_channels(context.activity, team))

    async def _learn_channels(self, activity: Activity, team: str) -> None:
        """So that alerts may go to a channel in which nobody has spoken to us yet."""
        try:
            channels = await self._connector.channels(activity.service_url, team)
        except Trouble as trouble:
            log.warning("teams.channels_unread", why=str(trouble), code=trouble.code)
            return
        await self._references.learn(reference(activity, self._tenant or ""), channels)

    async def _remember(self, activity: Activity) -> None:
        if self._tenant is not None and tenants(activity) - {self._tenant}:
            return
        if _left(activity):
            await self._references.forget(root(activity.conversation.id))
            return
        channel = named(activity, "channel")  # one that was just made, for example
        known = reference(activity, self._tenant or "")
        await self._references.remember(known, *[channel] * bool(channel))

    async def _in_time(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        """Begun, and done if it is done before the patience ends."""
        task = self._begin(work)
        await asyncio.wait({task}, timeout=self._patience)
        if not task.done():
            log.info("teams.late", seconds=self._patience)
        return task

    def _begin(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.create_task(work)
        self._running.add(task)
        task.add_done_callback(self._running.discard)
        return task

    async def drain(self, seconds: float) -> None:
        """Let begun answers end; cancel what takes longer."""
        if self._running:
            _, late = await asyncio.wait(self._running, timeout=seconds)
            for task in late:
                task.cancel()


def _whisper(activity: Activity) -> None:
    """What is asked alone is answered alone, apologies included.

    The SDK addresses answers with a copy of the sender's account.  In a chat of two Teams knows
    no targeted messages.
    """
    if is_alone(activity) and kind(activity) != "personal":
        activity.from_property.additional_properties["isTargeted"] = True


async def _late(context: TurnContext, work: Awaitable[None]) -> None:
    """The last door of an answer whose turn has ended: the turn's own."""
    try:
        await work
    except Exception as wrong:  # noqa: BLE001  as botbuilder's run_pipeline does for a turn
        await context.adapter.on_turn_error(context, wrong)


def _left(activity: Activity) -> bool:
    """Whether the bot was taken out; "remove-upgrade" is followed by an add."""
    if activity.type == "installationUpdate":
        return bool(activity.action == "remove")
    return any(gone.id == activity.recipient.id for gone in activity.members_removed or ())
