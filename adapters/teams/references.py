"""Where the bot may speak first: the conversations that it was added to or spoken to in."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Protocol

import structlog
from botbuilder.schema import Activity

from adapters.edge import Edge
from bot.errors import Missing, Trouble

log = structlog.get_logger(__name__)


class Notebook(Protocol):
    """What an adapter must remember over a restart.  Synchronous; raises Trouble."""

    def get(self, key: str) -> str | None: ...

    def put(self, key: str, value: str) -> None: ...


class Memory:
    """A notebook that forgets at the end of the process."""

    def __init__(self) -> None:
        self._pages: dict[str, str] = {}

    def get(self, key: str) -> str | None:
        return self._pages.get(key)

    def put(self, key: str, value: str) -> None:
        self._pages[key] = value


@dataclass(frozen=True, slots=True)
class Reference:
    """One conversation, without the thread in it; `kind` is personal, groupChat or channel."""

    service_url: str
    conversation: str
    kind: str
    bot: str
    tenant: str
    team: str = ""  # the team that the channel belongs to

    def under(self, root: str) -> str:
        """The conversation that the message `root` began; chats have no threads."""
        return (
            f"{self.conversation};messageid={root}" if self.kind == "channel" else self.conversation
        )


@dataclass(frozen=True, slots=True)
class Unmet:
    """A conversation that Teams never told us about, and the teams that we are in."""

    conversation: str
    teams: tuple[Reference, ...]

    def missing(self) -> Missing:
        what = f"I am not installed in {self.conversation} yet"
        return Missing(what, "Add the app to that channel or chat.", code="not_installed")


def root(conversation: str) -> str:
    """The conversation's id without the thread."""
    return conversation.partition(";messageid=")[0]


def reference(activity: Activity, tenant: str) -> Reference:
    where, how = root(activity.conversation.id), kind(activity)
    team = named(activity, "team") if how == "channel" else ""
    return Reference(activity.service_url, where, how, activity.recipient.id, tenant, team)


def named(activity: Activity, what: str) -> str:
    """The id of the team or the channel that Teams names beside the activity."""
    data = activity.channel_data if isinstance(activity.channel_data, dict) else {}
    thing = data.get(what)
    return str(thing.get("id") or "") if isinstance(thing, dict) else ""


def kind(activity: Activity) -> str:
    """personal, groupChat or channel."""
    where = activity.conversation
    return str(where.conversation_type or ("groupChat" if where.is_group else "personal"))


class References:
    """Remembered in the notebook; written only when something changed."""

    def __init__(self, notebook: Notebook, edge: Edge) -> None:
        self._notebook, self._edge = notebook, edge
        self._written: dict[str, str] = {}
        self._turn = asyncio.Lock()  # what was heard last must be written last

    async def remember(self, known: Reference, *others: str) -> None:
        """It, and these other conversations of the same team."""
        async with self._turn:
            await self._keep(known, known.conversation, *others)

    async def learn(self, known: Reference, others: Sequence[str]) -> None:
        """These of its team besides, unless we were taken out of it meanwhile."""
        async with self._turn:
            if self._written.get(known.conversation):
                await self._keep(known, *others)

    async def forget(self, conversation: str) -> None:
        async with self._turn:
            await self._write(conversation, "")
            await self._write_team(conversation, "")  # a team is called as its first channel is

    async def _keep(self, known: Reference, *conversations: str) -> None:
        for conversation in conversations:
            await self._write(conversation, _page(known, conversation))
        if known.team:
            await self._write_team(known.team, _page(known, known.team))

    async def _write(self, conversation: str, page: str) -> None:
        await self._once(conversation, page, self._notebook.put, _key(conversation), page)

    async def _write_team(self, team: str, page: str) -> None:
        await self._once(f"team {team}", page, self._list_team, team, page)

    async def _once(self, what: str, page: str, put: Callable[..., None], *how: str) -> None:
        if self._written.get(what) == page:
            return
        try:
            await self._edge.call(put, *how)
        except Trouble as trouble:  # tried again with the next activity from there
            log.error("teams.reference_lost", what=what, why=str(trouble))
        else:
            self._written[what] = page

    def _list_team(self, team: str, page: str) -> None:
        """In a worker thread.  The notebook finds by key alone, so the teams share a page."""
        known = self._teams()
        if known.get(team, "") != page:
            listed = {**known, team: page}
            self._notebook.put(_TEAMS, json.dumps({t: p for t, p in listed.items() if p}))

    def _teams(self) -> dict[str, str]:
        teams: dict[str, str] = json.loads(self._notebook.get(_TEAMS) or "{}")
        return teams

    def find(self, conversation: str) -> Reference | Unmet:
        """From a worker thread."""
        if page := self._notebook.get(_key(conversation)):
            return Reference(**json.loads(page))
        teams = (Reference(**json.loads(team)) for team in self._teams().values())
        return Unmet(conversation, tuple(teams))


_TEAMS = "teams/installed"


def _page(known: Reference, conversation: str) -> str:
    return json.dumps(asdict(replace(known, conversation=conversation)))


def _key(conversation: str) -> str:
    return f"teams:{conversation}"
