"""What stands in a job's way though it is in order itself: the database is busy or away, the disk is full."""

import errno
import sqlite3

from sqlalchemy.exc import DBAPIError

PASSING = ("40001", "40P01", "55P03", "57P01", "57P03")
"""PostgreSQL's codes for conflicts between transactions, locks not to be had, and a server that goes or comes."""
NO_ROOM = ("53100",)


def passing(error: Exception) -> bool:
    """Whether the same work may well succeed later."""
    if isinstance(error, DBAPIError) and error.connection_invalidated:
        return True
    return sqlstate(error) in PASSING or sqlite_code(error) in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def disk_full(error: Exception) -> bool:
    """Whether there was no room left for a file or the database."""
    if isinstance(error, OSError):
        return error.errno in (errno.ENOSPC, errno.EDQUOT)
    return sqlstate(error) in NO_ROOM or sqlite_code(error) == sqlite3.SQLITE_FULL


def driver_error(error: Exception) -> BaseException | None:
    """The driver's own error: SQLAlchemy's wraps it, what talks to the driver directly raises it as it is."""
    return error.orig if isinstance(error, DBAPIError) else error


def sqlstate(error: Exception) -> str | None:
    """PostgreSQL's code, or None for other errors."""
    found = getattr(driver_error(error), "sqlstate", None)
    return found if isinstance(found, str) else None


def sqlite_code(error: Exception) -> int | None:
    """SQLite's primary result code, or None for other errors."""
    code = getattr(driver_error(error), "sqlite_errorcode", None)
    return code & 0xFF if isinstance(code, int) else None
