"""Passwords agreed with providers (约定口令): kept sealed, never shown again, never logged."""

from flask_babel import lazy_gettext as _
from sqlalchemy.orm import Session

from app.areas.collection.extraction.models import ProviderSecret
from app.areas.organisation.registers import ExternalOrganisation
from app.audit.models import AuditAction
from app.audit.recording import record
from app.clock import now
from app.engine.catalogue import catalogue
from app.security.sealing import Unopened, seal, unseal
from app.workflow.actor import Actor
from app.workflow.errors import Denied

PURPOSE = "provider secrets"


def keep(session: Session, actor: Actor, provider: ExternalOrganisation, password: str) -> None:
    """Keeps the password agreed with a provider, in place of an earlier one; on record, without the password."""
    row = session.get(ProviderSecret, provider.id) or ProviderSecret(provider_id=provider.id)
    row.sealed = closed(password, provider.id)
    row.kept_by_id, row.kept_by_name, row.kept_at = actor.user_id, actor.name, now()
    session.add(row)
    resource = catalogue.register("external_organisations").resource
    record(session, actor, AuditAction.PASSWORD, resource, provider.code, detail={"kind": "agreed"})


def agreed(session: Session, provider_id: int) -> str | None:
    """The password agreed with a provider, where one is kept; raises Denied where the key is not the one it was kept with."""
    row = session.get(ProviderSecret, provider_id)
    if row is None:
        return None
    try:
        return opened(row.sealed, provider_id)
    except Unopened:
        raise Denied(_("已保存的约定口令不能解开（密钥 SECRETS_KEY 已更换），请重新输入口令")) from None


def closed(password: str, provider_id: int) -> str:
    """A provider's password sealed, for no other provider to be opened with."""
    return seal(password, PURPOSE, provider_id)


def opened(sealed: str, provider_id: int) -> str:
    """The password that `closed` has sealed; raises Unopened."""
    return unseal(sealed, PURPOSE, provider_id)
