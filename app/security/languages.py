"""In which language a program is answered."""

from flask import current_app, request, session


def token_sent() -> bool:
    """Whether the request carries a token."""
    return request.headers.get("Authorization", "").lower().startswith("bearer ")


def client_language() -> str:
    """`?_l_=en`, else the language chosen in the browser's session, else Accept-Language, else Chinese."""
    known = list(current_app.config["LANGUAGES"])
    default = str(current_app.config["BABEL_DEFAULT_LOCALE"])
    for wanted in (request.args.get("_l_"), None if token_sent() else session.get("locale")):
        if wanted in known:
            return str(wanted)
    return request.accept_languages.best_match(known, default) or default
