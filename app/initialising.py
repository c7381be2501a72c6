"""`flask init`: a company's own first set-up, in place of the demo data."""

import click
from flask import current_app
from flask.cli import with_appcontext

from app.engine.positions import Position


@click.command("init")
@click.option("--company", prompt="公司名称", help="The company's name.")
@click.option("--sysadmin", prompt="系统管理员姓名", help="Name of the first system administrator.")
@click.option("--supervisor-admin", prompt="主管管理员姓名", help="Name of the first supervising administrator.")
@click.option("--inspector", prompt="稽核员姓名", help="Name of the first inspector.")
@click.option("--general-manager", prompt="总经理姓名", help="Name of the general manager.")
@click.option("--admin-head", prompt="综合管理部负责人姓名", help="Name of the head of administration.")
@with_appcontext
def init(company: str, **named: str) -> None:
    """Sets an empty database up for a company: five first people with initial passwords, printed once; no demo data."""
    from app.areas.organisation.first import add_first
    from app.commands import prepare
    from app.database import db, transaction
    from app.demo.fill import is_empty
    from app.engine.catalogue import catalogue
    from app.registers.accounts import every
    from app.registers.versions import baseline

    people = {one: name.strip() for one in Position if (name := named.get(one.code)) is not None}
    if not all(people.values()) or len(set(people.values())) < len(people):
        raise click.ClickException("五个岗位须由五个不同的人担任")
    if (current_app.config["DATA_DIR"] / "demo").exists():
        raise click.ClickException("这里已有演示数据，请换一个数据目录")
    prepare(company.strip())
    with transaction(db.session()) as session:
        if not is_empty(session):
            raise click.ClickException("已完成初始设置，用户由《用户维护申请单》维护")
        passwords = add_first(session, company.strip(), people)
        baseline(session, every(catalogue))
    click.echo("岗位、姓名、用户名和初始密码只显示这一次，首次登录必须修改密码")
    for position, password in passwords.items():
        click.echo(f"{position.code}　{people[position]}　{position.role}　{password}")
