"""Extensions that are set up once and shared."""

from flask_appbuilder import AppBuilder
from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from app.database import db

appbuilder = AppBuilder()
csrf = CSRFProtect()
migrate = Migrate()

__all__ = ["appbuilder", "csrf", "db", "migrate"]
