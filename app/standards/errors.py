"""The error that every check of a standard raises."""


def N_(text: str) -> str:  # noqa: N802 (the name that translators' tools look for)
    """Mark a text for translation where it stands; it is translated where it is shown."""
    return text


class StandardError(ValueError):
    """A number that its standard refuses: a Chinese format text and its values, for the caller to translate."""

    def __init__(self, message: str, **params: object) -> None:
        super().__init__(message)
        self.message = message
        self.params = params

    def __str__(self) -> str:
        return self.message % self.params
