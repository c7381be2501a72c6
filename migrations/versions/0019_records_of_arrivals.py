"""records of arrivals

Revision 0019, after 0018.
"""

import sqlalchemy as sa
from alembic import op

revision = '0019'
down_revision = '0018'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.add_column(sa.Column('records', sa.Integer(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.drop_column('records')
