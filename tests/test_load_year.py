"""`flask demo load` in small: every delivery goes the whole way, and what is counted at one place is counted at the others."""

from datetime import datetime
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.areas.collection.base_store.models import BaseBatch, BaseFile, BaseRecord, BatchState
from app.areas.collection.credit.models import CreditFact, LoadBatch, LoadState
from app.areas.collection.forms.error_file_return_notice import ErrorFileReturnNotice
from app.areas.collection.forms.load_error_register import LoadErrorRegister
from app.areas.collection.originals import OriginalFile
from app.areas.collection.sight import batches, providers
from app.audit.verifying import verify
from app.clock import at
from app.database import db
from app.demo.load import company, schedule, year
from app.demo.load.catalogue import KINDS
from app.demo.load.year import Tally, Year, is_loaded, table
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.jobs.models import Job, JobState
from app.registers.reconciling import reconcile

NOW = datetime(2026, 11, 26, 12)
FEW = ("tax", "social", "permits", "penalties")
SEED = 5
"""With it one file is in the wrong encoding, and a permit names no code."""


@pytest.fixture
def filled(empty: Flask, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Two months of four providers and 400 enterprises; every third file is in the wrong encoding."""
    monkeypatch.setattr(schedule, "MISTAKEN", 0.34)
    for module in (company, year):
        monkeypatch.setattr(module, "KINDS", tuple(one for one in KINDS if one.key in FEW))
    with empty.app_context():
        empty.test_cli_runner().invoke(args=["setup"], catch_exceptions=False)
        with at(NOW):
            tallies = Year(db.session(), empty.config["DATA_DIR"], 400, 2, SEED).live(lambda words: None)
            yield db.session(), tallies
        db.session.remove()


@pytest.mark.article("14", "16.1.1", "16.1.2", "18", "19")
def test_a_made_up_year_goes_the_real_path(empty: Flask, filled: tuple[Session, list[Tally]]) -> None:
    app, (session, tallies) = empty, filled
    assert is_loaded(session)
    total = sum((one.counts for one in tallies), start=type(tallies[0].counts)())
    batch = session.scalars(select(BaseBatch)).all()
    assert {one.state for one in batch} == {BatchState.IMPORTED}
    assert sum(one.total for one in batch) >= sum(one.good + one.rejected for one in batch) > 500
    assert total["imported"] == sum(one.imported for one in batch) == session.scalar(select(func.count()).select_from(BaseRecord))
    assert total["corrections"] > 0
    assert total["unreadable"] > 0
    loads = session.scalars(select(LoadBatch)).all()
    assert {one.state for one in loads} == {LoadState.LOADED}
    assert total["facts"] == sum(one.facts for one in loads) == session.scalar(select(func.count()).select_from(CreditFact))
    assert not session.scalars(select(Job).where(Job.state != JobState.DONE)).all()
    lines = table(tallies).splitlines()
    assert len(lines) == len(tallies) + 4
    originals(session)
    two_people(session)
    answered(session)
    seen(session)
    assert list(reconcile(session, catalogue)) == []
    session.rollback()
    with db.engine.connect() as connection:
        assert verify(connection, app.config["AUDIT_KEY"].encode(), app.config["DATA_DIR"]).fault is None


def originals(session: Session) -> None:
    """Every fact leads to its file and row."""
    rows = session.execute(
        select(CreditFact.id, BaseRecord.row_no, OriginalFile.sha256, BaseFile.sha256)
        .join(BaseRecord, BaseRecord.id == CreditFact.record_id).join(BaseFile, BaseFile.id == BaseRecord.file_id)
        .join(OriginalFile, OriginalFile.id == BaseFile.original_id)
    ).all()
    assert len(rows) == session.scalar(select(func.count()).select_from(CreditFact))
    assert all(row > 0 and kept == read for _id, row, kept, read in rows)


def two_people(session: Session) -> None:
    """Nobody imports or loads alone."""
    assert all(one.operator_id != one.witness_id for one in session.scalars(select(BaseBatch)))
    assert all(one.operator_id != one.authoriser_id for one in session.scalars(select(LoadBatch)))


def answered(session: Session) -> None:
    """Files that nobody could read were delivered again; what was rejected went back; what was not loaded is registered."""
    notices = session.scalars(select(ErrorFileReturnNotice)).all()
    assert any(one.resubmission is not None for one in notices)
    assert any(one.state is State.DONE and one.resubmission is None for one in notices)
    registers = session.scalars(select(LoadErrorRegister)).all()
    assert any(one.reload_batch for one in registers)


def seen(session: Session) -> None:
    """The pages show it: a provider in time or late, and a batch with both documents."""
    found = [one for one in providers.overview(session, NOW) if one.organisation.code.startswith("GX")]
    assert len(found) == len(FEW)
    assert sum(one.records for one in found) > 500
    way = batches.way(session, session.scalars(select(BaseBatch.id).order_by(BaseBatch.id)).first() or 0)
    assert [str(one.step) for one in way.deliveries[0].acts][:3] == ["提交", "签收", "提取"]
    assert way.loads
