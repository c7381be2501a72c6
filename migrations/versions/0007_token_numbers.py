"""token numbers

Revision 0007, after 0006.
"""

import sqlalchemy as sa
from alembic import op

revision = '0007'
down_revision = '0006'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('account_security', schema=None) as batch_op:
        batch_op.add_column(sa.Column('token_no', sa.String(length=30), nullable=True))
        batch_op.create_unique_constraint(batch_op.f('uq_account_security_token_no'), ['token_no'])


def downgrade() -> None:
    with op.batch_alter_table('account_security', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('uq_account_security_token_no'), type_='unique')
        batch_op.drop_column('token_no')
