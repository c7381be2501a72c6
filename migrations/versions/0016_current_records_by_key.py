"""current records of the base store are found by their key alone

Revision 0016, after 0015.
"""

from alembic import op

revision = '0016'
down_revision = '0015'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_index(op.f('ix_base_current_record_id'), table_name='base_current')


def downgrade() -> None:
    op.create_index(op.f('ix_base_current_record_id'), 'base_current', ['record_id'], unique=False)
