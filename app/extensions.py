"""Extensions that are set up once and shared."""

from flask_migrate import Migrate
from flask_wtf import CSRFProtect

from app.database import db

csrf = CSRFProtect()
migrate = Migrate()

__all__ = ["csrf", "db", "migrate"]
