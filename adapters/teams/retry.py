"""Whether to ask the connector once more, and when.  Pure.

Repairs botbuilder 4.17.1: msrest never repeats a POST, so that a throttled reply was lost and its
turn ended as a 500.
"""

from __future__ import annotations

# learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit names 412, 429, 502 and 504;
# 503 is what a gateway answers while it restarts.
AGAIN = frozenset({412, 429, 502, 503, 504})
ATTEMPTS = 4
LONGEST = 10.0  # seconds; whoever is asked to wait longer tells its caller instead


def seconds_asked(retry_after: str | None) -> float | None:
    """Retry-After in seconds; None where it is missing or a date, which Teams does not send."""
    try:
        return max(0.0, float(retry_after or ""))
    except ValueError:
        return None


def wait_before(attempt: int, asked: float | None, jitter: float) -> float | None:
    """Seconds to wait before attempt 2, 3, 4; None: ask no more.  `jitter` is 0 to 1."""
    if attempt > ATTEMPTS or (asked or 0) > LONGEST:
        return None
    backoff: float = 2 ** (attempt - 2)
    return max(asked or 0.0, backoff / 2) + backoff / 2 * jitter
