"""Flask-AppBuilder's data access, guarded: it reads what the person may read, and writes nothing.

Every document and register row changes through operations and the door. Whatever Flask-AppBuilder does by itself (its
stock pages, actions, REST, related views) comes here, so a way round them ends here.
"""

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface
from sqlalchemy import false, or_

from app.documents.guard import NotByTheDoor
from app.engine.catalogue import catalogue
from app.engine.document import Document, State
from app.engine.spec import AnySpec, FormSpec
from app.security.manager import current_actor
from app.workflow.options import readable
from app.workflow.permissions import READ


def spec_of(model: type[Any]) -> AnySpec | None:
    """The form or register whose rows are of that class."""
    return next((spec for spec in catalogue if spec.model is model), None)


class GuardedInterface(SQLAInterface):
    """Also made for models that a form refers to: the model decides what may be read."""

    @property
    def spec(self) -> AnySpec | None:
        """The form or register behind it; None for any other table, of which nothing is shown."""
        return spec_of(self.obj)

    def get(self, id: Any, filters: Any = None, select_columns: Any = None, outer_default_load: bool = False) -> Any:
        """The row of that key, if the person may read it."""
        actor, spec = current_actor(), self.spec
        row = self.session.get(self.obj, id) if actor and spec else None
        if actor is None or spec is None or row is None or not actor.may(READ, spec.resource):
            return None
        return row if not isinstance(spec, FormSpec) or readable(actor, spec, row) else None

    def apply_filters(self, query: Any, filters: Any) -> Any:
        """The filters, and above them what the person may read at all."""
        actor, spec = current_actor(), self.spec
        if actor is None or spec is None or not actor.may(READ, spec.resource):
            return query.filter(false())
        if isinstance(spec, FormSpec):
            query = query.filter(or_(Document.maker_id == actor.user_id, Document.state != State.DRAFT))
            query = query.filter(Document.maker_id.in_(actor.circle)) if actor.external else query
        return super().apply_filters(query, filters)

    def add(self, item: Any, commit: bool = True) -> None:
        raise NotByTheDoor("documents are made by operations.create")

    def edit(self, item: Any, commit: bool = True) -> None:
        raise NotByTheDoor("documents are changed by operations.change and the door")

    def delete(self, item: Any, commit: bool = True) -> None:
        raise NotByTheDoor("documents are removed by operations.delete")

    def delete_all(self, items: Any) -> None:
        raise NotByTheDoor("documents are removed by operations.delete")
