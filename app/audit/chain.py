"""The chain (链): each entry's digest covers the one before it, so that none can be changed, moved or taken out unseen."""

import hmac
import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from app.audit.models import AuditEntry

GENESIS = "0" * 64
"""What stands as the digest before the first entry."""
MOMENT = "%Y-%m-%d %H:%M:%S.%f"
"""Moments as SQLite keeps them, so that its rows are hashed as they lie there."""
COLUMNS = tuple(one.key for one in AuditEntry.__table__.columns if one.key not in ("previous", "digest"))


def canonical(row: Mapping[str, Any]) -> str:
    """An entry as the text that is hashed: every column but the two of the chain, in the order of the table."""
    return json.dumps([plain(row[name]) for name in COLUMNS], ensure_ascii=False, separators=(",", ":"))


def plain(value: Any) -> Any:
    """A column's value in JSON."""
    return f"{value:{MOMENT}}" if isinstance(value, datetime) else value


def digest(key: bytes, previous: str, row: Mapping[str, Any]) -> str:
    """The keyed hash (HMAC-SHA256) of an entry that follows the one with digest `previous`."""
    return hmac.digest(key, (previous + canonical(row)).encode(), "sha256").hex()


def chained(key: bytes, last: int, previous: str, rows: Iterable[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Gives entries their numbers and digests, after the entry `last`."""
    for number, row in enumerate(rows, last + 1):
        row["id"] = number
        row["previous"] = previous
        row["digest"] = previous = digest(key, previous, row)
        yield row
