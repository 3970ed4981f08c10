"""JSON as it goes over the wire, and how long it is there."""

from __future__ import annotations

import json


def encoded(payload: object) -> bytes:
    """UTF-8; an unpaired surrogate, which UTF-8 has no form for, becomes a question mark."""
    return json.dumps(payload, ensure_ascii=False).encode("utf-8", "replace")


def size(payload: object) -> int:
    return len(encoded(payload))
