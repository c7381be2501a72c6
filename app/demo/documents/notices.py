"""Announcements of the demo year: some read soon, some late, some not yet (article 106)."""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.areas.organisation.registers import Department
from app.demo.documents.agenda import Agenda
from app.demo.documents.hours import day, later
from app.engine.positions import Position
from app.notices.audience import Audience, recipients
from app.notices.operations import read, read_all
from app.notices.publishing import publish
from app.security.models import Role
from app.workflow.actor import Actor

SOON = 900
"""Working minutes within which most people have read an announcement."""
TIDIED = tuple(day(month, 28, 17) for month in range(1, 11))
"""When everybody has read the rest."""


@dataclass(frozen=True)
class Announcement:
    """Who says what to whom, when, and which part of the readers reads it soon; none of the lists means all staff."""

    sender: str
    at: datetime
    title: str
    body: str
    read: float
    departments: tuple[str, ...] = ()
    positions: tuple[Position, ...] = ()

    def audience(self, session: Session) -> Audience:
        """Whom it goes to."""
        if not (self.departments or self.positions):
            return Audience(everybody=True)
        names = [position.role for position in self.positions]
        return Audience(
            departments=frozenset(session.scalars(select(Department.id).where(Department.code.in_(self.departments)))),
            roles=frozenset(session.scalars(select(Role.id).where(Role.name.in_(names)))),
        )


ANNOUNCEMENTS = (
    Announcement(
        "general_manager", day(9, 24, 10), "关于 2026 年国庆节放假及值班安排的通知",
        "各部门：\n\n10 月 1 日（星期四）至 10 月 7 日（星期三）放假，10 月 10 日（星期六）上班。\n\n"
        "一、请各部门于 9 月 29 日下班前将值班人员名单报综合管理部。\n"
        "二、放假前办结到期任务；未办结的，请委托值班人员办理。\n"
        "三、节日期间发生信息安全事件的，立即报告信息安全总监。",
        0.9,
    ),
    Announcement(
        "product_dev", day(11, 5, 15), "企业简版信用报告产品维护情况通知",
        "各部门：\n\n企业简版信用报告已完成维护，自 11 月 6 日起启用新版。\n\n"
        "一、“纳税信用等级”改取最近一个年度的评价结果。\n"
        "二、“行政处罚信息”增列处罚机关。\n"
        "三、此前已受理、尚未交付的申请，按新版出具。\n\n受理时如客户询问，请据此答复。",
        0.6, departments=("XXCJ", "KHFW", "ZHGL"),
    ),
    Announcement(
        "it_head", day(11, 23, 9), "关于 11 月 28 日夜间系统停机维护的通知",
        "11 月 28 日（星期六）22:00 至次日 6:00 系统停机维护，期间不能登录。请在此之前保存草稿，并妥善安排受理时间。",
        0.25, positions=(Position.CLERK, Position.WEB_CLERK, Position.CASHIER, Position.DELIVERER, Position.MEMBER_OPERATOR),
    ),
)


def announce(agenda: Agenda) -> None:
    """Puts the announcements, and their reading, on the agenda."""
    for one in ANNOUNCEMENTS:
        agenda.put(one.at, partial(publish_and_read, agenda, one))
    for moment in TIDIED:
        agenda.put(moment, partial(tidy, agenda))


def tidy(agenda: Agenda) -> None:
    """Everybody reads what is left."""
    for actor in agenda.people.values():
        read_all(agenda.session, actor)


def publish_and_read(agenda: Agenda, one: Announcement) -> None:
    """It goes out; those who read it soon have it on their agenda."""
    session, audience = agenda.session, one.audience(agenda.session)
    notice = publish(session, agenda.people[one.sender], audience, one.title, one.body).id
    for actor, minutes in soon(one, agenda, set(recipients(session, audience))):
        agenda.put(later(one.at, minutes), partial(open_it, session, actor, notice))


def open_it(session: Session, actor: Actor, notice: int) -> None:
    """Somebody reads it."""
    read(session, actor, notice)


def soon(one: Announcement, agenda: Agenda, readers: set[int]) -> Iterator[tuple[Actor, int]]:
    """Who reads it, and after how many working minutes."""
    chance = random.Random(one.title)
    for name, actor in agenda.people.items():
        if actor.user_id in readers and name != one.sender and chance.random() < one.read:
            yield actor, chance.randint(3, SOON)
