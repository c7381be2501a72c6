"""Fields that mean the same in every form."""

from app.demo.outsiders import CITY, CUSTOMERS, OUTSIDERS

NAMES: tuple[str | None, ...] = tuple(one.name for one in OUTSIDERS)
PHONES: tuple[str | None, ...] = tuple(one.phone for one in OUTSIDERS)
RESIDENT_IDS: tuple[str | None, ...] = tuple(one.resident_id for one in OUTSIDERS)
ADDRESSES: tuple[str | None, ...] = tuple(one.address for one in CUSTOMERS)

WORDS: dict[str, tuple[str | None, ...]] = {
    "remarks": (None, None, "电话已告知对方经办人。", None, "原件随文件移交，复印件留存备查。"),
    "contact": NAMES,
    "handler_name": NAMES,
    "handler_resident_id": RESIDENT_IDS,
    "recipient": NAMES,
    "recipient_resident_id": RESIDENT_IDS,
    "signatory": NAMES,
    "legal_representative": NAMES,
    "phone": PHONES,
    "contact_phone": PHONES,
    "delivered_by": NAMES,
    "delivered_by_phone": PHONES,
    "received_by": NAMES,
    "address": ADDRESSES,
    "mail": ("yewu@example.com", "xinyong@example.com", "bangong@example.com"),
    "post_code": ("430014", "430022", "430070"),
    "authorisation_no": ("SQ-2026-0118", "SQ-2026-0236", "SQ-2026-0341", "SQ-2026-0407"),
    "authorisation_scan": ("信息主体授权书.pdf",),
    "receipt_no": ("SJ-0012861", "SJ-0012874", "SJ-0012902", "SJ-0012935"),
    "signature": ("客户签字扫描件.pdf",),
    "invoice_title": (None,),
    "region": ("420102", "420103", "420106"),
    "industry": ("66", "65", "51", "72"),
    "bank": (f"云州商业银行{CITY[:2]}支行",),
    "account": ("4200111122223333", "4200111122225678"),
}
DAYS: dict[str, int] = {
    "valid_to": 900,
    "authorisation_date": -2,
    "planned_to": 14,
    "launch_on": 90,
    "due_date": 25,
    "wanted_by": 20,
    "demanded_by": 10,
    "published_on": -1,
    "visit_at": 6,
}
