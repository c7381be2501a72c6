"""Verbs of chapter 10: the standard code tables and the parameters that the product starts with."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from chinese_calendar import Holiday
from chinese_calendar.constants import holidays, workdays
from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.areas.system.registers import CalendarDay, CodeStatus, CodeTable, CodeValue, Parameter, ParameterType
from app.audit.models import AuditAction
from app.audit.recording import record
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.text import msgid
from app.registers.versions import keep_first
from app.standards.tables import code_tables

FROM_THE_START = date(2020, 1, 1)
NOTHING: Mapping[str, str] = {}
CALENDAR_FROM = 2024
"""The calendar starts with this year: no deadline counts further back."""


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
    StartingParameter("business_from", "营业开始时间", ParameterType.TIME, "09:00", None, "00:00", "12:00"),
    StartingParameter("business_to", "营业结束时间", ParameterType.TIME, "17:30", None, "12:01", "23:59"),
    StartingParameter(
        "remind_before_days",
        "提前提醒工作日数",
        ParameterType.INTEGER,
        "1",
        "工作日",
        "0",
        "20",
        explanation="任务到期前剩余不足此数时提醒办理人，每项任务一次",
    ),
    StartingParameter("lock_failures", "锁定前连续失败次数", ParameterType.INTEGER, "5", "次", "3", "10"),
    StartingParameter("lock_minutes", "账号锁定时间", ParameterType.INTEGER, "15", "分钟", "5", "1440"),
    StartingParameter(
        "sign_password", "签批时再次输入密码", ParameterType.YES_NO, "否", explanation="填“是”则每次同意或退回均须输入本人密码"
    ),
    StartingParameter("password_least_length", "密码最短长度", ParameterType.INTEGER, "10", "位", "8", "64"),
    StartingParameter(
        "password_classes", "密码字符种类", ParameterType.INTEGER, "3", "种", "2", "4",
        explanation="大写字母、小写字母、数字、符号中至少要有的种数",
    ),
    StartingParameter("password_history", "不得重复使用的密码数", ParameterType.INTEGER, "5", "个", "1", "24"),
    StartingParameter(
        "password_days", "密码有效天数", ParameterType.INTEGER, "30", "天", "1", "90",
        explanation="到期须更换后方可办理业务（第一百零五条）",
    ),
    StartingParameter("password_remind_days", "密码到期前提醒天数", ParameterType.INTEGER, "5", "天", "1", "30"),
    StartingParameter("session_idle_minutes", "无操作自动退出时间", ParameterType.INTEGER, "30", "分钟", "5", "120"),
    StartingParameter("session_hours", "一次登录最长时间", ParameterType.INTEGER, "12", "小时", "1", "24"),
    StartingParameter(
        "one_session", "一个账号只能同时在一处登录", ParameterType.YES_NO, "是",
        explanation="填“是”则新的登录会使该账号先前的登录退出（账号不得转借，第一百零五条）",
    ),
    StartingParameter("member_token", "会员账号须用动态口令", ParameterType.YES_NO, "是"),
    StartingParameter("staff_token", "员工账号须用动态口令", ParameterType.YES_NO, "否"),
    StartingParameter(
        "delivery_most_mb", "网页报送单个文件上限", ParameterType.INTEGER, "1000", "MB", "1", "1000",
        explanation="更大的文件通过前置机目录报送",
    ),
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
            keep_first(session, catalogue.register("code_tables"), [table.code])
            keep_first(session, catalogue.register("code_values"), [f"{table.code}:{value.code}" for value in table.rows])
            added += len(table.rows)
            resource = catalogue.register("code_values").resource
            record(session, None, AuditAction.REGISTER, resource, table.code, detail={"kind": "new", "rows": len(table.rows)})
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


def seed_parameters(session: Session, own: Mapping[str, str] = NOTHING) -> int:
    """Brings in the parameters that are not there yet, with the company's `own` values by code; returns their number."""
    known = set(session.scalars(select(Parameter.code)))
    missing = [one for one in (*PARAMETERS, *controls()) if one.code not in known]
    with writing(session):
        session.add_all(
            Parameter(
                code=one.code,
                name=one.name,
                type=one.type,
                value=own.get(one.code, one.value),
                unit=one.unit,
                least=one.least,
                most=one.most,
                valid_from=FROM_THE_START,
                explanation=one.explanation,
            )
            for one in missing
        )
        session.flush()
        keep_first(session, catalogue.register("parameters"), [one.code for one in missing])
    return len(missing)


def seed_calendar(session: Session) -> int:
    """Brings in holidays and the days worked instead (调休), of years that have no day yet; returns their number."""
    known = {day.year for day in session.scalars(select(CalendarDay.day))}
    found = [one for one in published_days() if one.day.year not in known]
    with writing(session):
        session.add_all(found)
        session.flush()
        keep_first(session, catalogue.register("calendar_days"), [one.day for one in found])
    return len(found)


def published_days() -> list[CalendarDay]:
    """The days that the State Council has published (节假日安排), as far as they are known."""
    free = [CalendarDay(day=day, working=False, name=Holiday(name).chinese) for day, name in holidays.items()]
    worked = [CalendarDay(day=day, working=True, name=f"{Holiday(name).chinese}调休上班") for day, name in workdays.items()]
    return sorted((one for one in free + worked if one.day.year >= CALENDAR_FROM), key=lambda one: one.day)
