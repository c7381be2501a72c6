"""secrets of tokens are sealed

Revision 0017, after 0016.
"""

import base64
import hashlib

import sqlalchemy as sa
from alembic import op
from Cryptodome.Cipher import AES
from Cryptodome.Random import get_random_bytes
from flask import current_app

revision = '0017'
down_revision = '0016'
branch_labels = None
depends_on = None

COLUMNS = ('totp_secret', 'totp_new')
NONCE, TAG = 12, 16
# as app.security.sealing and app.security.codes had it with this revision


def cipher_of(user_id, nonce):
    key = hashlib.sha256(f"one-time codes {current_app.config['SECRETS_KEY']}".encode()).digest()
    cipher = AES.new(key, AES.MODE_GCM, nonce=nonce)
    cipher.update(str(user_id).encode())
    return cipher


def sealed(user_id, secret):
    nonce = get_random_bytes(NONCE)
    text, tag = cipher_of(user_id, nonce).encrypt_and_digest(secret.encode())
    return base64.b64encode(nonce + tag + text).decode()


def opened(user_id, kept):
    content = base64.b64decode(kept)
    nonce, tag, text = content[:NONCE], content[NONCE:NONCE + TAG], content[NONCE + TAG:]
    return cipher_of(user_id, nonce).decrypt_and_verify(text, tag).decode()


def rewrite(function):
    table = sa.table('account_security', sa.column('user_id'), *(sa.column(name) for name in COLUMNS))
    connection = op.get_bind()
    for row in connection.execute(sa.select(table)).mappings().all():
        values = {name: function(row['user_id'], row[name]) for name in COLUMNS if row[name] is not None}
        if values:
            connection.execute(sa.update(table).where(table.c.user_id == row['user_id']).values(values))


def resize(before, after):
    with op.batch_alter_table('account_security') as batch:
        for name in COLUMNS:
            batch.alter_column(name, existing_type=sa.String(before), type_=sa.String(after), existing_nullable=True)


def upgrade() -> None:
    resize(64, 255)
    rewrite(sealed)


def downgrade() -> None:
    rewrite(opened)
    resize(255, 64)
