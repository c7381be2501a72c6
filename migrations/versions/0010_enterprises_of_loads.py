"""enterprises of loads

Revision 0010, after 0009.
"""

import sqlalchemy as sa
from alembic import op

revision = '0010'
down_revision = '0009'
branch_labels = None
depends_on = None


def sound(code: str) -> bool:
    """Whether characters 9 to 17 of a unified code, its organisation code (GB 32100), keep GB 11714."""
    values = [int(one, 36) for one in code[:8]]
    total = sum(weight * value for weight, value in zip((3, 7, 9, 10, 5, 8, 4, 2), values, strict=True))
    return code[8] == '0123456789X'[-total % 11]


def upgrade() -> None:
    op.create_table('load_enterprise',
    sa.Column('load_id', sa.Integer(), autoincrement=False, nullable=False),
    sa.Column('uscc', sa.String(length=18), nullable=False),
    sa.Column('name', sa.String(length=120), nullable=False),
    sa.Column('registration_no', sa.String(length=15), nullable=True),
    sa.Column('record_id', sa.BigInteger().with_variant(sa.Integer(), 'sqlite'), nullable=False),
    sa.Column('enterprise_id', sa.Integer(), nullable=True),
    sa.Column('made', sa.Boolean(), nullable=False),
    sa.ForeignKeyConstraint(['enterprise_id'], ['target_enterprise.id'], name=op.f('fk_load_enterprise_enterprise_id'), ondelete='RESTRICT'),
    sa.ForeignKeyConstraint(['load_id'], ['load_batch.id'], name=op.f('fk_load_enterprise_load_id'), ondelete='RESTRICT'),
    sa.PrimaryKeyConstraint('load_id', 'uscc', name=op.f('pk_load_enterprise')),
    sqlite_with_rowid=False
    )
    with op.batch_alter_table('load_enterprise', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_load_enterprise_enterprise_id'), ['enterprise_id'], unique=False)

    with op.batch_alter_table('load_batch', schema=None) as batch_op:
        batch_op.add_column(sa.Column('job_id', sa.Integer(), nullable=True))
        batch_op.create_foreign_key(batch_op.f('fk_load_batch_job_id'), 'job', ['job_id'], ['id'], ondelete='RESTRICT')

    with op.batch_alter_table('target_enterprise', schema=None) as batch_op:
        batch_op.create_index(batch_op.f('ix_target_enterprise_organisation_code'), ['organisation_code'], unique=False)
        batch_op.create_index(batch_op.f('ix_target_enterprise_registration_no'), ['registration_no'], unique=False)

    connection = op.get_bind()
    missing = 'SELECT id, substr(uscc, 9, 9) FROM target_enterprise WHERE organisation_code IS NULL AND uscc IS NOT NULL'
    for key, code in connection.execute(sa.text(missing)).all():
        if sound(code):
            change = sa.text('UPDATE target_enterprise SET organisation_code = :code WHERE id = :id')
            connection.execute(change, {'code': code, 'id': key})
    op.execute("DELETE FROM register_version WHERE register = 'target_enterprises'")


def downgrade() -> None:
    with op.batch_alter_table('target_enterprise', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_target_enterprise_registration_no'))
        batch_op.drop_index(batch_op.f('ix_target_enterprise_organisation_code'))

    with op.batch_alter_table('load_batch', schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f('fk_load_batch_job_id'), type_='foreignkey')
        batch_op.drop_column('job_id')

    with op.batch_alter_table('load_enterprise', schema=None) as batch_op:
        batch_op.drop_index(batch_op.f('ix_load_enterprise_enterprise_id'))

    op.drop_table('load_enterprise')
