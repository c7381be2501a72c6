"""What can go wrong when somebody acts; each says in the user's words what happened and what to do."""

from collections.abc import Sequence

from app.engine.text import Text


class Denied(Exception):
    """The person may not do this now; `reason` says why (403)."""

    def __init__(self, reason: Text) -> None:
        super().__init__(reason)
        self.reason = reason


class Unproven(Denied):
    """The decision needs a proof of identity (password, one-time code) that was not given, or did not hold."""


class Missing(Exception):
    """There is no such document, or none that the person may know of (404)."""


class Stale(Exception):
    """The document is no longer what the person was shown; `message` says what to do (409).

    `changes`: what is different now: (field in words, then, now); `names`: the paths of these fields, in the same order.
    """

    def __init__(
        self, message: Text, changes: Sequence[tuple[str, str, str]] = (), names: Sequence[str] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.changes = tuple(changes)
        self.names = tuple(names)


class Moved(Stale):
    """The register row that the document is about has changed since it was handed in: its maker must propose anew (409)."""
