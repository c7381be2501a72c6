"""Sealing a document: what follows from its content is renewed after every change of it."""

from typing import Any

from flask_babel import force_locale
from sqlalchemy.orm import Session

from app.documents import search
from app.documents.digest import digest_of
from app.documents.fingerprints import fingerprint
from app.documents.links import link
from app.engine.spec import FormSpec


def seal(session: Session, spec: FormSpec, document: Any) -> None:
    """Renews what follows from the content: summary, links, search index, digest."""
    with force_locale("zh"):
        document.summary = " · ".join(filter(None, (one.show(document) for one in spec.summary)))[:255]
    fingerprint(session, spec, document)
    link(session, spec, document)
    search.put(session, [(document.id, document.summary)])
    document.digest = digest_of(session, spec, document)
