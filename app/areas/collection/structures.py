"""Data structures (数据结构): published from form 1, and read back as the layout that files are held to (article 16.1.1)."""

from collections.abc import Iterable

from flask_babel import force_locale
from flask_babel import lazy_gettext as _
from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.areas.collection.forms.data_structure_analysis import DataStructureAnalysis, StructureField
from app.areas.collection.registers import DataStructure
from app.areas.organisation.registers import Status
from app.areas.system.registers import CodeStatus, CodeValue
from app.clock import today
from app.documents.guard import writing
from app.documents.numbers import take
from app.engine.catalogue import catalogue
from app.engine.text import Text
from app.intake.layout import Field, Layout
from app.intake.terms import Quote, Separator
from app.registers.versions import CHANGED, NEW, keep
from app.workflow.errors import Denied

PREFIX = "SJ"
SEPARATORS = {
    Separator.COMMA: ",", Separator.TAB: "\t", Separator.PIPE: "|", Separator.SEMICOLON: ";", Separator.CARET: "^",
    Separator.SOH: "\x01",
}
QUOTES = {Quote.DOUBLE: '"', Quote.SINGLE: "'", Quote.NONE: ""}
MOST_TOLD = 2_000
"""Characters of a register row's description."""


class NoLayout(LookupError):
    """A structure that no form 1 describes: nothing can be read by it."""

    def __init__(self, reason: Text) -> None:
        super().__init__(str(reason))
        self.reason = reason


def layout_of(session: Session, structure: DataStructure) -> Layout:
    """The layout that the structure's form 1 agreed, with the codes that are active now; raises NoLayout."""
    return layout_from(session, analysis_of(session, structure))


def analysis_of(session: Session, structure: DataStructure) -> DataStructureAnalysis:
    """The form 1 that published a structure; its lines are the structure's fields, in order. Raises NoLayout."""
    found = session.get(DataStructureAnalysis, structure.made_by_id) if structure.made_by_id else None
    if found is None:
        raise NoLayout(_("数据结构 %(code)s 没有对应的数据结构分析表，不能按它读取文件", code=structure.code))
    return found


def layout_from(session: Session, analysis: DataStructureAnalysis) -> Layout:
    """The layout that a form 1 describes, published or not."""
    lines = sorted(analysis.fields, key=lambda one: one.line_no)
    codes = codes_of(session, {one.code_table.id for one in lines if one.code_table is not None})
    separator = SEPARATORS.get(analysis.separator or Separator.COMMA) or analysis.other_separator or ","
    return Layout(
        format=analysis.format, encoding=analysis.encoding, separator=separator,
        quote=QUOTES[analysis.quote or Quote.DOUBLE], header=analysis.header_row,
        fields=tuple(field_of(one, codes) for one in lines),
    )


def field_of(line: StructureField, codes: dict[int, frozenset[str]]) -> Field:
    """One field as reading and checking go by it."""
    return Field(
        name=line.source_name, title=line.title, type=line.type, length=line.length, decimal_places=line.decimal_places,
        start=line.start, required=line.required, key_part=line.key_part,
        codes=codes.get(line.code_table.id, frozenset()) if line.code_table is not None else None,
        validation=line.validation, expression=line.expression, role=line.role,
    )


def codes_of(session: Session, tables: Iterable[int]) -> dict[int, frozenset[str]]:
    """The active codes of code tables, by table."""
    wanted = list(tables)
    if not wanted:
        return {}
    values: dict[int, set[str]] = {one: set() for one in wanted}
    table = inspect(CodeValue).columns["table_id"]
    statement = select(table, CodeValue.code).where(table.in_(wanted), CodeValue.status == CodeStatus.ACTIVE)
    for key, code in session.execute(statement):
        values[key].add(code)
    return {key: frozenset(found) for key, found in values.items()}


def publish(session: Session, analysis: DataStructureAnalysis) -> DataStructure:
    """Publishes what a form 1 agreed as the next version of its structure, and stops the one before it; raises Denied."""
    before = analysis.previous
    if before is not None:
        session.refresh(before, with_for_update=True)
        if before.status is not Status.ACTIVE:
            raise Denied(_("原数据结构 %(code)s 已不是现行版本，请按现行版本重新填制", code=before.code))
    with writing(session), session.no_autoflush:
        row = DataStructure(
            code=next_code(session, before), name=analysis.name, edition=before.edition + 1 if before else 1,
            provider=analysis.provider, agreement=analysis.agreement, subject=analysis.subject, method=analysis.method,
            format=analysis.format, encoding=analysis.encoding, cycle=analysis.cycle, layout=told(analysis),
            published=today(), status=Status.ACTIVE, made_by_id=analysis.id,
        )
        session.add(row)
        session.flush()
        row.family_id = (before.family_id or before.id) if before else row.id
        if before is not None:
            before.status = Status.STOPPED
        analysis.published = row
    spec = catalogue.register("data_structures")
    keep(session, spec, row, NEW, analysis)
    if before is not None:
        keep(session, spec, before, CHANGED, analysis)
    return row


def next_code(session: Session, before: DataStructure | None) -> str:
    """The code of a new version: of the same family, or of a new one that nobody has taken."""
    if before is not None:
        return f"{before.code.rpartition('-')[0]}-{before.edition + 1}"
    while True:
        code = f"{PREFIX}-{take(session, PREFIX, 0, 1):04d}-1"
        if session.scalar(select(DataStructure.id).where(DataStructure.code == code)) is None:
            return code


def told(analysis: DataStructureAnalysis) -> str:
    """The structure in words, for the register."""
    with force_locale("zh"):
        parts = [str(analysis.format), str(analysis.encoding)]
        if analysis.separator is not None:
            parts.append(str(analysis.other_separator or analysis.separator))
        if analysis.quote is not None:
            parts.append(str(analysis.quote))
        if analysis.header_row:
            parts.append(str(_("首行为字段名")))
        fields = "、".join(f"{one.title}（{one.source_name}）" for one in analysis.fields)
    return f"{'，'.join(parts)}\n{fields}"[:MOST_TOLD]
