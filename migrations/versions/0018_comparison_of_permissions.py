"""comparison of permissions

Revision 0018, after 0017.
"""

import sqlalchemy as sa
from alembic import op

revision = '0018'
down_revision = '0017'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('holding_change',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('line_no', sa.Integer(), nullable=False),
    sa.Column('field', sa.String(length=255), nullable=False),
    sa.Column('old', sa.Text(), nullable=True),
    sa.Column('new', sa.Text(), nullable=True),
    sa.Column('parent_id', sa.Integer(), nullable=False),
    sa.ForeignKeyConstraint(['parent_id'], ['role_permission_maintenance.id'], name=op.f('fk_holding_change_parent_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_holding_change'))
    )
    with op.batch_alter_table('holding_change', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_holding_change_parent_id'), ['parent_id'], unique=False)


def downgrade() -> None:
    with op.batch_alter_table('holding_change', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_holding_change_parent_id'))
    op.drop_table('holding_change')
