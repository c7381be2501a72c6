"""Made-up people and companies outside the bureau; none of them exists."""

from dataclasses import dataclass
from datetime import date

from app.standards.resident_id import make_resident_id
from app.standards.uscc import make_uscc

CITY = "云州市"


@dataclass(frozen=True)
class Outsider:
    """Somebody who comes to the counter, or answers the telephone."""

    name: str
    resident_id: str
    phone: str


@dataclass(frozen=True)
class Customer:
    """A company or court that orders reports."""

    name: str
    uscc: str
    address: str


def uscc(kind: str, number: int) -> str:
    """A made-up USCC of Wuhan whose check character is right."""
    return make_uscc(f"{kind}420102{number:09d}")


OUTSIDERS = tuple(
    Outsider(
        name,
        make_resident_id("420102", date(1976 + index * 2, 1 + index, 3 + index * 2), 101 + index * 7),
        f"027-8{5 + index % 3}{index:02d}{(index * 137 + 61) % 10000:04d}",
    )
    for index, name in enumerate(
        (
            "孟晓棠",
            "葛云清",
            "骆书翰",
            "柴静怡",
            "厉文渊",
            "谷雨薇",
            "岳松涛",
            "饶子墨",
            "古兰心",
            "卓一帆",
            "戚明月",
            "桑若谷",
        )
    )
)
CUSTOMERS = tuple(
    Customer(f"云州{name}", uscc("91", 700 + index), f"{CITY}{address}")
    for index, (name, address) in enumerate(
        (
            ("恒信融资租赁有限公司", "江北区滨江大道 18 号"),
            ("启明供应链管理有限公司", "临港区保税路 6 号"),
            ("鼎盛投资管理有限公司", "江北区金融街 2 号 1205 室"),
            ("绿源生态农业有限公司", "南湖区迎宾路 77 号"),
            ("嘉禾商贸有限公司", "城西区建设路 103 号"),
            ("众诚招标代理有限公司", "江北区中山路 45 号"),
            ("远洋进出口有限公司", "临港区海运路 9 号"),
            ("金桥典当有限公司", "城西区解放路 231 号"),
            ("云帆科技创业园有限公司", "高新区创新路 1 号"),
            ("德馨物业服务有限公司", "南湖区文昌路 58 号"),
        )
    )
)
COURT = Customer("云州市江岸区人民法院", uscc("11", 601), f"{CITY}江岸区正义路 1 号")


def outsider(number: int) -> Outsider:
    """One of them, by turns."""
    return OUTSIDERS[number % len(OUTSIDERS)]


def customer(number: int) -> Customer:
    """One of them, by turns."""
    return CUSTOMERS[number % len(CUSTOMERS)]
