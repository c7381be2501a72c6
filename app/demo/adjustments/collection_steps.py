"""Chapter 3: what signers fill in on the way."""

from typing import Any

from sqlalchemy.orm import Session

from app.workflow.actor import Actor
from app.workflow.options import Case

Raw = dict[str, Any]


def extract(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """Every file is sound, with the records that were announced."""
    document: Any = case.document
    for file in document.files:
        raw["files"][str(file.id)] |= {
            "decrypted_name": file.name.removesuffix(".gpg"),
            "extracted_records": str(file.records),
            "result": "good",
        }


def preprocess(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """Imported in time: nothing was deposited in the safe."""
    raw |= {"deposit": None, "deposit_reason": None}


STEPS = {
    ("collection_file_register", "extract"): extract,
    ("import_file_register", "preprocess"): preprocess,
}
