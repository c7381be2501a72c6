"""Chapter 3: what signers fill in on the way."""

from typing import Any

from sqlalchemy.orm import Session

from app.demo import packages
from app.workflow.actor import Actor
from app.workflow.case import Case

Raw = dict[str, Any]


def extract(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """The files are extracted, and what was found is registered."""
    raw |= packages.extract(session, actor, case, raw["extraction_witness"])


def review(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """Every item was compared with the lists, and ticked."""
    for row in raw["items"].values():
        row["checked"] = "1"


def preprocess(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """Imported in time: nothing was deposited in the safe."""
    raw |= {"deposit": None, "deposit_reason": None}


def confirm(session: Session, actor: Actor, case: Case, raw: Raw) -> None:
    """What came of it, as the counts have it."""
    document: Any = case.document
    raw["explanation"] = "拒收的记录填返还通知书，由提供单位更正后重新报送。" if document.rejected else "全部导入，无差错。"


STEPS = {
    ("collection_file_register", "extract"): extract,
    ("public_collection_report", "review"): review,
    ("import_file_register", "preprocess"): preprocess,
    ("import_file_register", "confirm"): confirm,
}
