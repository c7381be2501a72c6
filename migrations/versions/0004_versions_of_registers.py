"""versions of registers

Revision 0004, after 0003.
"""

import sqlalchemy as sa
from alembic import op

revision = '0004'
down_revision = '0003'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('proposed_change',
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=True),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('base', sa.Integer(), nullable=False),
    sa.Column('patch', sa.JSON(), nullable=False),
    sa.Column('proposed_at', sa.DateTime(), nullable=False),
    sa.Column('entered_by_id', sa.Integer(), nullable=True),
    sa.Column('entered_at', sa.DateTime(), nullable=True),
    sa.Column('applied_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_proposed_change_document_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['entered_by_id'], ['ab_user.id'], name=op.f('fk_proposed_change_entered_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('document_id', name=op.f('pk_proposed_change'))
    )
    with op.batch_alter_table('proposed_change', schema=None) as batch_op:
        batch_op.create_index('ix_proposed_change_register', ['register', 'row_id'], unique=False)

    op.create_table('register_version',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('register', sa.String(length=40), nullable=False),
    sa.Column('row_id', sa.Integer(), nullable=False),
    sa.Column('number', sa.Integer(), nullable=False),
    sa.Column('key', sa.String(length=64), nullable=False),
    sa.Column('kind', sa.String(length=16), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=True),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_register_version_document_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_register_version')),
    sa.UniqueConstraint('register', 'row_id', 'number', name=op.f('uq_register_version_register_row_id_number'))
    )
    with op.batch_alter_table('register_version', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_register_version_document_id'), ['document_id'], unique=False)
        batch_op.create_index('ix_register_version_register_at', ['register', 'at'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('register_version', schema=None) as batch_op:
        batch_op.drop_index('ix_register_version_register_at')
        batch_op.drop_index(batch_op.f('ix_register_version_document_id'))

    op.drop_table('register_version')
    with op.batch_alter_table('proposed_change', schema=None) as batch_op:
        batch_op.drop_index('ix_proposed_change_register')

    op.drop_table('proposed_change')
