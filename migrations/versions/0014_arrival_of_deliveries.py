"""arrival of deliveries

Revision 0014, after 0013.
"""

import sqlalchemy as sa
from alembic import op

revision = '0014'
down_revision = '0013'
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table('arrival',
    sa.Column('id', sa.Integer(), nullable=False),
    sa.Column('number', sa.String(length=30), nullable=False),
    sa.Column('provider_id', sa.Integer(), nullable=False),
    sa.Column('name', sa.String(length=200), nullable=False),
    sa.Column('stored', sa.String(length=64), nullable=False),
    sa.Column('size', sa.BigInteger(), nullable=False),
    sa.Column('sha256', sa.String(length=64), nullable=False),
    sa.Column('announced', sa.String(length=64), nullable=True),
    sa.Column('way', sa.String(length=32), nullable=False),
    sa.Column('arrived_at', sa.DateTime(), nullable=False),
    sa.Column('uploaded_by_id', sa.Integer(), nullable=True),
    sa.Column('uploaded_by_name', sa.String(length=64), nullable=True),
    sa.Column('fetched_by_id', sa.Integer(), nullable=True),
    sa.Column('fetched_by_name', sa.String(length=64), nullable=True),
    sa.Column('fetched_at', sa.DateTime(), nullable=True),
    sa.Column('register_id', sa.Integer(), nullable=True),
    sa.ForeignKeyConstraint(['fetched_by_id'], ['ab_user.id'], name=op.f('fk_arrival_fetched_by_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['provider_id'], ['external_organisation.id'], name=op.f('fk_arrival_provider_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['register_id'], ['collection_file_register.id'], name=op.f('fk_arrival_register_id'), ondelete='SET NULL'),
    sa.ForeignKeyConstraint(['uploaded_by_id'], ['ab_user.id'], name=op.f('fk_arrival_uploaded_by_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('id', name=op.f('pk_arrival')),
    sa.UniqueConstraint('number', name=op.f('uq_arrival_number')),
    sa.UniqueConstraint('stored', name=op.f('uq_arrival_stored'))
    )
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_arrival_arrived_at'), ['arrived_at'], unique=False)
        batch_op.create_index(batch_op.f('ix_arrival_provider_id'), ['provider_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_arrival_register_id'), ['register_id'], unique=False)
        batch_op.create_index(batch_op.f('ix_arrival_sha256'), ['sha256'], unique=False)



def downgrade() -> None:
    with op.batch_alter_table('arrival', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_arrival_sha256'))
        batch_op.drop_index(batch_op.f('ix_arrival_register_id'))
        batch_op.drop_index(batch_op.f('ix_arrival_provider_id'))
        batch_op.drop_index(batch_op.f('ix_arrival_arrived_at'))

    op.drop_table('arrival')
