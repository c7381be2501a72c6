"""`flask credit`: what the credit database holds of an enterprise, and where it came from."""

import click
from flask.cli import AppGroup
from sqlalchemy import select

from app.areas.business.registers import TargetEnterprise
from app.areas.collection.credit import reading
from app.areas.collection.credit.permissions import CREDIT
from app.areas.collection.credit.reading import Asked
from app.areas.products.registers import Environment, Indicator
from app.audit.models import AuditAction
from app.audit.recording import record
from app.database import db, transaction

credit = AppGroup("credit", help="The credit database.")


@credit.command("explain")
@click.argument("enterprise")
@click.argument("indicator", required=False)
def explain_command(enterprise: str, indicator: str | None) -> None:
    """Prints the facts of ENTERPRISE (code or unified code), corrected ones too, each with its origin. The reading is recorded."""
    with transaction(db.session()) as session:
        either = (TargetEnterprise.code == enterprise) | (TargetEnterprise.uscc == enterprise)
        found = session.scalar(select(TargetEnterprise).where(either).limit(1))
        if found is None:
            raise click.ClickException(f"no enterprise {enterprise}")
        record(session, None, AuditAction.READ, CREDIT, found.code, detail={"title": found.name, "indicator": indicator})
        key = found.id
    wanted = select(Indicator.id).where(Indicator.code == indicator, Indicator.environment == Environment.PRODUCTION)
    indicator_id = session.scalar(wanted) if indicator else None
    if indicator and indicator_id is None:
        raise click.ClickException(f"no indicator {indicator}")
    for one in reading.facts_of(session, key, Asked(superseded=True, indicator_id=indicator_id)).facts:
        fact = one.fact
        ended = f"　已更正 {fact.superseded_at:%Y-%m-%d %H:%M}" if fact.superseded_at else ""
        click.echo(f"{fact.valid_from or '—'}　{fact.indicator.code} {fact.indicator.name}　{fact.value}{ended}")
        click.echo(f"    {one.provider or '公开渠道'} {one.place.name} 第 {one.place.row} 行；{one.batch.number}；{fact.load.number}"
                   f" {fact.load.operator_name}/{fact.load.authoriser_name} {fact.load.loaded_at:%Y-%m-%d %H:%M}")
