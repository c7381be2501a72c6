"""Chapter 3: structures, deliveries, public channels, import and load."""

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.collection.credit import error_register
from app.areas.collection.forms.collection_file_register import CollectionFileRegister, Extraction
from app.areas.collection.forms.error_file_return_notice import provider_of
from app.areas.collection.registers import ChannelKind, DataStructure, Method
from app.clock import today
from app.demo import loads
from app.demo.choosing import document, me, row, staff
from app.demo.contents import ending
from app.demo.packages import announced
from app.demo.sources import sources
from app.engine.positions import Position
from app.workflow.actor import Actor

Raw = dict[str, Any]

FIELDS: tuple[tuple[str, str, str, str | None, str | None, str | None], ...] = (
    ("tyshxydm", "统一社会信用代码", "text", "18", "uscc", None),
    ("nsrmc", "企业名称", "text", "120", None, None),
    ("ssq", "所属期", "date", None, "date_format", "yyyyMM"),
    ("yjse", "应缴金额", "amount", "18", "range", "0~999999999"),
    ("sjse", "实缴金额", "amount", "18", "range", "0~999999999"),
    ("jkrq", "缴款日期", "date", None, "date_format", "yyyyMMdd"),
    ("hydm", "所属行业", "code", "4", None, None),
    ("sfzc", "是否正常户", "yes_no", None, None, None),
)
"""Source name, title, type, length, validation and its expression of the fields that a structure begins with."""

ROLES = {0: "uscc", 1: "name", 2: "valid_from"}
"""What the first fields say of the enterprise and the time."""

CARRIERS = {Method.NETWORK: "line", Method.BULK_COPY: "disc", Method.MANUAL: "mail"}


def data_structure_analysis(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A new structure of what the agreement covers, its first field the key, its codes with their table."""
    if raw["agreement"]:
        raw["subject"] = row(session, "agreements", raw["agreement"]).data_covered
        raw["name"] = f"{raw['subject']}月报"
    raw["fields"] = [structure_field(at) for at in range(len(raw["fields"]))]


def structure_field(at: int) -> Raw:
    """One field of a structure; behind the usual ones those that are kept in reserve."""
    spare = (f"byzd{at + 1:02d}", f"备用字段 {at + 1}", "text", "60", None, None)
    name, title, kind, length, validation, expression = FIELDS[at] if at < len(FIELDS) else spare
    found = {
        "source_name": name,
        "title": title,
        "type": kind,
        "length": length,
        "decimal_places": "2" if kind == "amount" else None,
        "start": str(1 + at * 200),
        "required": "1" if at < 4 else "0",
        "key_part": "1" if at in (0, 2) else "0",
        "code_table": "industry" if kind == "code" else None,
        "validation": validation,
        "expression": expression,
        "role": ROLES.get(at),
    }
    return {column: value for column, value in found.items() if value is not None}


def collection_file_register(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """A delivery in the structure's own way; what was keyed by hand is filed by who reviewed it."""
    reviewing = Position.COLLECTION_REVIEWER in actor.positions
    if raw["structure"] is None:  # the provider is too new to have one
        structure: Any = DataStructure
        found = session.scalars(select(DataStructure).where(structure.agreement_id.is_not(None))).first()
        assert found is not None
        assert found.provider is not None
        assert found.agreement is not None
        raw |= {"provider": found.provider.code, "agreement": found.agreement.agreement_no, "structure": found.code}
    usual = Method.MANUAL if reviewing else row(session, "data_structures", raw["structure"]).method
    method = Method.of(raw["method"] or usual)
    raw |= {"method": method.value, "carrier": raw["carrier"] or CARRIERS[method]}
    if method is Method.MANUAL:
        first = staff(session, Position.COLLECTOR, (actor.user_id,))[0]
        clerk = first if reviewing else staff(session, Position.DATA_ENTRY)[0]
        raw |= {
            "original": "electronic" if reviewing else "paper",
            "carrier": "mail" if reviewing else "paper",
            "first_collector": first.staff_no,
            "keyed_by": clerk.staff_no,
            "reviewed_by": me(session, actor),
        }
    for at, file in enumerate(raw["files"]):
        packed = "" if method is Method.MANUAL else ".zip"
        file["name"] = f"{raw['structure']}_{today():%Y%m%d}{number:04d}_{at + 1:02d}{ending(session, raw['structure'])}{packed}"
        file |= announced(session, raw["structure"], file["name"])


def error_file_return_notice(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """About files of the delivery, to the provider they came from."""
    if "source" not in raw or raw["source"] is None:
        return
    source = document(session, raw["source"])
    provider = provider_of(source)
    raw |= {
        "stage": "import" if source.form_code == "FJ06" else "extraction",
        "provider": provider.code if provider else None,
    }
    for at, fault in enumerate(raw["faults"]):
        fault["file"] = source.files[at % len(source.files)].name


def public_collection_list(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """Items found in channels of the book, at the addresses that such channels have."""
    for at, item in enumerate(raw["items"]):
        channel = row(session, "channels", item["channel"])
        site = channel.kind is ChannelKind.SITE
        item["address"] = (
            f"{channel.address}gs/{number * 100 + at + 1}" if site else f"{channel.address} 第 {at % 8 + 1} 版"
        )
        item["source"] = f"{channel.publisher}　{item['source']}"


def public_collection_handover(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """The files of the report's month."""
    if raw["report"] is None:
        return
    raw["month"] = document(session, raw["report"]).month
    for at, file in enumerate(raw["files"]):
        file["name"] = f"GK_{raw['month']}_{at + 1:02d}.csv"
        file["records"] = announced(session, "", file["name"])["records"]


def import_file_register(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """The sound files of a received delivery, of the structure asked for where there is one."""
    found: list[CollectionFileRegister] = sources(session, "collection_file_register")
    same = [one for one in found if one.structure.code == raw["structure"]]
    if not found:
        return
    register = same[0] if same else found[number % len(found)]
    sound = [one for one in register.files if one.result is not Extraction.FAULTY]
    raw["structure"] = register.structure.code
    raw["files"] = [
        {
            "register": register.number,
            "name": one.decrypted_name or one.name,
            "records": str(one.records if one.extracted_records is None else one.extracted_records),
        }
        for one in sound
    ]


def load_error_register(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """The errors of a load that has some."""
    load = loads.with_errors(session)
    if load is not None and load.error_file is not None:
        raw |= error_register.raw(session, load, load.error_file)


def media_safe_record(session: Session, actor: Actor, raw: Raw, number: int) -> None:
    """The registers whose files are on the disc, where there are any yet, each once."""
    raw["registers"] = list({line["register"]: line for line in raw["registers"] if line.get("register")}.values())


ADJUSTMENTS = {
    one.__name__: one
    for one in (
        data_structure_analysis,
        collection_file_register,
        error_file_return_notice,
        public_collection_list,
        public_collection_handover,
        import_file_register,
        load_error_register,
        media_safe_record,
    )
}
