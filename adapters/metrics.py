"""What Prometheus may know: how many lines were answered, how they ended and how long it took."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.people import Invocation
from bot.ports import Dispatch
from bot.reply import Reply

BUCKETS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)  # seconds


class Metrics:
    """Its own registry, so that two in one process do not clash."""

    def __init__(self, version: str) -> None:
        self.registry = CollectorRegistry()
        labels = ("platform", "outcome")
        self._lines = Counter(
            "roomops_lines", "Lines typed or pressed", labels, registry=self.registry
        )
        self._seconds = Histogram(
            "roomops_line_seconds", "Time to answer a line", buckets=BUCKETS, registry=self.registry
        )
        about = Gauge("roomops_info", "The version", ("version",), registry=self.registry)
        about.labels(version).set(1)

    def counted(self, dispatch: Dispatch, timer: Callable[[], float]) -> Dispatch:
        """The same door, with a counter beside it."""

        def answer(invocation: Invocation) -> Reply:
            begun = timer()
            reply = dispatch(invocation)
            self._lines.labels(invocation.user.platform, reply.outcome.value).inc()
            self._seconds.observe(timer() - begun)
            return reply

        return answer

    def page(self) -> bytes:
        """The text format of Prometheus."""
        return generate_latest(self.registry)
