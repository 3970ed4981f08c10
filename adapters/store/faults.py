"""What a database's refusal means to a person: every driver error becomes Trouble here.

The driver's own words go into the log and not to people: they name hosts, files and users.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from bot.errors import Forbidden, Trouble, Unreachable

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    kind: type[Trouble]
    what: str
    hint: str


UNREACHABLE = Fault(
    Unreachable,
    "I cannot reach my database",
    "Check that it runs and that ROOMOPS_DATABASE_URL is right.",
)
BUSY = Fault(
    Unreachable,
    "My database is too busy to answer in time",
    "Try again in a minute; if it stays so, look at what else uses ROOMOPS_DATABASE_URL.",
)
FULL = Fault(
    Trouble,
    "My database has no room left",
    "Free some space where ROOMOPS_DATABASE_URL keeps its data.",
)
READ_ONLY = Fault(
    Forbidden,
    "I may only read my database, not write to it",
    "Make ROOMOPS_DATABASE_URL (for SQLite the file and its folder) writable for me.",
)
DENIED = Fault(
    Forbidden,
    "My database does not allow me that",
    "The user in ROOMOPS_DATABASE_URL has to own its database, or to be granted USAGE and CREATE "
    "on its schema.",
)
DAMAGED = Fault(
    Trouble,
    "My database is damaged, or no database at all",
    "Restore ROOMOPS_DATABASE_URL from a backup, or point it to a new, empty one.",
)
NOT_OPENED = Fault(
    Trouble,
    "I cannot open my database file",
    "The folder in ROOMOPS_DATABASE_URL has to exist and to be writable for me.",
)
EMPTIED = Fault(
    Trouble,
    "My database has lost its tables",
    "Restore ROOMOPS_DATABASE_URL from a backup, or start me again to begin with new ones.",
)
REFUSED = Fault(
    Trouble,
    "My database refused what I asked",
    "My log says why; ROOMOPS_DATABASE_URL says which database it is.",
)

# The first prefix that fits decides.  Names: https://sqlite.org/rescode.html; five characters:
# https://www.postgresql.org/docs/current/errcodes-appendix.html
_BY_CODE = (
    ("SQLITE_BUSY", BUSY),
    ("SQLITE_LOCKED", BUSY),
    ("SQLITE_FULL", FULL),
    ("SQLITE_READONLY", READ_ONLY),
    ("SQLITE_PERM", READ_ONLY),
    ("SQLITE_CORRUPT", DAMAGED),
    ("SQLITE_NOTADB", DAMAGED),
    ("SQLITE_CANTOPEN", NOT_OPENED),
    ("08", UNREACHABLE),
    ("25006", READ_ONLY),
    ("28", DENIED),
    ("3D000", UNREACHABLE),
    ("40", BUSY),
    ("42501", DENIED),
    ("42P01", EMPTIED),
    ("53100", FULL),
    ("53", BUSY),
    ("55P03", BUSY),
    ("57014", BUSY),
    ("57P", UNREACHABLE),
    ("XX00", DAMAGED),
)


def trouble(wrong: SQLAlchemyError) -> Trouble:
    """The refusal in our words; `code` is the SQLSTATE or SQLite's name of it, if it has one."""
    code = _code(wrong)
    fault = _fault(wrong, code)
    log.error("store.refused", code=code, why=said(wrong))
    return fault.kind(fault.what, fault.hint, code=code)


def said(wrong: SQLAlchemyError) -> str:
    """The driver's first line.  The others may quote what was being written."""
    original = wrong.orig if isinstance(wrong, DBAPIError) else wrong
    return str(original).partition("\n")[0].strip()


def _code(wrong: SQLAlchemyError) -> str:
    original = getattr(wrong, "orig", None)
    name = getattr(original, "sqlite_errorname", None) or getattr(original, "sqlstate", None)
    return name or ""


def _fault(wrong: SQLAlchemyError, code: str) -> Fault:
    for prefix, fault in _BY_CODE:
        if code.startswith(prefix):
            return fault
    if "no such table" in said(wrong):  # SQLite has no code of its own for it
        return EMPTIED
    if not isinstance(wrong, DBAPIError):  # the pool waited for a free connection in vain
        return BUSY
    # PostgreSQL's driver gives no code where there was no answer to take it from.
    lost = isinstance(wrong, OperationalError) and not code
    return UNREACHABLE if lost else REFUSED
