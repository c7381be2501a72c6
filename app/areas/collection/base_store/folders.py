"""Where the files of batches and deliveries lie below the data folder."""

from pathlib import Path

from flask import current_app


def originals() -> Path:
    """Original files, under the names that `original_file` has."""
    return Path(current_app.config["DATA_DIR"]) / "originals"


def batches() -> Path:
    """Standard and error files, a folder a batch."""
    return Path(current_app.config["DATA_DIR"]) / "batches"


def of(number: str) -> Path:
    """The folder of one batch."""
    return batches() / number
