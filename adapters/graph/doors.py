"""Whether Entra and Graph answer at all, asked as a stranger: no token, so a 401 is an answer."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import requests

from adapters.graph import evidence
from adapters.graph.clouds import Endpoints
from adapters.graph.governor import Governor
from adapters.graph.login import LATER, WHO
from adapters.graph.question import GRAPH, Question, segment
from adapters.graph.refusal import Answer, Garbled, Unavailable, refused, wanted_wait
from adapters.graph.timing import PATIENCE, Timing
from adapters.graph.transport import Transport
from adapters.graph.waiting import backoff, date_of
from bot.errors import Unreachable
from bot.finding import Evidence

_TRIES = 2  # one lost packet is no outage
_WAY = "Something on the way to it may answer in its place: a proxy, a captive portal."
_GRAPH = Question("reach", "/", "be reached", "", (GRAPH,))


@dataclass(frozen=True, slots=True)
class Knocked:
    """`skew` is their clock minus ours, to the second."""

    skew: timedelta
    evidence: tuple[Evidence, ...]


class Doors:
    """The two hosts on which everything else depends."""

    def __init__(
        self,
        where: Endpoints,
        tenant: str,
        sessions: tuple[requests.Session, requests.Session],
        governor: Governor,
        timing: Timing,
    ) -> None:
        """`sessions` are those for sign-in and for Graph."""
        door, web = sessions
        self._login = Transport(where.login, door, timing, WHO)
        self._graph = Transport(where.graph, web, timing)
        self._where, self._governor, self._timing = where, governor, timing
        path, version = "/.well-known/openid-configuration", f"/{segment(tenant)}/v2.0"
        self._discovery = Question("reach", path, "be reached", "", (), version=version)

    def knock(self) -> Knocked:
        """Unreachable where one of the two does not answer, or somebody else does in its place."""
        until = self._timing.until(PATIENCE)
        login = self._ask(self._login, self._discovery, until)
        if login.status >= 500:
            raise Unavailable(f"{WHO} is out of order", LATER, at=login.at)
        _check(login, WHO)
        graph = self._ask(self._graph, _GRAPH, until)
        if graph.status >= 500:
            raise refused(_GRAPH, graph)
        _check(graph, "Microsoft Graph")
        said = date_of(graph.headers) or date_of(login.headers)
        return Knocked(_skew(said, graph.at), (self._seen(login), self._seen_graph(graph)))

    def close(self) -> None:
        self._login.close()
        self._graph.close()

    def _ask(self, transport: Transport, question: Question, until: float) -> Answer:
        for attempt in range(_TRIES):
            with self._governor.turn(question.budgets, until, question.operation):
                try:
                    answer = transport.send(question, None, until)
                except Unreachable as trouble:
                    if question is _GRAPH:
                        self._governor.lost(question, trouble)
                    if attempt + 1 == _TRIES:
                        raise
                else:
                    if question is _GRAPH:
                        self._heard(answer)
                    return answer
            self._governor.nap(backoff(attempt, self._timing.random()), until)
        raise AssertionError("the last try returns or raises")

    def _heard(self, answer: Answer) -> None:
        """Whatever a stranger is told counts as well: a 401 says that Graph is there."""
        self._governor.heard(_GRAPH, answer, wanted_wait(answer) or 0.0)
        self._governor.answered(refused(_GRAPH, answer) if answer.status >= 500 else None)

    def _seen(self, answer: Answer) -> Evidence:
        seen = evidence.of_answer(self._discovery, answer)
        path = f"{self._discovery.version}{self._discovery.path}"
        return replace(seen, asked=f"GET {self._where.login}{path}")

    def _seen_graph(self, answer: Answer) -> Evidence:
        seen = evidence.of_answer(_GRAPH, answer)
        asked = f"GET {self._where.graph}{_GRAPH.version}/ without a token"
        return replace(seen, asked=asked)


def _check(answer: Answer, who: str) -> None:
    """Whatever the status: only the real one answers with a JSON object."""
    if not isinstance(answer.body, dict):
        raise Garbled(f"{who}'s answer makes no sense", _WAY, at=answer.at)


def _skew(said: datetime | None, now: datetime) -> timedelta:
    """Their Date has whole seconds, so a second is nothing."""
    skew = said - now if said else timedelta()
    return skew if abs(skew) > timedelta(seconds=1) else timedelta()
