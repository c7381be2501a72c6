"""Translations as text, where a page is being made and its language is known."""

import flask_babel


def gettext(text: str, **values: object) -> str:
    """The text in the language of this page."""
    return str(flask_babel.gettext(text, **values))
