"""出入记录: each time a disc leaves the safe or returns, two people stand for it (article 16.1.1.5)."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.forms.media_safe_record import Direction, MediaSafeRecord, SafeMovement
from app.areas.organisation.registers import Employee
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.documents import sealing
from app.documents.guard import writing
from app.documents.values import Fault, Invalid
from app.engine.catalogue import catalogue
from app.engine.document import State
from app.engine.positions import Position
from app.engine.text import clean
from app.workflow.actor import Actor
from app.workflow.cases import open_case
from app.workflow.comparing import Shown, compare
from app.workflow.errors import Denied
from app.workflow.proof import Proof

KEEPERS = frozenset({Position.SAFE_KEEPER})
STAND_BY = frozenset({Position.SAFE_KEEPER, Position.DATA_MANAGER})
LONGEST = 255


def may_move(actor: Actor) -> bool:
    """Whether the actor opens the safe."""
    return bool(actor.positions & KEEPERS)


def following(disc: MediaSafeRecord) -> Direction:
    """What can happen to a disc next: what lies in the safe leaves it, what is out returns."""
    last = disc.movements[-1].direction if disc.movements else Direction.OUT
    return Direction.IN if last is Direction.OUT else Direction.OUT


def move(session: Session, actor: Actor, document_id: int, shown: Shown, direction: Direction, reason: str, proof: Proof) -> None:
    """Records a movement by the keeper under a witness who has just proved identity, within the caller's transaction.

    Raises Missing, Denied, Stale, Invalid.
    """
    spec = catalogue.form("media_safe_record")
    case = open_case(session, actor, spec, document_id, lock=True)
    disc, reason = case.document, clean(reason)
    assert isinstance(disc, MediaSafeRecord)
    if disc.state is not State.DONE:
        raise Denied(_("光盘入柜办结后才能登记出入"))
    if not may_move(actor):
        raise Denied(_("出入由保险柜管理员登记"))
    if proof.actor.hands & actor.hands or not proof.actor.positions & STAND_BY:
        raise Denied(_("监督人须为另一名保险柜管理员或数据管理员，且不是经手人的受托人"))
    compare(session, case, shown)
    if direction is not following(disc):
        raise Denied(_("光盘已在柜内") if direction is Direction.IN else _("光盘已出柜，尚未归还"))
    if not reason or len(reason) > LONGEST:
        raise Invalid([Fault(("reason",), _("事由"), _("必填，不超过 %(most)s 个字", most=LONGEST))])
    with writing(session):
        disc.movements.append(SafeMovement(
            line_no=len(disc.movements) + 1, direction=direction, at=now(), reason=reason,
            who=session.get_one(Employee, actor.employee_id), witness=session.get_one(Employee, proof.actor.employee_id),
        ))
        disc.updated_at = now()
        session.flush()
        sealing.seal(session, spec, disc)
    record(session, actor, AuditAction.CHANGE, spec.resource, document=disc, detail={"confirmed_by": proof.actor.name})
