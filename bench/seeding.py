"""Many documents quickly: forms 2 and S4 with what they refer to, written past the application in bulk."""

import random
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine
from sqlalchemy.orm import Session

from app.documents import search
from app.documents.guard import writing
from app.engine.catalogue import catalogue
from app.engine.positions import Position
from app.workflow.actor import Actor
from app.workflow.permissions import grants
from bench.harness import command, raw

PROVIDERS = (
    "税务征收管理中心",
    "市场监督管理局",
    "公积金管理中心",
    "生态环境局",
    "中级人民法院",
    "电力服务中心",
    "海关服务中心",
    "人力资源和社会保障局",
    "住房和城乡建设局",
    "燃气集团有限公司",
    "建筑业协会",
    "自来水有限公司",
    "知识产权服务中心",
)
SUBJECTS = ("企业纳税信息", "企业基本信息", "公共缴费信息", "判决与执行信息", "行政处罚信息")
METHODS = {"network": "联网采集", "bulk_copy": "批量拷盘", "manual": "人工录入"}
YEARS = 5
RARE = "稀有珠宝商行"
LATEST = datetime.now().replace(microsecond=0)


def actor(user_id: int, position: Position) -> Actor:
    """A person of one position, with its permissions."""
    held = frozenset((permission, resource) for permission, resource, of in grants(catalogue) if of is position)
    return Actor(user_id, f"u{user_id}", f"员工{user_id}", frozenset({position}), held, user_id, "SJGL", "数据管理组")


def people_and_registers(engine: Engine, people: int = 40) -> None:
    """Accounts, employees (both numbered from 1), providers, agreements and structures."""
    from app.areas.collection.registers import DataStructure, Method
    from app.areas.organisation import registers as org
    from app.intake.terms import Encoding, FileFormat
    from app.security.models import User

    with Session(engine) as session:
        session.connection(execution_options={"writes": True})
        with writing(session):
            active, day = org.Status.ACTIVE, date(2020, 1, 1)
            users = [
                User(first_name="员工", last_name=str(n), username=f"u{n}", email=f"u{n}@x", active=True)
                for n in range(1, people + 1)
            ]
            session.add_all(users)
            company = org.Organisation(
                code="G", name="公司", kind=org.OrganisationKind.COMPANY, valid_from=day, status=active
            )
            department = org.Department(code="SJGL", name="数据管理组", organisation=company, status=active)
            session.add_all([company, department])
            session.flush()
            for user in users:
                session.add(
                    org.Employee(
                        staff_no=f"E{user.id:04d}",
                        name=f"员工{user.id}",
                        department=department,
                        joined=day,
                        status=org.EmployeeStatus.ACTIVE,
                        user_id=user.id,
                    )
                )
                session.flush()
            names = [f"云州市{name}" for name in PROVIDERS] + [f"第{n}长江科技有限公司" for n in range(36)] + [RARE]
            for number, name in enumerate(names, 1):
                provider = org.ExternalOrganisation(
                    code=f"P{number:03d}", name=name, kind=org.ExternalKind.PROVIDER, status=active
                )
                agreement = org.Agreement(
                    agreement_no=f"XY{number:03d}",
                    kind=org.AgreementKind.COLLECTION,
                    party=provider,
                    signed=day,
                    valid_from=day,
                    valid_to=date(2099, 12, 31),
                    status=active,
                )
                structure = DataStructure(
                    code=f"JG{number:03d}",
                    name=SUBJECTS[number % 5],
                    edition=1,
                    provider=provider,
                    agreement=agreement,
                    subject="企业",
                    method=Method.NETWORK,
                    format=FileFormat.CSV,
                    encoding=Encoding.UTF_8,
                    cycle=org.UpdateCycle.MONTH,
                    published=day,
                    status=active,
                )
                session.add_all([provider, agreement, structure])
                session.flush()
        session.commit()


def documents(engine: Engine, rows: int) -> None:
    """So many documents of form 2, a tenth as many of S4 between them, over five years; the newest still under way."""
    total = rows * 11 // 10
    plain = engine.dialect.name == "sqlite"
    made = list(drafts(total))
    moment = (lambda at: at.strftime("%Y-%m-%d %H:%M:%S.000000")) if plain else (lambda at: at)
    copy(engine, "document", DOCUMENT, (base(one, moment) for one in made))
    copy(engine, "collection_file_register", OWN, (own(one, moment) for one in made if one["form"] == "FJ02"))
    copy(engine, "media_safe_record", SAFE, (safe(one, moment) for one in made if one["form"] == "S4"))
    copy(
        engine,
        "task",
        TASK,
        (task(one, number, moment) for number, one in enumerate(made, 1) if one["state"] == "pending"),
    )
    dialect = engine.dialect.name
    entries = ((one["id"], one["summary"]) for one in made)
    with Session(engine) as session:
        session.connection(execution_options={"writes": True})
        if plain:
            for start in range(0, total, 20_000):
                search.put(session, [next(entries) for _ in range(min(20_000, total - start))])
        session.commit()
    if not plain:
        vectors = ((one["id"], search.vector(one["id"], one["form"], one["summary"])) for one in made)
        command(engine, "DROP INDEX ix_document_search_pairs")
        copy(engine, "document_search", ("document_id", "pairs"), vectors)
        command(engine, search.CREATE[dialect][1])
        with raw(engine) as connection:
            connection.autocommit = True
            connection.execute("VACUUM ANALYZE")
            connection.autocommit = False


