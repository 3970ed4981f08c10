"""What Prometheus may know: how many lines were answered, how they ended and how long it took."""

from __future__ import annotations

from collections.abc import Callable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

from bot.people import Invocation
from bot.ports import Dispatch
from bot.reply import Reply
from bot.throttling import Bucket, By, Standing

# Each is a count of the ledger: bot/throttling.py.
_ASKED = {
    "requests": "Requests to Microsoft Graph, those in a batch singly",
    "throttled": "Requests that were answered 429",
    "unavailable": "Requests that found the service unavailable, or no answer",
    "waits": "Requests that were held back by our own limits",
    "waited": "Seconds for which they were held back",
}
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
        self._asked = {
            name: Counter(f"roomops_graph_{name}", words, registry=self.registry)
            for name, words in _ASKED.items()
        }
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

    def asked(self, bucket: Bucket) -> None:
        """A minute of the ledger that has ended."""
        for tally in bucket.tallies:
            if tally.by is By.ALL:
                for name, counter in self._asked.items():
                    counter.inc(getattr(tally, name))

    def pressed(self, standing: Callable[[], Standing]) -> None:
        """How it stands whenever Prometheus looks."""
        step = Gauge("roomops_graph_step", "Step of the ladder, 0 normal", registry=self.registry)
        room = Gauge(
            "roomops_graph_headroom", "Left of the tightest limit, 0 to 1", registry=self.registry
        )
        cooling = Gauge(
            "roomops_graph_cooling", "Mailboxes and services left alone", registry=self.registry
        )
        step.set_function(lambda: float(standing().step))
        room.set_function(lambda: standing().headroom)
        cooling.set_function(lambda: float(len(standing().cooling)))

    def page(self) -> bytes:
        """The text format of Prometheus."""
        return generate_latest(self.registry)
