"""The application: 企业征信业务管理系统, the back office of an enterprise credit bureau."""

from collections.abc import Mapping
from typing import Any

from flask import Flask
from flask_appbuilder import AppBuilder

from config import settings

__version__ = "0.1.0"


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """A ready application; `config` overrides settings taken from the environment."""
    from app import api, commands, excel, models, printing, screens, security
    from app.database import prepare
    from app.documents import guard
    from app.engine.catalogue import catalogue
    from app.extensions import csrf, db, migrate
    from app.jobs import init_jobs

    app = Flask(__name__)
    app.config.update(settings())
    app.config.update(config or {})
    models.load(app.config["FORM_PACKAGES"])
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config.get("MIGRATIONS", "migrations")))
    csrf.init_app(app)
    guard.install()
    with app.app_context():
        prepare(db.engine)
        appbuilder = AppBuilder()  # one an application: it remembers its views
        appbuilder.init_app(app, db.session)
        security.init_app(app)
        for register in (screens.register, api.register_api, excel.register, printing.register):
            register(appbuilder, catalogue)
    init_jobs(app)
    commands.register(app)
    return app