def drafts(total: int) -> Iterator[dict[str, Any]]:
    """What tells the documents apart, from the oldest to the newest; each run makes the same."""
    chance = random.Random(7)
    weights = [1 / (n + 1) for n in range(49)]
    providers = chance.choices(range(1, 50), weights, k=total)
    sequences: dict[tuple[str, int], int] = {}
    for number in range(1, total + 1):
        at = LATEST - timedelta(seconds=(total - number) * (YEARS * 365 * 86_400 // total))
        form = "S4" if number % 11 == 0 else "FJ02"
        provider = 50 if number in (total // 2, total // 3, total // 5) else providers[number - 1]
        key = (form, at.year)
        sequences[key] = sequences.get(key, 0) + 1
        method = chance.choices(list(METHODS), [70, 29, 1])[0]
        recent = number > total - 4000
        state = chance.choices(
            ["done", "pending", "draft", "returned", "withdrawn"], [20, 60, 8, 6, 6] if recent else [980, 5, 5, 5, 5]
        )[0]
        yield {
            "id": number,
            "form": form,
            "number": f"{form}-{at.year}-{sequences[key]:06d}",
            "at": at,
            "state": state,
            "provider": provider,
            "method": method,
            "maker": chance.randint(1, 40),
            "summary": summary(form, number, provider, method),
            "archived": state == "done" and not recent,
        }


def summary(form: str, number: int, provider: int, method: str) -> str:
    """The document's line in lists."""
    if form == "S4":
        return f"M{number:07d} · 第{number % 36}批数据光盘"
    names = [f"云州市{name}" for name in PROVIDERS] + [f"第{n}长江科技有限公司" for n in range(36)] + [RARE]
    return f"{names[provider - 1]} · {SUBJECTS[provider % 5]} · {METHODS[method]}"


DOCUMENT = (
    "id",
    "form_code",
    "number",
    "summary",
    "state",
    "step",
    "round",
    "maker_id",
    "maker_name",
    "department_code",
    "department_name",
    "created_at",
    "updated_at",
    "submitted_at",
    "finished_at",
    "due_at",
    "archive_state",
    "version",
    "digest",
)
OWN = (
    "id",
    "provider_id",
    "agreement_id",
    "structure_id",
    "period_from",
    "period_to",
    "method",
    "carrier",
    "received_at",
    "first_collector_id",
)
SAFE = ("id", "medium_no", "content", "burnt_at", "operator_id", "witness_id", "safe")
TASK = ("id", "document_id", "step", "duty", "opened_at", "due_at")


def base(one: dict[str, Any], moment: Any) -> tuple[Any, ...]:
    """A row of `document`."""
    at, pending = moment(one["at"]), one["state"] == "pending"
    done = at if one["state"] == "done" else None
    due = moment(one["at"] + timedelta(days=3)) if pending else None
    return (
        one["id"],
        one["form"],
        one["number"],
        one["summary"],
        one["state"],
        "receive" if pending else None,
        1,
        one["maker"],
        f"员工{one['maker']}",
        "SJGL",
        "数据管理组",
        at,
        at,
        at,
        done,
        due,
        "filed" if one["archived"] else "none",
        1,
        "0" * 64,
    )


def own(one: dict[str, Any], moment: Any) -> tuple[Any, ...]:
    """A row of form 2."""
    day = one["at"].date().isoformat()
    return (
        one["id"],
        one["provider"],
        one["provider"],
        one["provider"],
        day,
        day,
        one["method"],
        "line",
        moment(one["at"] - timedelta(hours=one["id"] % 90)),
        one["maker"],
    )


def safe(one: dict[str, Any], moment: Any) -> tuple[Any, ...]:
    """A row of form S4."""
    return one["id"], f"M{one['id']:07d}", "光盘", moment(one["at"]), 1, 2, "A"


def task(one: dict[str, Any], number: int, moment: Any) -> tuple[Any, ...]:
    """The open task of a document under way."""
    step = "receive" if one["form"] == "FJ02" else "store"
    return number, one["id"], step, f"{one['form']}.{step}", moment(one["at"]), moment(one["at"] + timedelta(days=3))


def copy(engine: Engine, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """Writes rows as fast as the driver can."""
    names = ", ".join(columns)
    with raw(engine) as connection:
        cursor = connection.cursor()
        if engine.dialect.name == "sqlite":
            cursor.execute("BEGIN IMMEDIATE")
            cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({', '.join('?' * len(columns))})", rows)
        else:
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as stream:
                for row in rows:
                    stream.write_row(row)
        connection.commit()
