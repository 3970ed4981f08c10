"""A dead man's switch: tell a watcher elsewhere that the bot looks and speaks, or stay silent."""

from __future__ import annotations

import requests
import structlog

log = structlog.get_logger(__name__)

_TIMEOUT = 5.0  # seconds


class Heartbeat:
    """GETs one address, such as that of a healthchecks.io check; its path may be a secret."""

    def __init__(self, url: str, session: requests.Session) -> None:
        self._url, self._session = url, session

    def beat(self) -> bool:
        """Whether it was heard; a watcher that does not answer harms nobody here."""
        try:
            answer = self._session.get(self._url, timeout=_TIMEOUT)
        except requests.RequestException as wrong:
            log.warning("heartbeat.unheard", kind=type(wrong).__name__)
            return False
        if not answer.ok:
            log.warning("heartbeat.refused", status=answer.status_code)
        return answer.ok

    def close(self) -> None:
        self._session.close()
