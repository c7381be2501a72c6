"""Alembic's environment: the application's metadata, on whichever database it is configured for."""

from typing import Any, Literal

from alembic import context
from flask import current_app
from sqlalchemy.types import TypeDecorator

from app.database import db
from app.engine.choice import ChoiceSetType, ChoiceType
from app.engine.decimals import ExactDecimal


def render_item(kind: str, item: Any, autogen: Any) -> str | Literal[False]:
    """Migrations name plain SQL types, so that they stay readable when the application's own types move on."""
    if kind == "type" and isinstance(item, ChoiceType | ChoiceSetType):
        return f"sa.String(length={item.impl_instance.length})"
    if kind == "type" and isinstance(item, ExactDecimal):
        return f"sa.Numeric({item.precision}, {item.scale}).with_variant(sa.BigInteger(), 'sqlite')"
    return False


def include_name(name: str | None, kind: str, parent_names: Any) -> bool:
    """The search index is made by hand, differently on each database."""
    return not (kind == "table" and name is not None and name.startswith("document_search"))


def compare_type(
    migration: Any, inspected: Any, metadata: Any, inspected_type: Any, metadata_type: Any
) -> bool | None:
    """On SQLite an exact decimal is declared NUMERIC or BIGINT alike: no difference."""
    if isinstance(metadata_type, TypeDecorator) and isinstance(metadata_type, ExactDecimal):
        return False
    return None


def run() -> None:
    """Runs migrations, or compares, on the application's engine."""
    with db.engine.connect() as connection:
        keys = "PRAGMA foreign_keys={}"
        if sqlite := connection.dialect.name == "sqlite":  # batch mode replaces tables that others refer to
            connection.connection.dbapi_connection.execute(keys.format("OFF"))
        options = {
            **current_app.extensions["migrate"].configure_args,
            "render_item": render_item,
            "include_name": include_name,
            "compare_type": compare_type,
            "render_as_batch": True,
        }
        context.configure(connection=connection, target_metadata=db.metadata, **options)
        with context.begin_transaction():
            context.run_migrations()
        connection.commit()
        if sqlite:
            if broken := connection.exec_driver_sql("PRAGMA foreign_key_check").all():
                raise RuntimeError(f"rows that refer to nothing: {broken[:10]}")
            connection.rollback()
            connection.connection.dbapi_connection.execute(keys.format("ON"))


run()
