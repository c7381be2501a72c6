"""Flask-AppBuilder's security, adapted: positions as roles, permissions from the catalogue, one look-up a request."""

from flask import Flask


def init_app(app: Flask) -> None:
    """Sets up what holds for every request."""
    from app.security import gate, headers, recorded, words
    from app.security.manager import home

    headers.init_app(app)
    words.init_app(app)
    recorded.init_app(app)
    gate.init_app(app)
    app.jinja_env.globals["home"] = home
