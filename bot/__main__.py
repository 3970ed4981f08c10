"""The command line: the only reader of the environment and of argv."""

from __future__ import annotations

import argparse
import asyncio
import os
import shutil
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from bot.errors import Refused
from bot.load import BadSettings, load
from bot.reply import Outcome
from bot.settings import VARIABLES, Settings

OK, FAILED, BAD_USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """Exit codes: 0 done, 1 it failed, 2 bad usage or settings."""
    arguments = _parser().parse_args(argv)
    try:
        code: int = arguments.run(arguments)
    except BadSettings as bad:
        print("\n".join(bad.faults), file=sys.stderr)
        return BAD_USAGE
    except Refused as refused:
        print(refused.sentence, file=sys.stderr)
        return FAILED
    except BrokenPipeError:  # our reader went away, as `| head` does
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return OK
    except KeyboardInterrupt:
        return 130
    return code


def _settings(needs_graph: bool, quiet: bool = False) -> Settings:
    from adapters import log
    from bot.wiring import secrets_of

    settings, _ = load(os.environ, needs_graph)
    # One answer in a terminal: what went as it should is not told beside it.
    level = "warning" if quiet and settings.log_level == "info" else settings.log_level
    log.set_up(level, settings.log_format, secrets_of(settings))
    return settings


def _run(_: argparse.Namespace) -> int:
    # structlog loads rich and pygments where it finds them, 8 MB that a service never draws with.
    sys.modules.setdefault("rich", None)  # type: ignore[arg-type]
    settings = _settings(needs_graph=True)
    from bot.serve import serve

    asyncio.run(serve(settings, lambda line: print(line, flush=True)))
    return OK


def _demo(_: argparse.Namespace) -> int:
    from adapters import log
    from bot.demo import demo

    log.set_up("error", "console", ())
    return demo(sys.stdin, sys.stdout, os.environ)


def _ask(arguments: argparse.Namespace) -> int:
    settings = _settings(needs_graph=True, quiet=True)
    from adapters.console.render import render, to_json, wants_colour
    from bot.demo import ask
    from bot.wiring import assemble

    try:
        bot = assemble(settings, {})
    except Refused as refused:  # nothing was asked yet: it is the settings
        raise BadSettings([refused.sentence]) from refused
    try:
        reply = ask(bot, " ".join(arguments.text))
    finally:
        bot.close()
    width = shutil.get_terminal_size().columns
    colour = wants_colour(os.environ, sys.stdout)
    shown = render(reply, width=width, colour=colour, first_button=None)
    _show(to_json(reply) if arguments.json else shown)
    return _CODES[reply.outcome]


def _show(text: str) -> None:
    """To a terminal of whatever encoding: a sign that it lacks is a question mark, no traceback."""
    from adapters.chart import spelled

    coding = sys.stdout.encoding
    print(spelled(text, coding).encode(coding, "replace").decode(coding))


_CODES = {
    Outcome.ANSWERED: OK,
    Outcome.REPEATED: OK,
    Outcome.FAILED: FAILED,
    Outcome.DENIED: FAILED,
    Outcome.MISUNDERSTOOD: BAD_USAGE,
}


def _doctor(arguments: argparse.Namespace) -> int:
    settings = _settings(needs_graph=True, quiet=True)
    from adapters.console.render import render, wants_colour
    from bot.checkup import checkup, exported, whole

    diagnosis = checkup(settings, lambda line: print(line, file=sys.stderr, flush=True))
    if arguments.json or arguments.markdown:
        text = exported(diagnosis, arguments.markdown)
        _write(arguments.output, text.encode(), f"{text}\n")
        return diagnosis.exit_code
    width = shutil.get_terminal_size().columns
    colour = wants_colour(os.environ, sys.stdout)
    shown = render(whole(diagnosis), width=width, colour=colour, first_button=None)
    _show(shown)
    return diagnosis.exit_code


def _sandbox(arguments: argparse.Namespace) -> int:
    from bot.tenant import stand

    return stand(arguments.port, lambda line: print(line, flush=True))


def _manifest(arguments: argparse.Namespace) -> int:
    from bot.manifests import slack_manifest, teams_package

    if arguments.url and not arguments.url.startswith("https://"):
        raise BadSettings(["--url takes https://HOST, where Slack and Teams reach this bot"])
    if arguments.platform == "slack":
        text = slack_manifest(arguments.url)
        return _write(arguments.output, text.encode(), text)
    settings, _ = load(os.environ)
    return _write(
        arguments.output or "roomops-teams.zip", teams_package(settings, arguments.url), ""
    )


def _write(path: str | None, content: bytes, text: str) -> int:
    if path is None:
        print(text, end="")
        return OK
    try:
        Path(path).write_bytes(content)
    except OSError as wrong:
        raise Refused(f"I cannot write {path} ({wrong.strerror})", "Name another file.") from wrong
    print(f"wrote {path}", file=sys.stderr)
    return OK


def _show_settings(_: argparse.Namespace) -> int:
    settings, origins = load(os.environ)
    for variable, name in VARIABLES.items():
        value = getattr(settings, name)
        shown = ", ".join(sorted(value)) if isinstance(value, frozenset) else str(value)
        shown = "(not set)" if value is None else shown or "(none)"
        meaning = Settings.model_fields[name].description
        print(f"{variable} = {shown}\n    from {origins.get(variable, 'default')}: {meaning}")
    return OK


def _docs(arguments: argparse.Namespace) -> int:
    from bot.manifests import all_commands
    from bot.pages import commands_page, settings_page

    pages = {"commands.md": commands_page(all_commands()), "settings.md": settings_page()}
    for name, text in pages.items():
        path = Path(arguments.folder) / name
        if arguments.write:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            print(f"{path} is stale; run: roomops docs --write", file=sys.stderr)
            return FAILED
    return OK


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser("roomops", description="ChatOps for Microsoft 365 rooms")
    known = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(
        name: str, summary: str, run: Callable[[argparse.Namespace], int]
    ) -> argparse.ArgumentParser:
        made = known.add_parser(name, help=summary, description=summary)
        made.set_defaults(run=run)
        return made

    command("demo", "a sandbox tenant and a terminal chat in one process", _demo)
    command("run", "the service: Slack, Teams and scheduled checks", _run)
    asked = command("ask", "run one command as the local operator", _ask)
    asked.add_argument("text", nargs="+", help="as in the chat: rooms free 2pm in Lisbon")
    asked.add_argument("--json", action="store_true", help="the neutral reply as JSON")
    examined = command("doctor", "check the whole set-up in causal order", _doctor)
    form = examined.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="to hand to somebody's support")
    form.add_argument("--markdown", action="store_true", help="the same as Markdown")
    examined.add_argument("-o", "--output", help="a file for it")
    stood = command("sandbox", "only the local tenant (Entra and Graph), for any client", _sandbox)
    stood.add_argument(
        "--port",
        type=int,
        choices=range(65536),
        metavar="PORT",
        default=0,
        help="0 picks a free one",
    )
    made = command("manifest", "what to give to Slack or Teams to install the bot", _manifest)
    made.add_argument("platform", choices=("slack", "teams"))
    made.add_argument("-o", "--output", help="a file; Slack: standard output by default")
    made.add_argument("--url", help="this bot's public address; without it Slack uses Socket Mode")
    command("settings", "every setting, where its value is from and what it means", _show_settings)
    docs = command("docs", "check the generated pages of docs/, or write them", _docs)
    docs.add_argument("--write", action="store_true")
    docs.add_argument("--folder", default="docs")
    return parser


if __name__ == "__main__":
    sys.exit(main())
