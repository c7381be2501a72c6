"""Demo rows of the registers that documents refer to."""

from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from app.areas.business.registers import TargetEnterprise
from app.areas.collection.registers import Channel, ChannelKind, Method
from app.areas.organisation.registers import (
    Agreement,
    AgreementKind,
    CoveredProduct,
    ExternalKind,
    ExternalOrganisation,
    Status,
    UpdateCycle,
)
from app.areas.products.maintaining import code_in
from app.areas.products.registers import (
    Environment,
    Indicator,
    IndicatorStatus,
    IndicatorType,
    Product,
    ProductStatus,
)
from app.documents.guard import writing
from app.standards.uscc import make_uscc

PROVIDERS = (
    ("税务征收管理中心", "纳税信息", Method.NETWORK, UpdateCycle.MONTH),
    ("市场监督管理局", "企业登记信息", Method.BULK_COPY, UpdateCycle.MONTH),
    ("人力资源和社会保障局", "社保缴纳信息", Method.BULK_COPY, UpdateCycle.MONTH),
    ("中级人民法院", "执行案件信息", Method.NETWORK, UpdateCycle.WEEK),
    ("生态环境局", "环保处罚信息", Method.MANUAL, UpdateCycle.QUARTER),
    ("公积金管理中心", "公积金缴存信息", Method.NETWORK, UpdateCycle.MONTH),
    ("海川供水集团有限公司", "水费缴纳信息", Method.MANUAL, UpdateCycle.MONTH),
    ("电力服务中心", "电费缴纳信息", Method.NETWORK, UpdateCycle.MONTH),
)
MEMBERS = ("云州商业银行", "云州农村信用联社", "汇达融资担保有限公司", "长河小额贷款有限公司")
ENTERPRISES = (
    "晨光机械制造有限公司",
    "远航物流有限公司",
    "青禾食品有限公司",
    "宏图建筑工程有限公司",
    "瑞丰贸易有限公司",
    "星河信息技术有限公司",
    "百川化工有限公司",
    "锦绣纺织有限公司",
    "安泰医药有限公司",
    "博雅文化传媒有限公司",
    "天成电子有限公司",
    "北辰能源有限公司",
)
CHANNELS = (
    ("市政府门户网站", ChannelKind.SITE, "云州市人民政府", "https://yz-gov.example/"),
    ("信用云州", ChannelKind.SITE, "云州市发展和改革委员会", "https://credit-yz.example/"),
    ("云州日报", ChannelKind.PRESS, "云州日报社", "CN42-0001"),
    ("云州市政府公报", ChannelKind.GAZETTE, "云州市人民政府办公室", "CN42-1002"),
)
PRODUCTS = (
    ("JM01", "企业简明信用报告", CoveredProduct.BRIEF, "200"),
    ("BZ01", "企业标准信用报告", CoveredProduct.STANDARD, "3000"),
    ("SD01", "企业深度信用报告", CoveredProduct.DEPTH, "12000"),
    ("DZ01", "企业定制信用报告", CoveredProduct.CUSTOM, "30000"),
    ("PL01", "企业名录批量数据", CoveredProduct.BULK_DATA, "8000"),
    ("FX01", "行业风险分析", CoveredProduct.ANALYSIS, "50000"),
)
INDICATORS = (
    ("ZB0001", "欠缴社保月数", IndicatorType.NUMBER, "月"),
    ("ZB0002", "欠税余额", IndicatorType.AMOUNT, "元"),
    ("ZB0003", "被执行案件数", IndicatorType.NUMBER, "件"),
    ("ZB0004", "行政处罚次数", IndicatorType.NUMBER, "次"),
    ("ZB0005", "纳税信用等级", IndicatorType.CODE, None),
    ("ZB0006", "水电费欠费", IndicatorType.YES_NO, None),
)


def uscc(kind: str, number: int) -> str:
    """A made-up USCC of Wuhan whose check character is right."""
    return make_uscc(f"{kind}420102{number:09d}")


