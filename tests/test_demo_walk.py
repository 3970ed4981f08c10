"""`roomops demo`, piped: an alert appears, folds, is acknowledged and ends in a terminal."""

from __future__ import annotations

import pytest

from tests.test_service import command

LINES = (
    "break integration-consent-revoked",
    "alerts critical",
    "ack 1 calling Ana",
    "mend integration-consent-revoked",
    "ack 1 too late",
    "status",
    "exit",
)


@pytest.fixture(scope="module")
def demo(tmp_path_factory) -> dict[str, str]:
    """What was printed after each line, in one conversation."""
    ended = command("demo", cwd=tmp_path_factory.mktemp("demo"), said="\n".join(LINES))
    assert (ended.returncode, ended.stderr) == (0, "")
    rest = " ".join(ended.stdout.split())
    said = {}
    for line in reversed(LINES):
        rest, _, said[line] = rest.rpartition(f"> {line}")
    return said


def test_what_breaks_is_told_at_once_the_cause_with_its_symptoms_below(demo):
    said = demo["break integration-consent-revoked"]

    first = said.partition("— message 2")[0]
    assert first.strip().startswith("— message 1 ✗ #1 Eptura Workplace has lost its consent")
    assert "Concerned: 40 rooms, at least" in first
    assert "Because of this: • Access: Eptura Workplace has no impersonation" in first
    assert "• Scope: Eptura Workplace reaches no room" in first
    assert "[1 Acknowledge] [2 Silence 1 h] [3 Details] [4 Run check again]" in first
    assert said.count("✗ #") == 1


def test_the_list_shows_the_symptoms_under_their_cause(demo):
    assert "↳ Access: Eptura Workplace" in demo["alerts critical"]
    assert "because of #1" in demo["alerts critical"]


def test_an_acknowledgement_shows_on_the_message_and_in_its_thread(demo):
    said = demo["ack 1 calling Ana"]

    assert "— message 1 changed ! #1 Acknowledged: Eptura Workplace" in said
    assert "— about message 1 Acknowledged by you at" in said
    assert "#1 is yours" in said


def test_mending_resolves_it_in_the_same_message(demo):
    said = demo["mend integration-consent-revoked"]

    assert "— message 1 changed ✓ #1 Resolved: Eptura Workplace" in said
    assert "Over after less than a minute" in said
    assert "Resolved at" in said.partition("— about message 1")[2]
    assert "#1 is over: it ended" in demo["ack 1 too late"]


def test_nothing_waits_to_be_told_afterwards(demo):
    assert "I am well." in demo["status"]
    assert "nothing waits to be told" in demo["status"]
