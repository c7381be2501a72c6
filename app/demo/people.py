"""Demo people: two of every staff position, one member's and one provider's account each; one password for all."""

from datetime import date

from flask_babel import force_locale
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.security import generate_password_hash

from app.areas.organisation.registers import (
    AccountLink,
    Department,
    Employee,
    EmployeeStatus,
    ExternalKind,
    ExternalOrganisation,
    Organisation,
    OrganisationKind,
    Sex,
    Status,
)
from app.documents.guard import writing
from app.engine.positions import HomeDepartment, Position
from app.engine.text import msgid
from app.security.models import Role, User
from app.standards.resident_id import make_resident_id

PASSWORD = "Demo-2026!"

SURNAMES = "顾纪林许裴方邵沈陆温章霍傅穆虞闻简乔祁尹蔺项庄谈"
GIVEN = (
    "知微",
    "明澜",
    "若川",
    "令仪",
    "景行",
    "砚秋",
    "清和",
    "望舒",
    "怀瑾",
    "书言",
    "以宁",
    "疏影",
    "远山",
    "听雨",
    "思齐",
    "云舟",
    "安之",
    "向晚",
    "既白",
    "采薇",
    "南乔",
    "如初",
    "牧野",
    "长风",
    "归棹",
    "新霁",
    "晴川",
    "鹿鸣",
    "子衿",
    "九畹",
)


def name_of(number: int) -> tuple[str, str]:
    """Surname and given name of the n-th made-up person; no two of the first few hundred are alike."""
    return SURNAMES[number * 7 % len(SURNAMES)], GIVEN[number % len(GIVEN)]


NEWCOMERS = (
    Position.COLLECTOR,
    Position.DATA_MANAGER,
    Position.ANALYST,
    Position.CLERK,
    Position.ARCHIVIST,
    Position.INSPECTOR,
    Position.COLLECTION_REVIEWER,
    Position.SERVICE_STAFF,
)


def user_name(position: Position, number: int) -> str:
    """collector, collector2."""
    return position.code if number == 0 else f"{position.code}{number + 1}"


def add_company(session: Session) -> dict[str, Department]:
    """The bureau with its departments (articles 5–11), by the departments' codes."""
    with writing(session):
        company = Organisation(
            code="GS",
            name="武汉资信管理有限公司",
            short_name="武汉资信",
            kind=OrganisationKind.COMPANY,
            address="武汉市江岸区",
            valid_from=date(2020, 1, 1),
            status=Status.ACTIVE,
        )
        outlet = Organisation(
            code="WD01",
            name="江岸营业网点",
            kind=OrganisationKind.OUTLET,
            parent=company,
            valid_from=date(2020, 1, 1),
            status=Status.ACTIVE,
        )
        team = Organisation(
            code="YX01",
            name="营销一组",
            kind=OrganisationKind.TEAM,
            parent=company,
            valid_from=date(2021, 3, 1),
            status=Status.ACTIVE,
        )
        division = Department(code="ZXSY", name="征信事业部", organisation=company, status=Status.ACTIVE)
        session.add_all([company, outlet, team, division])
        below = {HomeDepartment.COLLECTION, HomeDepartment.RESEARCH, HomeDepartment.SERVICE}
        groups = {HomeDepartment.DATA_GROUP, HomeDepartment.SYSTEM_GROUP}
        departments: dict[str, Department] = {}
        for home in sorted(HomeDepartment, key=lambda one: one in groups):
            if home in (HomeDepartment.PROVIDERS, HomeDepartment.MEMBERS):
                continue
            parent = division if home in below else departments.get("XXJS") if home in groups else None
            departments[home.code] = Department(
                code=home.code, name=msgid(home.title), organisation=company, parent=parent, status=Status.ACTIVE
            )
        session.add_all(departments.values())
    return departments


def add_people(session: Session, departments: dict[str, Department]) -> None:
    """Two people of every staff position with their accounts, and one account of every outside position."""
    roles = {role.name: role for role in session.scalars(select(Role))}
    hashed = generate_password_hash(PASSWORD)
    staff = [(position, number) for position in Position for number in range(1 if position.external else 2)]
    with writing(session), force_locale("zh"):
        for index, (position, number) in enumerate(staff):
            surname, given = name_of(index)
            name = user_name(position, number)
            user = User(
                first_name=given,
                last_name=surname,
                username=name,
                email=f"{name}@example.com",
                active=True,
                password=hashed,
                roles=[roles[position.role]],
            )
            session.add(user)
            session.flush()
            if position.external:
                session.add(AccountLink(user_id=user.id, organisation_id=home_of(session, position).id))
                continue
            session.add(
                Employee(
                    staff_no=f"{1001 + index}",
                    name=f"{surname}{given}",
                    sex=Sex.MALE if index % 2 else Sex.FEMALE,
                    resident_id=make_resident_id(
                        "420102", date(1980 + index % 20, 1 + index % 12, 1 + index % 28), 10 + index
                    ),
                    department=departments[position.department.code],
                    positions=position.role,
                    phone=f"027-8555{index:04d}",
                    mail=f"{name}@example.com",
                    joined=date(2020, 1 + index % 12, 1),
                    status=EmployeeStatus.ACTIVE,
                    user_id=user.id,
                )
            )


def add_newcomers(session: Session, departments: dict[str, Department]) -> None:
    """New colleagues who have no account yet: what form 22 is filled in for."""
    with writing(session), force_locale("zh"):
        for index, position in enumerate(NEWCOMERS):
            born = date(1998 + index % 5, 2 + index, 5 + index)
            session.add(
                Employee(
                    staff_no=f"{1901 + index}",
                    name=SURNAMES[-1 - index] + GIVEN[index * 3 % len(GIVEN)],
                    sex=Sex.FEMALE,
                    resident_id=make_resident_id("420106", born, 200 + index * 2),
                    department=departments[position.department.code],
                    positions=position.role,
                    phone=f"027-8556{index:04d}",
                    joined=date(2026, 1 + index, 6),
                    status=EmployeeStatus.ACTIVE,
                )
            )


def home_of(session: Session, position: Position) -> ExternalOrganisation:
    """The organisation that an outside demo account belongs to."""
    kind = ExternalKind.PROVIDER if position is Position.PROVIDER_OPERATOR else ExternalKind.MEMBER
    wanted = select(ExternalOrganisation).where(ExternalOrganisation.kind == kind).order_by(ExternalOrganisation.id)
    return session.scalars(wanted.limit(1)).one()


def accounts_table() -> str:
    """The demo accounts as a table: position, user names, password."""
    rows = []
    for position in Position:
        names = ", ".join(user_name(position, number) for number in range(1 if position.external else 2))
        rows.append((position.role, names))
    width = max(len(title) for title, _names in rows)
    lines = [f"{title}{'　' * (width - len(title))}  {names}" for title, names in rows]
    return "\n".join(["演示账号（岗位、用户名；密码均为 " + PASSWORD + "）", *lines, ""])
