"""How the security screens read their tables."""

from typing import Any

from flask_appbuilder.models.sqla.interface import SQLAInterface

from app.database import db


class SecurityInterface(SQLAInterface):
    """Flask-AppBuilder's interface; what a filter names is fetched by its key, and nonsense is nothing."""

    def get_related_obj(self, col_name: str, value: Any) -> Any:
        """The row that a filter on a relation means, or None."""
        return db.session.get(self.get_related_model(col_name), int(value)) if str(value).isdecimal() else None
