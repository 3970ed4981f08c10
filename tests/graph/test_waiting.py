"""How long to wait before asking again."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from adapters.graph.waiting import LONGEST, backoff, retry_after

NOW = datetime(2026, 11, 23, 10, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, None),
        ({"Retry-After": ""}, None),
        ({"Retry-After": "soon"}, None),
        ({"Retry-After": "-5"}, None),
        ({"Retry-After": "2.128"}, 2.128),  # RFC 9110 knows none, Microsoft's own page has it
        ({"Retry-After": "1."}, None),
        ({"Retry-After": "²"}, None),
        ({"Retry-After": "0"}, 0),
        ({"Retry-After": " 7 "}, 7),
        ({"Retry-After": "3600"}, 3600),
        ({"Retry-After": "9" * 30}, LONGEST),
        ({"Retry-After": "Mon, 23 Nov 2026 10:00:30 GMT"}, 30),
        ({"Retry-After": "Mon, 23 Nov 2026 09:00:00 GMT"}, 0),
        # Their clock is an hour ahead of ours; only the difference counts.
        (
            {
                "Retry-After": "Mon, 23 Nov 2026 11:00:30 GMT",
                "Date": "Mon, 23 Nov 2026 11:00:00 GMT",
            },
            30,
        ),
        ({"Retry-After": "Mon, 99 Nov 2026 10:00:30 GMT"}, None),
    ],
)
def test_retry_after_is_read_as_seconds_or_as_a_date(
    headers: dict[str, str], seconds: float | None
) -> None:
    assert retry_after(headers, NOW) == seconds


def test_backoff_doubles_to_a_limit_and_keeps_callers_apart() -> None:
    assert [backoff(attempt, 1.0) for attempt in range(6)] == [0.5, 1, 2, 4, 8, 8]
    assert backoff(3, 0.0) == 2.0
