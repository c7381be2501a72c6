"""Rights of the application's role on a PostgreSQL server: everything it needs, and of the record only to read and add."""

from sqlalchemy.dialects import postgresql

from app.audit.models import AuditEntry


def statements(role: str) -> tuple[str, ...]:
    """The SQL that the owner of the tables runs once after each upgrade."""
    name = postgresql.dialect().identifier_preparer.quote_identifier(role)  # type: ignore[no-untyped-call]
    record = AuditEntry.__tablename__
    return (
        f"GRANT USAGE ON SCHEMA public TO {name}",
        f"GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO {name}",
        f"GRANT USAGE, SELECT ON ALL SEQUENCES IN SCHEMA public TO {name}",
        f"REVOKE ALL ON {record}, alembic_version FROM PUBLIC, {name}",
        f"GRANT SELECT, INSERT ON {record} TO {name}",
        f"GRANT SELECT ON alembic_version TO {name}",
    )
