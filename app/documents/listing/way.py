"""From a selection to the way its keys are read: what the person may see, what is asked for, in which order."""

from collections.abc import Sequence

from sqlalchemy import and_, false
from sqlalchemy.orm import Session

from app.clock import today
from app.documents.listing.columns import BASE, column_of, sortable
from app.documents.listing.conditions import BY_ID, Condition, Reach, Side, of_filters, of_register_text, of_view
from app.documents.listing.ground import Ground, ground_of
from app.documents.listing.numbers import asked_for, bare
from app.documents.listing.reading import Order, Reading, is_few, reading_of
from app.documents.listing.selection import BadSelection, Selection
from app.documents.listing.visibility import readable_documents, refuse_strangers
from app.documents.listing.wording import Words
from app.documents.search import letters_of
from app.engine.spec import AnySpec, FormSpec
from app.workflow.actor import Actor


def way_to(session: Session, actor: Actor, spec: AnySpec, selection: Selection) -> Reading:
    """How the keys of what the person may see of a selection are read; raises Denied, BadSelection."""
    refuse_strangers(actor, spec)
    ground = ground_of(spec, session.connection().dialect.name)
    conditions = list(of_filters(spec, selection, ground.dialect))
    words = None
    if isinstance(spec, FormSpec):
        visible = readable_documents(actor)
        conditions += [visible, *of_view(actor, selection.view)]
        asked = of_text(session, ground, spec, selection.text, visible)
        conditions += [asked] if isinstance(asked, Condition) else []
        words = asked if isinstance(asked, Words) else None
    elif selection.text:
        conditions.append(of_register_text(spec, selection.text))
    return reading_of(session, ground, order_of(spec, selection, conditions), conditions, words)


def of_text(
    session: Session, ground: Ground, spec: FormSpec, text: str, visible: Condition
) -> Condition | Words | None:
    """What a text asks for: numbers of the form, else words of the summary.

    A bare sequence is a number where the person has such a document, and words else.
    """
    if not text:
        return None
    if numbers := asked_for(text, spec.prefix):
        return Condition(Side.BASE, numbers.where, Reach.FEW, "number" if numbers.in_order else None)
    numbers = bare(text, (spec.prefix,), today().year)
    if numbers and not is_few(session, ground, Condition(Side.BASE, and_(numbers.where, visible.where)), 0):
        return Condition(Side.BASE, numbers.where, Reach.FEW)
    return Words(text, ground.dialect, (spec.prefix,)) if letters_of(text) else Condition(Side.BASE, false())


def order_of(spec: AnySpec, selection: Selection, conditions: Sequence[Condition]) -> Order:
    """The order that a selection asks for; raises BadSelection where no index gives it.

    A stretch of numbers is read in their order, which is that of creation.
    """
    sort = selection.sort or ("number" if any(one.order == "number" for one in conditions) else BY_ID)
    if sort == BY_ID:
        return Order(BY_ID, Side.BASE if isinstance(spec, FormSpec) else Side.OWN, descending=selection.descending)
    if sort not in sortable(spec):
        raise BadSelection(sort)
    column = column_of(spec, spec.field(sort))
    side = Side.BASE if isinstance(spec, FormSpec) and column.table is BASE else Side.OWN
    return Order(sort, side, column, bool(column.nullable), selection.descending)
