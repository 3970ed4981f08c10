"""A conversation through pipes: scripts, tests, `| head`."""

from __future__ import annotations

import io
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest

from adapters.console.changed import changed
from adapters.console.chat import LOCAL, Console
from bot.errors import Missing, Unreachable
from bot.ports import Chat
from bot.reply import NOTHING, Button, Buttons, Facts, Reply, Table, Text, Title, Tone, say
from tests.console.world import ALERT, COMMANDS, EXTRAS, NOON, Bot, clock

FACTS = Facts((("Since", "noon"),))


@pytest.fixture
def bot() -> Bot:
    return Bot()


@pytest.fixture
def talk(bot: Bot) -> Callable[..., str]:
    """Say these lines; what stood on the screen in the end."""

    def say_all(*lines: str, **options: Any) -> str:
        stdout = io.StringIO()
        stdin = io.StringIO("".join(f"{line}\n" for line in lines))
        console = Console(bot, clock, commands=COMMANDS, stdin=stdin, stdout=stdout, **options)
        assert console.run() == 0
        return stdout.getvalue()

    return say_all


def test_a_transcript_reads_like_a_conversation(talk: Callable[..., str]) -> None:
    assert talk("rooms free", "1", "exit", "never said") == (
        "> rooms free\n"
        "2 rooms are free.\n"
        "[1 Show Fado] [2 More]\n"
        "\n"
        "> 1\n"
        "heard rooms show Fado\n"
        "\n"
        "> exit\n"
    )


def test_a_button_is_pressed_by_its_number_or_its_label(bot: Bot, talk: Callable[..., str]) -> None:
    talk("rooms free", "2", "show fado", "More")
    assert bot.texts[1:] == ["rooms free page 2", "rooms show Fado", "rooms free page 2"]


def test_buttons_stay_until_an_answer_brings_others(bot: Bot, talk: Callable[..., str]) -> None:
    said = talk("rooms free", "hello", "1", "twins", "2", "3")
    assert bot.texts[2:] == ["rooms show Fado", "twins", "show b"]
    assert "! There is no button 3 to press." in said


def test_a_label_that_could_mean_two_buttons_presses_neither(
    bot: Bot, talk: Callable[..., str]
) -> None:
    talk("twins", "show")
    assert bot.texts == ["twins", "show"]


def test_a_number_without_buttons_is_not_sent_anywhere(bot: Bot, talk: Callable[..., str]) -> None:
    assert "! There is no button 999999999 to press." in talk("9" * 5000)
    assert bot.heard == []


def test_blank_lines_and_comments_are_skipped(bot: Bot, talk: Callable[..., str]) -> None:
    assert talk("", "   ", "# a comment", "  hello ") == "> hello\nheard hello\n\n"
    assert bot.texts == ["hello"]


@pytest.mark.parametrize("word", ["exit", "quit", "EXIT"])
def test_exit_and_quit_end_it(bot: Bot, talk: Callable[..., str], word: str) -> None:
    talk(word, "hello")
    assert bot.heard == []


def test_the_end_of_input_ends_it_even_in_the_middle_of_a_line(bot: Bot) -> None:
    stdout = io.StringIO()
    console = Console(bot, clock, commands=COMMANDS, stdin=io.StringIO("hello"), stdout=stdout)
    assert console.run() == 0
    assert bot.texts == ["hello"]


def test_each_line_is_the_local_persons_own_act(bot: Bot, talk: Callable[..., str]) -> None:
    talk("a", "a")
    first, second = bot.heard
    assert (str(first.user), str(first.channel), first.at) == (
        "local:local",
        "local:terminal",
        NOON,
    )
    assert first.id != second.id


def test_a_line_answered_before_prints_nothing(talk: Callable[..., str]) -> None:
    assert talk("again") == "> again\n"


def test_moments_are_told_in_the_persons_zone(talk: Callable[..., str]) -> None:
    someone = replace(LOCAL, timezone="Asia/Tokyo")
    assert "2026-11-23 21:00 UTC+9" in talk("when", user=someone)


def test_the_demo_adds_words_that_the_bot_never_hears(bot: Bot, talk: Callable[..., str]) -> None:
    said = talk("break room-dark", "Faults", extra=EXTRAS)
    assert "room-dark is broken now.\nMend it with: mend room-dark\n" in said
    assert "> Faults\n  room-dark\n  slow-graph\n" in said
    assert bot.heard == []


