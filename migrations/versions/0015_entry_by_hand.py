"""entry by hand

Revision 0015, after 0014.
"""

import sqlalchemy as sa
from alembic import op

revision = '0015'
down_revision = '0014'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('original_handover',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('day', sa.Date(), nullable=False),
    sa.Column('what', sa.Text(), nullable=False),
    sa.Column('taken_by_id', sa.Integer(), nullable=True),
    sa.Column('taken_by_name', sa.String(length=64), nullable=True),
    sa.Column('taken_at', sa.DateTime(), nullable=True),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_original_handover_document_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['taken_by_id'], ['ab_user.id'], name=op.f('fk_original_handover_taken_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_original_handover')),
    sa.UniqueConstraint('document_id', name=op.f('uq_original_handover_document_id'))
    )
    with op.batch_alter_table('original_handover', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_original_handover_day'), ['day'], unique=False)

    op.create_table('entry_sheet',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('structure_id', sa.Integer(), nullable=False),
    sa.Column('original', sa.String(length=32), nullable=False),
    sa.Column('source', sa.String(length=120), nullable=False),
    sa.Column('period_from', sa.Date(), nullable=False),
    sa.Column('period_to', sa.Date(), nullable=False),
    sa.Column('state', sa.String(length=32), nullable=False),
    sa.Column('first_collector_id', sa.Integer(), nullable=False),
    sa.Column('received_at', sa.DateTime(), nullable=False),
    sa.Column('keyed_by_id', sa.Integer(), nullable=True),
    sa.Column('keyed_on', sa.Date(), nullable=True),
    sa.Column('reviewed_by_id', sa.Integer(), nullable=True),
    sa.Column('version', sa.Integer(), nullable=False),
    sa.Column('register_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['first_collector_id'], ['employee.id'], name=op.f('fk_entry_sheet_first_collector_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['keyed_by_id'], ['employee.id'], name=op.f('fk_entry_sheet_keyed_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['register_id'], ['collection_file_register.id'], name=op.f('fk_entry_sheet_register_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['reviewed_by_id'], ['employee.id'], name=op.f('fk_entry_sheet_reviewed_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['structure_id'], ['data_structure.id'], name=op.f('fk_entry_sheet_structure_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_sheet')),
    sa.UniqueConstraint('number', name=op.f('uq_entry_sheet_number'))
    )
    with op.batch_alter_table('entry_sheet', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_entry_sheet_register_id'), ['register_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_sheet_state'), ['state'], unique=False)
        batch_op.create_index(batch_op.f('ix_entry_sheet_structure_id'), ['structure_id'], unique=False)

    op.create_table('entry_row',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('sheet_id', sa.Integer(), nullable=False),
    sa.Column('row_no', sa.Integer(), nullable=False),
    sa.Column('values', sa.JSON(), nullable=False),
    sa.Column('review', sa.String(length=32), nullable=True),
    sa.Column('read', sa.JSON(), nullable=True),
    sa.ForeignKeyConstraint(['sheet_id'], ['entry_sheet.id'], name=op.f('fk_entry_row_sheet_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_entry_row')),
    sa.UniqueConstraint('sheet_id', 'row_no', name=op.f('uq_entry_row_sheet_id_row_no'))
    )


def downgrade() -> None:
    op.drop_table('entry_row')
    with op.batch_alter_table('entry_sheet', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_entry_sheet_structure_id'))
        batch_op.drop_index(batch_op.f('ix_entry_sheet_state'))
        batch_op.drop_index(batch_op.f('ix_entry_sheet_register_id'))

    op.drop_table('entry_sheet')
    with op.batch_alter_table('original_handover', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_original_handover_day'))

    op.drop_table('original_handover')
