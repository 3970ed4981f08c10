"""Killed before or after any step of an alert's life: nothing is lost, and nothing stands twice.

For every step a process is really killed, on both databases, and another one finishes when the
leases of the dead one are over.
"""

from __future__ import annotations

import json
import re
import signal
import sqlite3
import uuid
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from adapters.clock import now
from adapters.sandbox import Sandbox, seeded
from tests.dying import BEGIN, HOUR, Orders, born, lived
from tests.fake_slack import FakeSlack
from tests.polling import eventually
from tests.running import OPS, running

DATABASE = "sqlite:///roomops.db"
LATER = timedelta(minutes=3)  # every lease is over then


@dataclass(frozen=True)
class Story:
    """What was done `before`, what is done when the process dies, and how it must end."""

    before: str
    dying: str
    steps: str
    message: str  # what stands in the channel at the end, by its first word
    replies: tuple[str, ...] = ()  # what each line of its thread says
    wait: timedelta = timedelta(minutes=5)  # between `before` and `dying`
    others: tuple[str, ...] = ()  # messages beside the alert's
    then: str = ""  # what the second process does before it speaks


FIRST = "claim intend post tell"
EDITED = "claim edit intend post tell"
STORIES = {
    "opening": Story(
        "", "break speak", f"begin look end {FIRST} claim", "#N C is broken", then="break"
    ),
    "acknowledging": Story(
        "break speak", "ack speak", f"commit {EDITED} claim", "#N Acknowledged:",
        ("Acknowledged by Olivia",), then="ack",
    ),
    "reminding": Story(
        "break speak", "speak", f"{EDITED} claim", "#N C is broken", ("Still broken",), wait=HOUR
    ),
    "resolving": Story(
        "break speak", "mend speak", f"begin look end {EDITED} claim", "#N Resolved:",
        ("Resolved",), then="mend",
    ),
    "a silence that ends": Story(
        "break speak silence worsen speak", "speak", f"{EDITED} {FIRST} claim",
        "#N C is broken", ("Worse",), wait=HOUR, others=("Silence N is over",),
    ),
    "a silence that ends when it is over": Story(
        "break speak silence mend speak", "speak", f"{EDITED} {FIRST} claim",
        "#N Resolved:", ("Resolved",), wait=HOUR, others=("Silence N is over",),
    ),
    "a silence in which it began": Story(
        "silence break speak", "speak", f"{FIRST} {FIRST} claim",
        "#N C is broken", wait=HOUR, others=("Silence N is over",),
    ),
}  # fmt: skip


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def database(request, tmp_path_factory) -> Iterator[str]:
    """One for all cases of a kind: each has a channel and a check of its own in it."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path_factory.mktemp('matrix') / 'roomops.db'}"
        return
    server, name = request.getfixturevalue("postgresql_server"), f"t_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
        scheme, _, rest = server.partition("://")
        yield f"{scheme}+psycopg://{rest.replace('/postgres?', f'/{name}?', 1)}"
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture(scope="module")
def slack() -> Iterator[FakeSlack]:
    with FakeSlack() as fake:
        yield fake


@pytest.mark.parametrize("name", STORIES)
def test_whoever_dies_at_any_step_loses_nothing_and_says_nothing_twice(database, slack, name):
    story = STORIES[name]
    steps = story.steps.split()
    # Before a step is after the one before it, but for what was read: enough on one database.
    whens = ("before", "after") if database.startswith("sqlite") else ("after",)
    deaths = [(n, when) for n in range(1, len(steps)) for when in whens]
    first = Orders(database, slack.api_url, "", BEGIN, story.before)
    cases = [replace(first, case=f"C{uuid.uuid4().hex[:8]}") for _ in [None, *deaths]]
    if story.before:
        lived(*cases)
    under_fire = [replace(one, at=BEGIN + story.wait, acts=story.dying) for one in cases]

    # One of them lives, which shows that the list of steps is whole.
    assert lived(under_fire[0]) == [steps]
    processes = [born(replace(o, death=d)) for o, d in zip(under_fire[1:], deaths, strict=True)]
    for process in processes:
        process.join()
    assert {process.exitcode for process in processes} == {-signal.SIGKILL}
    later = BEGIN + story.wait + LATER
    lived(*(replace(one, at=later, acts=f"{story.then} speak speak") for one in cases))

    ends = {
        str(death): _wall(slack, one.case) for one, death in zip(cases, ["-", *deaths], strict=True)
    }
    assert ends == dict.fromkeys(ends, _expected(story))


TAKEN = {
    "the message itself": ("chat.postMessage", "opening"),
    "a line of its thread": ("chat.postMessage", "acknowledging"),
    "the edit of its end": ("chat.update", "resolving"),
    "a reminder": ("chat.postMessage", "reminding"),
}


@pytest.mark.parametrize("what", TAKEN)
def test_what_slack_took_from_a_process_that_was_killed_before_the_answer_stands_once(
    database, slack, what
):
    method, name = TAKEN[what]
    story, case = STORIES[name], f"C{uuid.uuid4().hex[:8]}"
    before = Orders(database, slack.api_url, case, BEGIN, story.before)
    lived(before)
    asked = len(slack.called(method))
    slack.fail(method, taken=True, late=60)
    dying = born(replace(before, at=BEGIN + story.wait, acts=story.dying))
    eventually(lambda: len(slack.called(method)) > asked)
    dying.kill()
    dying.join()
    slack.mend()

    later = BEGIN + story.wait + LATER
    lived(replace(before, at=later, acts=f"{story.then} speak speak"))

    assert _wall(slack, case) == _expected(story)


def test_roomops_run_that_is_killed_while_it_speaks_is_gone_on_with_by_the_next(tmp_path):
    """The whole service, in a new interpreter each time."""
    with FakeSlack() as slack, Sandbox(seeded(now())) as sandbox:
        sandbox.tenant.break_("account-disabled")
        slack.fail("chat.postMessage", taken=True, late=60)
        with running(sandbox, slack, tmp_path, DATABASE):  # until it is killed
            [stands] = eventually(lambda: slack.wall(OPS), seconds=30)
        slack.mend()
        _leases_end(tmp_path / "roomops.db")
        with running(sandbox, slack, tmp_path, DATABASE) as [second]:
            eventually(lambda: _told(tmp_path / "roomops.db"), seconds=30)
            assert second.stop() == 0

        assert [message.id for message in slack.wall(OPS)] == [stands.id]


def _leases_end(path: Path) -> None:
    """As if a minute and a half had gone by."""
    with closing(sqlite3.connect(path)) as connection:
        for table, lease in (("outbox", "claimed_until"), ("rounds", "lease_until")):
            over = f"{lease} = '2026-01-01 00:00:00.000000'"
            connection.execute(f"UPDATE {table} SET {over} WHERE {lease} IS NOT NULL")
        connection.commit()


def _told(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        rows = connection.execute("SELECT told FROM outbox WHERE told IS NOT NULL").fetchall()
    return any(json.loads(told)["message"] for (told,) in rows)


def _expected(story: Story) -> list[tuple[str, list[str]]]:
    alert = (story.message, list(story.replies))
    return sorted([alert, *((other, []) for other in story.others)])


def _wall(slack: FakeSlack, channel: str) -> list[tuple[str, list[str]]]:
    """What stands there, shortened to what the stories tell of."""
    return sorted(
        (_short(one.text, channel), [_short(line.text, channel) for line in one.replies])
        for one in slack.wall(channel)
    )


def _short(text: str, channel: str) -> str:
    """Its first words, without the numbers and names that every case has for itself."""
    words = re.sub(r"\d+", "N", text.replace(channel, "C"))
    found = re.match(
        r"[^#\w]*(#N \w+ is broken|#N \w+:|Silence N is over|Still broken|\w+( by Olivia)?)", words
    )
    return found[1] if found else words
