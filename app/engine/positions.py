"""Positions (岗位): who works at the bureau, by department. Each is a Flask-AppBuilder role of the same name."""

from enum import Enum
from itertools import combinations

from flask_babel import lazy_gettext as _

from app.engine.text import Text, msgid


class HomeDepartment(Enum):
    """Departments and bodies (部门) that positions belong to (articles 5–11)."""

    COLLECTION = "XXCJ", _("信息采集部")
    DATA_GROUP = "SJGL", _("信息技术部数据管理组")
    SYSTEM_GROUP = "XTGL", _("信息技术部系统管理组")
    TECHNOLOGY = "XXJS", _("信息技术部")
    RESEARCH = "CPYF", _("产品研发部")
    SERVICE = "KHFW", _("客户服务部")
    ADMINISTRATION = "ZHGL", _("综合管理部")
    INSPECTION = "SJJH", _("审计稽核部")
    COMPANY = "GS", _("公司")
    COMMITTEE = "PSWY", _("评审委员会")
    SECURITY = "XXAQ", _("信息安全领导小组")
    PROVIDERS = "SJTG", _("数据提供单位")
    MEMBERS = "HYDW", _("会员单位")

    def __init__(self, code: str, title: Text) -> None:
        self.code = code
        self.title = title


class Position(Enum):
    """岗位: a place in the organisation with its duties. `code` is its name in declarations, `role` the role's name."""

    COLLECTOR = "collector", _("数据采集员"), HomeDepartment.COLLECTION
    COLLECTION_REVIEWER = "collection_reviewer", _("采集复核员"), HomeDepartment.COLLECTION
    DATA_ENTRY = "data_entry", _("数据录入员"), HomeDepartment.COLLECTION
    COLLECTION_HEAD = "collection_head", _("信息采集部负责人"), HomeDepartment.COLLECTION
    DATA_MANAGER = "data_manager", _("数据管理员"), HomeDepartment.DATA_GROUP
    IT_STAFF = "it_staff", _("信息技术员"), HomeDepartment.DATA_GROUP
    SAFE_KEEPER = "safe_keeper", _("保险柜管理员"), HomeDepartment.DATA_GROUP
    SYSADMIN = "sysadmin", _("系统管理员"), HomeDepartment.SYSTEM_GROUP
    PRODUCT_ADMIN = "product_admin", _("产品管理员"), HomeDepartment.SYSTEM_GROUP
    SUPERVISOR_ADMIN = "supervisor_admin", _("主管管理员"), HomeDepartment.SYSTEM_GROUP
    IT_HEAD = "it_head", _("信息技术部负责人"), HomeDepartment.TECHNOLOGY
    PRODUCT_DEV = "product_dev", _("产品研发员"), HomeDepartment.RESEARCH
    PRODUCT_HEAD = "product_head", _("产品研发部负责人"), HomeDepartment.RESEARCH
    ANALYST = "analyst", _("调查分析员"), HomeDepartment.RESEARCH
    WEB_CLERK = "web_clerk", _("网站受理员"), HomeDepartment.SERVICE
    CLERK = "clerk", _("业务受理员"), HomeDepartment.SERVICE
    AUDITOR_CLERK = "auditor_clerk", _("业务审核员"), HomeDepartment.SERVICE
    CASHIER = "cashier", _("收款员"), HomeDepartment.SERVICE
    DELIVERER = "deliverer", _("产品交付员"), HomeDepartment.SERVICE
    MARKETER = "marketer", _("市场营销员"), HomeDepartment.SERVICE
    SERVICE_STAFF = "service_staff", _("信息服务员"), HomeDepartment.SERVICE
    DISPUTE_REVIEWER = "dispute_reviewer", _("异议复核员"), HomeDepartment.SERVICE
    SERVICE_HEAD = "service_head", _("客户服务部负责人"), HomeDepartment.SERVICE
    ADMIN_HEAD = "admin_head", _("综合管理部负责人"), HomeDepartment.ADMINISTRATION
    BUSINESS_MANAGER = "business_manager", _("业务管理员"), HomeDepartment.ADMINISTRATION
    ARCHIVIST = "archivist", _("档案管理员"), HomeDepartment.ADMINISTRATION
    INSPECTOR = "inspector", _("稽核员"), HomeDepartment.INSPECTION
    INSPECTION_HEAD = "inspection_head", _("审计稽核部负责人"), HomeDepartment.INSPECTION
    GENERAL_MANAGER = "general_manager", _("总经理"), HomeDepartment.COMPANY
    DEPUTY_MANAGER = "deputy_manager", _("分管领导"), HomeDepartment.COMPANY
    COMMITTEE_DIRECTOR = "committee_director", _("评审委员会主任"), HomeDepartment.COMMITTEE
    COMMITTEE_MEMBER = "committee_member", _("评审委员会委员"), HomeDepartment.COMMITTEE
    COMMITTEE_SECRETARY = "committee_secretary", _("评审委员会秘书"), HomeDepartment.COMMITTEE
    SECURITY_DIRECTOR = "security_director", _("信息安全总监"), HomeDepartment.SECURITY
    PROVIDER_OPERATOR = "provider_operator", _("数据提供单位操作员"), HomeDepartment.PROVIDERS
    MEMBER_SUPERVISOR = "member_supervisor", _("自助会员主管"), HomeDepartment.MEMBERS
    MEMBER_OPERATOR = "member_operator", _("自助会员经办员"), HomeDepartment.MEMBERS

    def __init__(self, code: str, title: Text, department: HomeDepartment) -> None:
        self.code = code
        self.title = title
        self.department = department

    @property
    def role(self) -> str:
        """The role's name in the security tables: the Chinese title, whatever the interface language."""
        return msgid(self.title)

    @property
    def external(self) -> bool:
        """People of members and providers: no staff, they see their own organisation's records only."""
        return self.department in (HomeDepartment.PROVIDERS, HomeDepartment.MEMBERS)


