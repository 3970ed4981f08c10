"""The one door for typed words and pressed buttons.

Find the command, ask whether they may, write it down, run it, or apologise.
What cannot be written down is not done.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta

from bot.access import Access, Verdict
from bot.asking import Asker
from bot.command import Command
from bot.desk import Desk
from bot.errors import NotAllowed, Refused, Trouble, Usage
from bot.help import help_command
from bot.lookup import Lookup
from bot.people import Channel, Invocation, User
from bot.ports import Audit, Entry
from bot.reply import NOTHING, Bold, Code, Outcome, Reply, Text, Tone, say
from bot.text import LONGEST, clean

log = logging.getLogger(__name__)

May = Callable[[User, Channel], Verdict]


class Dispatcher:
    """Answers one line.  Never raises: whatever happens, the person gets a sentence."""

    def __init__(
        self,
        commands: Sequence[Command],
        access: May,
        audit: Audit,
        desk: Desk,
        timer: Callable[[], float],
    ) -> None:
        self.commands = (*commands, help_command(lambda: self.commands, access))
        self._lookup = Lookup(self.commands)
        self._access, self._audit, self._desk = access, audit, desk
        self._timer = timer

    def __call__(self, invocation: Invocation) -> Reply:
        try:
            return self._answer(replace(invocation, text=clean(invocation.text)))
        except Exception as wrong:  # noqa: BLE001  one of the two doors
            return _apologise(wrong)

    def _answer(self, invocation: Invocation) -> Reply:
        begun = self._timer()
        command, arguments, problem = self._find(invocation)
        verdict = self._access(invocation.user, invocation.channel)
        needed = command.access if command else Access.MEMBER
        allowed = verdict.access >= needed
        number = self._audit.begin(_entry(invocation, command, allowed))
        if number is None:
            return NOTHING
        if not allowed:
            reply = _denied(command, verdict)
        elif command is None:
            reply = _refused(problem)
        else:
            reply = self._run(command, replace(invocation, arguments=arguments))
        self._end(number, reply, self._timer() - begun)
        return reply

    def _find(self, invocation: Invocation) -> tuple[Command | None, str, Usage]:
        if len(invocation.text) > LONGEST:
            what = f"That was {len(invocation.text):,} characters; I read at most {LONGEST:,}"
            return None, "", Usage(what, "Say it shorter.")
        try:
            return *self._lookup(invocation.text), Usage("")
        except Usage as problem:
            return None, "", problem

    def _run(self, command: Command, invocation: Invocation) -> Reply:
        try:
            with self._desk.asking(Asker(command.name, patience=command.patience)):
                return command.run(invocation, self._desk)
        except Usage as wrong:
            return _refused(wrong, command)
        except Refused as refused:
            return _refused(refused)
        except Exception as wrong:  # noqa: BLE001  a bug in one command is not a dead bot
            return _apologise(wrong)

    def _end(self, number: int, reply: Reply, seconds: float) -> None:
        try:
            self._audit.end(number, reply.outcome, timedelta(seconds=seconds))
        except Trouble as trouble:
            # The line itself stands in the book; only its end is missing, and readers see that.
            log.error("audit.end_lost", extra={"number": number, "why": str(trouble)})


def _entry(invocation: Invocation, command: Command | None, allowed: bool) -> Entry:
    user, channel = str(invocation.user), str(invocation.channel)
    key = f"{invocation.user.platform}:{invocation.id}"
    name = command.name if command else ""
    text = invocation.text[:LONGEST]
    return Entry(key, invocation.at, user, channel, text, name, allowed)


def _denied(command: Command | None, verdict: Verdict) -> Reply:
    if command is None or verdict.access is Access.NOBODY:
        sentence = verdict.why_not_more or "You may not use me here."
        return say(sentence, tone=Tone.WARN, outcome=Outcome.DENIED)
    who = command.access.people
    why = f" {verdict.why_not_more}" if verdict.why_not_more else ""
    spans = ("Only ", Bold(who), " may say ", Code(command.slash), f" here.{why}")
    return say(*spans, tone=Tone.WARN, outcome=Outcome.DENIED)


def _refused(refused: Refused, command: Command | None = None) -> Reply:
    misunderstood = isinstance(refused, Usage)
    outcome = Outcome.MISUNDERSTOOD if misunderstood else Outcome.FAILED
    if isinstance(refused, NotAllowed):
        outcome = Outcome.DENIED
    reply = say(refused.sentence, tone=Tone.WARN, outcome=outcome)
    if command is None:
        return reply
    examples = [Text(("For example ", Code(command.typed[0])))] if command.typed else []
    return replace(reply, blocks=(*reply.blocks, *examples))


def _apologise(wrong: Exception) -> Reply:
    if isinstance(wrong, Trouble):  # the audit, or the policy: nothing ran
        return say(wrong.sentence, tone=Tone.BAD, outcome=Outcome.FAILED)
    incident = secrets.token_hex(3)
    log.error("command.crashed", exc_info=wrong, extra={"incident": incident})
    spans = ("That went wrong on my side. My log tells more under incident ", Code(incident), ".")
    return say(*spans, tone=Tone.BAD, outcome=Outcome.FAILED)
