"""Every expected no, and how it reads to a person.

    Refused            the text is a sentence to a person, the hint is an act
      Usage            they asked for something that the command does not understand
      NotAllowed       they may not do this here
      Trouble          the outside said no
        Throttled      ... not so fast; knows when to ask again
        Forbidden      ... a permission or a scope is missing
        Missing        ... there is no such thing
        Unreachable    ... it did not answer, or not in a language we know

Anything else that is raised is a bug, and is answered with an incident number.
"""

from __future__ import annotations

from datetime import datetime, timedelta


class Refused(Exception):
    """An expected no.  `str(error)` is one sentence without its full stop."""

    def __init__(self, what: str, hint: str = "") -> None:
        super().__init__(what)
        self.hint = hint

    @property
    def sentence(self) -> str:
        """What to tell a person: what is wrong, then what to do about it."""
        return f"{self}. {self.hint}".strip()


class Usage(Refused):
    """They asked for something that the command does not understand."""


class NotAllowed(Refused):
    """They may not do this here."""


class Trouble(Refused):
    """The outside said no.  `code`, `request_id` and `at` are its own, for its support."""

    def __init__(
        self,
        what: str,
        hint: str = "",
        *,
        code: str = "",
        request_id: str = "",
        at: datetime | None = None,
    ) -> None:
        super().__init__(what, hint)
        self.code = code
        self.request_id = request_id
        self.at = at


class Throttled(Trouble):
    """The outside asks us to wait; `retry_after` says how long."""

    def __init__(
        self,
        what: str,
        retry_after: timedelta,
        *,
        code: str = "",
        request_id: str = "",
        at: datetime | None = None,
    ) -> None:
        seconds = max(1, round(retry_after.total_seconds()))
        hint = f"Ask again in {seconds} s."
        super().__init__(what, hint, code=code, request_id=request_id, at=at)
        self.retry_after = retry_after


class Forbidden(Trouble):
    """A permission or a scope is missing; the hint names it, and so does `permission`."""

    permission = ""  # the application permission that would do, where that is known


class Missing(Trouble):
    """There is no such thing."""


class Unreachable(Trouble):
    """No answer in time, or one that makes no sense."""
