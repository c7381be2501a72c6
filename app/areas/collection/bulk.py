"""Many rows at once: COPY on PostgreSQL, executemany on SQLite, both within the session's transaction."""

from collections.abc import Sequence
from typing import Any, cast

from psycopg import Connection, Error, sql
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from app.engine.base import Model


def insert_rows(session: Session, model: type[Model], columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """Adds rows, given as both drivers take them: days and moments as ISO text, bytes as bytes; raises DBAPIError."""
    if not rows:
        return
    connection, name = session.connection(), model.__tablename__
    if connection.dialect.name == "postgresql":
        copy_in(cast("Connection[Any]", connection.connection.driver_connection), name, columns, rows)
        return
    names, marks = ", ".join(f'"{one}"' for one in columns), ", ".join("?" * len(columns))
    connection.exec_driver_sql(f'INSERT INTO "{name}" ({names}) VALUES ({marks})', list(rows))


def copy_in(driver: "Connection[Any]", name: str, columns: Sequence[str], rows: Sequence[tuple[Any, ...]]) -> None:
    """COPY … FROM STDIN; raises OperationalError."""
    names = sql.SQL(", ").join(map(sql.Identifier, columns))
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(sql.Identifier(name), names)
    try:
        with driver.cursor() as cursor, cursor.copy(statement) as copy:
            for row in rows:
                copy.write_row(row)
    except Error as error:
        raise OperationalError(statement.as_string(driver), None, error) from error
