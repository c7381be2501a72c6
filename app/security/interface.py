"""How the security screens read their tables."""

from typing import Any

from flask_appbuilder.models.filters import BaseFilter
from flask_appbuilder.models.sqla.filters import FilterRelationOneToManyEqual, SQLAFilterConverter
from flask_appbuilder.models.sqla.interface import SQLAInterface

from app.database import db


class Is(BaseFilter):
    """A yes-or-no column; Flask-AppBuilder's own filter compares it with text, which PostgreSQL refuses."""

    arg_name = "is"

    def apply(self, query: Any, value: Any) -> Any:
        """The rows where it is so, for "1", or is not; all, where nothing was chosen."""
        return query.filter(getattr(self.model, self.column_name).is_(value == "1")) if value else query


class Refers(FilterRelationOneToManyEqual):
    """A reference; none chosen means all rows, not those without."""

    def apply(self, query: Any, value: Any) -> Any:
        """The rows that refer to the row with this key."""
        return super().apply(query, value) if value else query


class Converter(SQLAFilterConverter):
    """The filters that columns have."""

    conversion_table = (("is_boolean", [Is]), ("is_relation_many_to_one", [Refers]), *SQLAFilterConverter.conversion_table)


class SecurityInterface(SQLAInterface):
    """Flask-AppBuilder's interface; what a filter names is fetched by its key, and nonsense is nothing."""

    filter_converter_class = Converter

    def get_related_obj(self, col_name: str, value: Any) -> Any:
        """The row that a filter on a relation means, or None."""
        return db.session.get(self.get_related_model(col_name), int(value)) if str(value).isdecimal() else None
