"""Matching (匹配目标企业): which enterprise a record is about (article 19).

By the unified code; else by organisation code or registration number together with the name. What fits several
enterprises, or says two things, is not guessed: it goes to the errors. A valid unified code that nobody has, with a
name, is a new enterprise.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from flask_babel import lazy_gettext as _
from sqlalchemy import select
from sqlalchemy.orm import InstrumentedAttribute, Session

from app.areas.business.registers import TargetEnterprise
from app.areas.collection.credit.identity import Identity, organisation_code_of
from app.areas.collection.credit.models import LoadEnterprise
from app.areas.collection.credit.naming import normal_name
from app.areas.collection.forms.load_error_register import Cause
from app.engine.text import Text

AT_ONCE = 1_000
"""Values of a query."""
KEPT = 100_000
"""Matches that are remembered from chunk to chunk."""

NAMES = {"uscc": _("统一社会信用代码"), "registration_no": _("工商注册号"), "organisation_code": _("组织机构代码"), "name": _("企业名称")}


@dataclass(frozen=True)
class Match:
    """What came out: an enterprise, a new one to be registered (`new`), or why there is none."""

    enterprise_id: int | None = None
    new: Identity | None = None
    cause: Cause | None = None
    reason: Text = ""


@dataclass(frozen=True)
class Known:
    """An enterprise of the register."""

    id: int
    uscc: str
    registration_no: str
    organisation_code: str
    name: str


@dataclass
class Found:
    """Enterprises of the register by each of their codes."""

    uscc: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    registration_no: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))
    organisation_code: dict[str, list[Known]] = field(default_factory=lambda: defaultdict(list))

    def by_other_codes(self, identity: Identity) -> list[Known]:
        """Those with the registration number or the organisation code, each once."""
        codes = {identity.organisation_code, organisation_code_of(identity.uscc)} - {""}
        every = self.registered(identity.registration_no)
        every += [one for code in codes for one in self.organisation_code.get(code, ())]
        return list({one.id: one for one in every}.values())


    def registered(self, registration_no: str) -> list[Known]:
        """Those with the registration number; none for no number."""
        return list(self.registration_no.get(registration_no, ())) if registration_no else []


class Matcher:
    """Matches records of a load; remembers at most KEPT matches."""

    def __init__(self, load_id: int) -> None:
        self._load_id = load_id
        self._kept: dict[Identity, Match] = {}

    def match(self, session: Session, identities: Iterable[Identity]) -> dict[Identity, Match]:
        """The match of each identity, as records have them."""
        wanted = set(identities)
        unknown = [one for one in wanted if one not in self._kept]
        if len(self._kept) + len(unknown) > KEPT:
            self._kept.clear()
            unknown = list(wanted)
        if unknown:
            normal = {one: one.normal() for one in unknown}
            found = look_up(session, list(normal.values()))
            matches = {one: decide(normal[one], found) for one in unknown}
            self._kept.update(self._with_proposed(session, normal, matches))
        return {one: self._kept[one] for one in wanted}

    def _with_proposed(
        self, session: Session, normal: dict[Identity, Identity], matches: dict[Identity, Match]
    ) -> dict[Identity, Match]:
        """A record without a name belongs to the enterprise that another record of the load proposes."""
        nameless = [one for one in matches if not normal[one].name and normal[one].uscc and not normal[one].uscc_fault]
        nameless = [one for one in nameless if matches[one].enterprise_id is None]
        if nameless:
            proposed = {match.new.uscc: match.new for match in matches.values() if match.new is not None}
            for rows in pieces([normal[one].uscc for one in nameless]):
                same = (LoadEnterprise.load_id == self._load_id, LoadEnterprise.uscc.in_(rows))
                for uscc, name in session.execute(select(LoadEnterprise.uscc, LoadEnterprise.name).where(*same)):
                    proposed.setdefault(uscc, Identity(uscc, name=name))
            for one in nameless:
                if new := proposed.get(normal[one].uscc):
                    matches[one] = Match(new=new)
        return matches


def look_up(session: Session, identities: Sequence[Identity]) -> Found:
    """Every enterprise that has one of the codes."""
    found, known = Found(), dict[int, Known]()
    usccs = {one.uscc for one in identities} - {""}
    columns: tuple[tuple[InstrumentedAttribute[str | None], set[str]], ...] = (
        (TargetEnterprise.uscc, usccs),
        (TargetEnterprise.registration_no, {one.registration_no for one in identities} - {""}),
        (TargetEnterprise.organisation_code,
         {one.organisation_code for one in identities} | {organisation_code_of(one) for one in usccs} - {""}),
    )
    for column, values in columns:
        for some in pieces(sorted(values - {""})):
            statement = select(
                TargetEnterprise.id, TargetEnterprise.uscc, TargetEnterprise.registration_no,
                TargetEnterprise.organisation_code, TargetEnterprise.name,
            ).where(column.in_(some))
            for row in session.execute(statement):
                known[row.id] = Known(row.id, row.uscc or "", row.registration_no or "", row.organisation_code or "", row.name)
    for one in known.values():
        found.uscc[one.uscc].append(one)
        found.registration_no[one.registration_no].append(one)
        found.organisation_code[one.organisation_code].append(one)
    return found


def pieces(values: Sequence[str]) -> Iterable[Sequence[str]]:
    """The values, AT_ONCE at a time."""
    return (values[at : at + AT_ONCE] for at in range(0, len(values), AT_ONCE))


def decide(identity: Identity, found: Found) -> Match:
    """The match of an identity in its normal form."""
    if (wrong := identity.uscc_fault) is not None:
        return Match(cause=Cause.VALUE, reason=_("统一社会信用代码有误：%(wrong)s", wrong=_(wrong.message, **wrong.params)))
    if identity.uscc:
        same = found.uscc.get(identity.uscc, [])
        return by_known_code(identity, same, found) if same else by_new_code(identity, found)
    if identity.registration_no or identity.organisation_code:
        return by_code_and_name(identity, found.by_other_codes(identity))
    return Match(cause=Cause.UNMATCHED, reason=_("没有统一社会信用代码、组织机构代码或工商注册号，不能确定目标企业"))


def by_known_code(identity: Identity, same: Sequence[Known], found: Found) -> Match:
    """The unified code is known; its other codes must not be somebody else's."""
    others = [one for one in found.registered(identity.registration_no) if one.id != same[0].id]
    if len(same) == 1 and others:
        return taken(others[0])
    return one_of(identity, same, "uscc")


