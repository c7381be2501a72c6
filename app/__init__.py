"""The application: 企业征信业务管理系统, the back office of an enterprise credit bureau."""

import os
import sys
from collections.abc import Mapping
from typing import Any

from flask import Flask

from config import settings, unsafe

__version__ = "0.1.0"


def create_app(config: Mapping[str, Any] | None = None) -> Flask:
    """A ready application; `config` overrides settings taken from the environment.

    A process that is started with the settings of a server and lacks what keeps it safe ends here, and says what.
    """
    if config is None and (lacking := unsafe(os.environ)):
        sys.exit("With DATABASE_URL, set these environment variables:\n  " + "\n  ".join(lacking))
    from app import api, commands, evidence, excel, models, printing, screens, security
    from app.areas.collection import resources as collection_resources
    from app.areas.collection import screens as collection_screens
    from app.audit import recording
    from app.database import prepare
    from app.documents import guard
    from app.engine.catalogue import catalogue
    from app.extensions import csrf, db, migrate
    from app.jobs import init_jobs
    from app.security.builder import Builder

    app = Flask(__name__)
    app.config.update(settings())
    app.config.update(config or {})
    models.load(app.config["FORM_PACKAGES"])
    db.init_app(app)
    migrate.init_app(app, db, directory=str(app.config.get("MIGRATIONS", "migrations")))
    csrf.init_app(app)
    guard.install()
    recording.install()
    with app.app_context():
        prepare(db.engine)
        appbuilder = Builder()  # one an application: it remembers its views
        appbuilder.init_app(app, db.session)
        security.init_app(app)
        for part in (screens, api, excel, printing, evidence, collection_screens, collection_resources):
            part.register(appbuilder, catalogue)
    init_jobs(app)
    commands.register(app)
    return app
