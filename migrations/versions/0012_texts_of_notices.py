"""texts of maintenance notices

Revision 0012, after 0011.
"""

import sqlalchemy as sa
from alembic import op

revision = '0012'
down_revision = '0011'
branch_labels = None
depends_on = None

TABLES = ('product_maintenance_notice', 'indicator_maintenance_notice')


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.add_column(sa.Column('notice_title', sa.String(length=120), nullable=True))
            batch.add_column(sa.Column('notice_text', sa.Text(), nullable=True))


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table) as batch:
            batch.drop_column('notice_text')
            batch.drop_column('notice_title')
