"""sources of register versions

Revision 0011, after 0010. Which of the versions without a form came by import was not kept before.
"""

import sqlalchemy as sa
from alembic import op

revision = '0011'
down_revision = '0010'
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table('register_version') as batch:
        batch.add_column(sa.Column('source', sa.String(length=400), nullable=True))
    op.execute("UPDATE register_version SET source = '初始登记或导入' WHERE document_id IS NULL")


def downgrade() -> None:
    with op.batch_alter_table('register_version') as batch:
        batch.drop_column('source')
