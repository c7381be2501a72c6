"""One-time codes (动态口令, TOTP by RFC 6238): six digits, good for half a minute and one use; recovery codes (恢复码) stand in.

A token's secret is kept sealed and bound to its account; one that does not open there gives no codes.
"""

import logging
import secrets
from hashlib import sha256

import pyotp
from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from app.clock import SHANGHAI, now
from app.security.locking import security_of
from app.security.models import AccountSecurity, RecoveryCode
from app.security.sealing import Unopened, seal, unseal

log = logging.getLogger(__name__)

STEP_SECONDS = 30
DRIFT = 1
"""Steps that a token's clock may be off, either way."""
RECOVERY_CODES = 10
PURPOSE = "one-time codes"


def sealed(user_id: int, secret: str) -> str:
    """An account's secret as it is kept."""
    return seal(secret, PURPOSE, user_id)


def opened(user_id: int, kept: str | None) -> str | None:
    """The account's secret again; None for none, and for one that was planted, moved, or sealed with another key."""
    try:
        return unseal(kept, PURPOSE, user_id) if kept is not None else None
    except Unopened as error:
        log.error("%s: cannot be opened", error)
        return None


def needs_code(session: Session, user_id: int) -> bool:
    """Whether the account has a token."""
    found = session.get(AccountSecurity, user_id)
    return found is not None and found.totp_secret is not None


def take_code(session: Session, user_id: int, code: str) -> bool:
    """Whether the code is the account's of this moment and was not taken before; it then is, in this transaction."""
    found = session.get(AccountSecurity, user_id, with_for_update=True, populate_existing=True)
    if found is None or found.totp_secret is None:
        return False
    secret = opened(user_id, found.totp_secret)
    step = step_of(secret, code, found.totp_used) if secret else None
    if step is None:
        return take_recovery_code(session, user_id, code)
    found.totp_used = step
    return True


def step_of(secret: str, code: str, used: int | None) -> int | None:
    """The time step, about now and after the last one used, that a code is of."""
    token = pyotp.TOTP(secret, interval=STEP_SECONDS)
    present = int(now().replace(tzinfo=SHANGHAI).timestamp()) // STEP_SECONDS
    for step in range(present - DRIFT, present + DRIFT + 1):
        if (used is None or step > used) and pyotp.utils.strings_equal(token.at(step * STEP_SECONDS), code.strip()):
            return step
    return None


def take_recovery_code(session: Session, user_id: int, code: str) -> bool:
    """Whether it is a recovery code of the account that was not used; it then is, in this transaction."""
    unused = select(RecoveryCode).where(
        RecoveryCode.user_id == user_id, RecoveryCode.hash == hash_of(code), RecoveryCode.used_at.is_(None)
    )
    found = session.scalar(unused.with_for_update())
    if found is None:
        return False
    found.used_at = now()
    return True


def hash_of(code: str) -> str:
    """A recovery code as it is kept; how it was typed in does not matter."""
    return sha256(code.strip().replace("-", "").replace(" ", "").lower().encode()).hexdigest()


def codes_left(session: Session, user_id: int) -> int:
    """How many recovery codes are not used."""
    unused = (RecoveryCode.user_id == user_id, RecoveryCode.used_at.is_(None))
    return session.scalar(select(func.count()).select_from(RecoveryCode).where(*unused)) or 0


def propose(session: Session, user_id: int) -> None:
    """A secret for a new token, in the caller's transaction; it counts once a code of it was typed in."""
    security_of(session, user_id).totp_new = sealed(user_id, pyotp.random_base32())


def proposed(found: AccountSecurity | None) -> str | None:
    """The secret that is to be bound, for the account's owner to see; None where a token is bound already."""
    return opened(found.user_id, found.totp_new) if found is not None and found.totp_secret is None else None


def enrol(session: Session, user_id: int, code: str) -> list[str] | None:
    """绑定: the proposed token counts from now on; recovery codes to be shown this once, or None where the code is wrong."""
    found = session.get(AccountSecurity, user_id, with_for_update=True, populate_existing=True)
    secret = opened(user_id, found.totp_new) if found is not None else None
    if found is None or secret is None or (step := step_of(secret, code, None)) is None:
        return None
    found.totp_secret, found.totp_new, found.totp_used = found.totp_new, None, step
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    made = [f"{secrets.token_hex(4)}-{secrets.token_hex(4)}" for _number in range(RECOVERY_CODES)]
    session.add_all(RecoveryCode(user_id=user_id, hash=hash_of(one)) for one in made)
    return made


def issue(session: Session, user_id: int, number: str | None) -> None:
    """发放令牌: another token for the account, or none, in the caller's transaction; what was bound before counts no more."""
    found = security_of(session, user_id)
    if found.token_no != number:
        found.token_no = number
        remove(session, user_id)


def remove(session: Session, user_id: int) -> None:
    """解绑: the account has no token any more, in the caller's transaction."""
    found = security_of(session, user_id)
    found.totp_secret = found.totp_new = found.totp_used = None
    session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
