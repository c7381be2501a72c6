"""overdue deliveries reminded of

Revision 0008, after 0007.
"""

import sqlalchemy as sa
from alembic import op

revision = '0008'
down_revision = '0007'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        'overdue_reminder',
        sa.Column('id', sa.Integer(), nullable=False),
        sa.Column('family_id', sa.Integer(), nullable=False),
        sa.Column('period_start', sa.Date(), nullable=False),
        sa.Column('reminded_at', sa.DateTime(), nullable=False),
        sa.ForeignKeyConstraint(['family_id'], ['data_structure.id'], name='fk_overdue_reminder_family_id', ondelete='RESTRICT'),
        sa.PrimaryKeyConstraint('id'),
        sa.UniqueConstraint('family_id', 'period_start'),
    )


def downgrade() -> None:
    op.drop_table('overdue_reminder')
