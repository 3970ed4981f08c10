"""No token, secret or body gets into a log, an error or a repr."""

from __future__ import annotations

import logging
import traceback
from datetime import datetime, timedelta
from typing import Any

import pytest
from structlog.testing import LogCapture

from adapters.graph import Graph
from bot.errors import Trouble
from bot.rooms import Room
from tests.graph.scripted import SECRET, TOKEN, Said, Scripted, error

MARK = "a-body-that-nobody-may-see"
BODIES: list[Any] = [
    error(401, "InvalidAuthenticationToken", MARK),
    error(403, "ErrorAccessDenied", MARK),
    error(429, "TooManyRequests", MARK, Retry_After="9999"),
    error(500, "InternalServerError", MARK),
    Said(200, MARK.encode()),
    Said(200, {"value": [{"scheduleId": "fado@x", "error": {"message": MARK}}]}),
    Said(200, {"value": MARK}),
    Said(404, MARK.encode()),
    Said(302, b"", {"Location": f"https://{MARK}/"}),
]


@pytest.mark.parametrize("said", BODIES)
@pytest.mark.parametrize("where", ["graph", "login"])
def test_what_is_secret_stays_so(
    scripted: Scripted,
    told: Graph,
    nine: datetime,
    log: LogCapture,
    caplog: pytest.LogCaptureFixture,
    said: Said,
    where: str,
) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3").setLevel(logging.INFO)
    setattr(scripted, where, lambda _: said)
    shown = [repr(told), repr(vars(told)), repr(vars(told._tokens)), repr(vars(told._wire))]
    for ask in (
        told.probe,
        told.catalogue,
        lambda: told.availability([Room("fado@x", "Fado")], nine, nine + timedelta(hours=1)),
    ):
        try:
            shown.append(repr(ask()))
        except Trouble as trouble:
            shown += [repr(trouble), trouble.sentence, *traceback.format_exception(trouble)]
    shown += [repr(entry) for entry in log.entries]
    shown += [caplog.text, repr(vars(told._tokens))]
    everything = "\n".join(shown)
    for secret in (TOKEN, SECRET, MARK):
        assert secret not in everything


def test_every_answer_is_an_event(scripted: Scripted, told: Graph, log: LogCapture) -> None:
    scripted.script(Said(200, {"value": []}, {"request-id": "4b9087ce"}))
    told.probe()
    (event,) = [entry for entry in log.entries if entry["event"] == "graph.answered"]
    assert event == {
        "event": "graph.answered",
        "operation": "probe",
        "status": 200,
        "ms": 0,
        "request_id": "4b9087ce",
        "log_level": "debug",
    }
