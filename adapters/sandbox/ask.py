"""One request to Graph as it came over the wire, alone or as an item of a batch."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl
from uuid import uuid4

from adapters.sandbox.referee import Moment
from adapters.sandbox.refusal import bad_request


@dataclass(frozen=True, slots=True)
class Ask:
    """`path` is quoted and starts after the version; header and option names are lower case."""

    method: str
    version: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: Any  # decoded JSON; bytes that are not JSON yet; None
    moment: Moment
    request_id: str
    batched: bool = False

    @property
    def client_request_id(self) -> str:
        return self.headers.get("client-request-id", self.request_id)

    def json(self) -> Any:
        """Refusal 400 if the body is not JSON."""
        if not isinstance(self.body, bytes):
            return self.body
        if not self.body:
            return None
        try:
            return json.loads(self.body)
        except ValueError as wrong:
            raise bad_request(
                "Unable to read JSON request payload. Please ensure Content-Type header is set "
                "and payload is of valid JSON format."
            ) from wrong


def ask(method: str, target: str, headers: Mapping[str, str], body: Any, moment: Moment) -> Ask:
    """`target` is the path with its query, from the version on, as in /v1.0/users?$top=5."""
    path, _, query = target.partition("?")
    version, _, rest = path.lstrip("/").partition("/")
    return Ask(
        method.upper(),
        version.lower(),
        rest,
        options(query),
        {name.lower(): value for name, value in headers.items()},
        body,
        moment,
        str(uuid4()),
    )


def options(query: str) -> dict[str, str]:
    """Query options; the $ of the system's own may be left out, as Graph allows."""
    named = {name.lower(): value for name, value in parse_qsl(query, keep_blank_values=True)}
    return {f"${name}" if name in _SYSTEM else name: value for name, value in named.items()}


_SYSTEM = frozenset({"select", "filter", "top", "skip", "count", "orderby", "expand", "search"})