HEADS = frozenset(
    {
        Position.COLLECTION_HEAD,
        Position.IT_HEAD,
        Position.PRODUCT_HEAD,
        Position.SERVICE_HEAD,
        Position.ADMIN_HEAD,
        Position.INSPECTION_HEAD,
    }
)
"""Department heads (部门负责人): who may file form 22 for their staff (article 79.1)."""


APART: frozenset[frozenset[Position]] = frozenset(
    frozenset(pair)
    for pair in (
        *combinations((Position.SYSADMIN, Position.SUPERVISOR_ADMIN, Position.INSPECTOR), 2),
        (Position.IT_HEAD, Position.SYSADMIN),
        (Position.IT_HEAD, Position.SUPERVISOR_ADMIN),
    )
)
"""三员分立, and the head of the technology department is neither administrator: never one person (security 11)."""


_HEADED = {head.department.code: head.department.code for head in HEADS} | dict.fromkeys(
    (HomeDepartment.DATA_GROUP.code, HomeDepartment.SYSTEM_GROUP.code), HomeDepartment.TECHNOLOGY.code
)


def headed(department_code: str | None) -> str | None:
    """The code of the department whose head answers for a department or group; None where only the company's does."""
    return _HEADED.get(department_code or "")


class TeamRole(Enum):
    """A part somebody plays on one document or project only; `position` is what such a person holds."""

    PROJECT_MANAGER = _("项目经理"), Position.ANALYST
    PROJECT_MEMBER = _("项目成员"), Position.ANALYST

    def __init__(self, title: Text, position: Position) -> None:
        self.title = title
        self.position = position


def position_of(role: str) -> Position | None:
    """The position behind a role's name, or None for a role that is no position."""
    return _BY_ROLE.get(role)


_BY_ROLE = {position.role: position for position in Position}
