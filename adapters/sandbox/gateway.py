"""Graph's door: token, throttling, rights, then the route; one operation at a time or a batch."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, timedelta
from email.utils import format_datetime

from adapters.sandbox import batch
from adapters.sandbox.access import admit
from adapters.sandbox.answer import Answer
from adapters.sandbox.ask import Ask
from adapters.sandbox.call import Call
from adapters.sandbox.effect import Aim, Lie, NearLimit, Refuses, Slow, Throttles, Wait
from adapters.sandbox.lie import told
from adapters.sandbox.mailbox import Mailbox
from adapters.sandbox.present import Present
from adapters.sandbox.quota import DIRECTORY, Quota, is_round, service
from adapters.sandbox.referee import Record, Referee
from adapters.sandbox.refusal import (
    Refusal,
    gateway_timeout,
    over_mailbox_limit,
    token_invalid,
    too_many_requests,
    unavailable,
)
from adapters.sandbox.route import Route, Routes, Service
from adapters.sandbox.tenant import Tenant
from adapters.sandbox.throttle import Throttle
from adapters.sandbox.token import GRAPH, Tokens

_HELD = 0.005  # seconds between two looks at whether the tenant still holds its answers
_HOUR = 3600


class Gateway:
    """`base` is where it is reached, as in https://localhost:8443."""

    def __init__(
        self, tenant: Tenant, tokens: Tokens, routes: Routes, referee: Referee, base: str
    ) -> None:
        self._tenant = tenant
        self._tokens = tokens
        self._routes = routes
        self._referee = referee
        self._base = base
        self._throttle = Throttle(tenant)
        self._quota = Quota(tenant)

    async def answer(self, ask: Ask) -> Answer:
        """Whatever was asked, batches included."""
        try:
            self._check_open()
            roles = self._roles(ask)
        except Refusal as refused:
            return self._refused_at_door(ask, refused)
        if ask.path.lower() != "$batch":
            return await self.operate(ask, roles)
        answer = await batch.run(self, ask, roles)
        self._note(ask, "$batch", "", answer.status, operation=False)
        return answer

    async def operate(
        self, ask: Ask, roles: frozenset[str], lane: asyncio.Semaphore | None = None
    ) -> Answer:
        """One operation.  `lane` is how a batch reaches Outlook: so many of it at a time."""
        try:
            route, keys = self._routes.find(ask.method, ask.path, ask.version)
        except Refusal as refused:
            return self._refused_at_door(ask, refused)
        key = keys["user"] if route.service is Service.EXCHANGE else ""
        present = Present(self._tenant)
        mailbox = present.find(key)
        who = mailbox.address.lower() if mailbox else key.lower()
        self._referee.came(ask.moment, who or service(route), f"/{route.template}")
        call = self._call(ask, present, keys, roles, mailbox)
        slow_lane = lane if lane and route.service is not Service.DIRECTORY else nullcontext()
        async with slow_lane:
            return await self._work(ask, route, call, who)

    async def _work(self, ask: Ask, route: Route, call: Call, who: str) -> Answer:
        in_flight, crowded, low = 0, None, is_round(ask)
        if who:
            in_flight, crowded = self._throttle.enter(who, call.now, low=low)
        starved = crowded is not None and not low and self._throttle.is_crowded_by_rounds(who)
        spent = self._quota.spend(route, ask)
        crowded, starved = crowded or spent.refusal, starved or spent.starved
        if starved:
            self._referee.starved(who or service(route), f"/{route.template}")
        allowed = self._tenant.limits.concurrent
        self._referee.started(who, f"/{route.template}", in_flight, allowed)
        try:
            answer = await self._answered(ask, route, call, crowded)
        finally:
            self._referee.ended()
            if who:
                self._throttle.leave(who, low=low)
        answer = replace(answer, headers=spent.headers | self._pretended(route) | answer.headers)
        self._note(ask, route.template, who, answer.status, provoked=crowded is not None)
        if "Retry-After" in answer.headers:
            scope = _scope(route, who, answer)
            self._referee.told_to_wait(ask.moment, scope, answer.headers["Retry-After"])
        return answer

    def _pretended(self, route: Route) -> dict[str, str]:
        """What the directory says of its limit because of a fault."""
        near = self._tenant.effects(NearLimit)
        if not near or service(route) != DIRECTORY:
            return {}
        return {"x-ms-throttle-limit-percentage": str(near[0][0].used)}

    async def _answered(
        self, ask: Ask, route: Route, call: Call, crowded: Refusal | None
    ) -> Answer:
        try:
            if crowded is not None:
                raise crowded
            await self._take_time()
            self._check_throttled(route, call)
            admit(route, call)
            body = route.answer(replace(call, body=ask.json()) if ask.body else call)
        except Refusal as refused:
            return _as_answer(ask, refused)
        for lie, _ in self._tenant.effects(Lie):
            body = told(lie, f"/{route.template}", body)
        return Answer(route.status, body)

    async def _take_time(self) -> None:
        slow = self._tenant.slowness if self._tenant.effects(Slow) else 0.0
        if wait := self._tenant.latency + slow:
            await asyncio.sleep(wait)
        while self._tenant.is_held:  # noqa: ASYNC110  the gate is on another thread
            await asyncio.sleep(_HELD)

    def _roles(self, ask: Ask) -> frozenset[str]:
        grant = self._tokens.read(ask.headers.get("authorization", ""), ask.moment.at)
        if grant.audience != GRAPH:
            raise token_invalid("Access token validation failure. Invalid audience.")
        return grant.roles

    def _check_open(self) -> None:
        for effect, _ in self._tenant.effects(Refuses):
            if effect.status == 504:
                raise gateway_timeout()
            raise unavailable(str(self._tenant.retry_after) if effect.retry_after else None)

    def _check_throttled(self, route: Route, call: Call) -> None:
        for effect, victim in self._tenant.effects(Throttles):
            retry_after = self._retry_after(effect.wait, call)
            match effect.aim:
                case Aim.APP:
                    raise too_many_requests(retry_after)
                case Aim.ROOM if call.mailbox and victim and call.mailbox.id == victim.id:
                    raise over_mailbox_limit("MailboxConcurrency", retry_after)
                case Aim.MAILBOXES if call.mailbox:
                    raise over_mailbox_limit("MailboxConcurrency", retry_after)
                case Aim.DIRECTORY | Aim.LOGS if service(route) == effect.aim.name.lower():
                    raise too_many_requests(retry_after)
                case _:
                    pass

    def _retry_after(self, wait: Wait, call: Call) -> str | None:
        seconds = self._tenant.retry_after
        match wait:
            case Wait.UNSAID:
                return None
            case Wait.SECONDS:
                return str(seconds)
            case Wait.DATE:
                later = call.now + timedelta(seconds=seconds)
                return format_datetime(later.astimezone(UTC), usegmt=True)
            case Wait.HOUR:
                return str(_HOUR)
            case Wait.ZERO:
                return "0"

    def _call(
        self,
        ask: Ask,
        present: Present,
        keys: dict[str, str],
        roles: frozenset[str],
        mailbox: Mailbox | None,
    ) -> Call:
        return Call(
            tenant=present,
            now=ask.moment.at,
            root=f"{self._base}/{ask.version}",
            path=ask.path,
            keys=keys,
            query=ask.query,
            headers=ask.headers,
            roles=roles,
            mailbox=mailbox,
        )

    def _refused_at_door(self, ask: Ask, refused: Refusal) -> Answer:
        template, who = self._known(ask)
        self._referee.came(ask.moment, who, f"/{template}")
        self._note(ask, template, who, refused.status, operation=template != "$batch")
        if "Retry-After" in refused.headers:
            self._referee.told_to_wait(ask.moment, "", refused.headers["Retry-After"])
        return _as_answer(ask, refused)

    def unanswered(self, ask: Ask, status: int) -> None:
        """Write down a call that never came further than the wire."""
        template, who = self._known(ask)
        self._referee.came(ask.moment, who, f"/{template}")
        self._note(ask, template, who, status, operation=template != "$batch")

    def _known(self, ask: Ask) -> tuple[str, str]:
        """The template and mailbox of a call that will not be looked at further."""
        try:
            route, keys = self._routes.find(ask.method, ask.path, ask.version)
        except Refusal:
            return ask.path, ""
        mailbox = self._tenant.find(keys.get("user", ""))
        return route.template, mailbox.address.lower() if mailbox else ""

    def _note(
        self,
        ask: Ask,
        template: str,
        who: str,
        status: int,
        *,
        operation: bool = True,
        provoked: bool = False,
    ) -> None:
        at = ask.moment.monotonic
        record = Record(ask.method, f"/{template}", who, status, at, ask.batched)
        self._referee.answered(record, operation=operation, provoked=provoked)


def _scope(route: Route, who: str, answer: Answer) -> str:
    """What is to be left alone: one mailbox, one service, or "" for all of Graph."""
    if answer.status == 429 and answer.body["error"]["code"] == "ApplicationThrottled":
        return who
    return service(route) if answer.status == 429 else ""


def _as_answer(ask: Ask, refused: Refusal) -> Answer:
    at = f"{ask.moment.at:%Y-%m-%dT%H:%M:%S}"
    body = refused.body(ask.request_id, ask.client_request_id, at)
    return Answer(refused.status, body, dict(refused.headers))
