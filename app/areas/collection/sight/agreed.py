"""约定: what each provider has agreed to deliver, and since when (form 1 and the collection agreement)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from app.areas.collection.forms.data_structure_analysis import DataStructureAnalysis
from app.areas.collection.registers import DataStructure, Method
from app.areas.organisation.registers import Agreement, ExternalOrganisation, Status, UpdateCycle


@dataclass(frozen=True)
class Agreed:
    """What is due from a provider by one structure, whatever its editions. `day`, `at`: the agreed day and time, if any.

    `since`, `until`: periods from the first day on, and none that ends after the last (the agreement's end).
    """

    family_id: int
    structure: DataStructure
    provider: ExternalOrganisation
    agreement: Agreement
    day: int | None
    at: time | None
    since: date
    until: date

    @property
    def cycle(self) -> UpdateCycle:
        """How often it is delivered: as the structure says, which form 1 agreed."""
        return self.structure.cycle


def agreed(session: Session, provider_ids: Iterable[int] | None = None) -> list[Agreed]:
    """What the providers deliver by structures in force, by provider and structure; public channels have none."""
    rows = in_force(session, provider_ids)
    forms = terms(session, [one.made_by_id for one in rows if one.made_by_id])
    starts = first_published(session, [one.family_id or one.id for one in rows])
    found = []
    for one in rows:
        assert one.provider is not None
        assert one.agreement is not None
        family = one.family_id or one.id
        day, at = forms.get(one.made_by_id or 0, (None, None))
        since = max(starts.get(family, one.published), one.agreement.valid_from)
        found.append(Agreed(family, one, one.provider, one.agreement, day, at, since, one.agreement.valid_to))
    return found


def in_force(session: Session, provider_ids: Iterable[int] | None) -> Sequence[DataStructure]:
    """The structures by which providers deliver, with provider and agreement."""
    provider_id = DataStructure.provider_id  # type: ignore[attr-defined]
    statement = (
        select(DataStructure).join(ExternalOrganisation, ExternalOrganisation.id == provider_id)
        .options(joinedload(DataStructure.provider), joinedload(DataStructure.agreement))
        .where(DataStructure.status == Status.ACTIVE, ExternalOrganisation.status == Status.ACTIVE,
               DataStructure.method != Method.PUBLIC, DataStructure.agreement_id.is_not(None))  # type: ignore[attr-defined]
        .order_by(ExternalOrganisation.code, DataStructure.code)
    )
    if provider_ids is not None:
        statement = statement.where(provider_id.in_(list(provider_ids)))
    return session.scalars(statement).all()


def terms(session: Session, form_ids: list[int]) -> dict[int, tuple[int | None, time | None]]:
    """Day and time of submission as the forms 1 agreed them, by form."""
    form = DataStructureAnalysis
    rows = session.execute(select(form.id, form.submission_day, form.submission_time).where(form.id.in_(form_ids)))
    return {key: (day, time.fromisoformat(at) if at else None) for key, day, at in rows}


def first_published(session: Session, families: list[int]) -> dict[int, date]:
    """When the first edition of each family was published."""
    family = func.coalesce(DataStructure.family_id, DataStructure.id)
    rows = session.execute(
        select(family, func.min(DataStructure.published)).where(family.in_(families)).group_by(family)
    )
    return {int(key): day for key, day in rows}
