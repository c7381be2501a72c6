"""Changes over REST, each in one transaction; sent again under the same Idempotency-Key, they happen once (security 17)."""

import hashlib
import hmac
import re
from collections.abc import Callable, Iterable

from flask import current_app, request
from flask_babel import lazy_gettext as _
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from app.api.calling import caller
from app.api.errors import Refusal
from app.database import db, transaction
from app.documents import replays
from app.documents.models import ApiRequest

Work = Callable[[Session], Response]

HEADER, REPLAYED = "Idempotency-Key", "Idempotent-Replay"
KEPT_HEADERS = ("Location", "ETag")
_KEY = re.compile(r"[\x21-\x7e]{1,64}")


def changing(work: Work, body: Iterable[bytes] | None = None) -> Response:
    """The answer of `work`, done in a transaction; tried again where another took its key or unique value meanwhile.

    With an Idempotency-Key the answer is kept in the same transaction, and given again to the same request.
    `body`: what tells one request from another where the body itself has been read as it came.
    """
    key = key_sent()
    asked = "" if key is None else fingerprint(body)
    try:
        return once(key, asked, work)
    except IntegrityError:  # the second time it finds what the other has written, and says so
        return once(key, asked, work)


def once(key: str | None, asked: str, work: Work) -> Response:
    """One try."""
    with transaction(db.session()) as session:
        if key is None:
            return work(session)
        mine = caller().user_id
        if before := found(session, mine, key, asked):
            return replayed(before)
        row = replays.reserve(session, mine, key, asked)
        answer = work(session)
        headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
        replays.answered(row, answer.status_code, headers, answer.get_data(as_text=True))
        return answer


def answer_before() -> Response | None:
    """The answer that this very request was given before, for what must not even be tried again; None for others."""
    key = key_sent()
    if key is None:
        return None
    before = found(db.session(), caller().user_id, key, fingerprint())
    return None if before is None else replayed(before)


def found(session: Session, user_id: int, key: str, asked: str) -> ApiRequest | None:
    """What is kept under the key; raises Refusal where that was another request's."""
    try:
        return replays.kept(session, user_id, key, asked)
    except replays.Reused:
        raise Refusal(422, _("这个 Idempotency-Key 已用于另一份内容")) from None


def replayed(row: ApiRequest) -> Response:
    """A kept answer as it was given."""
    answer = Response(row.body, row.status, headers=row.headers)
    if row.body:
        answer.content_type = "application/json; charset=utf-8"
    answer.headers["Cache-Control"] = "private, no-store"
    answer.headers[REPLAYED] = "true"
    return answer


def key_sent() -> str | None:
    """The key of this request; raises Refusal."""
    given = request.headers.get(HEADER)
    if given is not None and not _KEY.fullmatch(given):
        raise Refusal(422, _("Idempotency-Key 应为 1 至 64 个可见的 ASCII 字符"))
    return given


def fingerprint(body: Iterable[bytes] | None = None) -> str:
    """SHA-256 over method, path and body; keyed, for a body may hold a password."""
    hashed = hmac.new(str(current_app.config["SECRET_KEY"]).encode(), digestmod=hashlib.sha256)
    path = request.full_path.removesuffix("?")
    for part in (request.method.encode(), path.encode(), *(body_parts() if body is None else body)):
        hashed.update(b"%d:" % len(part) + part)
    return hashed.hexdigest()


def body_parts() -> list[bytes]:
    """The body; of several parts their contents, for what separates them differs each time."""
    if request.mimetype != "multipart/form-data":
        return [request.get_data()]
    token = current_app.config["WTF_CSRF_FIELD_NAME"]
    found: list[bytes] = []
    for name, text in sorted(request.form.items(multi=True)):
        found += [] if name == token else [name.encode(), text.encode()]
    for name, file in request.files.items(multi=True):
        file.stream.seek(0)
        found += [name.encode(), (file.filename or "").encode(), hashlib.file_digest(file.stream, "sha256").digest()]  # type: ignore[arg-type]
        file.stream.seek(0)
    return found
