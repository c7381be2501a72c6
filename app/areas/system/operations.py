"""Verbs of chapter 10: the standard code tables and the parameters that the product starts with."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.areas.system.registers import CodeStatus, CodeTable, CodeValue, Parameter, ParameterType
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.text import msgid
from app.standards.tables import code_tables

FROM_THE_START = date(2026, 1, 1)


@dataclass(frozen=True)
class StartingParameter:
    """A business parameter as delivered; form 25 changes it afterwards."""

    code: str
    name: str
    type: ParameterType
    value: str
    unit: str | None = None
    least: str | None = None
    most: str | None = None
    explanation: str | None = None


PARAMETERS = (
    StartingParameter(
        "company_name", "公司名称", ParameterType.TEXT, "武汉资信管理有限公司", explanation="印在页眉和单据上"
    ),
    StartingParameter("business_from", "营业开始时间", ParameterType.TIME, "09:00"),
    StartingParameter("business_to", "营业结束时间", ParameterType.TIME, "17:30"),
    StartingParameter(
        "contract_large_amount",
        "大额合同金额",
        ParameterType.AMOUNT,
        "100000.00",
        "元",
        "0",
        explanation="产品合同达到此金额，须公司负责人审核（第四十四条）",
    ),
    StartingParameter(
        "review_huge_amount",
        "特别巨大金额",
        ParameterType.AMOUNT,
        "500000.00",
        "元",
        "0",
        explanation="报告涉及金额达到此数，须通过三级审核（第六十条）",
    ),
)


def seed_code_tables(session: Session) -> int:
    """Brings in the standard code tables that are not there yet; returns the number of values added."""
    known = set(session.scalars(select(CodeTable.code)))
    added = 0
    with writing(session):
        for table in code_tables():
            if table.code in known:
                continue
            row = CodeTable(code=table.code, name=table.title, standard=table.standard, edition=table.edition)
            session.add(row)
            session.flush()
            session.execute(
                insert(CodeValue),
                [
                    {
                        "full_code": f"{table.code}:{value.code}",
                        "table_id": row.id,
                        "code": value.code,
                        "title": value.title,
                        "parent_code": value.parent or None,
                        "status": CodeStatus.ACTIVE,
                    }
                    for value in table.rows
                ],
            )
            added += len(table.rows)
    return added


def controls() -> list[StartingParameter]:
    """A switch for every control (‡) that this system adds to the procedure's own."""
    return [
        StartingParameter(
            f"control.{spec.slug}.{step.name}",
            f"《{msgid(spec.title)}》设“{msgid(step.label)}”",
            ParameterType.YES_NO,
            "是",
            explanation="规程未要求、由本系统增加的审核步骤；填“否”则跳过",
        )
        for spec in catalogue.forms
        for step in spec.chain
        if step.control
    ]


def seed_parameters(session: Session) -> int:
    """Brings in the parameters that are not there yet; returns their number."""
    known = set(session.scalars(select(Parameter.code)))
    missing = [one for one in (*PARAMETERS, *controls()) if one.code not in known]
    with writing(session):
        session.add_all(
            Parameter(
                code=one.code,
                name=one.name,
                type=one.type,
                value=one.value,
                unit=one.unit,
                least=one.least,
                most=one.most,
                valid_from=FROM_THE_START,
                explanation=one.explanation,
            )
            for one in missing
        )
    return len(missing)
