"""Initial passwords (初始密码): random, told once, and changed at the first login (article 79.4)."""

import secrets
from string import ascii_lowercase, ascii_uppercase, digits

from sqlalchemy.orm import Session

from app.documents.parameters import parameter_number
from app.security.models import User
from app.security.passwording import LEAST, classes_of, made_wrong, require_change, set_password

ALPHABET = "".join(sorted(set(ascii_lowercase + ascii_uppercase + digits + "-+=%@#") - set("0O1lI")))
"""Nothing that people misread on paper."""
LENGTH = 16
ALL_KINDS = 4


def set_initial_password(session: Session, user: User) -> str:
    """Gives an account a password that its owner must change; returns it, for nobody keeps it. Sessions end."""
    password = random_password(session, user.username)
    set_password(session, user, password)
    require_change(session, user.id)
    return password


def random_password(session: Session, username: str) -> str:
    """A password that the rules take, with characters of all kinds."""
    length = max(LENGTH, int(parameter_number(session, LEAST)))
    while True:
        password = "".join(secrets.choice(ALPHABET) for _at in range(length))
        if classes_of(password) == ALL_KINDS and not made_wrong(session, username, password):
            return password
