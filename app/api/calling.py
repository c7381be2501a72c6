"""Who calls and in which language: a token in the Authorization header, or a browser's session with its CSRF token."""

from flask import current_app
from flask_jwt_extended import verify_jwt_in_request
from flask_login import current_user

from app.api.errors import NOT_LOGGED_IN, Refusal
from app.security.languages import token_sent
from app.security.manager import current_actor
from app.workflow.actor import Actor

CHALLENGE = {"WWW-Authenticate": "Bearer"}


def identify() -> None:
    """Finds out who calls. A token decides where one was sent; a session needs a CSRF token for every change.

    Pages of other sites make a browser send its cookies, but no Authorization header.
    """
    if token_sent():
        verify_jwt_in_request()
    elif not current_user.is_authenticated:
        raise Refusal(401, NOT_LOGGED_IN, CHALLENGE)
    elif current_app.config["WTF_CSRF_ENABLED"]:
        current_app.extensions["csrf"].protect()


def caller() -> Actor:
    """The person who calls."""
    actor = current_actor()
    if actor is None:
        raise Refusal(401, NOT_LOGGED_IN, CHALLENGE)
    return actor
