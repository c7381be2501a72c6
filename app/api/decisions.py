"""Decisions on documents over REST: what the caller may do now, doing it, and the trail of what was done."""

import json
from typing import Any, ClassVar

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.basis import basis, tag
from app.api.bodies import json_object
from app.api.calling import caller
from app.api.filling import check_filled
from app.api.proving import needs_proof, proof_sent
from app.api.reading import DocumentReader, Json
from app.api.replay import answer_before, changing
from app.api.replies import reply
from app.api.resource import ID, Resource, operation
from app.api.schemas import DECISION
from app.api.taking import taken
from app.database import db
from app.engine.spec import FormSpec
from app.workflow.actor import Actor
from app.workflow.case import Case
from app.workflow.cases import open_case
from app.workflow.door import TO_MAKER, Shown, act, compare
from app.workflow.errors import Missing
from app.workflow.letters import Letter, take
from app.workflow.models import SignOff
from app.workflow.options import Action, Option, options

DECISIONS = (Action.SUBMIT, Action.WITHDRAW, Action.APPROVE, Action.AUTHORISE, Action.RETURN, Action.TERMINATE)


class Decisions(Resource):
    """Actions and trail of a form's documents."""

    spec: ClassVar[FormSpec]

    def reader(self, session: Session, actor: Actor) -> DocumentReader:
        """Shows documents to the caller."""
        return DocumentReader(session, actor, self.spec, str(self.route_base))

    @operation(f"/{ID}/actions")
    def get_actions(self, pk: int) -> Response:
        """What the caller may do with the document now, and why not the rest."""
        actor = caller()
        case = open_case(db.session(), actor, self.spec, pk)
        document = case.document
        found = [option_json(case, one) for one in options(actor, case)]
        state = {"state": document.state.value, "step": document.step}
        shown = {"version": document.version, "digest": document.digest}
        return reply({**state, **shown, "actions": found}, 200, tag(document))

    @operation(f"/{ID}/actions/<string:action>", methods=("POST",))
    def post_action(self, pk: int, action: str) -> Response:
        """Takes a decision on the document that the caller was shown; a proof is checked, and its failure counted, first."""
        if action not in DECISIONS:
            raise Missing
        body = taken(self.spec, DECISION, json_object())
        shown, session = basis(body), db.session()
        if before := answer_before():
            return before
        case = open_case(session, caller(), self.spec, pk)
        proof = proof_sent(session, caller(), case, Action(action), body.pop("proof", None))
        decided = {**body, "filled": body.get("filled") or {}, "proof": proof}
        answer = changing(lambda session: self._decided(session, pk, Action(action), shown, decided))
        return with_letters(answer, take(session))

    def _decided(self, session: Session, pk: int, action: Action, shown: Shown, decided: dict[str, Any]) -> Response:
        actor = caller()
        if decided["filled"]:
            case = open_case(session, actor, self.spec, pk, lock=True)
            compare(session, case, shown)
            check_filled(case, decided["filled"])
        document = act(session, actor, self.spec, pk, action, shown, **decided)
        session.flush()
        return reply(self.reader(session, actor).whole(document), 200, tag(document))

    @operation(f"/{ID}/trail")
    def get_trail(self, pk: int) -> Response:
        """Every decision on the document, the earliest first."""
        case = open_case(db.session(), caller(), self.spec, pk)
        return reply({"rows": [sign_off_json(self.spec, one) for one in case.trail]}, 200, tag(case.document))


def with_letters(answer: Response, letters: list[Letter]) -> Response:
    """The answer with what the decision shows once, under `shown_once`: not kept with the answer, nor given again."""
    if letters:
        told = [{str(label): text for label, text in one.rows} for one in letters]
        answer.set_data(json.dumps({**json.loads(answer.get_data(as_text=True)), "shown_once": told}, ensure_ascii=False))
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


def option_json(case: Case, one: Option) -> Json:
    """One action: whether it is allowed, and what it needs."""
    found: Json = {"action": str(one.action), "label": str(one.label), "allowed": one.allowed,
                   "reason": None if one.reason is None else str(one.reason)}
    if one.step:
        found |= {"step": one.step.name, "step_title": str(one.step.label)}
    if needs_proof(case, one.action):
        found["proof"] = True
    if one.step and one.action in (Action.APPROVE, Action.AUTHORISE):
        found["fills"] = [*one.step.fills, *(f"{name}.{column}" for name, column in one.step.line_fills)]
    if one.action is Action.RETURN:
        maker = {"name": TO_MAKER, "title": str(_("制表人"))}
        found["back_to"] = [maker, *({"name": step.name, "title": str(step.label)} for step in case.return_targets)]
    return found


def sign_off_json(spec: FormSpec, one: SignOff) -> Json:
    """One decision."""
    steps: dict[str | None, Any] = {step.name: step.label for step in spec.chain}
    steps[TO_MAKER] = _("制表人")
    return {
        "sequence": one.sequence,
        "round": one.round,
        "step": one.step,
        "decision": one.decision.value,
        "back_to": one.back_to,
        "user_name": one.user_name,
        "position": one.position,
        "seat": one.seat,
        "for_user_name": one.for_user_name,
        "operator_name": one.operator_name,
        "opinion": one.opinion,
        "at": f"{one.at:%Y-%m-%d %H:%M:%S}",
        "version": one.version,
        "digest": one.digest,
        "voided": one.voided,
        "titles": {
            "step": str(steps.get(one.step, "")),
            "decision": str(one.decision.title),
            "back_to": str(steps.get(one.back_to, "")),
        },
    }
