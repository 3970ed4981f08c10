"""Structured logging, set up once: events with keys, and no secret in any of them."""

from __future__ import annotations

import logging
import sys
from collections.abc import Collection, MutableMapping
from typing import Any

import structlog

MASK = "[secret]"
Event = MutableMapping[str, Any]


def set_up(level: str, layout: str, secrets: Collection[str]) -> None:
    """Both structlog's and the standard library's records, to standard error.

    Every one of `secrets` is masked wherever it turns up, so that a library which
    quotes a request cannot give one away.
    """
    hidden = sorted((s for s in secrets if len(s) >= 6), key=len, reverse=True)

    def mask(_: Any, __: str, event: Event) -> Event:
        return {key: _masked(value, hidden) for key, value in event.items()}

    common: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask,
    ]
    structlog.configure(
        processors=[*common, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    final: Any = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if layout == "json"
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            # The default shows local variables, and so tokens.
            exception_formatter=structlog.dev.plain_traceback,
        )
    )
    remove = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler = logging.StreamHandler()
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=common, processors=[remove, mask, final]
        )
    )
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # Their INFO is a line per request or per poll; what matters of it is in our own events.
    for chatty in ("urllib3", "slack_bolt", "slack_sdk", "apscheduler", "msal", "alembic"):
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


def _masked(value: Any, hidden: list[str]) -> Any:
    if isinstance(value, str):
        for secret in hidden:
            value = value.replace(secret, MASK)
        return value
    if isinstance(value, dict):
        return {key: _masked(item, hidden) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_masked(item, hidden) for item in value]
    if isinstance(value, (int, float, bool, type(None))):
        return value
    return _masked(str(value), hidden) if not callable(value) else value
