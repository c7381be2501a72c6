"""Every table of the application, so that migrations and mappers see them all."""

from collections.abc import Iterable

from sqlalchemy.orm import configure_mappers


def load(packages: Iterable[str]) -> None:
    """Imports all models, compiles the catalogue and refuses a catalogue with faults."""
    import app.audit.models
    import app.documents.models
    import app.excel.models
    import app.jobs.models
    import app.notices.models
    import app.registers.effects
    import app.registers.models
    import app.security.models
    import app.workflow.models  # noqa: F401
    from app.engine.catalogue import catalogue
    from app.engine.checks import check
    from app.engine.compiling import DeclarationError
    from app.procedure import knows_article

    if catalogue.forms:
        return
    catalogue.load(packages)
    configure_mappers()
    if faults := check(catalogue, knows_article):
        first = faults[0]
        raise DeclarationError(first.code, first.where, "\n".join(map(str, faults)), first.hint)
