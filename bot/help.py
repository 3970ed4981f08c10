"""`help`: what this person may do here, made from the registry itself."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from bot.access import Access, Verdict
from bot.command import Argument, Command
from bot.errors import Usage
from bot.people import Channel, Invocation, User
from bot.ports import Services
from bot.reply import Bold, Code, Facts, Note, Reply, Table, Text
from bot.text import quote


def help_command(
    commands: Callable[[], Sequence[Command]], access: Callable[[User, Channel], Verdict]
) -> Command:
    """The command itself; `commands` is asked late, since help is one of them."""

    def run(invocation: Invocation, _: Services) -> Reply:
        may = access(invocation.user, invocation.channel).access
        known = [command for command in commands() if command.access <= may]
        wanted = invocation.arguments.lower().removeprefix("/").removeprefix("roomops ").strip()
        return _one(_find(known, wanted)) if _is_one(known, wanted) else _all(known, wanted)

    return Command(
        "help",
        "what I can do for you here",
        run,
        (Argument("[COMMAND]", "one command, with its arguments and examples"),),
        Access.MEMBER,
        ("help", "help rooms free"),
    )


def _is_one(known: Sequence[Command], wanted: str) -> bool:
    return bool(wanted) and wanted not in {command.group for command in known}


def _find(known: Sequence[Command], wanted: str) -> Command:
    for command in known:
        if wanted in (command.name, command.name.split()[-1]):
            return command
    raise Usage(f"There is no command {quote(wanted)} that you may use here", "Say /roomops help.")


def _all(known: Sequence[Command], group: str) -> Reply:
    shown = [command for command in known if not group or command.group == group]
    rows = tuple((Code(command.usage), command.summary) for command in shown)
    note = ("More about one: ", Code("/roomops help rooms free"), ".")
    return Reply((Table(("Say", "To see"), rows), Note(note)))


def _one(command: Command) -> Reply:
    facts = tuple((argument.form, argument.meaning) for argument in command.arguments)
    examples = tuple(Text(("For example ", Code(typed))) for typed in command.typed)
    blocks = (
        Text((Bold(command.slash), f": {command.summary}")),
        *((Facts(facts),) if facts else ()),
        *examples,
        Note((f"For {command.access.people}.",)),
    )
    return Reply(blocks)
