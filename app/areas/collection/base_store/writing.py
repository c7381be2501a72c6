"""Puts records into the base store in blocks: PostgreSQL's COPY as the bytes are, SQLite's driver with tuples."""

from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseRecord
from app.areas.collection.base_store.standard import COLUMNS, parsed

NAMES = ", ".join(f'"{one}"' for one in COLUMNS)
COPY = f"COPY base_record ({NAMES}) FROM STDIN"
INSERT = f"INSERT INTO base_record ({NAMES}) VALUES (?, ?, ?, ?, ?, ?)"
AT_ONCE = 20_000


def put(connection: Connection, block: bytes) -> None:
    """Adds the records of a block of the standard file, within the connection's transaction."""
    driver: Any = connection.connection.driver_connection
    if connection.dialect.name == "postgresql":
        with driver.cursor() as cursor, cursor.copy(COPY) as copy:
            copy.write(block)
    else:
        driver.executemany(INSERT, parsed(block))


def remove_some(session: Session, batch_id: int) -> int:
    """Removes some of a batch's records; returns how many, 0 once none is left."""
    some = select(BaseRecord.id).where(BaseRecord.batch_id == batch_id).order_by(BaseRecord.id).limit(AT_ONCE)
    gone = session.execute(
        delete(BaseRecord).where(BaseRecord.id.in_(some)).execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
