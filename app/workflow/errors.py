"""What can go wrong when somebody acts; each says in the user's words what happened and what to do."""

from app.engine.text import Text


class Denied(Exception):
    """The person may not do this now; `reason` says why (403)."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


class Missing(Exception):
    """There is no such document, or none that the person may know of (404)."""


class Stale(Exception):
    """The document is no longer what the person was shown; `message` says what to do (409)."""

    def __init__(self, message: Text) -> None:
        super().__init__(message)
        self.message = message