def taken(other: Known) -> Match:
    """The registration number is another enterprise's."""
    return Match(cause=Cause.CONFLICT, reason=_("工商注册号已登记在目标企业“%(name)s”名下", name=other.name))


def one_of(identity: Identity, same: Sequence[Known], several_share: str) -> Match:
    """The only enterprise that fits, unless its codes contradict the record's."""
    if len(same) > 1:
        return ambiguous(same, several_share)
    if wrong := contradiction(identity, same[0]):
        return Match(cause=Cause.CONFLICT, reason=_("%(code)s与目标企业“%(name)s”登记的不一致", code=NAMES[wrong], name=same[0].name))
    return Match(same[0].id)


def by_new_code(identity: Identity, found: Found) -> Match:
    """The unified code is unknown: an enterprise registered before it had one, or a new one."""
    own = identity.organisation_code or organisation_code_of(identity.uscc)
    if own != organisation_code_of(identity.uscc):
        return Match(cause=Cause.CONFLICT, reason=_("统一社会信用代码与组织机构代码不一致"))
    candidates = found.by_other_codes(identity)
    earlier = named(identity, [one for one in candidates if not one.uscc])
    if earlier:
        return one_of(identity, earlier, "name")
    if others := found.registered(identity.registration_no):
        return taken(others[0])
    if not identity.name:
        return Match(cause=Cause.UNMATCHED, reason=_("没有该统一社会信用代码的目标企业，记录又没有企业名称，不能新增"))
    return Match(new=identity)


def by_code_and_name(identity: Identity, candidates: Sequence[Known]) -> Match:
    """Without a unified code: organisation code or registration number, and the name."""
    if not candidates:
        return Match(cause=Cause.UNMATCHED, reason=_("没有该组织机构代码或工商注册号的目标企业"))
    if not identity.name:
        return Match(cause=Cause.UNMATCHED, reason=_("记录没有企业名称，不能仅凭组织机构代码或工商注册号确定目标企业"))
    same = named(identity, candidates)
    if not same:
        return Match(cause=Cause.CONFLICT, reason=_("企业名称与该代码登记的“%(name)s”不一致", name=candidates[0].name))
    return one_of(identity, same, "name")


def named(identity: Identity, candidates: Iterable[Known]) -> list[Known]:
    """Those of the same name, however it is written."""
    wanted = normal_name(identity.name) if identity.name else None
    return [one for one in candidates if wanted is not None and normal_name(one.name) == wanted]


def contradiction(identity: Identity, known: Known) -> str | None:
    """Which code of the record is not the enterprise's, where both have it; None where all agree."""
    codes = {known.organisation_code, organisation_code_of(known.uscc)} - {""}
    if identity.organisation_code and codes and identity.organisation_code not in codes:
        return "organisation_code"
    if identity.registration_no and known.registration_no and identity.registration_no != known.registration_no:
        return "registration_no"
    return None


def ambiguous(same: Sequence[Known], by: str) -> Match:
    """Several enterprises fit."""
    names = "、".join(one.name for one in same[:3])
    reason = _("同一%(what)s有 %(count)s 家目标企业（%(names)s），不能确定是哪一家", what=NAMES[by], count=len(same), names=names)
    return Match(cause=Cause.UNMATCHED, reason=reason)
