"""Asks, and asks again where that helps: the only way to Graph for everything in this folder.

What is asked again is named in `_TIMES`; nobody waits longer than their patience.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import count
from typing import Any

from adapters.graph.governor import Governor
from adapters.graph.question import BATCH, Json, Question
from adapters.graph.refusal import (
    Answer,
    Garbled,
    GatewayTimedOut,
    SignInRefused,
    Slowed,
    TooSlow,
    Unavailable,
    refused,
    slowed,
    wanted_wait,
)
from adapters.graph.timing import Timing
from adapters.graph.token import Token, Tokens
from adapters.graph.transport import Transport
from adapters.graph.waiting import backoff
from bot.errors import Forbidden, Trouble

_TIMES: dict[type[Trouble], int] = {
    SignInRefused: 1,  # with a new token
    Slowed: 5,
    Unavailable: 3,
    GatewayTimedOut: 3,
}
_YOUNG = 300.0  # seconds in which a token's roles are taken to be the app's
_PAGES = 1000  # of one list


class Wire:
    """Shared by all threads of the process."""

    def __init__(
        self, transport: Transport, tokens: Tokens, governor: Governor, timing: Timing
    ) -> None:
        self._transport, self._tokens, self._timing = transport, tokens, timing
        self.governor = governor

    def ask(self, question: Question, until: float, *, elsewhere: bool = False) -> Json:
        """The JSON object of the answer; Trouble otherwise, as with `hear`."""
        body: Json = self.hear(question, until, elsewhere=elsewhere).body
        return body

    def hear(
        self,
        question: Question,
        until: float,
        *,
        elsewhere: bool = False,
        read: Callable[[Answer], None] | None = None,
    ) -> Answer:
        """The answer, whose body is a JSON object; Trouble otherwise.

        With `elsewhere` a throttled mailbox is not waited for: another may be asked instead.
        `read` gets the answer before anybody else's turn comes; its Trouble is the outcome.
        """
        seen: Counter[type[Trouble]] = Counter()
        for attempt in count():
            self._hurry(until)
            token = self._tokens.get(until)
            outcome = self._once(question, token, attempt, until, read)
            if not isinstance(outcome, Trouble):
                return outcome
            kind = type(outcome)
            seen[kind] += 1
            if seen[kind] > _TIMES.get(kind, 0) or (elsewhere and _one_mailbox(outcome)):
                self._suspect(outcome, token)
                raise outcome
            if not self._again(outcome, token, attempt, until):
                raise outcome
        raise AssertionError("count() has no end")

    def once(self, question: Question, until: float) -> Answer | Trouble:
        """For a write, which is no question: sent one time at most.

        A Trouble that is returned came after sending; one that is raised, before.
        """
        self._hurry(until)
        token = self._tokens.get(until)
        outcome = self._once(question, token, 0, until)
        if isinstance(outcome, SignInRefused):
            self._tokens.drop(token)
        elif isinstance(outcome, Trouble):
            self._suspect(outcome, token)
        return outcome

    def pages(self, question: Question, until: float) -> Iterator[Any]:
        """Every element of `value`, over all pages."""
        yield from self.rest(question, self.ask(question, until), until)

    def rest(self, question: Question, page: Json, until: float) -> Iterator[Any]:
        """The same, from a first page that came another way; Garbled where the pages go round."""
        seen: set[str] = set()
        while True:
            value = page.get("value")
            if not isinstance(value, list):
                raise Garbled("Microsoft Graph's answer makes no sense", _WAY)
            yield from value
            if not (link := page.get("@odata.nextLink")):
                return
            path = self._transport.next_page(link, question.version)
            if path in seen or len(seen) > _PAGES:
                raise Garbled("Microsoft Graph's answer has no end")
            seen.add(path)
            page = self.ask(replace(question, path=path), until)

    def judge(self, question: Question, answer: Answer, attempt: int = 0) -> Json:
        """The object in an answer; else Trouble, and whoever must rest is left alone."""
        said = wanted_wait(answer)
        if question.operation != BATCH or not answer.ok:  # its items are counted, not itself
            self.governor.heard(question, answer, said or 0.0)
        if answer.ok and isinstance(answer.body, dict):
            return answer.body
        if answer.status == 204 and question.method == "DELETE":
            return {}
        if answer.ok:
            text = "Microsoft Graph's answer makes no sense"
            raise Garbled(text, _WAY, request_id=answer.request_id, at=answer.at)
        if answer.status == 429:
            wait = self._wait(said, attempt)
            slow = slowed(question, answer, wait)
            self.governor.cool(question.budgets[-1 if slow.everywhere else 0], wait, slow)
            raise slow
        trouble = refused(question, answer)
        if said and answer.status >= 500:
            self.governor.cool(question.budgets[-1], said, trouble)
        raise trouble

    def close(self) -> None:
        """Send away whoever waits, and ask nobody any more."""
        self.governor.close()
        self._tokens.close()
        self._transport.close()

    def _once(
        self,
        question: Question,
        token: Token,
        attempt: int,
        until: float,
        read: Callable[[Answer], None] | None = None,
    ) -> Answer | Trouble:
        """What came of it; Trouble is raised only where it was not even asked."""
        with self.governor.turn(question.budgets, until, question.operation):
            try:
                answer = self._transport.send(question, token, until)
            except Trouble as trouble:
                self.governor.lost(question, trouble)
                return trouble
            # Still inside: whoever comes next must know of a wait that was asked for.
            try:
                self.judge(question, answer, attempt)
                if read:
                    read(answer)
            except Trouble as trouble:
                self.governor.answered(trouble)
                return trouble
            self.governor.answered()
            return answer

    def _hurry(self, until: float) -> None:
        """Nothing is sent for somebody who waits no longer."""
        if not self._timing.left(until):
            raise TooSlow("No time was left to ask Microsoft Graph", "Ask again.")

    def _wait(self, said: float | None, attempt: int) -> float:
        if said is not None and (said or not attempt):
            return said
        return backoff(attempt, self._timing.random())  # a zero that was heard twice is not true

    def _again(self, trouble: Trouble, token: Token, attempt: int, until: float) -> bool:
        """Whether to ask once more; has waited where nothing else makes it wait."""
        match trouble:
            case Slowed():  # the governor makes it wait
                return trouble.retry_after.total_seconds() < self._timing.left(until)
            case SignInRefused():
                return self._tokens.drop(token)
            case _:
                wait = backoff(attempt, self._timing.random())
                if wait >= self._timing.left(until):
                    return False
                self.governor.nap(wait, until)
                return True

    def _suspect(self, trouble: Trouble, token: Token) -> None:
        # A consent that was given after the token was issued shows only in a new one.
        if isinstance(trouble, Forbidden):
            self._tokens.drop(token, older_than=_YOUNG)


def _one_mailbox(trouble: Trouble) -> bool:
    return isinstance(trouble, Slowed) and not trouble.everywhere


_WAY = "Something on the way to it may answer in its place: a proxy, a captive portal."
