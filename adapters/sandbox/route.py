"""Which paths Graph answers, what each needs, and who answers it.

Segments match without case; `microsoft.graph.room` and the published `graph.room` are the same.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from urllib.parse import unquote

from adapters.sandbox.call import Call, Json
from adapters.sandbox.refusal import Refusal, no_such_segment

_PARENTHESES = re.compile(r"^([\w.]+)\((?:(\w+)=)?(?:'(.*)')?\)$")


class Service(StrEnum):
    """Who stands behind the gateway: each counts, refuses and limits in its own way."""

    DIRECTORY = "directory"
    PLACES = "places"
    EXCHANGE = "exchange"  # the path names the mailbox as {user}


@dataclass(frozen=True, slots=True)
class Route:
    """`needs` is a set of permissions of which one will do."""

    method: str
    template: str
    service: Service
    needs: frozenset[str]
    answer: Callable[[Call], Json]
    beta_only: bool = False
    status: int = 200  # of a good answer; 204 has no body


@dataclass(slots=True)
class _Node:
    children: dict[str | None, _Node] = field(default_factory=dict)  # None: anything at all
    routes: dict[str, Route] = field(default_factory=dict)  # by method


class Routes:
    """The table, as a tree of segments; a literal segment wins over a key."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._root = _Node()
        for route in routes:
            node = self._root
            for segment in _normal(route.template.split("/")):
                key = None if segment.startswith("{") else segment.lower()
                node = node.children.setdefault(key, _Node())
            node.routes[route.method] = route

    def find(self, method: str, path: str, version: str) -> tuple[Route, dict[str, str]]:
        """The route of a quoted path without its version, and what its braces held."""
        segments = _normal([unquote(part) for part in path.strip("/").split("/")])
        node, values = self._root, []
        for segment in segments:
            child = node.children.get(segment.lower())
            if child is None:
                child = node.children.get(None)
                values.append(segment)
            if child is None:
                raise no_such_segment(segment)
            node = child
        route = self._of(node, method, segments[-1])
        if route.beta_only and version != "beta":
            raise no_such_segment(segments[-1])
        return route, _keys(route, values)

    @staticmethod
    def _of(node: _Node, method: str, segment: str) -> Route:
        if not node.routes:
            raise no_such_segment(segment)
        if method not in node.routes:
            text = "Specified HTTP method is not allowed for the request target."
            raise Refusal(405, "Request_BadRequest", text)
        return node.routes[method]


def _normal(segments: list[str]) -> list[str]:
    """users('x') becomes users/x, applications(appId='x') applications(appId)/x, delta() delta."""
    normal: list[str] = []
    for segment in segments:
        match = _PARENTHESES.match(segment)
        if match is None:
            normal.append(re.sub(r"^microsoft\.graph\.", "graph.", segment, flags=re.IGNORECASE))
            continue
        name, key, value = match.groups()
        normal.append(f"{name}({key})" if key else name)
        normal += [value.replace("''", "'")] if value is not None else []
    return normal


def _keys(route: Route, values: list[str]) -> dict[str, str]:
    names = re.findall(r"{(\w+)}", route.template)
    return dict(zip(names, values, strict=True))
