"""extraction of deliveries

Revision 0009, after 0008.
"""

import sqlalchemy as sa
from alembic import op

revision = '0009'
down_revision = '0008'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('provider_secret',
    sa.Column('provider_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('sealed', sa.Text(), nullable=False),
    sa.Column('kept_by_id', sa.Integer(), nullable=False),
    sa.Column('kept_by_name', sa.String(length=64), nullable=False),
    sa.Column('kept_at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['kept_by_id'], ['ab_user.id'], name=op.f('fk_provider_secret_kept_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['provider_id'], ['external_organisation.id'], name=op.f('fk_provider_secret_provider_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('provider_id', name=op.f('pk_provider_secret'))
    )
    op.create_table('extracted_file',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('document_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=255), nullable=False),
    sa.Column('bytes', sa.BigInteger(), nullable=True),
    sa.Column('sha256', sa.String(length=64), nullable=True),
    sa.Column('layers', sa.String(length=60), nullable=False),
    sa.Column('encrypted', sa.Boolean(), nullable=False),
    sa.Column('found_name', sa.String(length=255), nullable=True),
    sa.Column('records', sa.Integer(), nullable=True),
    sa.Column('result', sa.String(length=32), nullable=False),
    sa.Column('fault', sa.String(length=255), nullable=True),
    sa.Column('witness_id', sa.Integer(), nullable=False),
    sa.Column('user_id', sa.Integer(), nullable=False),
    sa.Column('user_name', sa.String(length=64), nullable=False),
    sa.Column('at', sa.DateTime(), nullable=False),
    sa.ForeignKeyConstraint(['document_id'], ['document.id'], name=op.f('fk_extracted_file_document_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['user_id'], ['ab_user.id'], name=op.f('fk_extracted_file_user_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['witness_id'], ['employee.id'], name=op.f('fk_extracted_file_witness_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_extracted_file')),
    sa.UniqueConstraint('document_id', 'name', name=op.f('uq_extracted_file_document_id_name'))
    )


def downgrade() -> None:
    op.drop_table('extracted_file')
    op.drop_table('provider_secret')
