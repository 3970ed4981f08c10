"""What is kept as JSON comes back as it was, and is read by older and newer versions."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy.dialects import sqlite

from adapters.store.documents import Document, result_of, result_text
from bot.alert import Alert, Status
from bot.errors import Trouble
from bot.finding import Broken, Evidence, Finding, Ok, Owner, Remedy, Result, Severity, Unknown
from bot.notification import Told
from tests.store.alerting import alert, finding
from tests.store.conftest import NOON

_DIALECT = sqlite.dialect()
_ALERT, _TOLD = Document(Alert), Document(Told)

_words = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
_moments = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC))
_evidence = st.lists(st.builds(Evidence, _words, _words, _moments, _words), max_size=5).map(tuple)
_lines = st.lists(_words, max_size=3).map(tuple)
_findings = st.builds(
    Finding,
    fingerprint=_words,
    subject=_words,
    summary=_words,
    severity=st.sampled_from(Severity),
    consequence=_words,
    remedy=st.builds(Remedy, _words, _words, _words, _words),
    evidence=_evidence,
    owner=st.sampled_from([Owner.BOT, Owner.INTEGRATION, Owner.BOTH]),
    rooms=_lines,
)
_results = st.one_of(
    st.builds(Ok, _words, _evidence, _lines),
    st.builds(
        Broken, st.lists(_findings, min_size=1, max_size=3).map(tuple), _lines, st.booleans()
    ),
    st.builds(Unknown, _words, _words, _words, _evidence, _lines, _words),
)


def written(kind: Document[Alert], value: Alert) -> str:
    text = kind.process_bind_param(value, _DIALECT)
    assert text is not None
    return text


@settings(deadline=None)
@given(_results)
def test_every_result_comes_back_as_it_was(result: Result) -> None:
    assert result_of(result_text(result)) == result


@settings(deadline=None)
@given(_findings, st.sampled_from(Status), st.lists(_moments, max_size=3).map(tuple), _lines)
def test_every_alert_comes_back_as_it_was(
    found: Finding, status: Status, flaps: tuple[datetime, ...], lines: tuple[str, ...]
) -> None:
    value = replace(alert(status=status), finding=found, flaps=flaps, symptoms=lines, sites=lines)

    assert _ALERT.process_result_value(written(_ALERT, value), _DIALECT) == value


def test_what_a_newer_version_has_added_is_skipped() -> None:
    text = json.loads(written(_ALERT, alert()))
    text["mood"] = "grim"
    text["finding"]["remedy"]["price"] = {"euro": 3}

    assert _ALERT.process_result_value(json.dumps(text), _DIALECT) == alert()


def test_what_an_older_version_did_not_know_has_its_default() -> None:
    text = json.loads(written(_ALERT, alert()))
    for name in ("flaps", "sites", "note", "resolved_at"):
        del text[name]
    del text["finding"]["owner"]

    assert _ALERT.process_result_value(json.dumps(text), _DIALECT) == alert()


def test_the_rooms_are_kept_in_full_and_the_proof_in_part() -> None:
    answers = tuple(Evidence("GET /rooms", "403", NOON, str(number)) for number in range(10_000))
    rooms = tuple(f"room-{number}@contoso.example" for number in range(10_000))
    broken = Broken((replace(finding(), evidence=answers, rooms=rooms),))

    text = result_text(broken)

    kept = result_of(text)
    assert isinstance(kept, Broken)
    assert kept.findings[0].rooms == rooms
    assert kept.findings[0].evidence == answers[:5]
    assert len(text) < 400_000


def test_half_an_emoji_does_not_keep_anything_from_being_written() -> None:
    result = Broken((replace(finding(), summary="Room \ud83d \x00 “ñ”"),))

    kept = result_of(result_text(result))

    assert kept == Broken((replace(finding(), summary="Room \ufffd \x00 “ñ”"),))


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"puzzled": {"why": "new"}}', '{"ok": {}}'])
def test_what_cannot_be_read_is_trouble_that_says_what_to_do(text: str) -> None:
    with pytest.raises(Trouble, match="cannot read") as refused:
        result_of(text)

    assert "ROOMOPS_DATABASE_URL" in refused.value.hint
