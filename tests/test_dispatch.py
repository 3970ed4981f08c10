"""The one door: what happens to a line before, while and after its command runs."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.access import Access, Policy
from bot.command import Command
from bot.dispatch import Dispatcher
from bot.errors import Missing, NotAllowed, Unreachable, Usage
from bot.people import Channel, Invocation, User
from bot.ports import Entry, Services
from bot.reply import Outcome, Reply, plain, say
from bot.tenancy import Watched
from tests.walking import MONDAY

NOBODY = Watched("", "", "", "", "", "")
HELP = "Say /roomops help to see what I can do."


class Book:
    """An audit in memory; `torn` cannot be written, `short` loses how a line ended."""

    def __init__(self, torn: bool = False, short: bool = False) -> None:
        self.entries: list[Entry] = []
        self.ended: list[tuple[int, Outcome, timedelta]] = []
        self._torn, self._short = torn, short

    def begin(self, entry: Entry) -> int | None:
        if self._torn:
            raise Unreachable("I cannot write to the database", "Look at ROOMOPS_DATABASE_URL.")
        if entry.invocation in {known.invocation for known in self.entries}:
            return None
        self.entries.append(entry)
        return len(self.entries)

    def end(self, number: int, outcome: Outcome, duration: timedelta) -> None:
        if self._short:
            raise Unreachable("The database went away")
        self.ended.append((number, outcome, duration))


class Nothing:
    """No room at all; the commands here ask for none."""

    def catalogue(self):
        raise Missing("There are no rooms")

    def availability(self, rooms, start, end):
        return ()


def raising(wrong: Exception):
    def run(_: Invocation, __: Services) -> Reply:
        raise wrong

    return run


COMMANDS = (
    Command("rooms free", "rooms", lambda i, _: say(f"heard {i.arguments}"), access=Access.MEMBER),
    Command("crash", "a bug", raising(KeyError("secret-detail")), access=Access.MEMBER),
    Command("odd", "usage", raising(Usage("No")), access=Access.MEMBER, examples=("odd 1",)),
    Command("shut", "not allowed", raising(NotAllowed("Not here")), access=Access.MEMBER),
    Command("away", "trouble", raising(Missing("Gone")), access=Access.MEMBER, examples=("away",)),
    Command("health", "for operators", lambda *_: say("well"), access=Access.OPERATOR),
)
OPS = Channel("slack", "COPS")


def door(book: Book) -> Dispatcher:
    ticks = iter(range(1000))
    policy = Policy(ops_channels=frozenset({str(OPS)}))
    services = Services(Nothing(), Nothing(), Nothing(), NOBODY, "UTC")
    return Dispatcher(COMMANDS, policy, book, services, lambda: float(next(ticks)))


def line(text: str, channel: Channel = OPS, act: str = "1") -> Invocation:
    return Invocation(User("slack", "U1"), channel, text, MONDAY, act)


@pytest.mark.parametrize(
    ("text", "outcome", "words"),
    [
        ("rooms free 2pm", Outcome.ANSWERED, "heard 2pm"),
        ("odd", Outcome.MISUNDERSTOOD, "No.\nFor example /roomops odd 1"),
        ("shut", Outcome.DENIED, "Not here."),
        ("away", Outcome.FAILED, "Gone."),
        (
            "xyzzy",
            Outcome.MISUNDERSTOOD,
            "I do not know “xyzzy”. Say /roomops help to see what I can do.",
        ),
    ],
)
def test_a_line_is_answered_and_how_it_ended_is_written_down(text, outcome, words):
    book = Book()

    reply = door(book)(line(text))

    assert plain(reply) == words
    assert book.ended == [(1, outcome, timedelta(seconds=1))]


def test_a_bug_is_answered_with_an_incident_number_and_nothing_of_its_insides(caplog):
    book = Book()

    said = plain(door(book)(line("crash")))

    assert said.startswith("That went wrong on my side. My log tells more under incident ")
    assert "secret-detail" not in said
    [record] = caplog.records
    assert record.incident in said
    assert book.ended[0][1] is Outcome.FAILED


def test_what_cannot_be_written_down_does_not_run():
    said = plain(door(Book(torn=True))(line("rooms free 2pm")))

    assert said == "I cannot write to the database. Look at ROOMOPS_DATABASE_URL."


def test_a_lost_end_costs_nobody_their_answer(caplog):
    said = plain(door(Book(short=True))(line("rooms free 2pm")))

    assert said == "heard 2pm"
    assert [record.message for record in caplog.records] == ["audit.end_lost"]


def test_the_same_act_is_answered_once():
    answer = door(Book())

    assert plain(answer(line("rooms free", act="7"))) == "heard "
    assert answer(line("rooms free", act="7")).outcome is Outcome.REPEATED


def test_who_may_not_is_told_who_may_and_nothing_runs():
    book = Book()

    reply = door(book)(line("health", Channel("slack", "CLOBBY")))

    assert plain(reply) == "Only operators may say /roomops health here."
    assert reply.outcome is Outcome.DENIED
    assert not book.entries[0].allowed


def test_help_shows_only_what_may_be_done_here():
    answer = door(Book())

    assert "/roomops health" in plain(answer(line("help", act="1")))
    assert "health" not in plain(answer(line("help", Channel("slack", "CLOBBY"), act="2")))
    refused = plain(answer(line("help health", Channel("slack", "CLOBBY"), act="3")))
    assert "There is no command “health” that you may use here" in refused


def test_a_line_that_is_too_long_is_refused_and_its_beginning_is_written_down():
    book = Book()

    said = plain(door(book)(line("rooms free " + "x" * 2000)))

    assert said == "That was 2,011 characters; I read at most 2,000. Say it shorter."
    assert len(book.entries[0].text) == 2000


def test_what_is_written_down_is_clean_and_says_who_and_where():
    book = Book()

    door(book)(line("rooms\x00free\u202e 2pm\n"))

    [entry] = book.entries
    assert (entry.text, entry.user, entry.channel) == ("rooms free 2pm", "slack:U1", "slack:COPS")
    assert (entry.command, entry.invocation) == ("rooms free", "slack:1")