def test_an_added_word_refuses_in_a_sentence(talk: Callable[..., str]) -> None:
    said = talk("break", extra=EXTRAS)
    assert "! I can break room-dark and slow-graph. Say break room-dark." in said


@pytest.mark.parametrize("line", ["help", "/help", "/roomops help"])
def test_help_tells_of_the_added_words_too(talk: Callable[..., str], line: str) -> None:
    assert "  break   switch a fault on\n" in talk(line, extra=EXTRAS)


def test_a_megabyte_is_heard_whole_and_shown_in_short(bot: Bot, talk: Callable[..., str]) -> None:
    huge = "rooms " + "x" * 1_000_000
    first = talk(huge).splitlines()[0]
    assert first.endswith("x… (1,000,006 characters)")
    assert len(first) < 2100
    assert bot.texts == [huge]


def test_what_is_not_utf8_is_replaced(bot: Bot) -> None:
    stdin = io.TextIOWrapper(io.BytesIO(b"Bel\xe9m \xff\x1b[2J\nexit\n"), encoding="utf-8")
    stdout = io.StringIO()
    Console(bot, clock, commands=COMMANDS, stdin=stdin, stdout=stdout).run()
    assert bot.texts == ["Bel\ufffdm \ufffd\x1b[2J"]
    assert "\x1b" not in stdout.getvalue()


def test_a_screen_without_unicode_gets_question_marks(bot: Bot) -> None:
    screen = io.BytesIO()
    stdout = io.TextIOWrapper(screen, encoding="ascii")
    stdin = io.StringIO("Belém\n")
    Console(bot, clock, commands=COMMANDS, stdin=stdin, stdout=stdout).run()
    assert b"heard Bel?m\n" in screen.getvalue()


def test_a_reader_that_went_away_ends_it_quietly(bot: Bot) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as stdout:
        console = Console(bot, clock, commands=COMMANDS, stdin=io.StringIO("a\nb\n"), stdout=stdout)
        assert console.run() == 0
    assert bot.texts == []


def test_a_message_to_a_reader_that_went_away_is_refused(bot: Bot) -> None:
    read, write = os.pipe()
    os.close(read)
    with os.fdopen(write, "w", encoding="utf-8") as stdout:
        console = Console(bot, clock, commands=COMMANDS, stdin=io.StringIO(), stdout=stdout)
        with pytest.raises(Unreachable):
            console.post("alerts", ALERT)
        console.run()


def test_an_interrupt_ends_a_script_as_shells_expect(bot: Bot) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    bot.slow = interrupt
    stdin = io.StringIO("slow\nhello\n")
    console = Console(bot, clock, commands=COMMANDS, stdin=stdin, stdout=io.StringIO())
    assert console.run() == 130
    assert bot.texts == ["slow"]


def test_messages_that_arrive_say_what_they_are_and_offer_their_own_numbers(bot: Bot) -> None:
    stdout = io.StringIO()
    console = Console(
        bot, clock, commands=COMMANDS, stdin=io.StringIO("rooms free\n3\n"), stdout=stdout
    )
    chat: Chat = console
    first = chat.post("alerts", ALERT)
    chat.edit("alerts", first, say("Tejo is back."))
    second = chat.post("alerts", say("It went dark again."), thread=first)
    assert (first, second) == ("1", "2")
    assert stdout.getvalue() == (
        "— message 1\nTejo went dark.\n[1 Acknowledge]\n\n"
        "— message 1 changed\nTejo is back.\n\n"
        "— about message 1\n    It went dark again.\n\n"
    )