def add_registers(session: Session) -> None:
    """External organisations with agreements and structures, channels, products, indicators, target enterprises."""
    with writing(session):
        add_providers(session)
        add_members(session)
        session.add_all(
            Channel(
                code=f"QD{index:03d}", name=name, kind=kind, publisher=publisher, address=address, status=Status.ACTIVE
            )
            for index, (name, kind, publisher, address) in enumerate(CHANNELS, 1)
        )
        session.add_all(
            Product(
                code=code_in(environment, code),
                name=name,
                kind=kind,
                environment=environment,
                price=Decimal(price),
                enabled_on=date(2025, 1, 1),
                status=ProductStatus.ENABLED,
            )
            for environment in reversed(Environment)
            for code, name, kind, price in PRODUCTS
        )
        session.add_all(
            Indicator(
                full_code=f"{environment.value[0].upper()}:{code}",
                code=code,
                name=name,
                environment=environment,
                type=type_,
                unit=unit,
                status=IndicatorStatus.ACTIVE,
            )
            for environment in Environment
            for code, name, type_, unit in INDICATORS
        )
        session.add_all(
            TargetEnterprise(
                code=f"QY{index:08d}",
                name=f"云州{name}",
                uscc=uscc("91", 1000 + index),
                industry="65",
                region="420102",
                legal_representative="示例",
                founded=date(2008 + index % 12, 1 + index % 12, 8),
                status=Status.ACTIVE,
            )
            for index, name in enumerate(ENTERPRISES, 1)
        )


def add_providers(session: Session) -> None:
    """Data providers, each with a collection agreement in force."""
    for index, (name, subject, _method, cycle) in enumerate(PROVIDERS, 1):
        provider = ExternalOrganisation(
            code=f"TG{index:03d}",
            name=f"云州市{name}",
            kind=ExternalKind.PROVIDER,
            uscc=uscc("11", index),
            region="420102",
            contact="信息科",
            phone=f"027-8266{index:04d}",
            status=Status.ACTIVE,
        )
        agreement = Agreement(
            agreement_no=f"CJ-2025-{index:03d}",
            kind=AgreementKind.COLLECTION,
            party=provider,
            signed=date(2025, 2, 20),
            valid_from=date(2025, 3, 1),
            valid_to=date(2028, 2, 29),
            data_covered=subject,
            cycle=cycle,
            status=Status.ACTIVE,
        )
        session.add(agreement)


def add_members(session: Session) -> None:
    """Members with an agreement in force, one ordinary customer, one court."""
    for index, name in enumerate(MEMBERS, 1):
        member = ExternalOrganisation(
            code=f"HY{index:03d}",
            name=name,
            kind=ExternalKind.MEMBER,
            uscc=uscc("91", index),
            region="420102",
            industry="66",
            contact="信贷部",
            phone=f"027-8377{index:04d}",
            status=Status.ACTIVE,
        )
        session.add(
            Agreement(
                agreement_no=f"HX-2026-{index:03d}",
                kind=AgreementKind.MEMBERSHIP,
                party=member,
                signed=date(2026, 1, 5),
                valid_from=date(2026, 1, 10),
                valid_to=date(2027, 1, 9),
                quota=500,
                price=Decimal(60000),
                products=frozenset({CoveredProduct.BRIEF, CoveredProduct.STANDARD}),
                status=Status.ACTIVE,
            )
        )
    session.add(
        ExternalOrganisation(
            code="PT001",
            name="云州万和置业有限公司",
            kind=ExternalKind.ORDINARY,
            uscc=uscc("91", 501),
            region="420102",
            contact="财务部",
            phone="027-83880001",
            status=Status.ACTIVE,
        )
    )
    session.add(
        ExternalOrganisation(
            code="SF001",
            name="云州市江岸区人民法院",
            kind=ExternalKind.JUDICIAL,
            uscc=uscc("11", 601),
            region="420102",
            contact="执行局",
            phone="027-83990001",
            status=Status.ACTIVE,
        )
    )
