"""Being the only process that runs on a SQLite file: a lock that dies with its holder.

The lock is on a file of its own beside the database, since opening and closing the database
itself would drop the locks that SQLite holds on it, https://sqlite.org/howtocorrupt.html.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import URL

from adapters.store import sqlite
from bot.errors import Trouble


@contextmanager
def sole(address: URL) -> Iterator[None]:
    """Nothing to do on PostgreSQL, and in memory, where nobody else can be."""
    path = sqlite.path(address) if address.get_backend_name() == "sqlite" else None
    if path is None:
        yield
        return
    held = _lock(f"{os.path.realpath(path)}-run")
    try:
        yield
    finally:
        os.close(held)


def _lock(path: str) -> int:
    """The file stays: who removed it could remove a newer holder's."""
    try:
        file = os.open(path, os.O_CREAT | os.O_RDWR, 0o600)
    except OSError as wrong:
        what = f"I cannot open {path}, by which I know that I run alone"
        raise Trouble(what, "Its folder has to be writable for me.") from wrong
    try:
        _try(file)
    except OSError:
        os.close(file)
        raise Trouble(
            "Another roomops run uses this database",
            "Stop that one first, or set ROOMOPS_DATABASE_URL to PostgreSQL, which takes several.",
        ) from None
    return file


if sys.platform == "win32":
    import msvcrt

    def _try(file: int) -> None:
        msvcrt.locking(file, msvcrt.LK_NBLCK, 1)
else:
    import fcntl

    def _try(file: int) -> None:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