def test_a_long_message_that_changed_shows_what_is_new(bot: Bot) -> None:
    stdout = io.StringIO()
    console = Console(bot, clock, commands=COMMANDS, stdin=io.StringIO("3\n1\n"), stdout=stdout)
    standing = (Text(("Critical since noon.",)), *(Text((f"Why {n}.",)) for n in range(6)))
    press = Button("Acknowledge", "ack 7")
    whole = Reply((Title("#7 Tejo is dark"), *standing, Buttons((press,))), Tone.BAD)
    message = console.post("terminal", whole)
    stdout.truncate(stdout.seek(0))

    more = (Text(("Acknowledged by Olivia.",)), Facts((("Rooms", "2"),)))
    buttons = Buttons((press, Button("Unacknowledge", "unack 7")))
    held = Reply((Title("#7 Acknowledged: Tejo is dark"), *standing, *more, buttons), Tone.WARN)
    console.edit("terminal", message, held)

    assert stdout.getvalue() == (
        "— message 1 changed\n"
        "! #7 Acknowledged: Tejo is dark\n"
        "Acknowledged by Olivia.\n"
        "  Rooms  2\n"
        "[2 Unacknowledge]\n\n"
    )
    console.run()
    assert bot.texts == ["ack 7"]  # what was offered before stays offered; 3 never was


def test_of_long_lists_that_changed_the_new_lines_are_shown(bot: Bot) -> None:
    rows = tuple((f"Room {n}", "dark") for n in range(9))
    before = Reply((Title("#7 9 rooms"), Table(("Room", "State"), rows), FACTS))
    grown = Table(("Room", "State"), (*rows, ("Tejo", "dark")))
    after = Reply((Title("#7 10 rooms"), grown, Facts((*FACTS.pairs, ("Site", "Porto")))))

    assert changed(before, after).blocks == (
        Title("#7 10 rooms"),
        Table(("Room", "State"), (("Tejo", "dark"),)),
        Facts((("Site", "Porto"),)),
    )


def test_a_message_of_another_conversation_is_missing(bot: Bot) -> None:
    console = Console(bot, clock, commands=COMMANDS, stdin=io.StringIO(), stdout=io.StringIO())
    assert console.find("terminal", "alert-7") == ""
    with pytest.raises(Missing):
        console.edit("terminal", "7", ALERT)


def test_what_stands_under_a_message_keeps_to_the_width(bot: Bot) -> None:
    stdout = io.StringIO()
    console = Console(bot, clock, commands=COMMANDS, stdin=io.StringIO(), stdout=stdout, width=30)
    console.post("terminal", say("Still broken (2 h): Fado, Tejo and Corona."), thread="1")

    _, *lines = stdout.getvalue().rstrip().splitlines()
    assert lines == ["    Still broken (2 h): Fado,", "    Tejo and Corona."]


def test_a_message_never_takes_a_number_that_stands_on_the_screen(bot: Bot) -> None:
    lines = Lines(["rooms free", "ALERT", "1", "3"])
    stdout = io.StringIO()
    console = Console(bot, clock, commands=COMMANDS, stdin=lines, stdout=stdout)
    lines.alert = lambda: console.post("alerts", ALERT)
    console.run()
    assert "[3 Acknowledge]" in stdout.getvalue()
    assert bot.texts == ["rooms free", "rooms show Fado", "alerts ack 7"]


def test_a_message_without_blocks_is_not_announced(bot: Bot) -> None:
    stdout = io.StringIO()
    console = Console(bot, clock, commands=COMMANDS, stdin=io.StringIO(), stdout=stdout)
    assert console.post("alerts", NOTHING) == ""
    assert stdout.getvalue() == ""


def test_messages_from_many_threads_stay_whole(bot: Bot) -> None:
    stdout = io.StringIO()
    console = Console(bot, clock, commands=COMMANDS, stdin=io.StringIO(), stdout=stdout)
    reply = Reply((Text(("first line",)), Buttons((Button("Show", "alerts 7"),))))
    threads = [threading.Thread(target=_post_many, args=(console, reply)) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    messages = stdout.getvalue().split("\n\n")[:-1]
    assert all(message.count("\n") == 2 and "\nfirst line\n[" in message for message in messages)
    assert len({message.rpartition("[")[2] for message in messages}) == 160


def _post_many(console: Console, reply: Reply) -> None:
    for _ in range(20):
        console.post("alerts", reply)


class Lines(io.StringIO):
    """Standard input; an alert arrives where the script says so."""

    def __init__(self, script: Sequence[str]) -> None:
        super().__init__()
        self.script = script
        self.alert: Callable[[], object] = lambda: None

    def __iter__(self) -> Iterator[str]:  # type: ignore[override]
        for line in self.script:
            if line == "ALERT":
                self.alert()
            else:
                yield f"{line}\n"
